import { dataGridPods } from '../kubernetes/cluster.ts';
import { oldestStart, restartedWhole } from '../kubernetes/pod-ages.ts';
import { guard } from '../ledger/guard.ts';
import { siteOf } from '../shared/configuration.ts';
import { farBelow, HALF } from './counts.ts';
import type { InputOf } from './inputs.ts';
import type { CheckSourceOutcome } from './outcomes.ts';
import { fingerprintOf } from './pods.ts';
import type { DataGridWorld } from './world.ts';

/**
 * Whether the source of a resync holds what the stale site is about to lose. Asked immediately before the clear:
 * afterwards the source's copy is the last one.
 * @param input `acceptCounts: true` accepts a restart and low counts, never a source that does not serve
 */
export async function checkSource(
  { configuration, store, clusterOf }: DataGridWorld,
  input: InputOf<'check-source'>,
): Promise<CheckSourceOutcome> {
  const source = siteOf(configuration, input.source);
  const target = siteOf(configuration, input.target);
  const ledger = await guard(store, input.operation);
  if (ledger === 'superseded') return { outcome: 'superseded' };
  if (ledger.serving !== source.name || source.name === target.name) {
    return {
      outcome: 'not-safe',
      reason: `${source.name} does not serve; ${ledger.serving} does.`,
      remedy: `A resync goes from ${ledger.serving} to the other site; start it with {}.`,
    };
  }
  const accept =
    'start the resync with {"acceptCounts": true} if what it holds now is what you want to keep.';
  const pods = await clusterOf(source.name).listPods(dataGridPods(source.cluster.infinispan));
  const seen = fingerprintOf(pods);
  if (seen === null) {
    return {
      outcome: 'not-safe',
      reason: `The Data Grid of ${source.name} has no pod, or one that does not run.`,
      remedy: `Wait until the Data Grid of ${source.name} is ready.`,
    };
  }
  const holdsData = { outcome: 'holds-data', pods: seen } as const;
  if (input.acceptCounts === true) return holdsData;
  const known = ledger.sites[source.name]?.dataGridTrusted ?? null;
  if (known === null || restartedWhole(pods, known)) {
    return {
      outcome: 'not-safe',
      reason:
        known === null
          ? `Nobody saw the Data Grid pods of ${source.name} while it was trusted, so it can't be told whether they restarted since.`
          : `The Data Grid pods of ${source.name} all restarted: when the site was last trusted the youngest had begun at ${known}, and now the oldest began at ${oldestStart(pods)}. A full restart loses the data.`,
      remedy: `Look at the entry counts of ${source.name}; ${accept}`,
    };
  }
  // With one pod gone, its entries are on another one. With several gone at once, some are on none, though the Data Grid
  // did not restart whole; a rolling restart looks the same and loses nothing, and only the counts tell them apart.
  const restarted = pods.filter(({ startedAt }) => startedAt !== null && startedAt > known).length;
  const share = restarted > 1 ? 1 - configuration.resync.countTolerance : HALF;
  const low = farBelow(configuration.caches, input.sourceCounts, input.targetCounts, share);
  if (low.length > 0) {
    const each = low.map(
      (cache) =>
        `${cache} (${input.sourceCounts[cache] ?? 'not counted'} there, ${input.targetCounts[cache] ?? 'not counted'} at ${target.name})`,
    );
    return {
      outcome: 'not-safe',
      reason:
        `${source.name} holds too few entries of ${each.join(', ')}, where at least ${Math.round(share * 100)} % were expected` +
        `${restarted > 1 ? `, as ${restarted} of its Data Grid pods restarted since it was last trusted` : ''}. ` +
        `Clearing ${target.name} could destroy the last copy.`,
      remedy: `Find out where the entries went; ${accept}`,
    };
  }
  return holdsData;
}
