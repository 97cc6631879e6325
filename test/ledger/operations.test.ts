import { beforeEach, describe, expect, it } from '@jest/globals';
import { type Claimed, type ClaimOutcome, isRunning } from '../../functions/ledger/operation.ts';
import { createLedger } from '../../functions/ledger/operations.ts';
import { InvalidInputError } from '../../functions/shared/errors.ts';
import type { OperationToken } from '../../functions/shared/names.ts';
import { A, B, exampleConfiguration, execution, having, inSync, moment, withSite } from './example.ts';
import { LedgerTable } from './table.ts';

let world: LedgerTable;

const ledger = (event: unknown) => createLedger(world.edge)(event);
const claim = (workflow: string, input: unknown = {}, owner = execution(workflow)) =>
  ledger({ action: 'claim', workflow, owner, input }) as Promise<ClaimOutcome>;

async function claimed(workflow: string, input: unknown = {}): Promise<Claimed> {
  const outcome = await claim(workflow, input);
  if (outcome.outcome !== 'claimed') throw new Error(JSON.stringify(outcome));
  world.executions.set(execution(workflow), 'RUNNING');
  return outcome;
}

const stale = () =>
  having(
    inSync(),
    moment(-600),
    { type: 'passive-site-left', passive: B, reason: 'the view' },
    { type: 'operation-claimed', workflow: 'failover', owner: execution('failover', 'before') },
    { type: 'take-offline-issued', site: B },
    { type: 'isolation-proved', site: B },
    {
      type: 'operation-released',
      owner: execution('failover', 'before'),
      result: 'succeeded',
      detail: 'before the story',
    },
  );

async function begin(ledgerBefore = inSync(), changes = {}): Promise<void> {
  world = new LedgerTable(exampleConfiguration(changes));
  await world.holds(ledgerBefore);
}

beforeEach(() => begin());

