import { describe, expect, it, jest } from '@jest/globals';
import type { History, TroubleKind } from '../../lab/prove/history.ts';
import { play } from '../../lab/prove/play.ts';

jest.setTimeout(60_000);
process.env['FAILOVER_LOG'] = 'silent';

interface Mended {
  readonly was: string;
  readonly story: string;
  readonly seed?: number;
  readonly kind: TroubleKind;
  /** Before which call it happens, and before which one of its kind: numbers of calls shift with every step. */
  readonly call: string;
  readonly nth: number;
}

/** The smallest history that showed each defect of the product. */
const MENDED: readonly Mended[] = [
  {
    was: 'the bridge was asked for once, and an API that was away for a minute left it open for good',
    story: 'the secondary serves and freezes',
    kind: 'the APIs of the clusters vanish for a while',
    call: 'notification: Publish',
    nth: 1,
  },
  {
    was: 'a site that a switchover had left behind and that was lost then wrote over newer data on its return',
    story: 'switchover',
    kind: 'the other site freezes for a while',
    call: 'traffic: PutItem',
    nth: 2,
  },
  {
    was: 'a Data Grid that restarted empty just after its site was adopted was trusted, and the full one cleared',
    story: 'adopt',
    seed: 471_499,
    kind: 'the Data Grid of the serving site restarts whole',
    call: 'report: GetExecutionHistory',
    nth: 1,
  },
  {
    was: 'a check that a person changed between the look and the write was taken for our own, and opened',
    story: 'switchback after a loss',
    kind: 'a person fences the other site by hand',
    call: 'traffic: PutItem',
    nth: 1,
  },
];

/** A key may end with the step that the function is asked for. */
const isOf = (call: string, key: string): boolean => key === call || key.startsWith(`${call} for `);

describe('what the prover has found once, and what is mended', () => {
  it.each(MENDED)('$was', async ({ story, seed = 1, kind, call, nth }) => {
    const untroubled: History = { story, seed, troubles: [] };
    const { calls } = await play(untroubled);
    const places = calls.flatMap(({ key }, index) => (isOf(call, key) ? [index + 1] : []));
    const { violations, struck } = await play({ ...untroubled, troubles: [{ at: places[nth - 1]!, kind }] });
    expect(struck).toBe(1);
    expect(violations).toEqual([]);
  });
});
