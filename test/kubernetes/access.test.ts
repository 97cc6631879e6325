import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { loadAllYaml } from '@kubernetes/client-node';
import { createClusterOf } from '../../functions/kubernetes/client.ts';
import type { BatchManifest, Cluster, NetworkPolicyManifest } from '../../functions/kubernetes/cluster.ts';
import { VERBS_IN_USE } from '../../functions/kubernetes/verbs.ts';
import type { SiteName } from '../../functions/shared/names.ts';
import { type ClusterApi, startClusterApi } from '../../lab/kubernetes/api.ts';
import type { Asked } from '../../lab/kubernetes/asked.ts';
import { ClusterModel } from '../../lab/kubernetes/model.ts';
import { type PolicyRule, ROLE_RULES } from '../../lab/kubernetes/role.ts';
import { exampleConfiguration } from './example-configuration.ts';

// A connection for each call, and each with its handshake: slow on a busy machine.
const text = readFileSync(new URL('../../infra/kubernetes/access.yaml', import.meta.url), 'utf8');
const objects = loadAllYaml(text);
const ofKind = (kind: string) => objects.find((object) => object.kind === kind);

describe('what a site grants by infra/kubernetes/access.yaml', () => {
  it('is exactly what the lab lets the functions do, against which they are rehearsed', () => {
    expect(ofKind('Role').rules).toEqual(ROLE_RULES);
  });

  it('is bound to the ServiceAccount whose token is stored', () => {
    const name = ofKind('ServiceAccount').metadata.name;
    // A ServiceAccount without a namespace is looked for in that of the binding, which kubectl -n names.
    expect(ofKind('RoleBinding')).toMatchObject({
      roleRef: { kind: 'Role', name: ofKind('Role').metadata.name },
      subjects: [{ kind: 'ServiceAccount', name }],
    });
    expect(ofKind('Secret').metadata.annotations['kubernetes.io/service-account.name']).toBe(name);
  });

  it('is bound to the group of the roles’ access entries instead, where the cluster is of EKS', () => {
    const eks = readFileSync(new URL('../../infra/kubernetes/eks-access.yaml', import.meta.url), 'utf8');
    const [binding, ...more] = loadAllYaml(eks);
    expect(more).toEqual([]);
    expect(binding).toMatchObject({
      kind: 'RoleBinding',
      roleRef: ofKind('RoleBinding').roleRef,
      subjects: [{ apiGroup: 'rbac.authorization.k8s.io', kind: 'Group', name: 'multi-site-failover' }],
    });
    // Beside the other one, not in its place.
    expect(binding.metadata.name).not.toBe(ofKind('RoleBinding').metadata.name);
    const guide = readFileSync(new URL('../../docs/deploy.md', import.meta.url), 'utf8');
    expect(guide).toContain('--kubernetes-groups multi-site-failover');
  });

  it('is good in one namespace only', () => {
    expect(objects.map(({ kind }) => kind)).not.toContain('ClusterRole');
  });
});

const batch: BatchManifest = {
  apiVersion: 'infinispan.org/v2alpha1',
  kind: 'Batch',
  metadata: { name: 'view-1' },
  spec: { cluster: 'infinispan', config: 'site view' },
};

const policy: NetworkPolicyManifest = {
  apiVersion: 'networking.k8s.io/v1',
  kind: 'NetworkPolicy',
  metadata: { name: 'bridge-cut' },
  spec: { podSelector: {}, policyTypes: ['Ingress'] },
};

/** Every method of the port, each driven into all that it may ask; in this order. */
const DRIVES: Readonly<Record<keyof Cluster, (cluster: Cluster) => Promise<unknown>>> = {
  createBatch: (cluster) => cluster.createBatch(batch),
  readBatch: (cluster) => cluster.readBatch('view-1'),
  listBatches: (cluster) => cluster.listBatches('app.kubernetes.io/part-of=sso'),
  // The Batch's pod is there from its second step on.
  batchLog: async (cluster) => {
    while ((await cluster.batchLog('view-1')) === null);
  },
  deleteBatch: (cluster) => cluster.deleteBatch('view-1'),
  listPods: (cluster) => cluster.listPods('app=keycloak'),
  readKeycloak: (cluster) => cluster.readKeycloak(),
  setKeycloakInstances: (cluster) => cluster.setKeycloakInstances(1),
  readInfinispan: (cluster) => cluster.readInfinispan(),
  applyNetworkPolicy: async (cluster) => {
    await cluster.applyNetworkPolicy(policy);
    await cluster.applyNetworkPolicy(policy);
  },
  readNetworkPolicy: (cluster) => cluster.readNetworkPolicy('bridge-cut'),
  deleteNetworkPolicy: (cluster) => cluster.deleteNetworkPolicy('bridge-cut'),
  may: (cluster) => cluster.may(),
};