describe('claiming the operation', () => {
  it('says who serves and who does not, and gives the token for the steps', async () => {
    expect(await claimed('switchover')).toEqual({
      outcome: 'claimed',
      operation: { workflow: 'switchover', owner: execution('switchover'), epoch: inSync().epoch + 1 },
      borrowed: false,
      dryRun: false,
      serving: A,
      other: B,
      bridgeCut: false,
      contained: false,
      options: { approve: false, isolate: true, moveDatabase: false, acceptCounts: false },
    });
  });

  it('gives the same claim again to an execution whose answer was lost', async () => {
    const first = await claimed('switchover');
    expect(await claim('switchover')).toEqual(first);
    expect((await world.store.require()).revision).toBe(2);
  });

  it('is busy while the execution that holds it runs, and names it', async () => {
    await claimed('switchover');
    expect(await claim('switchover', {}, execution('switchover', 'two'))).toEqual({
      outcome: 'busy',
      reason: `switchover runs since ${moment(0)}. Wait for it, or stop its execution.`,
      holder: execution('switchover'),
      serving: A,
      other: B,
    });
  });

  it('is busy for another workflow too, also for a failover and beside one', async () => {
    await begin(stale());
    await claimed('failover');
    expect((await claim('contain')).outcome).toBe('busy');
    await begin(stale());
    await claimed('contain');
    expect((await claim('failover')).outcome).toBe('busy');
  });

  it('says where the bridge is noted as cut, at either site', async () => {
    await begin(withSite(stale(), B, { bridgeCut: true }));
    expect((await claimed('contain')).bridgeCut).toBe(true);
  });

  it('says that the other site is contained, where the ledger knows it', async () => {
    await begin(withSite(stale(), B, { contained: true }));
    expect((await claimed('failover')).contained).toBe(true);
  });

  it('waits for an execution that is about to be redriven', async () => {
    await claimed('switchover');
    world.executions.set(execution('switchover'), 'PENDING_REDRIVE');
    expect((await claim('switchover', {}, execution('switchover', 'two'))).outcome).toBe('busy');
  });

  it.each(['FAILED', 'TIMED_OUT', 'ABORTED', 'SUCCEEDED', 'forgotten'])(
    'takes it over from an execution that ended: %s',
    async (status) => {
      await claimed('switchover');
      if (status === 'forgotten') world.executions.clear();
      else world.executions.set(execution('switchover'), status);
      const second = await claim('switchover', {}, execution('switchover', 'two'));
      expect(second).toMatchObject({
        outcome: 'claimed',
        operation: { owner: execution('switchover', 'two') },
      });
      expect((await world.store.require()).history[0]).toMatchObject({
        owner: execution('switchover'),
        result: 'failed',
        detail: 'its execution no longer runs',
      });
    },
  );

  it('does not take it over when it can not be said whether the holder runs', async () => {
    await claimed('switchover');
    const sfn = { send: (async () => Promise.reject(new Error('throttled'))) as never };
    await expect(isRunning(sfn, execution('switchover'))).rejects.toThrow('throttled');
    const odd = { send: (async () => Promise.reject({ name: 'ExecutionDoesNotExist' })) as never };
    await expect(isRunning(odd, execution('switchover'))).rejects.toEqual({ name: 'ExecutionDoesNotExist' });
  });

  it('leaves a failover to the one that runs already, quietly', async () => {
    await begin(stale());
    await claimed('failover');
    const second = await claim('failover', {}, execution('failover', 'two'));
    expect(second).toEqual({
      outcome: 'nothing-to-do',
      reason: `A failover runs already: ${execution('failover')}.`,
    });
  });

  it('looks again when another writer came between looking and claiming', async () => {
    let raced = false;
    world.faults = {
      before: async ({ operation }) => {
        if (operation !== 'PutItem' || raced) return;
        raced = true;
        await world.store.change(() => [{ type: 'site-suspected', site: B }]);
      },
    };
    expect(await claim('switchover')).toMatchObject({ outcome: 'not-safe', reason: 'site-b is suspect.' });
    expect((await world.store.require()).operation).toBeNull();
  });

  it('checks the operation of a calling workflow instead of claiming one', async () => {
    await begin(stale());
    const { operation } = await claimed('resync');
    const contain = await claim('contain', { operation }, execution('contain'));
    expect(contain).toMatchObject({ outcome: 'claimed', borrowed: true, operation });
    await world.store.change(() => [{ type: 'site-suspected', site: A }]);
    expect(await claim('contain', { operation }, execution('contain'))).toEqual({ outcome: 'superseded' });
  });

  it('without a ledger is unknown, and says how to get one', async () => {
    world.table.restore(new Map());
    expect(await claim('failover')).toEqual({
      outcome: 'unknown',
      reason: 'There is no ledger. Start the workflow "adopt": it records who serves.',
    });
  });

  it.each([
    ['contain', 'site-b is in sync.'],
    ['resync', 'site-b is in sync already.'],
    ['switchback', 'site-a, the primary, serves already.'],
  ])('has nothing to do for %s when all is well', async (workflow, reason) => {
    expect(await claim(workflow)).toEqual({ outcome: 'nothing-to-do', reason });
  });

  it('has nothing to contain twice', async () => {
    await begin(having(stale(), moment(-60), { type: 'site-contained', site: B }));
    expect(await claim('contain')).toEqual({
      outcome: 'nothing-to-do',
      reason: 'site-b is contained already.',
    });
    expect((await claim('resync')).outcome).toBe('claimed');
  });

  it('is not safe for a failover of no loss, nor for a switchover to a stale site', async () => {
    expect(await claim('failover')).toMatchObject({ outcome: 'not-safe', reason: 'no loss is recorded.' });
    await begin(stale());
    expect(await claim('switchover')).toMatchObject({ outcome: 'not-safe', reason: 'site-b is stale.' });
  });

  it('sends a switchback to a stale primary through resync first', async () => {
    const moved = having(inSync(), moment(-600), {
      type: 'promoted-accepting-loss',
      site: B,
      reason: 'site-a is gone',
    });
    await begin({ ...moved, pending: null });
    expect(await claim('switchback')).toEqual({ outcome: 'resync-first', reason: 'site-a is stale.' });
    await begin(withSite({ ...moved, pending: null }, A, { trust: 'resyncing' }));
    expect((await claim('switchback')).outcome).toBe('resync-first');
    await begin(withSite({ ...moved, pending: null }, A, { trust: 'suspect' }));
    expect((await claim('switchback')).outcome).toBe('not-safe');
  });

  it('lets nothing but failover begin while a failover is about to start', async () => {
    await begin(having(inSync(), moment(-1), { type: 'view-lost', reason: 'the view' }));
    expect(await claim('switchover')).toMatchObject({ outcome: 'not-safe' });
    expect(await claim('failover')).toMatchObject({
      outcome: 'not-safe',
      reason: 'whether the serving site lives is not decided yet.',
    });
  });
});

