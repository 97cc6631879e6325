import type { BatchManifest, Cluster, NetworkPolicyManifest } from '../../functions/kubernetes/cluster.ts';
import {
  batchStatus,
  infinispanState,
  keycloakState,
  podSummary,
} from '../../functions/kubernetes/objects.ts';
import {
  ClusterAccessError,
  ClusterObjectMissingError,
  ClusterUnreachableError,
} from '../../functions/shared/errors.ts';
import type { ClusterModel } from './model.ts';
import { StatusError } from './status-error.ts';

/**
 * - `refusing`: connections are refused at once.
 * - `silent`: nothing answers, the caller gives up after the port's eight seconds. Nothing is carried out either:
 *   the adapter opens a connection for each call, and a stopped server never finishes its TLS handshake.
 * - `token-expired`: 401, also with a fresh token.
 */
export type ClusterFault = 'none' | 'refusing' | 'silent' | 'token-expired';

const LIMIT_MILLISECONDS = 8_000;

/**
 * The port over the model, without network, for tests and the simulated world.
 *
 * Not modelled: the Role (the HTTPS stand-in has it), the time that a call takes, and answers of 429 or 5xx.
 */
export class InMemoryCluster implements Cluster {
  fault: ClusterFault = 'none';
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
    return this.#asked((model) => {
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
    return this.#asked((model) => orNull(() => batchStatus(model.batches.get(name))));
  }

  async deleteBatch(name: string): Promise<void> {
    await this.#asked((model) => orNull(() => model.batches.delete(name)));
  }

  batchLog(name: string): Promise<string | null> {
    return this.#asked((model) => {
      const [pod] = model.pods.matching(`infinispan_batch=${name}`);
      if (pod === undefined || pod.phase === 'Pending') return null;
      return model.pods.log(pod.name, 'batch');
    });
  }

  listPods(labelSelector: string) {
    return this.#asked((model) =>
      model.pods.matching(labelSelector).map((pod) => podSummary(model.pods.toObject(pod))),
    );
  }

  readKeycloak() {
    return this.#asked((model) => keycloakState(model.keycloak.toObject()));
  }

  setKeycloakInstances(instances: number): Promise<void> {
    return this.#asked((model) => model.keycloak.patch({ spec: { instances } }));
  }

  readInfinispan() {
    return this.#asked((model) => infinispanState(model.dataGrid.toObject()));
  }

  applyNetworkPolicy(manifest: NetworkPolicyManifest): Promise<void> {
    const { name } = manifest.metadata;
    return this.#asked((model) =>
      orNull(() => model.policy(name)) === null
        ? model.createPolicy(manifest)
        : model.replacePolicy(name, manifest),
    );
  }

  async deleteNetworkPolicy(name: string): Promise<void> {
    await this.#asked((model) => orNull(() => model.deletePolicy(name)));
  }

  readNetworkPolicy(name: string): Promise<boolean> {
    return this.#asked((model) => orNull(() => model.policy(name)) !== null);
  }

  async #asked<Answer>(work: (model: ClusterModel) => Answer): Promise<Answer> {
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
