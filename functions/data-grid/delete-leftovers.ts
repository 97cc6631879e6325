import { batchPods } from '../kubernetes/cluster.ts';
import { guard, recordFor } from '../ledger/guard.ts';
import { otherSiteOf, siteOf } from '../shared/configuration.ts';
import { ClusterUnreachableError, FailoverError, TransientError } from '../shared/errors.ts';
import type { OperationToken, SiteName } from '../shared/names.ts';
import { batchesOf, bringsOnline, changes, clears } from './batch.ts';
import { ENDED } from './clear-safety.ts';
import { deleteNoted, noteClear } from './delete-batch.ts';
import type { InputOf } from './inputs.ts';
import type { DeleteBringOnlinesOutcome, DeleteLeftoversOutcome, Unreachable } from './outcomes.ts';
import type { DataGridWorld } from './world.ts';

interface Leftover {
  readonly kind: 'Batch' | 'pod';
  readonly name: string;
  readonly site: SiteName;
  readonly hasEnded: boolean;
}

type FoundOut = Exclude<DeleteLeftoversOutcome, Unreachable>;

/**
 * Deletes at both sites what earlier executions left behind and may still act: a Batch that its own execution could not
 * delete runs whenever it begins, and undoes what was proven meanwhile. `none-left` is the proof that there is none;
 * what was just deleted is looked for again.
 * For an operation at a moment when it waits for no Batch itself. Those that only look are left alone: readiness may
 * wait for one.
 * What brings the stale site online at the serving one, and was left there, may have done so after that was proven
 * offline, also where it has ended: so the proof is lost, for the case that this resync does not come to its end.
 */
export async function deleteLeftovers(
  world: DataGridWorld,
  { operation }: InputOf<'delete-leftovers'>,
): Promise<DeleteLeftoversOutcome> {
  const { configuration, store } = world;
  const found = await foundFor(
    world,
    operation,
    configuration.sites.map(({ name }) => leftAt(world, name)),
  );
  if (found === 'superseded') return { outcome: 'superseded' };
  const { left, serving } = found;
  const undoing = left.filter(({ name, site }) => site === serving && bringsOnline(name));
  if (undoing.length > 0) {
    const lost = { type: 'isolation-lost', site: otherSiteOf(configuration, serving).name } as const;
    if ((await recordFor(store, operation, lost)) === 'superseded') return { outcome: 'superseded' };
  }
  return deleted(
    world,
    left.filter((each) => mayAct(each) || undoing.includes(each)),
  );
}

/**
 * The same before a planned move: a push that is left at the old site overwrites what the new one is given from then
 * on, a clear at the new one empties it. What can't be listed at the old site, asked twice, counts as none: to leave a
 * cluster that is silent, sick or refuses us is what the move is for. What is listed there has to go.
 */
export async function deleteLeftoversBeforeMove(
  world: DataGridWorld,
  operation: OperationToken,
  to: SiteName,
): Promise<FoundOut> {
  const from = otherSiteOf(world.configuration, to).name;
  const atOldSite = leftAt(world, from)
    .catch(() => leftAt(world, from))
    .catch((error: unknown) => {
      if (error instanceof FailoverError) return [];
      throw error;
    });
  const found = await foundFor(world, operation, [leftAt(world, to), atOldSite]);
  if (found === 'superseded') return { outcome: 'superseded' };
  return deleted(world, found.left.filter(mayAct));
}

/** Listed before the guard, so that what a newer decision creates is not among them. */
async function foundFor(
  { store }: DataGridWorld,
  operation: OperationToken,
  lists: readonly Promise<readonly Leftover[]>[],
): Promise<{ readonly left: readonly Leftover[]; readonly serving: SiteName } | 'superseded'> {
  const left = (await Promise.all(lists)).flat();
  const ledger = await guard(store, operation);
  return ledger === 'superseded' ? ledger : { left, serving: ledger.serving };
}

/**
 * Deletes at the site that serves what an earlier execution was to clear it with, from when it was stale. No clear of
 * the serving site is ever right, so no operation is asked for it: it holds while the site serves.
 */
