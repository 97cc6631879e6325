import type { Instant, SiteName } from '../shared/names.ts';

/** `status.phase` of a Batch, as the Infinispan operator writes it. Both endings say nothing about the commands. */
export type BatchPhase = 'Initializing' | 'Initialized' | 'Running' | 'Succeeded' | 'Failed';

/** `infinispan.org/v2alpha1` Batch. The namespace is the configuration's; the adapter adds it. */
export interface BatchManifest {
  readonly apiVersion: 'infinispan.org/v2alpha1';
  readonly kind: 'Batch';
  readonly metadata: {
    /** At most 63 characters; never used twice, because a Batch that ended is never run again. */
    readonly name: string;
    readonly labels?: Readonly<Record<string, string>>;
  };
  readonly spec: {
    /** Name of the Infinispan resource. */
    readonly cluster: string;
    /** The CLI's lines. */
    readonly config: string;
  };
}

interface LabelSelector {
  readonly matchLabels?: Readonly<Record<string, string>>;
}

export interface NetworkPolicyPeer {
  readonly ipBlock?: { readonly cidr: string; readonly except?: readonly string[] };
  readonly podSelector?: LabelSelector;
  readonly namespaceSelector?: LabelSelector;
}

/** `networking.k8s.io/v1` NetworkPolicy: who is listed is let through, everybody else is shut out. */
export interface NetworkPolicyManifest {
  readonly apiVersion: 'networking.k8s.io/v1';
  readonly kind: 'NetworkPolicy';
  readonly metadata: { readonly name: string; readonly labels?: Readonly<Record<string, string>> };
  readonly spec: {
    readonly podSelector: LabelSelector;
    readonly policyTypes: readonly ('Ingress' | 'Egress')[];
    readonly ingress?: readonly { readonly from?: readonly NetworkPolicyPeer[] }[];
    readonly egress?: readonly { readonly to?: readonly NetworkPolicyPeer[] }[];
  };
}

export interface BatchStatus {
  /** Null until the operator has looked at the Batch for the first time. */
  readonly phase: BatchPhase | null;
  /** On `Failed` the operator puts the whole pod log here. */
  readonly reason: string | null;
}

export interface BatchSummary {
  readonly name: string;
  /** As in BatchStatus. */
  readonly phase: BatchPhase | null;
}

export interface PodSummary {
  readonly name: string;
  readonly phase: 'Pending' | 'Running' | 'Succeeded' | 'Failed' | 'Unknown';
  /** Start of the container that started last, so that one restarted in place counts. Null: not all of them run. */
  readonly startedAt: Instant | null;
  readonly ready: boolean;
  /** Restarts of its containers, added up. */
  readonly restarts: number;
}

/** A verb in use that the API would refuse us in the site's namespace. */
export interface Denial {
  readonly verb: string;
  /** With its group: `batches.infinispan.org`, `pods/log`. */
  readonly resource: string;
  /** In the API's words, where it says any. */
  readonly reason: string;
}

/**
 * What the product asks of one site's Kubernetes cluster. Every call ends within eight seconds, also when the
 * API accepts a connection and then says nothing.
 *
 * Each method throws
 * - ClusterUnreachableError when the API refuses the connection or does not answer in time,
 * - ClusterAccessError on 401 (after the token was fetched afresh once), on 403, without a readable token, and
 *   when the certificate is not the configured authority's,
 * - ClusterObjectMissingError when an object that the configuration names does not exist,
 * - TransientError on 429 and 5xx, and when Secrets Manager does not answer,
 * - ClusterRefusedError on any other refusal, such as an operator's webhook.
 */
export interface Cluster {
  /** `exists`: a Batch of that name is there already, from an earlier attempt of the same step. */
  createBatch(batch: BatchManifest): Promise<'created' | 'exists'>;
  /** Null: there is none of that name. */
  readBatch(name: string): Promise<BatchStatus | null>;
  /** @param labelSelector as in the API: `key=value,key=value`. */
  listBatches(labelSelector: string): Promise<readonly BatchSummary[]>;
  /** An absent Batch is fine. Its Job, ConfigMap and pod go with it. */
  deleteBatch(name: string): Promise<void>;
  /** Log of the Batch's pod so far. Null: no pod yet, or its container has not started. */
  batchLog(name: string): Promise<string | null>;
  /** @param labelSelector as in the API: `key=value,key=value`. */
  listPods(labelSelector: string): Promise<readonly PodSummary[]>;
  /** `ready`: condition Ready is True and RollingUpdate is not. */
  readKeycloak(): Promise<{ readonly instances: number; readonly ready: boolean }>;
  setKeycloakInstances(instances: number): Promise<void>;
  /** `crossSiteViewFormed` is null where the operator has not written that condition. */
  readInfinispan(): Promise<{ readonly wellFormed: boolean; readonly crossSiteViewFormed: boolean | null }>;
  /** Creates it, or replaces what is there under its name. */
  applyNetworkPolicy(manifest: NetworkPolicyManifest): Promise<void>;
  /** An absent policy is fine. */
  deleteNetworkPolicy(name: string): Promise<void>;
  /** Whether a policy of that name exists. */
  readNetworkPolicy(name: string): Promise<boolean>;
  /** Which of the verbs in use (verbs.ts) the API would refuse us, by a SelfSubjectAccessReview each. Empty: none. */
  may(): Promise<readonly Denial[]>;
}

/** The part of a function's edge that leads to a site's cluster. */
export type ClusterOf = (site: SiteName) => Cluster;

/** Labels that the Keycloak operator puts on the pods of a Keycloak resource. */
export const keycloakPods = (keycloak: string): string =>
  `app=keycloak,app.kubernetes.io/instance=${keycloak}`;

/** Labels that the Infinispan operator puts on the pods of an Infinispan resource. */
export const dataGridPods = (infinispan: string): string => `clusterName=${infinispan},app=infinispan-pod`;

/**
 * Labels that the Infinispan operator (2.3 and later) puts on the pods of an Infinispan resource's Batches. Not those of
 * the Batch itself: whose pod it is, is told by the Data Grid that it is for.
 */
export const batchPods = (infinispan: string): string => `clusterName=${infinispan},app=infinispan-batch-pod`;
