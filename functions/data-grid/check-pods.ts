import { dataGridPods } from '../kubernetes/cluster.ts';
import { newestStart } from '../kubernetes/pod-ages.ts';
import { guard } from '../ledger/guard.ts';
import { siteOf } from '../shared/configuration.ts';
import type { InputOf } from './inputs.ts';
import type { CheckPodsOutcome } from './outcomes.ts';
import { fingerprintOf } from './pods.ts';
import type { DataGridWorld } from './world.ts';

/**
 * Whether a site's Data Grid pods are those of an earlier proof. What was pushed to a pod that restarted since is gone,
 * and counts don't tell where little was stored.
 */
export async function checkPods(
  { configuration, store, clusterOf }: DataGridWorld,
  input: InputOf<'check-pods'>,
): Promise<CheckPodsOutcome> {
  const site = siteOf(configuration, input.site);
  if ((await guard(store, input.operation)) === 'superseded') return { outcome: 'superseded' };
  const pods = await clusterOf(site.name).listPods(dataGridPods(site.cluster.infinispan));
  const startedAt = newestStart(pods);
  if (startedAt !== null && fingerprintOf(pods) === input.pods) return { outcome: 'same', startedAt };
  return {
    outcome: 'restarted',
    reason: `Data Grid pods of ${site.name} restarted since the resync began to fill it, so it may lack entries.`,
    remedy: `Find out why they restarted, wait until the Data Grid of ${site.name} is ready, then start the resync again.`,
  };
}
