import type {
  BatchManifest,
  Cluster,
  Denial,
  NetworkPolicyManifest,
} from '../../functions/kubernetes/cluster.ts';
import {
  batchStatus,
  batchSummaries,
  infinispanState,
  keycloakState,
  podSummary,
} from '../../functions/kubernetes/objects.ts';
import { fullName, VERBS_IN_USE } from '../../functions/kubernetes/verbs.ts';
import {
  ClusterAccessError,
  ClusterObjectMissingError,
  ClusterUnreachableError,
  FailoverError,
} from '../../functions/shared/errors.ts';
import type { ClusterModel } from './model.ts';
import { allows, type PolicyRule, ROLE_RULES } from './role.ts';
import { StatusError } from './status-error.ts';

/**
 * - `refusing`: connections are refused at once.
 * - `silent`: nothing answers, the caller gives up after the port's eight seconds. Nothing is carried out either:
 *   the adapter opens a connection for each call, and a stopped server never finishes its TLS handshake.
 * - `token-expired`: 401, also with a fresh token.
 * - an error of the port: thrown as it is.
 */
export type ClusterFault = 'none' | 'refusing' | 'silent' | 'token-expired' | FailoverError;

const LIMIT_MILLISECONDS = 8_000;

type Kind = readonly [group: string, resource: string];

const BATCHES: Kind = ['infinispan.org', 'batches'];
const INFINISPANS: Kind = ['infinispan.org', 'infinispans'];
const KEYCLOAKS: Kind = ['k8s.keycloak.org', 'keycloaks'];
const PODS: Kind = ['', 'pods'];
const PODS_LOG: Kind = ['', 'pods/log'];
const POLICIES: Kind = ['networking.k8s.io', 'networkpolicies'];

/**
 * The port over the model, without network, for tests and the simulated world.
 *
 * Not modelled: the time that a call takes, and answers of 429 or 5xx.
 */
export class InMemoryCluster implements Cluster {
  fault: ClusterFault = 'none';
  /** What the cluster lets us do. */
  rules: readonly PolicyRule[] = ROLE_RULES;
  readonly #site: string;
  readonly #model: () => ClusterModel;
  #answersToLose = 0;

  /** @param model asked for at each call, so that a site that lost its power can come back with a new one */
  constructor(site: string, model: () => ClusterModel) {
    this.#site = site;
    this.#model = model;
  }

  /** The next call is carried out, and the caller hears nothing of it. */
  loseNextAnswer(): void {
    this.#answersToLose++;
  }

  createBatch(batch: BatchManifest): Promise<'created' | 'exists'> {
    return this.#asked('create', BATCHES, (model) => {
      try {
        model.batches.create(batch);
        return 'created';
      } catch (error) {
        if (error instanceof StatusError && error.code === 409) return 'exists';
        throw error;
      }
    });
  }

  readBatch(name: string) {
    return this.#asked('get', BATCHES, (model) => orNull(() => batchStatus(model.batches.get(name))));
  }

  listBatches(labelSelector: string) {
    return this.#asked('list', BATCHES, (model) =>
      batchSummaries({ items: model.batches.matching(labelSelector) }),
    );
  }

  async deleteBatch(name: string): Promise<void> {
    await this.#asked('delete', BATCHES, (model) => orNull(() => model.batches.delete(name)));
  }

  batchLog(name: string): Promise<string | null> {
    return this.#asked('get', PODS_LOG, (model) => {
      const [pod] = model.pods.matching(`infinispan_batch=${name}`);
      if (pod === undefined || pod.phase === 'Pending') return null;
      return model.pods.log(pod.name, 'batch');
    });
  }

  listPods(labelSelector: string) {
    return this.#asked('list', PODS, (model) =>
      model.pods.matching(labelSelector).map((pod) => podSummary(model.pods.toObject(pod))),
    );
  }

  readKeycloak() {
    return this.#asked('get', KEYCLOAKS, (model) => keycloakState(model.keycloak.toObject()));
  }

  setKeycloakInstances(instances: number): Promise<void> {
    return this.#asked('patch', KEYCLOAKS, (model) => model.keycloak.patch({ spec: { instances } }));
  }

  readInfinispan() {
    return this.#asked('get', INFINISPANS, (model) => infinispanState(model.dataGrid.toObject()));
  }

  applyNetworkPolicy(manifest: NetworkPolicyManifest): Promise<void> {
    const { name } = manifest.metadata;
    return this.#asked('create', POLICIES, (model) =>
      orNull(() => model.policy(name)) === null
        ? model.createPolicy(manifest)
        : this.#permitted('update', POLICIES, () => model.replacePolicy(name, manifest)),
    );
  }

  async deleteNetworkPolicy(name: string): Promise<void> {
    await this.#asked('delete', POLICIES, (model) => orNull(() => model.deletePolicy(name)));
  }

  readNetworkPolicy(name: string): Promise<boolean> {
    return this.#asked('get', POLICIES, (model) => orNull(() => model.policy(name)) !== null);
  }

  may(): Promise<readonly Denial[]> {
    return this.#reached(() =>
      VERBS_IN_USE.flatMap(({ group, resource, verbs }) =>
        verbs
          .filter((verb) => !allows(this.rules, group, resource, verb))
          .map((verb) => ({ verb, resource: fullName(group, resource), reason: 'not granted' })),
      ),
    );
  }

  #asked<Answer>(verb: string, kind: Kind, work: (model: ClusterModel) => Answer): Promise<Answer> {
    return this.#reached((model) => this.#permitted(verb, kind, () => work(model)));
  }

  #permitted<Answer>(verb: string, [group, resource]: Kind, work: () => Answer): Answer {
    if (allows(this.rules, group, resource, verb)) return work();
    const full = fullName(group, resource);
    throw new ClusterAccessError(
      `The Kubernetes API of ${this.#site} does not allow us: ${verb} ${full}.`,
      `Allow "${verb}" on "${full}" in our Role.`,
    );
  }

  async #reached<Answer>(work: (model: ClusterModel) => Answer): Promise<Answer> {
    if (this.fault instanceof FailoverError) throw this.fault;
    switch (this.fault) {
      case 'refusing':
        throw this.#unreachable("can't be reached (ECONNREFUSED)");
      case 'silent':
        await new Promise((resolve) => setTimeout(resolve, LIMIT_MILLISECONDS));
        throw this.#unreachable(`did not answer within ${LIMIT_MILLISECONDS / 1000} s`);
      case 'token-expired':
        throw new ClusterAccessError(
          `The Kubernetes API of ${this.#site} does not accept our token.`,
          'Issue a new token and store it in its secret.',
        );
      case 'none':
    }
    let answer: Answer;
    try {
      answer = work(this.#model());
    } catch (error) {
      if (!(error instanceof StatusError) || error.code !== 404) throw error;
      throw new ClusterObjectMissingError(error.message, 'Correct the names in failover.config.json.');
    }
    if (this.#answersToLose > 0) {
      this.#answersToLose--;
      throw this.#unreachable('broke the connection');
    }
    return answer;
  }

  #unreachable(how: string): ClusterUnreachableError {
    return new ClusterUnreachableError(
      `The Kubernetes API of ${this.#site} ${how}.`,
      'A lost site answers again when it is back.',
    );
  }
}

function orNull<Found>(read: () => Found): Found | null {
  try {
    return read();
  } catch (error) {
    if (error instanceof StatusError && error.code === 404) return null;
    throw error;
  }
}
