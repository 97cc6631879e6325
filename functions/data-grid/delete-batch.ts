import { siteOf } from '../shared/configuration.ts';
import type { InputOf } from './inputs.ts';
import type { DeleteBatchOutcome } from './outcomes.ts';
import type { DataGridWorld } from './world.ts';

/** Deletes a Batch that did not end in time, or whose execution did not, so that it does not act later. */
export async function deleteBatch(
  { configuration, store, clusterOf }: DataGridWorld,
  { site: name, batch }: Pick<InputOf<'delete-batch'>, 'site' | 'batch'>,
): Promise<DeleteBatchOutcome> {
  const site = siteOf(configuration, name).name;
  await clusterOf(site).deleteBatch(batch);
  // It may have sent its clear until just now: only a server that starts after this moment can't hold it.
  await store.change((ledger) =>
    ledger.sites[site]?.unansweredClear?.batch === batch ? [{ type: 'clear-issued', site, batch }] : [],
  );
  return { outcome: 'deleted' };
}
