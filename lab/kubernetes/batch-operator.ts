import type { BatchPhase } from '../../functions/kubernetes/cluster.ts';
import { selects } from './label-selector.ts';
import type { Pods } from './pods.ts';
import type { SiteTimers } from './site-timers.ts';
import { alreadyExists, invalid, notFound } from './status-error.ts';

export interface BatchObject {
  readonly apiVersion: 'infinispan.org/v2alpha1';
  readonly kind: 'Batch';
  readonly metadata: {
    readonly name: string;
    readonly namespace: string;
    readonly labels: Readonly<Record<string, string>>;
    readonly creationTimestamp: string;
  };
  readonly spec: { readonly cluster: string; readonly config: string };
  readonly status?: { readonly phase: BatchPhase; readonly reason?: string };
}

export interface JobResult {
  readonly exitCode: number;
  readonly log: string;
}

/** What the Batch's container does: the CLI with that script. The signal: its pod is deleted. */
export type RunJob = (job: {
  readonly name: string;
  readonly script: string;
  readonly signal: AbortSignal;
}) => Promise<JobResult>;

export interface BatchOperatorEdge {
  readonly namespace: string;
  readonly pods: Pods;
  readonly timers: SiteTimers;
  readonly runJob: RunJob;
  /** The cluster that a Batch may name, and whether the operator lets one run there now. */
  readonly infinispan: () => { readonly name: string; readonly wellFormed: boolean };
  /** How long the operator takes from one phase to the next, and the node to start a pod. */
  readonly stepMilliseconds: number;
  readonly podStartMilliseconds: number;
  readonly changed: (name: string, phase: BatchPhase | null, gone: boolean) => void;
}

const RESOURCE = 'batches.infinispan.org';
/** The operator's own: it looks again after that time, without end. */
const REQUEUE_MILLISECONDS = 10_000;
/** Longest name that a Job's pods can carry as a label. */
const LONGEST_JOB_NAME = 63;

/**
 * The Infinispan operator's part that runs Batches: `Initializing` → `Initialized` → `Running` → an end.
 * Not modelled: `spec.configMap` (refused), resources of the container, updates of a Batch, the Job as an object of its
 * own, events, owner references and finalizers, a pod that can't be scheduled or whose image can't be pulled, and the
 * secrets and certificates that the CLI connects with.
 */
export class BatchOperator {
  readonly #edge: BatchOperatorEdge;
  readonly #batches = new Map<string, BatchObject>();
  readonly #running = new Map<BatchObject['metadata'], AbortController>();

  constructor(edge: BatchOperatorEdge, before: readonly BatchObject[]) {
    this.#edge = edge;
    for (const batch of before) {
      this.#batches.set(batch.metadata.name, batch);
      // Its pod died with the node, and a Job of the operator has no second try.
      if (batch.status?.phase === 'Running') this.#set(batch, 'Failed', '');
      else this.#later(batch);
    }
  }

