import type { Pod, Pods } from './pods.ts';

/** The Infinispan resource and its pods. What its server really does is the lab's real server's business. */
export class DataGridState {
  readonly #name: string;
  readonly #namespace: string;
  readonly #pods: Pods;
  #wellFormed = true;
  #viewFormed: boolean | null = null;
  #members: Pod[] = [];

  constructor(name: string, namespace: string, pods: Pods, size: number) {
    this.#name = name;
    this.#namespace = namespace;
    this.#pods = pods;
    for (let index = 0; index < size; index++) {
      this.#members.push(
        pods.add(`${name}-${index}`, 'infinispan', { app: 'infinispan-pod', clusterName: name }),
      );
    }
    this.started();
  }

  /** Its servers (re)started: whatever they held is gone, and their pods tell of it by a later start. */
  started(): void {
    for (const pod of this.#members) this.#start(pod);
    this.#wellFormed = true;
  }

  /** The first of its servers restarted, while the others kept what it held. */
  oneStarted(): void {
    this.#start(this.#members[0]!);
  }

  stopped(): void {
    for (const pod of this.#members) {
      pod.phase = 'Pending';
      pod.ready = false;
    }
    this.#wellFormed = false;
  }

  /** Conditions as the operator would write them; `viewFormed: null` leaves that condition out. */
  declare(conditions: { readonly wellFormed?: boolean; readonly viewFormed?: boolean | null }): void {
    if (conditions.wellFormed !== undefined) this.#wellFormed = conditions.wellFormed;
    if (conditions.viewFormed !== undefined) this.#viewFormed = conditions.viewFormed;
  }

  forBatches() {
    return { name: this.#name, wellFormed: this.#wellFormed };
  }

  toObject() {
    const condition = (type: string, on: boolean) => ({ type, status: on ? 'True' : 'False' });
    return {
      apiVersion: 'infinispan.org/v1',
      kind: 'Infinispan',
      metadata: { name: this.#name, namespace: this.#namespace },
      spec: { replicas: this.#members.length },
      status: {
        conditions: [
          condition('PreliminaryChecksPassed', true),
          condition('WellFormed', this.#wellFormed),
          condition('GracefulShutdown', false),
          condition('Stopping', false),
          condition('Upgrade', false),
          ...(this.#viewFormed === null ? [] : [condition('CrossSiteViewFormed', this.#viewFormed)]),
        ],
      },
    };
  }

  #start(pod: Pod): void {
    if (pod.startedAt !== null) pod.restarts++;
    this.#pods.start(pod);
    pod.ready = true;
  }
}
