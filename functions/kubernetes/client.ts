import type { ApiException } from '@kubernetes/client-node';
import type { SiteConfiguration } from '../shared/configuration.ts';
import { siteOf } from '../shared/configuration.ts';
import type { SiteName } from '../shared/names.ts';
import { type Call, ClusterCalls } from './calls.ts';
import type { BatchManifest, Cluster, ClusterOf, Denial, NetworkPolicyManifest } from './cluster.ts';
import type { TokenEdge } from './cluster-token.ts';
import {
  accessRefusal,
  batchStatus,
  batchSummaries,
  infinispanState,
  keycloakState,
  podSummary,
} from './objects.ts';
import { ACCESS_REVIEWS, isAbsent, isConflict, statusOf } from './refusals.ts';
import { tokenOf } from './token.ts';
import { fullName, VERBS_IN_USE } from './verbs.ts';

const LIMIT_MILLISECONDS = 8_000;

/** More than any Batch of ours says; a runaway log must not fill a function's memory. */
const LOG_LIMIT_BYTES = 1_000_000;

const BATCHES = { group: 'infinispan.org', version: 'v2alpha1', plural: 'batches' } as const;
const INFINISPANS = { group: 'infinispan.org', version: 'v1', plural: 'infinispans' } as const;
const KEYCLOAKS = { group: 'k8s.keycloak.org', version: 'v2alpha1', plural: 'keycloaks' } as const;
// As a custom object: the client's own class renames the field `from`, which a manifest must keep.
const POLICIES = { group: 'networking.k8s.io', version: 'v1', plural: 'networkpolicies' } as const;

type Kind = { readonly group: string; readonly version: string; readonly plural: string };
const resourceOf = (kind: Kind): string => fullName(kind.group, kind.plural);

/** The port's adapter on the Kubernetes API of one site. */
class KubernetesCluster implements Cluster {
  readonly #cluster: SiteConfiguration['cluster'];
  readonly #calls: ClusterCalls;

  constructor(cluster: SiteConfiguration['cluster'], calls: ClusterCalls) {
    this.#cluster = cluster;
    this.#calls = calls;
  }

  createBatch(batch: BatchManifest): Promise<'created' | 'exists'> {
    return this.#calls.within((call) => this.#create(call, BATCHES, batch));
  }

  readBatch(name: string) {
    return this.#calls.within((call) => this.#find(call, BATCHES, name, batchStatus));
  }

