import type { PodSummary } from '../kubernetes/cluster.ts';
import { oldestStart } from '../kubernetes/pod-ages.ts';
import type { Instant } from '../shared/names.ts';

/**
 * Says which Data Grid pods there are, so that it can be told later whether any of them restarted: a full restart
 * forgets that the other site is offline, and a clear after it empties both sites.
 * @returns null when there is no pod, or one that does not run: nothing can be said of such pods
 */
export function fingerprintOf(pods: readonly PodSummary[]): string | null {
  if (pods.length === 0 || pods.some((pod) => pod.startedAt === null)) return null;
  return pods
    .map((pod) => `${pod.name} ${pod.startedAt} ${pod.restarts}`)
    .sort()
    .join(', ');
}

/** Whether every pod began after that moment, so that none still holds a request from before. */
export const allStartedAfter = (pods: readonly PodSummary[], moment: Instant): boolean => {
  const oldest = oldestStart(pods);
  return oldest !== null && oldest > moment;
};

export const notReady = (pods: readonly PodSummary[]): readonly string[] =>
  pods.filter((pod) => !pod.ready || pod.phase !== 'Running').map((pod) => pod.name);
