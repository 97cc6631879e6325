import { describe, expect, it, jest } from '@jest/globals';
import type { History } from '../../lab/prove/history.ts';
import { play } from '../../lab/prove/play.ts';

jest.setTimeout(60_000);
process.env['FAILOVER_LOG'] = 'silent';

/** The smallest history that showed each defect of the product, and the call that it troubles. */
const MENDED: readonly { readonly was: string; readonly call: string; readonly history: History }[] = [
  {
    was: 'the bridge was asked for once, and an API that was away for a minute left it open for good',
    call: 'notification: Publish',
    history: {
      story: 'the secondary serves and freezes',
      seed: 1,
      troubles: [{ at: 39, kind: 'the APIs of the clusters vanish for a while' }],
    },
  },
  {
    was: 'a site that a switchover had left behind and that was lost then wrote over newer data on its return',
    call: 'traffic: PutItem',
    history: {
      story: 'switchover',
      seed: 1,
      troubles: [{ at: 27, kind: 'the other site freezes for a while' }],
    },
  },
];

describe('what the prover has found once, and what is mended', () => {
  it.each(MENDED)('$was', async ({ call, history }) => {
    const { violations, calls, struck } = await play(history);
    expect(struck).toBe(1);
    // Another call stands there by now: find the history anew, with the prover.
    expect(calls[history.troubles[0]!.at - 1]!.key).toBe(call);
    expect(violations).toEqual([]);
  });
});
