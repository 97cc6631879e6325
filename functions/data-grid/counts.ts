import type { CacheName } from '../shared/names.ts';
import type { CompareCountsOutcome, Counts } from './outcomes.ts';

/**
 * Of the other site's entries, what a source has to hold that lost no pods. The stale site keeps what ended at the source
 * since, by logout or by expiry, so after an outage of hours an undamaged source may well hold a third less.
 */
export const HALF = 0.5;
/** Fewer than that by a handful says nothing: they may have expired meanwhile. */
const HANDFUL = 10;

/**
 * Whether two sites hold about as many entries. Counts may lower trust and never raise it: equal ones do not prove
 * that the entries are the same.
 * @param source counted before the target, and after it too where writes go on: then the target's count has to be
 *   close to one of them or lie between them
 * @param tolerance share by which two counts may differ all the same
 */
export function compareCounts(
  caches: readonly CacheName[],
  source: { readonly site: string; readonly counts: Counts; readonly countsAfter: Counts | null },
  target: { readonly site: string; readonly counts: Counts },
  tolerance: number,
): CompareCountsOutcome {
  const differing = caches.filter((cache) => {
    const [before, theirs] = [source.counts[cache], target.counts[cache]];
    const after = source.countsAfter === null ? before : source.countsAfter[cache];
    if (before === undefined || after === undefined || theirs === undefined) return true;
    const between = Math.min(before, after) <= theirs && theirs <= Math.max(before, after);
    return !between && !areClose(before, theirs, tolerance) && !areClose(after, theirs, tolerance);
  });
  if (differing.length === 0) return { outcome: 'equal' };
  const each = differing.map(
    (cache) =>
      `${cache} holds ${source.counts[cache] ?? 'an unknown number'} at ${source.site} and ` +
      `${target.counts[cache] ?? 'an unknown number'} at ${target.site}`,
  );
  return { outcome: 'differ', caches: differing, reason: `Entry counts differ: ${each.join('; ')}.` };
}

/** An empty cache is never close to one that holds something: a push was seen to say OK over exactly that. */
function areClose(a: number, b: number, tolerance: number): boolean {
  if (Math.min(a, b) === 0) return false;
  return Math.abs(a - b) <= Math.ceil(Math.max(a, b) * tolerance);
}

/**
 * Caches of which the source holds so much less than the target that it may have lost them, or is not counted.
 * @param share of the target's entries that the source has to hold
 */
export const farBelow = (
  caches: readonly CacheName[],
  source: Counts,
  target: Counts,
  share: number,
): readonly CacheName[] =>
  caches.filter((cache) => {
    const [ours, theirs] = [source[cache], target[cache]];
    if (ours === undefined || theirs === undefined) return true;
    return ours < theirs * share && theirs - ours >= HANDFUL;
  });
