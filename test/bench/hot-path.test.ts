import { describe, expect, it } from '@jest/globals';
import { roundsOfAnAlarm } from '../../lab/bench/hot-path.ts';
import { ROUNDS } from '../../lab/bench/printing.ts';
import { Rounds } from '../../lab/bench/rounds.ts';

describe("an alarm's way to the traffic write", () => {
  it('is three rounds of calls: everything is read at once, the ledger is written, the check is written', async () => {
    const rounds = await roundsOfAnAlarm();
    expect(rounds).toEqual([
      ['GetHealthCheck', 'GetHealthCheck', 'GetHealthCheckStatus', 'GetHealthCheckStatus', 'GetItem'],
      ['PutItem'],
      ['UpdateHealthCheck'],
    ]);
    expect(rounds).toHaveLength(ROUNDS);
  });
});

describe('counting rounds', () => {
  class GetItemCommand {}
  class UpdateHealthCheckCommand {}
  const client = { send: async (_command: object): Promise<unknown> => ({}) };

  it('counts a call that waits for one of two others as a round of its own', async () => {
    const rounds = new Rounds();
    const slow = rounds.watched({ send: (_command: object) => new Promise(() => {}) });
    const quick = rounds.watched(client);
    void slow.send(new GetItemCommand());
    await quick.send(new GetItemCommand());
    await quick.send(new UpdateHealthCheckCommand());
    await quick.send(new GetItemCommand());
    expect(rounds.untilTrafficWrite).toEqual([['GetItem', 'GetItem'], ['UpdateHealthCheck']]);
  });

  it('has none to show where the traffic was not written', async () => {
    const rounds = new Rounds();
    await rounds.watched(client).send(new GetItemCommand());
    expect(rounds.untilTrafficWrite).toEqual([]);
  });
});
