import type { Pod, Pods } from './pods.ts';
import type { SiteTimers } from './site-timers.ts';
import { invalid } from './status-error.ts';

export interface KeycloakCounts {
  readonly declared: number;
  /** Take requests. */
  readonly ready: number;
  /** Exist: also those that start, and those that end the requests they still hold. */
  readonly pods: number;
}

export interface KeycloakOperatorEdge {
  readonly name: string;
  readonly namespace: string;
  readonly pods: Pods;
  readonly timers: SiteTimers;
  readonly startMilliseconds: number;
  readonly stopMilliseconds: number;
  readonly changed: (counts: KeycloakCounts) => void;
}

/**
 * The Keycloak operator with its StatefulSet: pods come and go until there are as many as declared.
 * Not modelled: every field of the spec but `instances` (a change of it is ignored), rolling updates and realm imports,
 * pods that fail to start or restart by themselves, pods that wait for the one before (all start at once), what the
 * operator writes as messages of its conditions, and Keycloak itself, which the site serves.
 */
export class KeycloakOperator {
  readonly #edge: KeycloakOperatorEdge;
  readonly #pods: (Pod | undefined)[] = [];
  readonly #leaving = new Set<Pod>();
  #declared: number;
  #generation = 1;

  /** @param atOnce the pods have been ready for long; else they start now */
  constructor(edge: KeycloakOperatorEdge, declared: number, atOnce: boolean) {
    this.#edge = edge;
    this.#declared = declared;
    this.#reconcile(atOnce);
  }

  /** At least one pod takes requests. */
  get isServing(): boolean {
    return this.#pods.some((pod) => pod?.ready === true);
  }

  counts(): KeycloakCounts {
    const pods = this.#pods.filter((pod) => pod !== undefined);
    return {
      declared: this.#declared,
      ready: pods.filter((pod) => pod.ready).length,
      pods: pods.length + this.#leaving.size,
    };
  }

  /** @param patch as in RFC 7386; of the spec only `instances` is known here */
  patch(patch: unknown): void {
    const spec = (patch as { spec?: { instances?: unknown } } | null)?.spec;
    if (spec?.instances === undefined) return;
    // A merge patch deletes with null, and the field's default is one instance.
    const instances = spec.instances ?? 1;
    if (typeof instances !== 'number' || !Number.isInteger(instances) || instances < 0) {
      throw invalid(
        'keycloaks.k8s.keycloak.org',
        this.#edge.name,
        'spec.instances: Invalid value: must be an integer greater than or equal to 0',
      );
    }
    if (instances === this.#declared) return;
    this.#declared = instances;
    this.#generation++;
    this.#edge.timers.after(0, () => this.#reconcile(false));
    this.#edge.changed(this.counts());
  }

  toObject() {
    const { declared, ready, pods } = this.counts();
    const settled = ready === declared && pods === declared;
    return {
      apiVersion: 'k8s.keycloak.org/v2alpha1',
      kind: 'Keycloak',
      metadata: { name: this.#edge.name, namespace: this.#edge.namespace, generation: this.#generation },
      spec: { instances: declared },
      status: {
        observedGeneration: this.#generation,
        instances: ready,
        conditions: [
          { type: 'Ready', status: settled ? 'True' : 'False' },
          { type: 'HasErrors', status: 'False' },
          { type: 'RollingUpdate', status: 'False' },
        ],
      },
    };
  }

  #reconcile(atOnce: boolean): void {
    const { pods, timers, name, startMilliseconds, stopMilliseconds, changed } = this.#edge;
    for (let index = 0; index < this.#declared; index++) {
      if (this.#pods[index] !== undefined) continue;
      const podName = `${name}-${index}`;
      // A StatefulSet waits until the pod of that name is gone.
      if ([...this.#leaving].some((pod) => pod.name === podName)) continue;
      const pod = pods.add(podName, 'keycloak', {
        app: 'keycloak',
        'app.kubernetes.io/instance': name,
        'app.kubernetes.io/managed-by': 'keycloak-operator',
      });
      pods.start(pod);
      pod.ready = atOnce;
      this.#pods[index] = pod;
      if (atOnce) continue;
      timers.after(startMilliseconds, () => {
        if (this.#pods[index] !== pod) return;
        pod.ready = true;
        changed(this.counts());
      });
    }
    for (const pod of this.#pods.splice(this.#declared)) {
      if (pod === undefined) continue;
      pod.ready = false;
      this.#leaving.add(pod);
      timers.after(stopMilliseconds, () => {
        pods.remove(pod.name);
        this.#leaving.delete(pod);
        this.#reconcile(false);
      });
    }
    changed(this.counts());
  }
}
