import { type AddressInfo, createServer, type Server, type Socket } from 'node:net';
import { afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { createClusterOf } from '../../functions/kubernetes/client.ts';
import {
  type BatchManifest,
  batchPods,
  type NetworkPolicyManifest,
} from '../../functions/kubernetes/cluster.ts';
import { eksToken } from '../../functions/kubernetes/eks-token.ts';
import { accessRefusal } from '../../functions/kubernetes/objects.ts';
import type { SiteName } from '../../functions/shared/names.ts';
import {
  type Certificate,
  type ClusterApi,
  makeCertificate,
  startClusterApi,
} from '../../lab/kubernetes/api.ts';
import { ClusterModel } from '../../lab/kubernetes/model.ts';
import { ROLE_RULES } from '../../lab/kubernetes/role.ts';
import { exampleConfiguration } from './example-configuration.ts';

// A connection for each call, and each with its handshake: slow on a busy machine.
const siteA = 'site-a' as SiteName;
const FAST = {
  batchStepMilliseconds: 1,
  podStartMilliseconds: 1,
  keycloakStartMilliseconds: 1,
  keycloakStopMilliseconds: 1,
};

const batch = (name: string): BatchManifest => ({
  apiVersion: 'infinispan.org/v2alpha1',
  kind: 'Batch',
  metadata: { name },
  spec: { cluster: 'infinispan', config: 'site status --all-caches --site=site-b' },
});

const succeeded = (model: ClusterModel, name: string) =>
  new Promise<void>((resolve) => {
    const look = () =>
      model.batches.get(name).status?.phase === 'Succeeded' ? resolve() : void setImmediate(look);
    look();
  });

const policy = (cidr: string): NetworkPolicyManifest => ({
  apiVersion: 'networking.k8s.io/v1',
  kind: 'NetworkPolicy',
  metadata: { name: 'bridge-cut' },
  spec: {
    podSelector: {},
    policyTypes: ['Ingress'],
    ingress: [{ from: [{ ipBlock: { cidr: '0.0.0.0/0', except: [cidr] } }] }],
  },
});

/** Secrets Manager with one secret whose string can be changed. */
class Secrets {
  readonly config = { credentials: async () => ({ accessKeyId: 'AKIDEXAMPLE', secretAccessKey: 'key' }) };
  token = 'first-token';
  reads = 0;
  failure: string | null = null;

  async send(): Promise<never> {
    this.reads++;
    if (this.failure !== null) throw Object.assign(new Error('not said'), { name: this.failure });
    return { SecretString: `${this.token}\n` } as never;
  }
}

describe('a site’s cluster, asked over HTTPS', () => {
  let certificate: Certificate;
  let open: { close(): unknown }[] = [];

  beforeAll(async () => {
    certificate = await makeCertificate();
  });

  afterEach(async () => {
    for (const each of open) await each.close();
    open = [];
  });

  async function site(changes: {
    tokens?: () => readonly string[];
    rules?: typeof ROLE_RULES;
    keycloakInConfiguration?: string;
    apiServer?: string;
    certificateAuthority?: string;
    limitMilliseconds?: number;
    eksClusterName?: string;
  }) {
    const policies: (NetworkPolicyManifest | null)[] = [];
    const model = new ClusterModel({
      namespace: 'keycloak',
      infinispan: 'infinispan',
      keycloak: 'keycloak',
      keycloakInstances: 2,
      times: FAST,
      runJob: async ({ script }) => ({ exitCode: 0, log: `\nran ${script}\n` }),
      onPolicy: (_name, manifest) => policies.push(manifest),
    });
    const secrets = new Secrets();
    const api: ClusterApi = await startClusterApi({
      model,
      certificate,
      tokens: changes.tokens ?? (() => ['first-token']),
      ...(changes.rules === undefined ? {} : { rules: changes.rules }),
    });
    open.push(api, { close: () => model.stop() });
    let now = new Date('2026-01-01T00:00:00Z').getTime();
    const clusterOf = createClusterOf(
      {
        configuration: exampleConfiguration({
          apiServer: changes.apiServer ?? api.apiServer,
          certificateAuthority: changes.certificateAuthority ?? api.certificateAuthority,
          keycloak: changes.keycloakInConfiguration ?? 'keycloak',
          ...(changes.eksClusterName === undefined
            ? {}
            : { token: { kind: 'eks', clusterName: changes.eksClusterName } as const }),
        }),
        secrets: secrets as never,
        now: () => new Date(now),
      },
      changes.limitMilliseconds,
    );
    return {
      model,
      secrets,
      policies,
      cluster: clusterOf(siteA),
      wait: (milliseconds: number) => (now += milliseconds),
    };
  }

  it('runs a Batch to its end, gives its log, and takes it away with its pod', async () => {
    const { cluster, model } = await site({});
    expect(await cluster.createBatch(batch('status-1'))).toBe('created');
    expect(await cluster.createBatch(batch('status-1'))).toBe('exists');
    await succeeded(model, 'status-1');
    expect(await cluster.readBatch('status-1')).toEqual({ phase: 'Succeeded', reason: null });
    expect(await cluster.batchLog('status-1')).toBe('\nran site status --all-caches --site=site-b\n');
    await cluster.deleteBatch('status-1');
    await cluster.deleteBatch('status-1');
    expect(await cluster.readBatch('status-1')).toBeNull();
    expect(await cluster.batchLog('status-1')).toBeNull();
  });

  it('lists the Batches of a label, each with how far it is', async () => {
    const { cluster, model } = await site({});
    const labelled = (name: string, deployment: string) => ({
      ...batch(name),
      metadata: { name, labels: { 'app.kubernetes.io/part-of': deployment, 'more/of': 'them' } },
    });
    await cluster.createBatch(labelled('ours', 'sso'));
    await cluster.createBatch(labelled('theirs', 'another'));
    await cluster.createBatch(batch('of-a-person'));
    // Its operator does not run: a Batch keeps waiting, without a status.
    model.batches.create({ ...labelled('waits', 'sso'), spec: { cluster: 'none', config: '' } });
    model.stop();
    const found = await cluster.listBatches('app.kubernetes.io/part-of=sso,more/of=them');
    expect(found.map(({ name }) => name)).toEqual(['ours', 'waits']);
    expect(found[1]!.phase).toBeNull();
    expect(await cluster.listBatches('app.kubernetes.io/part-of=nobody')).toEqual([]);
  });

  it('lists the pods of the Batches of one Data Grid, and of no other in the namespace', async () => {
    const { cluster, model } = await site({});
    await cluster.createBatch(batch('status-1'));
    model.pods.add('of-another', 'batch', { app: 'infinispan-batch-pod', clusterName: 'another' });
    await succeeded(model, 'status-1');
    const found = await cluster.listPods(batchPods('infinispan'));
    expect(found.map(({ name }) => name)).toEqual([expect.stringMatching(/^status-1-/)]);
  });

  it('reads Keycloak, asks for another number of instances, and sees its pods', async () => {
    const { cluster } = await site({});
    expect(await cluster.readKeycloak()).toEqual({ instances: 2, ready: true });
    const pods = await cluster.listPods('app=keycloak,app.kubernetes.io/instance=keycloak');
    expect(pods.map(({ name, phase, ready, restarts }) => ({ name, phase, ready, restarts }))).toEqual([
      { name: 'keycloak-0', phase: 'Running', ready: true, restarts: 0 },
      { name: 'keycloak-1', phase: 'Running', ready: true, restarts: 0 },
    ]);
    expect(pods[0]!.startedAt).toMatch(/^\d{4}-.*Z$/);
    await cluster.setKeycloakInstances(0);
    expect((await cluster.readKeycloak()).instances).toBe(0);
  });

  it('tells a Data Grid whose pods restarted by a later start', async () => {
    const { cluster, model } = await site({});
    expect(await cluster.readInfinispan()).toEqual({ wellFormed: true, crossSiteViewFormed: null });
    model.dataGrid.declare({ viewFormed: false });
    expect(await cluster.readInfinispan()).toEqual({ wellFormed: true, crossSiteViewFormed: false });
    model.dataGrid.stopped();
    const [stopped] = await cluster.listPods('clusterName=infinispan,app=infinispan-pod');
    expect(stopped).toMatchObject({ startedAt: null, ready: false });
    expect(await cluster.readInfinispan()).toMatchObject({ wellFormed: false });
    model.dataGrid.started();
    const [started] = await cluster.listPods('clusterName=infinispan,app=infinispan-pod');
    expect(started).toMatchObject({ restarts: 1, ready: true });
  });

  it('lays a network policy, replaces it, and lifts it', async () => {
    const { cluster, policies } = await site({});
    expect(await cluster.readNetworkPolicy('bridge-cut')).toBe(false);
    await cluster.applyNetworkPolicy(policy('10.2.0.0/16'));
    await cluster.applyNetworkPolicy(policy('10.3.0.0/16'));
    expect(await cluster.readNetworkPolicy('bridge-cut')).toBe(true);
    await cluster.deleteNetworkPolicy('bridge-cut');
    await cluster.deleteNetworkPolicy('bridge-cut');
    expect(policies).toEqual([policy('10.2.0.0/16'), policy('10.3.0.0/16'), null]);
  });

  it('asks Secrets Manager for the token once in five minutes', async () => {
    const { cluster, secrets, wait } = await site({});
    await cluster.readKeycloak();
    wait(299_000);
    await cluster.readKeycloak();
    expect(secrets.reads).toBe(1);
    wait(2_000);
    await cluster.readKeycloak();
    expect(secrets.reads).toBe(2);
  });

  it('fetches an expired token afresh, once, and goes on', async () => {
    let valid = 'first-token';
    const { cluster, secrets } = await site({ tokens: () => [valid] });
    await cluster.readKeycloak();
    valid = 'second-token';
    secrets.token = 'second-token';
    expect(await cluster.readKeycloak()).toEqual({ instances: 2, ready: true });
    expect(secrets.reads).toBe(2);
  });

  it('names the site, the verb and the remedy when the fresh token is refused too, and never the token', async () => {
    const { cluster, secrets } = await site({ tokens: () => [] });
    const refused = await cluster.setKeycloakInstances(0).catch((error: unknown) => error as Error);
    expect(refused).toMatchObject({ name: 'ClusterAccessError' });
    expect(String(refused)).toContain(
      'patch keycloaks.k8s.keycloak.org "keycloak" in namespace keycloak of site-a',
    );
    expect(String(refused)).toContain('Issue a new token');
    expect(String(refused)).not.toContain('first-token');
    expect(secrets.reads).toBe(2);
  });

  it('shows an EKS cluster a token of the role, and asks for no secret', async () => {
    const credentials = await new Secrets().config.credentials();
    const token = await eksToken(credentials, 'eu-west-1', 'keycloak-a', new Date('2026-01-01T00:00:00Z'));
    const { cluster, secrets } = await site({ eksClusterName: 'keycloak-a', tokens: () => [token] });
    expect(await cluster.readKeycloak()).toEqual({ instances: 2, ready: true });
    expect(secrets.reads).toBe(0);
  });

  it('makes the token of an EKS cluster anew, once, and names the access entry that it may lack', async () => {
    let requests = 0;
    const tokens = () => {
      requests++;
      return [];
    };
    const { cluster, secrets } = await site({ eksClusterName: 'keycloak-a', tokens });
    const refused = await cluster.readKeycloak().catch((error: unknown) => error as Error);
    expect(refused).toMatchObject({ name: 'ClusterAccessError' });
    expect(String(refused)).toContain('an access entry for our role');
    expect(String(refused)).not.toContain('k8s-aws-v1');
    expect(requests).toBe(2);
    expect(secrets.reads).toBe(0);
  });

  it('names the verb and the resource that the Role lacks', async () => {
    const { cluster } = await site({
      rules: ROLE_RULES.filter((rule) => !rule.resources.includes('batches')),
    });
    await expect(cluster.createBatch(batch('x'))).rejects.toMatchObject({
      name: 'ClusterAccessError',
      message: expect.stringContaining('Allow "create" on "batches.infinispan.org"') as unknown,
    });
  });

  it('may do all that is in use with the Role of infra/kubernetes/access.yaml', async () => {
    const { cluster } = await site({});
    expect(await cluster.may()).toEqual([]);
  });

  it('tells which verbs the Role lacks before they are needed', async () => {
    const { cluster } = await site({
      rules: ROLE_RULES.filter(
        ({ resources }) => resources[0] !== 'keycloaks' && resources[0] !== 'pods/log',
      ),
    });
    const reason = 'No Role that is bound to us grants it';
    expect(await cluster.may()).toEqual([
      { verb: 'get', resource: 'keycloaks.k8s.keycloak.org', reason },
      { verb: 'patch', resource: 'keycloaks.k8s.keycloak.org', reason },
      { verb: 'get', resource: 'pods/log', reason },
    ]);
  });

  it('quotes why the API denies, where it says so', () => {
    const denied = { allowed: false, denied: true };
    expect(accessRefusal({ status: { ...denied, reason: 'by policy' } })).toBe('by policy');
    expect(accessRefusal({ status: { ...denied, reason: '', evaluationError: 'webhook is silent' } })).toBe(
      'webhook is silent',
    );
    expect(accessRefusal({ status: { allowed: true, reason: 'RBAC: allowed by RoleBinding' } })).toBeNull();
  });

  it('says which configured object does not exist', async () => {
    const { cluster } = await site({ keycloakInConfiguration: 'kc' });
    await expect(cluster.readKeycloak()).rejects.toMatchObject({
      name: 'ClusterObjectMissingError',
      message: expect.stringContaining('keycloaks.k8s.keycloak.org "kc" not found') as unknown,
    });
  });

  it('says what an operator’s webhook refused', async () => {
    const { cluster } = await site({});
    const without = { ...batch('x'), spec: { cluster: 'infinispan' } } as unknown as BatchManifest;
    await expect(cluster.createBatch(without)).rejects.toMatchObject({ name: 'ClusterRefusedError' });
  });

  it('takes a closed port for a site that can’t be reached', async () => {
    const { cluster } = await site({ apiServer: `https://127.0.0.1:${await closedPort()}` });
    await expect(cluster.readKeycloak()).rejects.toMatchObject({
      name: 'ClusterUnreachableError',
      message: expect.stringContaining('ECONNREFUSED') as unknown,
    });
  });

  it('gives up on a server that accepts the connection and then says nothing', async () => {
    const silent = await silentServer();
    open.push(silent);
    const { cluster } = await site({ apiServer: silent.address, limitMilliseconds: 50 });
    await expect(cluster.readKeycloak()).rejects.toMatchObject({
      name: 'ClusterUnreachableError',
      message: expect.stringContaining('did not answer within 0.05 s') as unknown,
    });
  });

  it('does not take a wrong certificate for a lost site', async () => {
    const other = await makeCertificate();
    const { cluster } = await site({ certificateAuthority: other.cert });
    await expect(cluster.readKeycloak()).rejects.toMatchObject({
      name: 'ClusterAccessError',
      message: expect.stringContaining('certificateAuthority') as unknown,
    });
  });

  it('does not take a silent or failing Secrets Manager for a lost site', async () => {
    const { cluster, secrets } = await site({});
    secrets.failure = 'TimeoutError';
    await expect(cluster.readKeycloak()).rejects.toMatchObject({ name: 'TransientError' });
    secrets.failure = 'ResourceNotFoundException';
    await expect(cluster.readKeycloak()).rejects.toMatchObject({
      name: 'ClusterAccessError',
      message: expect.stringContaining('failover/site-a') as unknown,
    });
  });

  it('refuses a secret that holds no token, without quoting it', async () => {
    const { cluster, secrets } = await site({});
    secrets.token = '{"token": "hidden"}';
    const refused = await cluster.readKeycloak().catch((error: unknown) => error as Error);
    expect(refused).toMatchObject({ name: 'ClusterAccessError' });
    expect(String(refused)).not.toContain('hidden');
  });
});

async function closedPort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}

async function silentServer() {
  const sockets = new Set<Socket>();
  const server: Server = createServer((socket) => sockets.add(socket.on('error', () => {})));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    address: `https://127.0.0.1:${(server.address() as AddressInfo).port}`,
    close: () =>
      new Promise<void>((resolve) => {
        server.close(() => resolve());
        for (const socket of sockets) socket.destroy();
      }),
  };
}
