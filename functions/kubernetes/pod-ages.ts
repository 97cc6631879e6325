import type { Instant } from '../shared/names.ts';
import type { PodSummary } from './cluster.ts';

/**
 * Start of the oldest pod, where something must hold of every single one.
 * @returns null when there is no pod, or one that does not run: nothing can be said of such pods
 */
export function oldestStart(pods: readonly PodSummary[]): Instant | null {
  return pods.some((pod) => pod.startedAt === null) ? null : (startsOf(pods)[0] ?? null);
}

/** Start of the youngest pod that runs. Null: none runs. */
export const newestStart = (pods: readonly PodSummary[]): Instant | null => startsOf(pods).at(-1) ?? null;

/**
 * Whether none of the pods that run was there at an earlier look, so that no entry from then is left in memory. A pod
 * that does not run holds nothing either, so it excuses nobody.
 * @param seen start of the youngest pod at that look: with the oldest one's, a single pod's restart would do
 */
export function restartedWhole(pods: readonly PodSummary[], seen: Instant): boolean {
  const [oldest] = startsOf(pods);
  return oldest !== undefined && oldest > seen;
}

/** Whether every pod runs and none of them began after an earlier look. */
export function noneRestarted(pods: readonly PodSummary[], seen: Instant): boolean {
  const newest = newestStart(pods);
  return oldestStart(pods) !== null && newest !== null && newest <= seen;
}

const startsOf = (pods: readonly PodSummary[]): readonly Instant[] =>
  pods.flatMap(({ startedAt }) => (startedAt === null ? [] : [startedAt])).sort();
