import * as v from 'valibot';
import { instant } from '../shared/names.ts';
import type { BatchPhase, BatchStatus, BatchSummary, PodSummary } from './cluster.ts';

/** Older operators write a condition's status as a boolean, newer ones as text. */
const conditions = v.optional(
  v.array(v.object({ type: v.string(), status: v.union([v.string(), v.boolean()]) })),
  [],
);
type Conditions = v.InferOutput<typeof conditions>;

const conditionOf = (all: Conditions, type: string): boolean | null => {
  const status = all.find((each) => each.type === type)?.status;
  return status === undefined ? null : String(status).toLowerCase() === 'true';
};

const batch = v.object({
  status: v.optional(v.object({ phase: v.optional(v.string(), ''), reason: v.optional(v.string(), '') }), {}),
});

export function batchStatus(value: unknown): BatchStatus {
  const { phase, reason } = v.parse(batch, value).status;
  return { phase: phase === '' ? null : (phase as BatchPhase), reason: reason === '' ? null : reason };
}

const batchList = v.object({
  items: v.array(v.object({ ...batch.entries, metadata: v.object({ name: v.string() }) })),
});

export const batchSummaries = (value: unknown): readonly BatchSummary[] =>
  v
    .parse(batchList, value)
    .items.map((each) => ({ name: each.metadata.name, phase: batchStatus(each).phase }));

const keycloak = v.object({
  metadata: v.object({ generation: v.optional(v.number()) }),
  spec: v.object({ instances: v.optional(v.number(), 1) }),
  status: v.optional(v.object({ observedGeneration: v.optional(v.number()), conditions }), {}),
});

/** Ready only for the number that stands in the spec now: right after a change the conditions still tell of before. */
export function keycloakState(value: unknown): { readonly instances: number; readonly ready: boolean } {
  const { metadata, spec, status } = v.parse(keycloak, value);
  const current =
    status.observedGeneration === undefined ||
    metadata.generation === undefined ||
    status.observedGeneration >= metadata.generation;
  return {
    instances: spec.instances,
    ready:
      current &&
      conditionOf(status.conditions, 'Ready') === true &&
      conditionOf(status.conditions, 'RollingUpdate') !== true,
  };
}

const infinispan = v.object({ status: v.optional(v.object({ conditions }), {}) });

export function infinispanState(value: unknown): {
  readonly wellFormed: boolean;
  readonly crossSiteViewFormed: boolean | null;
} {
  const { status } = v.parse(infinispan, value);
  return {
    wellFormed: conditionOf(status.conditions, 'WellFormed') === true,
    crossSiteViewFormed: conditionOf(status.conditions, 'CrossSiteViewFormed'),
  };
}

const accessReview = v.object({
  status: v.object({
    allowed: v.boolean(),
    reason: v.optional(v.string(), ''),
    evaluationError: v.optional(v.string(), ''),
  }),
});

/** Null when the review allows it, else why not. RBAC itself often leaves out the reason. */
export function accessRefusal(value: unknown): string | null {
  const { allowed, reason, evaluationError } = v.parse(accessReview, value).status;
  return allowed ? null : reason || evaluationError || 'No Role that is bound to us grants it';
}

/** The fields of the client's V1Pod that are read here. */
export interface PodObject {
  readonly metadata?: { readonly name?: string };
  readonly status?: {
    readonly phase?: string;
    readonly containerStatuses?: readonly {
      readonly restartCount: number;
      readonly state?: { readonly running?: { readonly startedAt?: Date | string } };
    }[];
    readonly conditions?: readonly { readonly type: string; readonly status: string }[];
  };
}

export function podSummary(pod: PodObject): PodSummary {
  const containers = pod.status?.containerStatuses ?? [];
  const starts = containers.map((each) => {
    const at = each.state?.running?.startedAt;
    return at === undefined ? null : new Date(at).getTime();
  });
  const running = starts.filter((start) => start !== null);
  return {
    name: pod.metadata?.name ?? '',
    phase: (pod.status?.phase ?? 'Unknown') as PodSummary['phase'],
    startedAt:
      running.length > 0 && running.length === starts.length ? instant(new Date(Math.max(...running))) : null,
    ready: conditionOf([...(pod.status?.conditions ?? [])], 'Ready') === true,
    restarts: containers.reduce((sum, each) => sum + each.restartCount, 0),
  };
}
