import type { BatchPhase, Cluster } from '../kubernetes/cluster.ts';
import type { SiteName } from '../shared/names.ts';

/** Looks that may find a Batch waiting before it is asked why; the first ones find it waiting as a rule. */
const PATIENCE = 3;

/**
 * Why a Batch does not get on. The operator says so nowhere: it waits without limit for the Infinispan resource,
 * and without limit for a pod whose image can't be pulled.
 * @returns null when it is too early to ask, or nothing is amiss
 */
export async function whyItWaits(
  cluster: Cluster,
  site: SiteName,
  batch: string,
  phase: BatchPhase | null,
  looks: number,
): Promise<string | null> {
  if (looks < PATIENCE) return null;
  try {
    if (phase === null || phase === 'Initializing') {
      const { wellFormed } = await cluster.readInfinispan();
      return wellFormed
        ? `The operator at ${site} has not begun with Batch ${batch}; see whether it runs.`
        : `The Infinispan resource at ${site} is not WellFormed, and the operator runs no Batch until it is. Look at its Data Grid pods.`;
    }
    const pods = await cluster.listPods(`infinispan_batch=${batch}`);
    if (pods.length === 0) return `Batch ${batch} at ${site} has no pod; its Job may have been deleted.`;
    const stuck = pods.find((pod) => pod.phase === 'Pending');
    return stuck === undefined
      ? null
      : `Pod ${stuck.name} at ${site} does not start; see whether its image can be pulled.`;
  } catch {
    // Only an explanation: that the Batch waits is known without it.
    return null;
  }
}