const CONTAIN_B = [
  'scale Keycloak at site-b to 0',
  'take site-a offline at site-b, proven for every cache',
  'wait until no Keycloak pod is left at site-b',
];
const WRITER = 'move the database writer to the zone of the serving site';
const BACK = 'move traffic from site-b to site-a';
const inSyncAtB = () => ({ ...inSync(), serving: B });
const MOVE = 'move traffic from site-a to site-b';

describe('a dry run', () => {
  const database = { database: { clusterIdentifier: 'keycloak', moveWriter: true } };

  it.each<[string, () => ReturnType<typeof inSync>, object, object, readonly string[]]>([
    [
      'failover',
      stale,
      {},
      database,
      [
        'record site-b as stale',
        'take site-b offline at site-a, proven for every cache',
        'cut the bridge at site-a, where configured',
        ...CONTAIN_B,
        WRITER,
      ],
    ],
    ['contain', stale, {}, database, CONTAIN_B],
    [
      'resync',
      stale,
      {},
      database,
      [
        ...CONTAIN_B,
        'restore the bridge and wait for the cross-site view',
        'prove that site-a holds its data',
        'clear every cache at site-b',
        'bring site-a online at site-b, push state from site-a, compare entry counts',
        'scale Keycloak at site-b to its original size',
        'prove both directions online and record site-b as in sync',
      ],
    ],
    [
      'switchover',
      inSync,
      { approve: true },
      database,
      ['ask for approval', MOVE, "after the records' TTL, take site-a offline at site-b", WRITER],
    ],
    ['switchover', inSync, { approve: false, isolate: false }, {}, [MOVE]],
    ['switchback', inSyncAtB, { approve: true, moveDatabase: true }, {}, ['ask for approval', BACK, WRITER]],
    ['switchback', inSyncAtB, { approve: false }, {}, [BACK]],
  ])('of %s says what would be done and writes nothing', async (workflow, ledgerOf, input, changes, plan) => {
    await begin(ledgerOf(), changes);
    const { serving } = ledgerOf();
    expect(await claim(workflow, { dryRun: true, ...input })).toEqual({
      outcome: 'planned',
      plan,
      serving,
      other: serving === A ? B : A,
    });
    expect(world.calls).not.toContain('PutItem');
  });

  it('says what is not safe, as the real one would', async () => {
    expect(await claim('failover', { dryRun: true })).toEqual({
      outcome: 'not-safe',
      reason: 'no loss is recorded.',
      remedy:
        'See `status` of the ledger; where no safe way is left, "promote-accepting-loss" takes a site by name.',
    });
  });
});

