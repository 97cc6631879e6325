import { selects } from './label-selector.ts';
import { badRequest, notFound, StatusError } from './status-error.ts';

type PodPhase = 'Pending' | 'Running' | 'Succeeded' | 'Failed';

export interface Pod {
  readonly name: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly container: string;
  readonly createdAt: string;
  phase: PodPhase;
  startedAt: string | null;
  ready: boolean;
  restarts: number;
  log: string;
}

/** The pods of one namespace, each with one container. */
export class Pods {
  readonly #namespace: string;
  readonly #pods = new Map<string, Pod>();

  constructor(namespace: string) {
    this.#namespace = namespace;
  }

  add(name: string, container: string, labels: Readonly<Record<string, string>>): Pod {
    const pod: Pod = {
      name,
      labels,
      container,
      createdAt: new Date().toISOString(),
      phase: 'Pending',
      startedAt: null,
      ready: false,
      restarts: 0,
      log: '',
    };
    this.#pods.set(name, pod);
    return pod;
  }

  start(pod: Pod): void {
    pod.phase = 'Running';
    pod.startedAt = new Date().toISOString();
  }

  remove(name: string): void {
    this.#pods.delete(name);
  }

  /** @param selector only equality: `key=value,key=value` */
  matching(selector: string): readonly Pod[] {
    const isSelected = selects(selector);
    return [...this.#pods.values()].filter(({ labels }) => isSelected(labels));
  }

  log(name: string, container: string | null): string {
    const pod = this.#pods.get(name);
    if (pod === undefined) throw notFound('pods', name);
    if (container !== null && container !== pod.container) {
      throw badRequest(`container ${container} is not valid for pod ${name}`);
    }
    if (pod.phase === 'Pending') {
      throw new StatusError(
        400,
        'BadRequest',
        `container "${pod.container}" in pod "${name}" is waiting to start: ContainerCreating`,
      );
    }
    return pod.log;
  }

  toObject(pod: Pod) {
    const running = pod.phase === 'Running' && pod.startedAt !== null;
    const ended = pod.phase === 'Succeeded' || pod.phase === 'Failed';
    return {
      apiVersion: 'v1',
      kind: 'Pod',
      metadata: {
        name: pod.name,
        namespace: this.#namespace,
        labels: pod.labels,
        creationTimestamp: pod.createdAt,
      },
      spec: { containers: [{ name: pod.container, image: 'lab' }] },
      status: {
        phase: pod.phase,
        conditions: [{ type: 'Ready', status: pod.ready ? 'True' : 'False' }],
        containerStatuses: [
          {
            name: pod.container,
            image: 'lab',
            imageID: 'lab',
            ready: pod.ready,
            restartCount: pod.restarts,
            state: running
              ? { running: { startedAt: pod.startedAt! } }
              : ended
                ? { terminated: { exitCode: pod.phase === 'Failed' ? 1 : 0, reason: 'Completed' } }
                : { waiting: { reason: 'ContainerCreating' } },
          },
        ],
      },
    };
  }
}