/** Whatever the stand-in knows how to answer. */
const EVERYTHING: readonly PolicyRule[] = [
  {
    apiGroups: ['', 'infinispan.org', 'k8s.keycloak.org', 'networking.k8s.io'],
    resources: ['batches', 'infinispans', 'keycloaks', 'pods', 'pods/log', 'networkpolicies'],
    verbs: ['get', 'list', 'create', 'update', 'patch', 'delete', 'deletecollection'],
  },
];

const spelled = (rules: readonly PolicyRule[]): string[] =>
  rules
    .flatMap(({ apiGroups, resources, verbs }) =>
      apiGroups.flatMap((group) =>
        resources.flatMap((resource) => verbs.map((verb) => `${verb} ${group}/${resource}`)),
      ),
    )
    .sort();

describe('what the functions ask of a site’s Kubernetes API', () => {
  let model: ClusterModel;
  let api: ClusterApi;
  let cluster: Cluster;
  const asked: Asked[] = [];

  beforeAll(async () => {
    model = new ClusterModel({
      namespace: 'keycloak',
      infinispan: 'infinispan',
      keycloak: 'keycloak',
      keycloakInstances: 2,
      times: { batchStepMilliseconds: 1, podStartMilliseconds: 1 },
      runJob: async () => ({ exitCode: 0, log: '[site-a, site-b]\n' }),
    });
    api = await startClusterApi({
      model,
      tokens: () => ['token'],
      // What is asked without being granted must be seen here, not refused.
      rules: [...ROLE_RULES, ...EVERYTHING],
      onAsked: (each) => asked.push(each),
    });
    const { apiServer, certificateAuthority } = api;
    cluster = createClusterOf({
      configuration: exampleConfiguration({ apiServer, certificateAuthority, keycloak: 'keycloak' }),
      secrets: { send: async () => ({ SecretString: 'token' }) } as never,
      now: () => new Date('2026-01-05T12:00:00Z'),
    })('site-a' as SiteName);
    for (const drive of Object.values(DRIVES)) await drive(cluster);
  });

  afterAll(async () => {
    model.stop();
    await api.close();
  });

  it('has been asked here by every method of the client, however many are added', () => {
    const methods = Object.getOwnPropertyNames(Object.getPrototypeOf(cluster)).filter(
      (name) => name !== 'constructor',
    );
    expect(Object.keys(DRIVES).sort()).toEqual(methods.sort());
  });

  it('is exactly what infra/kubernetes/access.yaml grants', () => {
    const inNamespace = asked.filter(({ namespace }) => namespace === 'keycloak');
    const used = new Set(inNamespace.map(({ verb, group, resource }) => `${verb} ${group}/${resource}`));
    expect([...used].sort()).toEqual(spelled(ofKind('Role').rules));
  });

  it('is exactly what access is reviewed for', () => {
    const inUse = VERBS_IN_USE.map(({ group, resource, verbs }) => ({
      apiGroups: [group],
      resources: [resource],
      verbs,
    }));
    expect(spelled(inUse)).toEqual(spelled(ofKind('Role').rules));
  });

  it('needs outside the namespace only what Kubernetes lets everybody ask of themselves', () => {
    const outside = asked.filter(({ namespace }) => namespace !== 'keycloak');
    expect(
      new Set(
        outside.map(({ verb, group, version, resource }) => [verb, group, version, resource].join(' ')),
      ),
    ).toEqual(new Set(['create authorization.k8s.io v1 selfsubjectaccessreviews']));
  });
});