describe('the options of a workflow', () => {
  it('come from its input first, then from the configuration', async () => {
    await begin(inSync(), {
      approval: { switchover: true },
      switchover: { isolate: false },
      database: { clusterIdentifier: 'keycloak' },
    });
    const { options } = await claimed('switchover');
    expect(options).toMatchObject({ approve: true, isolate: false, moveDatabase: true });
    await begin(inSync(), { approval: { switchover: true }, database: { clusterIdentifier: 'keycloak' } });
    const own = await claimed('switchover', { approve: false, isolate: true, moveDatabase: false });
    expect(own.options).toMatchObject({ approve: false, isolate: true, moveDatabase: false });
  });

  const servedByB = (automatic: boolean) => {
    const moved = having(inSync(), moment(-600), {
      type: 'serving-site-lost',
      lost: A,
      automatic,
      reason: 'its endpoint',
    });
    return { ...moved, pending: null };
  };

  it('ask for an approval of a switchback when automation moved traffic away, and only then', async () => {
    await begin(servedByB(true));
    expect((await claimed('switchback')).options.approve).toBe(true);
    await begin(servedByB(false));
    expect((await claimed('switchback')).options.approve).toBe(false);
    await begin({ ...servedByB(true), moveAcknowledged: true });
    expect((await claimed('switchback')).options.approve).toBe(false);
    await begin(servedByB(true), { approval: { switchbackAfterFailover: false, switchover: true } });
    expect((await claimed('switchback')).options.approve).toBe(false);
    await begin(servedByB(true), { approval: { switchbackAfterFailover: true, switchover: false } });
    expect((await claimed('switchback')).options.approve).toBe(true);
  });

  it('accept the counts only where a person says so', async () => {
    await begin(stale());
    expect((await claimed('resync', { acceptCounts: true })).options.acceptCounts).toBe(true);
  });
});

describe('an input that is wrong', () => {
  it('is refused with the fields that exist', async () => {
    await expect(claim('failover', { lost: 'site-a' })).rejects.toThrow(InvalidInputError);
    await expect(claim('failover', { lost: 'site-a' })).rejects.toThrow(
      'The input of failover is not usable: there is no field "lost". Fields that exist: lostSite, dryRun',
    );
    await expect(claim('switchover', { aprove: true })).rejects.toThrow(
      'Fields that exist: dryRun, approve, moveDatabase, isolate',
    );
  });

  it('is refused by its type, and {} and nothing are taken', async () => {
    await expect(claim('switchover', { approve: 'yes' })).rejects.toThrow('"approve"');
    await expect(claim('switchover', [])).rejects.toThrow('it is a list, not an object');
    expect((await claim('switchover', undefined)).outcome).toBe('claimed');
  });

  it('names a site that there is not, and those that there are', async () => {
    const { operation } = await claimed('switchover');
    await expect(ledger({ action: 'record', operation, fact: 'isolated', site: 'site-c' })).rejects.toThrow(
      'There is no site "site-c". Sites are site-a, site-b.',
    );
  });

  it('of the function itself is refused too', async () => {
    await expect(ledger({ action: 'explode' })).rejects.toThrow(InvalidInputError);
    await expect(ledger(null)).rejects.toThrow(InvalidInputError);
    await expect(ledger({ action: 'disarm', why: '' })).rejects.toThrow(InvalidInputError);
    await expect(ledger({ action: 'disarm', why: 'x', hours: 2 })).rejects.toThrow(
      'Fields that exist: action, forSeconds, why',
    );
  });
});

