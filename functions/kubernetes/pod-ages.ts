import type { Instant } from '../shared/names.ts';
import type { PodSummary } from './cluster.ts';

/**
 * Start of the oldest pod. Where every pod is younger than the oldest one seen before, all of them restarted.
 * @returns null when there is no pod, or one that does not run: nothing can be said of such pods
 */
export function oldestStart(pods: readonly PodSummary[]): Instant | null {
  if (pods.length === 0 || pods.some((pod) => pod.startedAt === null)) return null;
  return pods.map((pod) => pod.startedAt!).sort()[0]!;
}
