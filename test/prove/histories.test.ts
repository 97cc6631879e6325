import { afterEach, beforeAll, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { Answers } from '../../lab/prove/answers.ts';
import type { History, Trouble } from '../../lab/prove/history.ts';
import { summedUp, table } from '../../lab/prove/narration.ts';
import { countOfPairs, pairs, randomHistory, singles, singlesOfEachCallOnce } from '../../lab/prove/plans.ts';
import { play } from '../../lab/prove/play.ts';
import { troubled } from '../../lab/prove/troubled-call.ts';

process.env['FAILOVER_LOG'] = 'silent';

const FROZEN: History = {
  story: 'the primary freezes',
  seed: 3,
  troubles: [
    { at: 20, kind: 'throttled' },
    { at: 30, kind: 'dies after' },
    { at: 44, kind: 'the alarms come again' },
  ],
};

describe('a history', () => {
  // Jest's loader takes longer over a module that is imported late for the first time, and Node's does not.
  beforeAll(async () => void (await play(FROZEN)));

  it('is the same, byte for byte, each time it is played', async () => {
    const first = await play(FROZEN, true);
    const second = await play(FROZEN, true);
    expect(first.struck).toBe(3);
    expect(first.ending).toBe('success');
    expect(second.log.join('\n')).toBe(first.log.join('\n'));
  });

  it('is another one with another seed', async () => {
    const first = await play(FROZEN, true);
    const second = await play({ ...FROZEN, seed: 4 }, true);
    expect(second.log.join('\n')).not.toBe(first.log.join('\n'));
  });
});

describe('what goes wrong around a call', () => {
  it('brings each alarm that went off once more, not only the last one', async () => {
    const troubles = [{ at: 31, kind: 'the alarms come again' }] as const;
    const { log, ending } = await play({ story: 'switchback after a loss', seed: 1, troubles }, true);
    const again = log.slice(log.findIndex((line) => line.includes('TROUBLE')));
    const decided = again.filter((line) => line.includes('reconcile: what was seen is recorded already'));
    // Of the endpoint that was lost, and of both sites that left the view.
    expect(decided).toHaveLength(3);
    expect(ending).toBe('success');
  });
});

describe('Route 53, which answers five requests a second', () => {
  it('has whoever asks wait while others use it up, and what is decided comes later', async () => {
    const begins = async (...troubles: Trouble[]) => {
      const { log, ending } = await play({ story: 'the primary is shut down', seed: 1, troubles }, true);
      expect(ending).toBe('success');
      return Number.parseFloat(log.find((line) => line.includes('failover begins'))!);
    };
    const usedUp = await begins({ at: 1, kind: 'others use up the requests to Route 53' });
    expect(usedUp).toBeGreaterThan((await begins()) + 20);
  });
});

describe('a function', () => {
  it('is ended after 55 s, and does nothing of what it was held up in', async () => {
    const { calls } = await play({ story: 'switchover', seed: 1, troubles: [] });
    const at = (key: string) => 1 + calls.findIndex((call) => call.key === key);
    const troubles = ['ledger: GetItem for claim', 'ledger: PutItem for claim'].map(
      (key) => ({ at: at(key), kind: 'slow' }) as const,
    );
    const { log, struck } = await play({ story: 'switchover', seed: 1, troubles }, true);
    expect(struck).toBe(2);
    const claims = log.filter((line) => /\d: ledger: PutItem/.test(line));
    expect(claims.map((line) => Math.floor(Number.parseFloat(line))).slice(0, 2)).toEqual([45, 56]);
    expect(log.find((line) => line.includes('switchover: Check the target'))).toMatch(/^ +56\./);
  });
});

describe('what a person starts between the steps of another workflow', () => {
  const logOf = async (kind: Trouble['kind']) => {
    const { log, ending } = await play({ story: 'switchover', seed: 1, troubles: [{ at: 1, kind }] }, true);
    expect(ending).not.toBe('violation');
    return log.slice(log.findIndex((line) => line.includes('TROUBLE'))).join('\n');
  };

  it('is switchback', async () => {
    expect(await logOf('a person starts switchback')).toMatch(/switchback begins/);
  });

  it('is adopt, with the site that DNS answers with', async () => {
    expect(await logOf('a person adopts the site with which DNS answers')).toMatch(
      /adopt begins[\s\S]*was adopted/,
    );
  });
});

describe('the troubles that came about', () => {
  const struckIn = async (story: string, ...troubles: Trouble[]) =>
    (await play({ story, seed: 1, troubles })).struck;

  it('are not those of which nothing comes', async () => {
    expect(await struckIn('adopt', { at: 1, kind: 'the other site dies' })).toBe(1);
    const twice = ['the other site dies', 'the other site freezes for a while'] as const;
    expect(await struckIn('adopt', ...twice.map((kind) => ({ at: 1, kind })))).toBe(1);
    expect(await struckIn('adopt', { at: 1, kind: 'the lost site comes back' })).toBe(0);
  });

  it('are not lies that nobody asks for', async () => {
    expect(await struckIn('adopt', { at: 1, kind: 'the push fails' })).toBe(0);
    expect(await struckIn('resync', { at: 1, kind: 'the push fails' })).toBe(1);
  });

  it('are not reads that answer what is so', async () => {
    const { calls } = await play({ story: 'adopt', seed: 1, troubles: [] });
    const at = 1 + calls.findIndex(({ key }) => key.includes('GetHealthCheckStatus'));
    expect(await struckIn('adopt', { at, kind: 'stale' })).toBe(0);
  });
});

describe('what a read answers that is stale', () => {
  const heard = (...answers: readonly [answer: string, at: number][]) => {
    const told = new Answers();
    for (const [answer, at] of answers) {
      jest.setSystemTime(at);
      told.heard('whose?', answer);
    }
    return told;
  };
  beforeEach(() => {
    jest.useFakeTimers();
  });
  afterEach(() => {
    jest.useRealTimers();
  });

  it('was so until half a minute ago, and is no more', () => {
    const told = heard(['a', 0], ['a', 10_000], ['b', 40_000], ['b', 40_000]);
    expect(told.before('whose?', 'b')).toBe('a');
    expect(told.before('whose?', 'c')).toBe('b');
    jest.setSystemTime(40_001);
    expect(told.before('whose?', 'b')).toBeUndefined();
  });

  it('is what is so where nobody has asked before', () => {
    expect(heard(['a', 0]).before('whose?', 'a')).toBeUndefined();
    expect(heard(['a', 0]).before('which?', 'b')).toBeUndefined();
  });
});

describe('a call with a fault', () => {
  const read = (ConsistentRead?: boolean) =>
    troubled(
      {
        caller: 'reconcile',
        service: 'DynamoDB',
        operation: 'GetItem',
        site: null,
        input: { ConsistentRead },
      },
      'stale',
      async () => 'what stands',
      {
        die: () => new Promise<never>(() => {}),
        isDead: () => false,
        afterNextDecision: async () => {},
        outdated: () => 'what stood',
      },
    );

  it('that is to answer what was before does not, where it reads consistently', async () => {
    expect(await read(true)).toBe('what stands');
    expect(await read()).toBe('what stood');
  });
});

describe('the plans', () => {
  const calls = [
    { key: 'reconcile: GetItem', reads: true, begins: true },
    { key: 'reconcile: UpdateHealthCheck', reads: false, begins: false },
  ];

  it('trouble each call in every way that means something there', () => {
    const kinds = (at: number) =>
      singles('adopt', calls)
        .filter(({ troubles }) => troubles[0]!.at === at)
        .map(({ troubles }) => troubles[0]!.kind);
    expect(kinds(2)).toEqual(expect.arrayContaining(['fails after', 'twice', 'late', 'dies after']));
    expect(kinds(2)).not.toContain('stale');
    // The ledger is read consistently, and a read that was made is one that was not.
    expect(kinds(1)).not.toContain('stale');
    const ofAStep = { key: 'database: GetItem for move-writer', reads: true, begins: true };
    const ofThat = singles('adopt', [ofAStep]).map(({ troubles }) => troubles[0]!.kind);
    expect(ofThat).not.toContain('stale');
    expect(kinds(1)).not.toContain('twice');
  });

  it('trouble each call of a workflow once where that is asked for, in the first story that has it', () => {
    const told = { reads: true, begins: false };
    const story = (name: string, ...keys: string[]) => ({
      story: name,
      calls: keys.map((key) => ({ key, ...told })),
      everyCall: keys.length,
    });
    const all = [
      ...singlesOfEachCallOnce([
        story('switchover', 'one', 'two', 'two'),
        story('switchover with approval', 'one', 'three', 'two'),
        story('resync', 'one'),
      ]),
    ];
    const places = new Set(all.map((history) => `${history.story} ${history.troubles[0]!.at}`));
    expect([...places]).toEqual([
      'switchover 1',
      'switchover 2',
      'switchover 3',
      'switchover with approval 2',
      'resync 1',
    ]);
    const ofOne = singles('resync', [{ key: 'one', ...told }]);
    expect(all.filter((history) => history.story === 'resync')).toEqual(ofOne);
  });

  it('pair each fault with every fault at a later call', () => {
    const all = [...pairs('adopt', calls, () => calls)];
    expect(all.every(({ troubles: [first, second] }) => first!.at === 1 && second!.at === 2)).toBe(true);
    expect(new Set(all.map((history) => JSON.stringify(history))).size).toBe(all.length);
  });

  it('pair it with the call that is meant, which the first fault has moved, and leave out one that is not made any more', () => {
    const call = (key: string) => ({ key, reads: false, begins: true });
    const seconds = (...left: string[]) => {
      const all = [...pairs('adopt', [call('one'), call('two')], () => left.map(call))];
      return [...new Set(all.map(({ troubles }) => troubles[1]!.at))];
    };
    expect(seconds('one', 'one', 'one', 'two')).toEqual([4]);
    expect(seconds('one', 'one')).toEqual([]);
    const inAll = [...pairs('adopt', [call('one'), call('two')], () => [call('one'), call('two')])];
    expect(countOfPairs([call('one'), call('two')])).toBe(inAll.length);
  });

  it('draw the same random histories from the same seed', () => {
    const stories = [{ story: 'adopt', calls, everyCall: 2 }];
    const drawn = (seed: number) =>
      Array.from({ length: 20 }, (_, index) => JSON.stringify(randomHistory(seed, index, stories)));
    expect(drawn(7)).toEqual(drawn(7));
    expect(drawn(8)).not.toEqual(drawn(7));
    expect(new Set(drawn(7)).size).toBe(20);
  });

  it('give each story the same share of the time', () => {
    const stories = [
      { story: 'the primary freezes', calls, everyCall: 100 },
      { story: 'resync', calls, everyCall: 900 },
    ];
    const drawn = Array.from({ length: 1000 }, (_, index) => randomHistory(7, index, stories));
    const resyncs = drawn.filter(({ story }) => story === 'resync').length;
    expect(resyncs).toBeGreaterThan(70);
    expect(resyncs).toBeLessThan(130);
  });

  it('do not draw a story of few calls again and again: most of its time is the way to its end', () => {
    const stories = [
      { story: 'resync as a dry run', calls, everyCall: 10 },
      { story: 'the primary freezes', calls, everyCall: 100 },
    ];
    const drawn = Array.from({ length: 1000 }, (_, index) => randomHistory(7, index, stories));
    const dryRuns = drawn.filter(({ story }) => story === 'resync as a dry run').length;
    expect(dryRuns).toBeGreaterThan(450);
    expect(dryRuns).toBeLessThan(550);
  });
});

describe('npm run prove', () => {
  it('counts histories per workflow, of which there are fewer than stories', () => {
    const row = { histories: 3, untroubled: 1, success: 1, safeStop: 1, violation: 1 };
    const rows = [
      { name: 'failover', ...row },
      { name: 'resync', ...row, success: 2, violation: 0 },
      { name: 'failover', ...row },
    ];
    expect(summedUp(rows)).toEqual([
      { name: 'failover', histories: 6, untroubled: 2, success: 2, safeStop: 2, violation: 2 },
      { name: 'resync', histories: 3, untroubled: 1, success: 2, safeStop: 1, violation: 0 },
    ]);
    expect(table('workflow', summedUp(rows)).split('\n')[1]).toMatch(/^failover +6 +2 +2 +2 +2$/);
  });
});
