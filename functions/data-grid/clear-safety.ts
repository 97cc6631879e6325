import type { BatchPhase, Cluster, PodSummary } from '../kubernetes/cluster.ts';
import type { Ledger } from '../ledger/ledger.ts';
import type { SiteName } from '../shared/names.ts';
import type { CheckedStep } from './inputs.ts';
import type { NotProven } from './outcomes.ts';
import { allStartedAfter, fingerprintOf, notReady } from './pods.ts';

/*
 * A clear goes to every backup that is not offline where it runs, and it can run long after it was sent: one sent
 * to a frozen server ran on its return and emptied both sites. So it needs a proof from before that still holds,
 * and leaves a trace until its answer is seen.
 */

export const ENDED: ReadonlySet<BatchPhase | null> = new Set<BatchPhase | null>(['Succeeded', 'Failed']);

/** Fingerprints of the pods on which the proofs before a clear rest. */
export interface ProofPods {
  /** Of the site to clear, when its take-offline was proven. */
  readonly site: string | null;
  /** Of the source, when it was seen to hold its data. */
  readonly against: string | null;
}

/**
 * @param pods of the site to clear, and of the source
 * @returns why this site must not be cleared now, or null
 */
export function clearRefusal(
  { site, against }: CheckedStep,
  pods: readonly PodSummary[],
  sourcePods: readonly PodSummary[],
  proofPods: ProofPods | null,
): NotProven | null {
  const again = `Take ${against} offline at ${site} again, and clear with the "pods" of that proof.`;
  const no = (reason: string, remedy = again): NotProven => ({
    outcome: 'not-proven',
    reason,
    remedy,
    caches: [],
  });
  if (proofPods === null || proofPods.site === null || proofPods.against === null) {
    return no(
      `Nothing says with which Data Grid pods ${against} was proven offline at ${site} and seen to hold its data.`,
    );
  }
  const waiting = notReady(pods);
  if (pods.length === 0 || waiting.length > 0) {
    return no(
      pods.length === 0
        ? `${site} has no Data Grid pod.`
        : `These Data Grid pods of ${site} are not ready, and a clear sent to one may run much later: ${waiting.join(', ')}.`,
      `Wait until the Data Grid of ${site} is ready. ${again}`,
    );
  }
  if (fingerprintOf(sourcePods) !== proofPods.against) {
    return no(
      `Data Grid pods of ${against} restarted since it was seen to hold its data, and ${site} may hold the last copy now.`,
      `Look at the entry counts of ${against}, then start the resync again.`,
    );
  }
  if (fingerprintOf(pods) !== proofPods.site) {
    return no(
      `Data Grid pods of ${site} restarted since ${against} was proven offline there, so it may be online again.`,
    );
  }
  return null;
}

/**
 * The Batch of a clear that may still run at this site: it has not ended, and so may begin yet, or the servers that it
 * may have been sent to did not all restart since.
 */
export async function standingClear(
  cluster: Cluster,
  ledger: Ledger,
  site: SiteName,
  pods: readonly PodSummary[],
): Promise<string | null> {
  const clear = ledger.sites[site]?.unansweredClear ?? null;
  if (clear === null) return null;
  if (!allStartedAfter(pods, clear.at)) return clear.batch;
  return (await isStillThere(cluster, clear.batch)) ? clear.batch : null;
}

async function isStillThere(cluster: Cluster, name: string): Promise<boolean> {
  const batch = await cluster.readBatch(name);
  return batch !== null && !ENDED.has(batch.phase);
}

/** Why the other site must not be brought online at this one now: a clear that runs late would empty both. */
export async function bringOnlineRefusal(
  cluster: Cluster,
  { site, against }: CheckedStep,
  ledger: Ledger,
  pods: readonly PodSummary[],
): Promise<NotProven | null> {
  const clear = ledger.sites[site]?.unansweredClear ?? null;
  if (clear === null || (await standingClear(cluster, ledger, site, pods)) === null) return null;
  const running = await isStillThere(cluster, clear.batch);
  return {
    outcome: 'not-proven',
    reason:
      `A clear of ${site} was issued at ${clear.at} (Batch ${clear.batch}) and nobody saw its answer. ` +
      `Its server may still carry it out, and with ${against} online that would empty both sites.`,
    remedy: `${running ? `Delete Batch ${clear.batch}, then restart` : 'Restart'} every Data Grid pod of ${site}, wait until they are ready, then start the resync again.`,
    caches: [],
  };
}
