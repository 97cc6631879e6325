import { describe, expect, it } from '@jest/globals';
import { SITE_B } from '../../../lab/configuration.ts';
import { ByHandWatch } from '../../../lab/prove/invariants/by-hand.ts';
import { broken, threshold } from './quiet-stage.ts';

describe('a check that a person changed', () => {
  it('finds a check that is opened although a person changed it, and no adopt had looked at that', async () => {
    const [before, after] = [new Map([[SITE_B, 2]]), new Map([[SITE_B, 3]])];
    const opened = (threshold: number, happens: (watch: ByHandWatch) => void) =>
      broken(async ({ eyes }) => {
        const watch = new ByHandWatch(eyes);
        watch.changedByHand(SITE_B, 3);
        happens(watch);
        watch.written(SITE_B, threshold);
      });
    const FENCED = 2;
    expect(await opened(FENCED, () => {})).toEqual([]);
    expect(await opened(0, () => {})).toEqual(['monotonic']);
    // Who looked and wrote nothing has adopted nothing.
    expect(await opened(0, (watch) => watch.lookedFor('one', after))).toEqual(['monotonic']);
    expect(await opened(0, (watch) => watch.adopted('one', after))).toEqual([]);
    const triedAgain = (first: typeof after) => (watch: ByHandWatch) => {
      watch.lookedFor('one', first);
      watch.lookedFor('one', after);
      watch.adopted('one', after);
    };
    expect(await opened(0, triedAgain(after))).toEqual([]);
    expect(await opened(0, triedAgain(before))).toEqual(['monotonic']);
  });

  it('lets a check be opened that a person had put where the product had noted its own next write', async () => {
    const opened = (version: number, ...positions: string[]) =>
      broken(async (stage) => {
        await threshold(stage, SITE_B, 2);
        const watch = new ByHandWatch(stage.eyes);
        watch.changedByHand(SITE_B, 3);
        watch.noted(SITE_B, version, positions);
        watch.written(SITE_B, 0);
      });
    expect(await opened(3, 'follows', 'fenced')).toEqual([]);
    expect(await opened(3, 'follows')).toEqual(['monotonic']);
    expect(await opened(4, 'fenced')).toEqual(['monotonic']);
  });
});