  async listBatches(labelSelector: string) {
    const list = await this.#calls.within((call) =>
      call({ verb: 'list', resource: resourceOf(BATCHES) }, async ({ custom }) =>
        batchSummaries(
          await custom.listNamespacedCustomObject({ ...BATCHES, ...this.#namespace, labelSelector }),
        ),
      ),
    );
    return list ?? [];
  }

  deleteBatch(name: string): Promise<void> {
    return this.#calls.within((call) => this.#delete(call, BATCHES, name));
  }

  batchLog(name: string): Promise<string | null> {
    return this.#calls.within(async (call) => {
      const [pod] = await this.#pods(call, `infinispan_batch=${name}`);
      if (pod === undefined) return null;
      return call(
        { verb: 'get', resource: 'pods/log', name: pod.name },
        ({ core }) =>
          core.readNamespacedPodLog({
            ...this.#namespace,
            name: pod.name,
            container: 'batch',
            limitBytes: LOG_LIMIT_BYTES,
          }),
        (error) =>
          isAbsent(error, pod.name) ||
          (error.code === 400 && statusOf(error).message.includes('waiting to start')),
      );
    });
  }

  listPods(labelSelector: string) {
    return this.#calls.within((call) => this.#pods(call, labelSelector));
  }

  readKeycloak() {
    return this.#calls.within((call) => this.#read(call, KEYCLOAKS, this.#cluster.keycloak, keycloakState));
  }

  async setKeycloakInstances(instances: number): Promise<void> {
    const name = this.#cluster.keycloak;
    await this.#calls.within((call) =>
      call({ verb: 'patch', resource: resourceOf(KEYCLOAKS), name }, ({ custom }) =>
        custom.patchNamespacedCustomObject({
          ...KEYCLOAKS,
          ...this.#namespace,
          name,
          body: { spec: { instances } },
        }),
      ),
    );
  }

  readInfinispan() {
    return this.#calls.within((call) =>
      this.#read(call, INFINISPANS, this.#cluster.infinispan, infinispanState),
    );
  }

  async applyNetworkPolicy(manifest: NetworkPolicyManifest): Promise<void> {
    const { name } = manifest.metadata;
    await this.#calls.within(async (call) => {
      if ((await this.#create(call, POLICIES, manifest)) === 'created') return;
      await call({ verb: 'update', resource: resourceOf(POLICIES), name }, ({ custom }) =>
        custom.replaceNamespacedCustomObject({ ...POLICIES, ...this.#namespace, name, body: manifest }),
      );
    });
  }

  deleteNetworkPolicy(name: string): Promise<void> {
    return this.#calls.within((call) => this.#delete(call, POLICIES, name));
  }

  async readNetworkPolicy(name: string): Promise<boolean> {
    return (await this.#calls.within((call) => this.#find(call, POLICIES, name, () => true))) ?? false;
  }

  may(): Promise<readonly Denial[]> {
    return this.#calls.within(async (call) => {
      const denials: Denial[] = [];
      for (const { group, resource, verbs } of VERBS_IN_USE) {
        for (const verb of verbs) {
          const refused = await this.#review(call, group, resource, verb);
          if (refused !== null) denials.push({ verb, resource: fullName(group, resource), reason: refused });
        }
      }
      return denials;
    });
  }

  /** Null when it is allowed, else why it is not. */
  async #review(call: Call, group: string, resource: string, verb: string): Promise<string | null> {
    const [plural, subresource] = resource.split('/');
    const review = await call({ verb: 'create', resource: ACCESS_REVIEWS }, ({ authorization }) =>
      authorization.createSelfSubjectAccessReview({
        body: {
          apiVersion: 'authorization.k8s.io/v1',
          kind: 'SelfSubjectAccessReview',
          spec: {
            resourceAttributes: {
              ...this.#namespace,
              group,
              resource: plural!,
              ...(subresource === undefined ? {} : { subresource }),
              verb,
            },
          },
        },
      }),
    );
    return accessRefusal(review);
  }

  get #namespace() {
    return { namespace: this.#cluster.namespace };
  }

  async #create(
    call: Call,
    kind: Kind,
    body: BatchManifest | NetworkPolicyManifest,
  ): Promise<'created' | 'exists'> {
    const created = await call(
      { verb: 'create', resource: resourceOf(kind), name: body.metadata.name },
      ({ custom }) => custom.createNamespacedCustomObject({ ...kind, ...this.#namespace, body }),
      isConflict,
    );
    return created === null ? 'exists' : 'created';
  }

  /** Null when there is none of that name. */
  #find<State>(
    call: Call,
    kind: Kind,
    name: string,
    parse: (object: unknown) => State,
    absent = (error: ApiException<unknown>) => isAbsent(error, name),
  ): Promise<State | null> {
    return call(
      { verb: 'get', resource: resourceOf(kind), name },
      async ({ custom }) =>
        parse(await custom.getNamespacedCustomObject({ ...kind, ...this.#namespace, name })),
      absent,
    );
  }

  /** An object that the configuration names, so that its absence is an error. */
  async #read<State>(
    call: Call,
    kind: Kind,
    name: string,
    parse: (object: unknown) => State,
  ): Promise<State> {
    return (await this.#find(call, kind, name, parse, () => false))!;
  }

  async #delete(call: Call, kind: Kind, name: string): Promise<void> {
    await call(
      { verb: 'delete', resource: resourceOf(kind), name },
      ({ custom }) =>
        custom.deleteNamespacedCustomObject({
          ...kind,
          ...this.#namespace,
          name,
          propagationPolicy: 'Background',
        }),
      (error) => isAbsent(error, name),
    );
  }

  async #pods(call: Call, labelSelector: string) {
    const list = await call({ verb: 'list', resource: 'pods' }, ({ core }) =>
      core.listNamespacedPod({ ...this.#namespace, labelSelector }),
    );
    return (list?.items ?? []).map(podSummary);
  }
}

/**
 * The clusters of the configured sites, each made when it is first asked for.
 * @param limitMilliseconds within which each method ends, whatever the API does
 */
export function createClusterOf(edge: TokenEdge, limitMilliseconds = LIMIT_MILLISECONDS): ClusterOf {
  const known = new Map<SiteName, Cluster>();
  return (name) => {
    const found = known.get(name);
    if (found !== undefined) return found;
    const site = siteOf(edge.configuration, name);
    const calls = new ClusterCalls(site, tokenOf(edge, site), limitMilliseconds);
    const cluster = new KubernetesCluster(site.cluster, calls);
    known.set(name, cluster);
    return cluster;
  };
}