describe('recording what a workflow did', () => {
  const record = (operation: OperationToken, fact: string, site: string = B) =>
    ledger({ action: 'record', operation, fact, site });

  it('hands on the epoch, and gives the same again when the answer was lost', async () => {
    await begin(stale());
    const { operation } = await claimed('resync');
    const first = await record(operation, 'in-sync');
    expect(first).toEqual({ outcome: 'recorded', operation: { ...operation, epoch: operation.epoch + 1 } });
    expect(await record(operation, 'in-sync')).toEqual(first);
    expect((await world.store.require()).sites[B]).toMatchObject({
      trust: 'in-sync',
      takeOfflineIssued: false,
    });
  });

  it('records nothing for a late step of the same execution, whose decision nobody made', async () => {
    const { operation } = await claimed('switchover');
    await world.store.change(() => [{ type: 'traffic-moved', to: B }]);
    expect(await record(operation, 'isolating', A)).toEqual({ outcome: 'superseded' });
    expect((await world.store.require()).sites[A]!.trust).toBe('in-sync');
  });

  it('records nothing for a step that comes from after the backup to which the ledger was restored', async () => {
    await begin(stale());
    const { operation } = await claimed('resync');
    await record(operation, 'in-sync');
    const later = { ...operation, epoch: operation.epoch + 5 };
    expect(await record(later, 'in-sync')).toEqual({ outcome: 'superseded' });
  });

  it('keeps the epoch where only evidence is recorded', async () => {
    await begin(stale());
    const { operation } = await claimed('contain');
    expect(await record(operation, 'contained')).toEqual({ outcome: 'recorded', operation });
  });

  it('records nothing for an operation that a newer decision ended', async () => {
    await begin(stale());
    const { operation } = await claimed('resync');
    await world.store.change(() => [{ type: 'site-suspected', site: A }]);
    expect(await record(operation, 'in-sync')).toEqual({ outcome: 'superseded' });
    expect((await world.store.require()).sites[B]!.trust).toBe('stale');
  });

  it('says what the ledger does not allow', async () => {
    const { operation } = await claimed('switchover');
    expect(await record(operation, 'isolating', A)).toMatchObject({
      outcome: 'not-safe',
      reason: 'site-a serves.',
    });
  });
});

describe('releasing the operation', () => {
  const release = (operation: OperationToken, result = 'succeeded') =>
    ledger({ action: 'release', operation, result, detail: 'done' });

  it('frees it, also when its epoch has moved on, and says the same when the answer was lost', async () => {
    await begin(stale());
    const { operation } = await claimed('resync');
    await ledger({ action: 'record', operation, fact: 'in-sync', site: B });
    expect(await release(operation)).toEqual({ outcome: 'released' });
    expect(await release(operation)).toEqual({ outcome: 'released' });
    expect((await world.store.require()).history).toHaveLength(2);
  });

  it('of an operation that was pre-empted is superseded', async () => {
    const { operation } = await claimed('switchover');
    await world.store.change(() => [{ type: 'site-suspected', site: A }]);
    expect(await release(operation)).toEqual({ outcome: 'superseded' });
    expect((await world.store.require()).history[0]!.result).toBe('superseded');
  });

  it('of a resync without its proof leaves the site stale', async () => {
    await begin(stale());
    const { operation } = await claimed('resync');
    await release(operation, 'failed');
    expect((await world.store.require()).sites[B]!.trust).toBe('stale');
  });

  it('keeps the last ten operations, the newest first', async () => {
    for (let run = 0; run < 12; run++) {
      const outcome = (await claim('switchover', {}, execution('switchover', `run-${run}`))) as Claimed;
      await release(outcome.operation, 'failed');
    }
    const { history } = await world.store.require();
    expect(history).toHaveLength(10);
    expect(history[0]!.owner).toBe(execution('switchover', 'run-11'));
  });
});

