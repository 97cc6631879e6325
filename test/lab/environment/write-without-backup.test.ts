import { describe, expect, it } from '@jest/globals';
import { judge } from '../../../lab/environment/write-without-backup.ts';

describe('a write while the other site does not answer', () => {
  it('is accepted by the guide of 24, after the backup was waited for', () => {
    expect(judge('24', 13_000, { status: 204, milliseconds: 13_054.2, stored: true })).toEqual({
      holds: true,
      seen: 'HTTP 204 after 13054 ms, stored; from 13000 to 14900 ms',
    });
  });

  it('is refused and rolled back by the guide of 26, after the backup was waited for', () => {
    expect(judge('26', 4_500, { status: 500, milliseconds: 4_516, stored: false }).holds).toBe(true);
  });

  it.each([
    [
      'is refused, as if the policy were FAIL',
      '24',
      13_000,
      { status: 500, milliseconds: 13_050, stored: true },
    ],
    ['is answered with 204, and lost', '24', 13_000, { status: 204, milliseconds: 13_050, stored: false }],
    [
      'waits for nobody, as if the backup were ASYNC',
      '24',
      13_000,
      { status: 204, milliseconds: 12, stored: true },
    ],
    [
      'waits 15 s, as if no timeout were set',
      '24',
      13_000,
      { status: 204, milliseconds: 15_020, stored: true },
    ],
    ['gets no answer', '24', 13_000, { status: null, milliseconds: 20_000, stored: true }],
    [
      'is accepted, as if the policy were WARN',
      '26',
      4_500,
      { status: 204, milliseconds: 4_516, stored: true },
    ],
    ['is lost with 204, as with NON_XA', '26', 4_500, { status: 204, milliseconds: 4_516, stored: false }],
    [
      'is refused and yet stored, as without a transaction',
      '26',
      4_500,
      { status: 500, milliseconds: 4_516, stored: true },
    ],
    [
      'is refused at once, as if there were no cache',
      '26',
      4_500,
      { status: 404, milliseconds: 5, stored: false },
    ],
    ['has no timeout to be held to', '26', null, { status: 500, milliseconds: 4_516, stored: false }],
  ] as const)('is not as the guide says when it %s', (_, version, timeout, write) => {
    expect(judge(version, timeout, write).holds).toBe(false);
  });
});
