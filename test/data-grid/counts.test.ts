import { describe, expect, it } from '@jest/globals';
import { compareCounts, farBelow, HALF } from '../../functions/data-grid/counts.ts';
import { pushProof } from '../../functions/data-grid/push-proof.ts';
import type { CacheName } from '../../functions/shared/names.ts';

const WORK = 'work' as CacheName;
const SESSIONS = 'sessions' as CacheName;
const TOLERANCE = 0.02;

/** `before` and `after` at the source, what the target holds in between. */
const compare = (before: number | undefined, target: number | undefined, after?: number | 'not counted') =>
  compareCounts(
    [WORK],
    {
      site: 'site-a',
      counts: said(before),
      countsAfter: after === undefined ? null : said(after === 'not counted' ? undefined : after),
    },
    { site: 'site-b', counts: said(target) },
    TOLERANCE,
  ).outcome;
const said = (count: number | undefined) => (count === undefined ? {} : { [WORK]: count });

describe('the counts of a cache at two sites', () => {
  it.each([
    ['the same', 100, 100, undefined],
    ['both empty', 0, 0, undefined],
    ['the tolerance, rounded up', 100, 103, undefined],
    ['the tolerance of the larger one', 1000, 1021, undefined],
    ['and of the larger one where that is the source', 1021, 1000, undefined],
    ['what the source held before', 100, 100, 150],
    ['what the source held after', 100, 150, 150],
    ['in between', 100, 125, 150],
    ['in between, where it got fewer', 150, 125, 100],
    ['close to what it held after', 100, 153, 150],
  ])('are about equal: %s', (_what, before, target, after) => {
    expect(compare(before, target, after)).toBe('equal');
  });

  it.each([
    ['more than the tolerance', 1000, 1022, undefined],
    ['less than the tolerance', 1022, 1000, undefined],
    ['an empty one', 1, 0, undefined],
    ['one that only the target has', 0, 1, undefined],
    ['above both', 100, 160, 150],
    ['below both', 100, 90, 150],
    ['not counted at the source', undefined, 100, undefined],
    ['not counted at the target', 100, undefined, undefined],
    ['not counted again', 100, 100, 'not counted' as const],
  ])('differ: %s', (_what, before, target, after) => {
    expect(compare(before, target, after)).toBe('differ');
  });

  it('are told of each cache that differs', () => {
    const source = { site: 'site-a', counts: { [WORK]: 7 }, countsAfter: null };
    const target = { site: 'site-b', counts: { [SESSIONS]: 3 } };
    expect(compareCounts([WORK, SESSIONS], source, target, TOLERANCE)).toMatchObject({
      caches: [WORK, SESSIONS],
      reason:
        'Entry counts differ: work holds 7 at site-a and an unknown number at site-b; ' +
        'sessions holds an unknown number at site-a and 3 at site-b.',
    });
  });
});

describe('a source that holds less than the stale site', () => {
  const isFarBelow = (source?: number, target?: number) =>
    farBelow([WORK], said(source), said(target), HALF).length > 0;

  it('may have lost entries where it holds less than half of them', () => {
    expect(isFarBelow(49, 100)).toBe(true);
    expect(isFarBelow(50, 100)).toBe(false);
  });

  it('has not where a handful is missing: they may have expired', () => {
    expect(isFarBelow(0, 9)).toBe(false);
    expect(isFarBelow(0, 10)).toBe(true);
    expect(isFarBelow(8, 17)).toBe(false);
  });

  it('may have where either was not counted', () => {
    expect(isFarBelow(undefined, 100)).toBe(true);
    expect(isFarBelow(100, undefined)).toBe(true);
  });
});

describe('a push', () => {
  it('is not done while a cache is sent', () => {
    expect(pushProof({ [WORK]: 'OK', [SESSIONS]: 'SENDING' })).toMatchObject({
      done: false,
      failed: [],
      sending: [SESSIONS],
    });
    expect(pushProof({ [WORK]: 'OK', [SESSIONS]: 'OK' })).toMatchObject({ done: true, anyFailed: false });
  });
});