  create(body: unknown): BatchObject {
    const given = body as Partial<BatchObject>;
    const name = given.metadata?.name;
    if (name === undefined || name === '') throw invalid(RESOURCE, '', 'metadata.name: Required value');
    if (this.#batches.has(name)) throw alreadyExists(RESOURCE, name);
    if (typeof given.spec?.cluster !== 'string')
      throw invalid(RESOURCE, name, "spec.cluster: Required value: 'spec.cluster' must be configured");
    if (typeof given.spec.config !== 'string')
      throw invalid(
        RESOURCE,
        name,
        "spec.configMap: Required value: 'spec.config' OR 'spec.configMap' must be configured",
      );
    const batch: BatchObject = {
      apiVersion: 'infinispan.org/v2alpha1',
      kind: 'Batch',
      metadata: {
        name,
        namespace: this.#edge.namespace,
        labels: given.metadata?.labels ?? {},
        creationTimestamp: new Date().toISOString(),
      },
      spec: { cluster: given.spec.cluster, config: given.spec.config },
    };
    this.#batches.set(name, batch);
    this.#edge.changed(name, null, false);
    this.#later(batch);
    return batch;
  }

  get(name: string): BatchObject {
    const batch = this.#batches.get(name);
    if (batch === undefined) throw notFound(RESOURCE, name);
    return batch;
  }

  all(): readonly BatchObject[] {
    return [...this.#batches.values()];
  }

  /** @param selector only equality: `key=value,key=value` */
  matching(selector: string): readonly BatchObject[] {
    const isSelected = selects(selector);
    return this.all().filter(({ metadata }) => isSelected(metadata.labels));
  }

  /** Its Job and pod go with it, whatever they are doing. */
  delete(name: string): void {
    const { metadata } = this.get(name);
    this.#batches.delete(name);
    for (const pod of this.#edge.pods.matching(`infinispan_batch=${name}`)) this.#edge.pods.remove(pod.name);
    this.#running.get(metadata)?.abort();
    this.#edge.changed(name, null, true);
  }

  /** The node is gone, and whatever ran on it. */
  abandon(): void {
    for (const end of this.#running.values()) end.abort();
  }

  #later(batch: BatchObject, milliseconds = this.#edge.stepMilliseconds): void {
    this.#edge.timers.after(milliseconds, () => {
      const now = this.#batches.get(batch.metadata.name);
      // Deleted meanwhile, perhaps created again under the same name: that one has its own timers.
      if (now?.metadata === batch.metadata) this.#step(now);
    });
  }

  #set(batch: BatchObject, phase: BatchPhase, reason?: string): BatchObject {
    const next: BatchObject = {
      ...batch,
      status: { ...batch.status, phase, ...(reason === undefined ? {} : { reason }) },
    };
    this.#batches.set(batch.metadata.name, next);
    this.#edge.changed(batch.metadata.name, phase, false);
    return next;
  }

  #step(batch: BatchObject): void {
    const infinispan = this.#edge.infinispan();
    switch (batch.status?.phase) {
      case undefined:
        this.#later(this.#set(batch, 'Initializing'));
        return;
      case 'Initializing': {
        if (batch.spec.cluster !== infinispan.name || !infinispan.wellFormed) {
          this.#later(batch, REQUEUE_MILLISECONDS);
          return;
        }
        this.#later(this.#set(batch, 'Initialized'));
        return;
      }
      case 'Initialized':
        // The operator can't create a Job whose pods could not carry its name, and tries for ever.
        if (batch.metadata.name.length <= LONGEST_JOB_NAME) this.#start(this.#set(batch, 'Running'));
        return;
      default:
        return;
    }
  }

  #start(batch: BatchObject): void {
    const { name } = batch.metadata;
    const { pods, timers, runJob, podStartMilliseconds, stepMilliseconds } = this.#edge;
    const pod = pods.add(`${name}-${Math.random().toString(36).slice(2, 7)}`, 'batch', {
      app: 'infinispan-batch-pod',
      clusterName: batch.spec.cluster,
      infinispan_cr: batch.spec.cluster,
      infinispan_batch: name,
      'job-name': name,
    });
    const stillThere = () => this.#batches.get(name)?.metadata === batch.metadata;
    timers.after(podStartMilliseconds, () => {
      if (!stillThere()) return;
      pods.start(pod);
      const end = new AbortController();
      this.#running.set(batch.metadata, end);
      const ended = ({ exitCode, log }: JobResult) =>
        timers.whenAwake(() => {
          this.#running.delete(batch.metadata);
          if (!stillThere()) return;
          pod.log = log;
          pod.phase = exitCode === 0 ? 'Succeeded' : 'Failed';
          timers.after(stepMilliseconds, () => {
            if (!stillThere()) return;
            if (exitCode === 0) this.#set(batch, 'Succeeded');
            else this.#set(batch, 'Failed', log);
          });
        });
      runJob({ name, script: batch.spec.config, signal: end.signal }).then(ended, (error: unknown) =>
        ended({ exitCode: 1, log: String(error) }),
      );
    });
  }
}