export async function deleteClears(
  world: DataGridWorld,
  { site: name }: InputOf<'delete-clears'>,
): Promise<DeleteLeftoversOutcome> {
  const site = siteOf(world.configuration, name).name;
  const left = (await leftAt(world, site)).filter((each) => mayAct(each) && clears(each.name));
  if ((await world.store.require()).serving !== site) return { outcome: 'superseded' };
  return deleted(world, left);
}

/**
 * Deletes at the survivor what would bring the lost site online there again: what a resync that was broken off left.
 * One that has ended is among it. A Batch that nobody deleted may have begun after the lost site was proven offline, and
 * has undone that: so that is lost, and to be proven again, before it is deleted. It is also while the site's API is
 * silent or busy; not where it forbids to list, which would never be over.
 */
export async function deleteBringOnlines(
  world: DataGridWorld,
  { operation, site: name }: InputOf<'delete-bring-onlines'>,
): Promise<DeleteBringOnlinesOutcome> {
  const { configuration, store } = world;
  const site = siteOf(configuration, name).name;
  const lost = otherSiteOf(configuration, site).name;
  const doubted = () => recordFor(store, operation, { type: 'isolation-lost', site: lost });
  // Before the guard, as above.
  const left = await leftAt(world, site).catch(async (error: unknown) => {
    if (!(error instanceof ClusterUnreachableError || error instanceof TransientError)) throw error;
    if ((await doubted()) === 'superseded') return 'superseded' as const;
    throw error;
  });
  if (left === 'superseded') return { outcome: 'superseded' };
  const bringing = left.filter((each) => bringsOnline(each.name));
  if (bringing.some(({ kind }) => kind === 'Batch')) {
    if ((await doubted()) === 'superseded') return { outcome: 'superseded' };
    return deletes(world, bringing);
  }
  const ledger = await guard(store, operation);
  if (ledger === 'superseded') return { outcome: 'superseded' };
  if (bringing.length > 0) return deletes(world, bringing);
  return { outcome: 'none-left', isolated: ledger.sites[lost]!.isolated };
}

async function deleted(world: DataGridWorld, left: readonly Leftover[]): Promise<FoundOut> {
  if (left.length === 0) return { outcome: 'none-left' };
  return deletes(world, left);
}

async function deletes(
  world: DataGridWorld,
  left: readonly Leftover[],
): Promise<Extract<DeleteLeftoversOutcome, { readonly outcome: 'left' }>> {
  for (const { kind, name, site } of left) {
    if (kind === 'Batch') await deleteNoted(world, site, name, 'always');
    else await noteClear(world, site, name, 'always');
  }
  const named = left.map(({ kind, name, site }) => `${kind} ${name} at ${site}`);
  return {
    outcome: 'left',
    reason: `What an earlier execution began was still there, and may act at any time: ${named.join(', ')}.`,
    remedy:
      'See what keeps it from going (`kubectl get batches,pods`); a pod whose node is gone has to be deleted by force.',
  };
}

const mayAct = ({ hasEnded }: Leftover): boolean => !hasEnded;

/** Batches that change something, also those that have ended, and pods of them that have not. */
async function leftAt(
  { configuration, clusterOf }: DataGridWorld,
  site: SiteName,
): Promise<readonly Leftover[]> {
  const cluster = clusterOf(site);
  const [batches, pods] = await Promise.all([
    cluster.listBatches(batchesOf(configuration.deployment)),
    // A Batch that is deleted goes before its pod does.
    cluster.listPods(batchPods(siteOf(configuration, site).cluster.infinispan)),
  ]);
  const batchesLeft = batches.filter(({ name }) => changes(name));
  const podsLeft = pods.filter(({ name, phase }) => changes(name) && !PAST.has(phase));
  return [
    ...batchesLeft.map(
      ({ name, phase }) => ({ kind: 'Batch', name, site, hasEnded: ENDED.has(phase) }) as const,
    ),
    ...podsLeft.map(({ name }) => ({ kind: 'pod', name, site, hasEnded: false }) as const),
  ];
}

const PAST: ReadonlySet<string> = new Set(['Succeeded', 'Failed']);
