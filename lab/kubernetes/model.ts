import type { BatchPhase, NetworkPolicyManifest } from '../../functions/kubernetes/cluster.ts';
import { type BatchObject, BatchOperator, type RunJob } from './batch-operator.ts';
import { DataGridState } from './data-grid-state.ts';
import { type KeycloakCounts, KeycloakOperator } from './keycloak-operator.ts';
import { Pods } from './pods.ts';
import { SiteTimers } from './site-timers.ts';
import { alreadyExists, invalid, notFound } from './status-error.ts';

/** What the cluster's etcd holds, and a site finds again after it lost its power. */
export interface Etcd {
  readonly keycloakInstances: number;
  readonly batches: readonly BatchObject[];
  readonly policies: readonly NetworkPolicyManifest[];
}

export type ClusterEvent =
  /** `phase` null: created, or with `gone` deleted. */
  | {
      readonly kind: 'batch';
      readonly name: string;
      readonly phase: BatchPhase | null;
      readonly gone: boolean;
    }
  | ({ readonly kind: 'keycloak' } & KeycloakCounts);

/** How long things take. The defaults are shorter than a real cluster's, so that a rehearsal stays short. */
export interface ClusterTimes {
  readonly batchStepMilliseconds: number;
  readonly podStartMilliseconds: number;
  /** A real Keycloak takes about 35 s. */
  readonly keycloakStartMilliseconds: number;
  readonly keycloakStopMilliseconds: number;
}

export const CLUSTER_TIMES: ClusterTimes = {
  batchStepMilliseconds: 100,
  podStartMilliseconds: 200,
  keycloakStartMilliseconds: 3_000,
  keycloakStopMilliseconds: 1_500,
};

export interface ClusterModelOptions {
  readonly namespace: string;
  readonly infinispan: string;
  readonly keycloak: string;
  /** With `etcd` ignored: what stands there counts. */
  readonly keycloakInstances: number;
  readonly dataGridPods?: number;
  readonly times?: Partial<ClusterTimes>;
  readonly runJob: RunJob;
  /** Carries the policy out; null when it was deleted. Called for the policies in `etcd` too. */
  readonly onPolicy?: (name: string, manifest: NetworkPolicyManifest | null) => void;
  readonly onEvent?: (event: ClusterEvent) => void;
  /** Whatever is declared changed: for who keeps it over a loss of power. */
  readonly onDeclared?: (etcd: Etcd) => void;
  /** Absent: a cluster that has run for long. Present: one that starts with what was declared before. */
  readonly etcd?: Etcd;
}

const POLICIES = 'networkpolicies.networking.k8s.io';

/**
 * One namespace of a site's Kubernetes cluster, with the Infinispan operator's Batches, the Keycloak operator and
 * what the product asks of them. Time is the global one (`setTimeout`, `Date`), so that fake timers drive it.
 *
 * Not modelled: other kinds and namespaces, `status` subresources, watches, resource versions, updates of a Batch
 * (the operator refuses a changed spec, and the product's Role has no such verb), a Batch's ConfigMap and Job as
 * objects of their own (only their pod), a pod's log while its container still runs (it comes whole at the end),
 * an Infinispan resource that is deleted and created again, images that can't be pulled, nodes, evictions, several
 * containers in a pod, rolling updates of Keycloak, the Infinispan operator's own reaction to `ISPN000643`, and
 * admission beyond the checks the product could meet. Keycloak's pods become ready by time alone, whatever their
 * Data Grid does; the condition CrossSiteViewFormed is written only where a test declares it.
 */
export class ClusterModel {
  readonly namespace: string;
  readonly infinispanName: string;
  readonly keycloakName: string;
  readonly pods: Pods;
  readonly batches: BatchOperator;
  readonly keycloak: KeycloakOperator;
  readonly dataGrid: DataGridState;
  readonly #timers = new SiteTimers();
  readonly #policies = new Map<string, NetworkPolicyManifest>();
  readonly #options: ClusterModelOptions;
  #complete = false;

  constructor(options: ClusterModelOptions) {
    this.#options = options;
    this.namespace = options.namespace;
    this.infinispanName = options.infinispan;
    this.keycloakName = options.keycloak;
    const { etcd, namespace, runJob } = options;
    const times = { ...CLUSTER_TIMES, ...options.times };
    this.pods = new Pods(namespace);
    this.dataGrid = new DataGridState(options.infinispan, namespace, this.pods, options.dataGridPods ?? 1);
    this.keycloak = new KeycloakOperator(
      {
        name: options.keycloak,
        namespace,
        pods: this.pods,
        timers: this.#timers,
        startMilliseconds: times.keycloakStartMilliseconds,
        stopMilliseconds: times.keycloakStopMilliseconds,
        changed: (counts) => this.#tell({ kind: 'keycloak', ...counts }),
      },
      etcd?.keycloakInstances ?? options.keycloakInstances,
      etcd === undefined,
    );
    this.batches = new BatchOperator(
      {
        namespace,
        pods: this.pods,
        timers: this.#timers,
        runJob,
        infinispan: () => this.dataGrid.forBatches(),
        stepMilliseconds: times.batchStepMilliseconds,
        podStartMilliseconds: times.podStartMilliseconds,
        changed: (name, phase, gone) => this.#tell({ kind: 'batch', name, phase, gone }),
      },
      etcd?.batches ?? [],
    );
    this.#complete = true;
    for (const policy of etcd?.policies ?? []) this.#setPolicy(policy);
  }

  createPolicy(manifest: NetworkPolicyManifest): void {
    const { name } = manifest.metadata;
    if (this.#policies.has(name)) throw alreadyExists(POLICIES, name);
    this.#setPolicy(checked(manifest));
  }

  replacePolicy(name: string, manifest: NetworkPolicyManifest): void {
    this.policy(name);
    this.#setPolicy(checked(manifest));
  }

  policy(name: string): NetworkPolicyManifest {
    const found = this.#policies.get(name);
    if (found === undefined) throw notFound(POLICIES, name);
    return found;
  }

  deletePolicy(name: string): void {
    this.policy(name);
    this.#policies.delete(name);
    this.#options.onPolicy?.(name, null);
    this.#options.onDeclared?.(this.etcd());
  }

  etcd(): Etcd {
    return {
      keycloakInstances: this.keycloak.counts().declared,
      batches: this.batches.all(),
      policies: [...this.#policies.values()],
    };
  }

  /** Everything in the cluster stops where it is. */
  freeze(): void {
    this.#timers.freeze();
  }

  thaw(): void {
    this.#timers.thaw();
  }

  /** The power goes, or the rehearsal is over: nothing of it happens any more. */
  stop(): void {
    this.batches.abandon();
    this.#timers.stop();
  }

  #setPolicy(manifest: NetworkPolicyManifest): void {
    this.#policies.set(manifest.metadata.name, manifest);
    this.#options.onPolicy?.(manifest.metadata.name, manifest);
    this.#options.onDeclared?.(this.etcd());
  }

  #tell(event: ClusterEvent): void {
    this.#options.onEvent?.(event);
    if (this.#complete) this.#options.onDeclared?.(this.etcd());
  }
}

function checked(manifest: NetworkPolicyManifest): NetworkPolicyManifest {
  if (manifest.spec?.podSelector === undefined) {
    throw invalid(POLICIES, manifest.metadata.name, 'spec.podSelector: Required value');
  }
  return manifest;
}
