import type { LedgerEvent } from '../ledger/events.ts';
import { siteOf } from '../shared/configuration.ts';
import type { SiteName } from '../shared/names.ts';
import { batchIn, clears } from './batch.ts';
import type { InputOf } from './inputs.ts';
import type { DeleteBatchOutcome } from './outcomes.ts';
import type { DataGridWorld } from './world.ts';

/** Deletes a Batch that did not end in time, or whose execution did not, so that it does not act later. */
export async function deleteBatch(
  world: DataGridWorld,
  { site, batch }: Pick<InputOf<'delete-batch'>, 'site' | 'batch'>,
): Promise<DeleteBatchOutcome> {
  // A clear of which the ledger knows nothing by now was answered.
  await deleteNoted(world, siteOf(world.configuration, site).name, batch, 'where one is known');
  return { outcome: 'deleted' };
}

type Noted = 'always' | 'where one is known';

/**
 * A clear may be sent until its Batch is gone, so that only a server that starts after that can't hold it. Noted before
 * as well: a process that ends in between must not leave a ledger that says nothing of it. One that is
 * deleted by its name goes also while the ledger can't be written: tried again, the step finds the same name to note. One
 * that was listed would not be listed again.
 */
export async function deleteNoted(
  world: DataGridWorld,
  site: SiteName,
  batch: string,
  noted: Noted,
): Promise<void> {
  await noteClear(world, site, batch, noted).catch((error: unknown) => {
    if (noted === 'always') throw error;
  });
  await world.clusterOf(site).deleteBatch(batch);
  await noteClear(world, site, batch, noted);
}

/** @param name of a Batch or of its pod; where that one does not clear nothing is noted */
export async function noteClear(
  { store }: DataGridWorld,
  site: SiteName,
  name: string,
  noted: Noted,
): Promise<void> {
  if (!clears(name)) return;
  const event: LedgerEvent = { type: 'clear-deleted', site, batch: batchIn(name) };
  await store.change((ledger) =>
    noted === 'always' || ledger.sites[site]!.unansweredClear !== null ? [event] : [],
  );
}