describe('an approval', () => {
  let operation: OperationToken;
  const ask = () => ledger({ action: 'ask-approval', operation, question: 'Move to site-b?' });
  const read = () => ledger({ action: 'read-approval', operation });
  const answer = (input: unknown) => ledger({ action: 'answer-approval', input });

  beforeEach(async () => {
    await begin(inSync(), { approval: { deadlineSeconds: 600 } });
    operation = (await claimed('switchover')).operation;
  });

  it('is waited for until its deadline, which asking again does not move', async () => {
    expect(await ask()).toEqual({ outcome: 'waiting', deadline: moment(600) });
    world.seconds = 300;
    expect(await ask()).toEqual({ outcome: 'waiting', deadline: moment(600) });
    expect(await read()).toEqual({ outcome: 'waiting', deadline: moment(600) });
    world.seconds = 601;
    expect(await read()).toEqual({ outcome: 'expired' });
  });

  it.each([
    [{}, 'approved', 'not named'],
    [{ decision: 'refuse', by: 'Kim' }, 'refused', 'Kim'],
  ])('is answered by %j', async (input, decision, by) => {
    await ask();
    expect(await answer(input)).toEqual({ outcome: 'answered', decision, workflow: 'switchover' });
    expect(await read()).toEqual({ outcome: decision, by });
  });

  it('is answered once: the first answer stands', async () => {
    await ask();
    await answer({ decision: 'refuse' });
    expect(await answer({})).toMatchObject({
      outcome: 'nothing-to-do',
      reason: 'answered already: refused.',
    });
    expect(await read()).toMatchObject({ outcome: 'refused' });
  });

  it('is not given after its deadline, nor when none is asked for', async () => {
    expect(await answer({})).toMatchObject({ outcome: 'nothing-to-do' });
    await ask();
    world.seconds = 601;
    expect(await answer({})).toMatchObject({ outcome: 'nothing-to-do' });
    expect(await read()).toEqual({ outcome: 'expired' });
  });

  it('may be given until its deadline, and is nobody else’s to read', async () => {
    await ask();
    world.seconds = 600;
    expect(await read()).toMatchObject({ outcome: 'waiting' });
    const another = { ...operation, owner: execution('switchover', 'another') };
    expect(await ledger({ action: 'read-approval', operation: another })).toEqual({ outcome: 'superseded' });
    expect(await ledger({ action: 'ask-approval', operation: another, question: 'Mine?' })).toEqual({
      outcome: 'superseded',
    });
  });

  it('that was never asked for is not waited for', async () => {
    expect(await read()).toEqual({ outcome: 'superseded' });
  });

  it('goes with the operation that an alarm ended, and is nobody else’s', async () => {
    await ask();
    await answer({});
    await world.store.change(() => [{ type: 'passive-site-left', passive: B, reason: 'the view' }]);
    expect(await read()).toEqual({ outcome: 'superseded' });
    expect(await ask()).toEqual({ outcome: 'superseded' });
    expect((await world.store.require()).approval).toBeNull();
  });

  it('takes no other word than approve and refuse', async () => {
    await expect(answer({ decision: 'yes' })).rejects.toThrow(InvalidInputError);
    await expect(answer({ approved: true })).rejects.toThrow('Fields that exist: decision, by');
  });
});

describe('arming and disarming', () => {
  it('holds until a time, or until a person arms it', async () => {
    expect(await ledger({ action: 'disarm', forSeconds: 3600, why: 'maintenance' })).toEqual({
      outcome: 'disarmed',
      until: moment(3600),
    });
    expect(await ledger({ action: 'disarm', why: 'for good' })).toEqual({ outcome: 'disarmed', until: null });
    expect((await world.store.require()).automation).toEqual({
      armed: false,
      disarmedUntil: null,
      disarmedAt: moment(0),
      why: 'for good',
    });
    expect(await ledger({ action: 'arm' })).toEqual({ outcome: 'armed' });
    expect((await world.store.require()).automation.armed).toBe(true);
  });

  it('supersedes no operation', async () => {
    const { operation } = await claimed('switchover');
    await ledger({ action: 'disarm', why: 'maintenance' });
    await ledger({ action: 'acknowledge-move' });
    expect((await world.store.require()).epoch).toBe(operation.epoch);
  });

  it('shows the ledger as it stands to whoever asks', async () => {
    expect(await ledger({ action: 'status' })).toMatchObject({ outcome: 'status', ledger: { serving: A } });
  });
});
