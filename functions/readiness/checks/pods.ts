import type { PodSummary } from '../../kubernetes/cluster.ts';
import type { SiteName } from '../../shared/names.ts';
import { type Check, fail, pass } from '../report.ts';

/** @param kind of the resource that they belong to, as people say it */
export function podsCheck(id: string, kind: string, pods: readonly PodSummary[], site: SiteName): Check {
  if (pods.length === 0)
    return fail(
      id,
      site,
      `${site} has no ${kind} pod.`,
      `See the conditions and events of ${kind} at ${site}.`,
    );
  const waiting = pods.filter(({ ready, phase }) => !ready || phase !== 'Running').map(({ name }) => name);
  return waiting.length === 0
    ? pass(id, site, `Each ${kind} pod of ${site} is ready (${pods.length}).`)
    : fail(
        id,
        site,
        `These ${kind} pods of ${site} are not ready: ${waiting.join(', ')}.`,
        `See their events at ${site}: kubectl describe pod ${waiting[0]}`,
      );
}
