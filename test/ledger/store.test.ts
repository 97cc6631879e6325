import { PutItemCommand } from '@aws-sdk/client-dynamodb';
import { marshall } from '@aws-sdk/util-dynamodb';
import { beforeEach, describe, expect, it } from '@jest/globals';
import { guard, recordFor } from '../../functions/ledger/guard.ts';
import { LedgerConflictError, LedgerUnknownError } from '../../functions/shared/errors.ts';
import type { OperationToken } from '../../functions/shared/names.ts';
import { B, execution, inSync, moment } from './example.ts';
import { LedgerTable } from './table.ts';

let world: LedgerTable;

beforeEach(async () => {
  world = new LedgerTable();
  await world.holds(inSync());
});

const somebodyElse = (about: string) => world.store.change(() => [{ type: 'paged', about }]);

describe('writing the ledger', () => {
  it('comes back from DynamoDB as it was written', async () => {
    expect(await world.store.read()).toEqual({ ...inSync(), revision: 1 });
  });

  it('is refused, and nothing is written, when another writer came first', async () => {
    const seen = await world.store.require();
    await somebodyElse('first');
    expect(await world.store.write({ ...seen, revision: 2, epoch: 9 })).toBe(false);
    expect(await world.store.require()).toMatchObject({ revision: 2, epoch: seen.epoch });
  });

  it('does not overwrite a ledger by a first one', async () => {
    expect(await world.store.write({ ...inSync(), revision: 1, epoch: 40 })).toBe(false);
  });

  it('counts as done when the answer was lost and the SDK repeats it', async () => {
    const seen = await world.store.require();
    const past = { workflow: 'contain', result: 'failed', detail: '' } as const;
    const next = {
      ...seen,
      revision: 2,
      history: [{ ...past, owner: execution('contain'), startedAt: moment(0), endedAt: moment(1) }],
    };
    await world.store.write(next);
    expect(await world.store.write(next)).toBe(true);
  });

  it('does not count as done when another write of the same revision stands', async () => {
    const seen = await world.store.require();
    await world.store.write({ ...seen, revision: 2, epoch: 5 });
    expect(await world.store.write({ ...seen, revision: 2, epoch: 6 })).toBe(false);
  });

  it('gives up what DynamoDB answers with anything else than a lost race', async () => {
    world.faults = {
      before: () => {
        throw Object.assign(new Error('no'), { name: 'AccessDeniedException' });
      },
    };
    await expect(world.store.write({ ...inSync(), revision: 2 })).rejects.toThrow('no');
  });
});

describe('changing the ledger', () => {
  it('starts again from what stands when another writer came first', async () => {
    const seen: number[] = [];
    let races = 2;
    let racing = false;
    world.faults = {
      before: async ({ operation }) => {
        if (operation !== 'PutItem' || races === 0 || racing) return;
        races -= 1;
        racing = true;
        await somebodyElse(`race ${races}`);
        racing = false;
      },
    };
    await world.store.change((ledger) => {
      seen.push(ledger.revision);
      return [{ type: 'site-suspected', site: B }];
    });
    expect(seen).toEqual([1, 2, 3]);
    expect((await world.store.require()).sites[B]!.trust).toBe('suspect');
  });

  it('ends in LedgerConflictError after five lost races', async () => {
    let tries = 0;
    world.faults = {
      before: ({ operation }) => {
        if (operation !== 'PutItem') return;
        tries += 1;
        throw Object.assign(new Error('no'), { name: 'ConditionalCheckFailedException' });
      },
    };
    await expect(world.store.change(() => [{ type: 'site-suspected', site: B }])).rejects.toThrow(
      LedgerConflictError,
    );
    expect(tries).toBe(5);
  });

  it('writes nothing when nothing changed', async () => {
    await world.store.change(() => [{ type: 'armed' }]);
    expect(world.calls).toEqual(['GetItem']);
  });
});

describe('a ledger that is not there or not known', () => {
  it('is null to whoever asks, and LedgerUnknownError to whoever needs it', async () => {
    world.table.restore(new Map());
    expect(await world.store.read()).toBeNull();
    await expect(world.store.require()).rejects.toThrow(LedgerUnknownError);
    await expect(world.store.require()).rejects.toThrow('Start the workflow "adopt"');
  });

  it('of another schema is refused by name', async () => {
    world.table.restore(new Map());
    await world.edge.dynamodb.send(
      new PutItemCommand({
        TableName: world.configuration.ledgerTable,
        Item: marshall({ deployment: 'sso', schema: 2 }),
      }),
    );
    await expect(world.store.read()).rejects.toThrow(
      'The ledger of sso has schema 2, and this version knows 1.',
    );
  });
});

describe('the guard before each effect', () => {
  let token: OperationToken;

  beforeEach(async () => {
    const owner = execution('switchover');
    await world.store.change(() => [{ type: 'operation-claimed', workflow: 'switchover', owner }]);
    token = { workflow: 'switchover', owner, epoch: (await world.store.require()).epoch };
  });

  it('lets the step of the operation pass, and gives it the ledger', async () => {
    expect(await guard(world.store, token)).toMatchObject({ epoch: token.epoch });
  });

  it('lets it pass also after evidence and pages, which supersede nobody', async () => {
    await somebodyElse('something');
    expect(await guard(world.store, token)).not.toBe('superseded');
  });

  it('ends a step of an older epoch, and one of another execution', async () => {
    expect(await guard(world.store, { ...token, epoch: token.epoch - 1 })).toBe('superseded');
    expect(await guard(world.store, { ...token, owner: execution('switchover', 'two') })).toBe('superseded');
  });

  it('ends a step whose operation is over', async () => {
    await world.store.change(() => [
      { type: 'operation-released', owner: token.owner, result: 'succeeded', detail: 'done' },
    ]);
    const { epoch } = await world.store.require();
    expect(await guard(world.store, { ...token, epoch })).toBe('superseded');
  });

  it('ends every step of an operation that an alarm pre-empted', async () => {
    await world.store.change(() => [{ type: 'passive-site-left', passive: B, reason: 'the view' }]);
    expect(await guard(world.store, token)).toBe('superseded');
    const late = await recordFor(world.store, token, { type: 'isolation-lost', site: B });
    expect(late).toBe('superseded');
  });

  it('hands on the epoch of a decision that the step recorded itself', async () => {
    const recorded = await recordFor(world.store, token, { type: 'traffic-moved', to: B });
    if (recorded === 'superseded') throw new Error('superseded');
    expect(recorded.ledger.epoch).toBe(token.epoch + 1);
    expect(await guard(world.store, { ...token, epoch: token.epoch + 1 })).not.toBe('superseded');
  });

  it('says why the ledger refuses what a step wants to record', async () => {
    const recorded = await recordFor(world.store, token, { type: 'isolation-proved', site: B });
    expect(recorded).toMatchObject({ refused: 'site-b is in-sync, not stale' });
  });
});
