import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import type { Ledger } from '../../functions/ledger/ledger.ts';
import { isArmed } from '../../functions/ledger/ledger.ts';
import {
  currentLoss,
  noteOver,
  noteTold,
  saidLately,
  standing,
  wasToldOf,
} from '../../functions/ledger/standing.ts';
import { A, B, execution, having, inSync, moment, withSite } from './example.ts';
import { LedgerTable } from './table.ts';

process.env['FAILOVER_LOG'] ??= 'silent';

let world: LedgerTable;
beforeEach(() => {
  world = new LedgerTable();
});

const standsAs = async (ledger: Ledger): Promise<readonly string[]> => {
  await world.holds(ledger);
  return standing(world.store);
};
const fails = () => {
  world.faults = {
    before: () => {
      throw Object.assign(new Error('the table is gone'), { name: 'ResourceNotFoundException' });
    },
  };
};
const stale = (change = {}) => withSite(inSync(), B, { trust: 'stale', trustAt: moment(-60), ...change });
const CALM = 'No workflow holds the operation.';
const SERVES = 'site-a serves; it is in-sync.';

describe('where things stand, for a person who was just woken', () => {
  it('is who serves, and what the other one is', async () => {
    expect(await standsAs(inSync())).toEqual([
      SERVES,
      `site-b is in-sync since ${moment(-3600)} and was last seen reachable.`,
      CALM,
    ]);
  });

  it('says of a suspect no more than that', async () => {
    const suspect = withSite(inSync(), B, { trust: 'suspect', reachability: 'unreachable' });
    expect((await standsAs(suspect))[1]).toBe(
      `site-b is suspect since ${moment(-3600)} and was last seen unreachable.`,
    );
  });

  it.each<[object, string]>([
    [{}, 'NOT proven offline at site-a, so writes there may be refused or lost; not contained yet'],
    [{ isolated: true }, 'taken offline at site-a, proven, so writes there are good; not contained yet'],
    [
      { isolated: true, contained: true, bridgeCut: true },
      'taken offline at site-a, proven, so writes there are good; contained; shut out by the cut bridge',
    ],
  ])('says of a stale site whether writes are good, and whether it can do harm: %j', async (change, said) => {
    expect((await standsAs(stale(change)))[1]).toBe(
      `site-b is stale since ${moment(-60)} and was last seen reachable; ${said}.`,
    );
  });

  it('names what runs, what is waited for, and that automation is disarmed', async () => {
    const moving = having(
      inSync(),
      moment(-60),
      { type: 'operation-claimed', workflow: 'switchover', owner: execution('switchover') },
      { type: 'disarmed', until: moment(600), why: 'a fire drill' },
    );
    const token = moving.operation!;
    const asking = having(moving, moment(-30), {
      type: 'approval-asked',
      token,
      question: 'Move?',
      deadline: moment(300),
    });
    expect((await standsAs(asking)).slice(2)).toEqual([
      `switchover runs since ${moment(-60)}.`,
      `An approval is waited for until ${moment(300)}.`,
      `Automation is disarmed until ${moment(600)}.`,
    ]);
  });

  it('says of an approval that was given nothing, and of a disarming without an end that it has none', async () => {
    const moving = having(inSync(), moment(-60), {
      type: 'operation-claimed',
      workflow: 'switchover',
      owner: execution('switchover'),
    });
    const given = having(
      moving,
      moment(-30),
      { type: 'approval-asked', token: moving.operation!, question: 'Move?', deadline: moment(300) },
      { type: 'approval-answered', answer: 'approved', by: 'Kim' },
      { type: 'disarmed', until: null, why: 'x' },
    );
    expect((await standsAs(given)).slice(2)).toEqual([
      `switchover runs since ${moment(-60)}.`,
      'Automation is disarmed until it is armed.',
    ]);
  });

  it('is also told where there is no ledger, or it can’t be read', async () => {
    expect(await standing(world.store)).toEqual([
      'There is no ledger: nothing is known, and automation decides nothing.',
    ]);
    const odd = { read: () => Promise.reject('gone') } as unknown as LedgerTable['store'];
    expect(await standing(odd)).toEqual(["The ledger can't be read (unknown error)."]);
    fails();
    expect(await standing(world.store)).toEqual([
      expect.stringMatching(/^The ledger can't be read \(\w+\)\.$/),
    ]);
  });
});

describe('automation', () => {
  it('is armed, or disarmed until its time has run out', () => {
    const disarmed = (until: ReturnType<typeof moment> | null) =>
      having(inSync(), moment(0), { type: 'disarmed', until, why: 'x' });
    expect(isArmed(inSync(), moment(0))).toBe(true);
    expect(isArmed(disarmed(moment(60)), moment(59))).toBe(false);
    expect(isArmed(disarmed(moment(60)), moment(60))).toBe(true);
    expect(isArmed(disarmed(null), moment(9_999))).toBe(false);
  });
});

describe('what on-call was told', () => {
  it('is said again after half an hour', () => {
    const told = having(inSync(), moment(0), { type: 'paged', about: 'one' });
    expect(saidLately(told, 'one', moment(1799))).toBe(true);
    expect(saidLately(told, 'one', moment(1800))).toBe(false);
    expect(saidLately(told, 'two', moment(1))).toBe(false);
  });

  it('is noted, looked up and taken back by its name', async () => {
    await world.holds(inSync());
    expect(await wasToldOf(world.store, 'one')).toBe(false);
    await noteTold(world.store, 'one');
    await noteTold(world.store, 'two');
    expect([await wasToldOf(world.store, 'one'), await wasToldOf(world.store, 'two')]).toEqual([true, true]);
    await noteOver(world.store, ['one']);
    expect([await wasToldOf(world.store, 'one'), await wasToldOf(world.store, 'two')]).toEqual([false, true]);
  });

  it('is told once more rather than never where the ledger does not answer', async () => {
    expect(await wasToldOf(world.store, 'one')).toBe(false);
    await world.holds(having(inSync(), moment(0), { type: 'paged', about: 'one' }));
    fails();
    expect(await wasToldOf(world.store, 'one')).toBe(false);
    await expect(noteTold(world.store, 'one')).resolves.toBeUndefined();
    await expect(noteOver(world.store, ['one'])).resolves.toBeUndefined();
  });
});

describe('what on-call was told and could not be noted', () => {
  const wasSilent = process.env['FAILOVER_LOG'];
  const lines: object[] = [];
  beforeEach(() => {
    lines.length = 0;
    delete process.env['FAILOVER_LOG'];
    const keep = (written: unknown): boolean => lines.push(JSON.parse(String(written))) > 0;
    jest.spyOn(process.stdout, 'write').mockImplementation(keep);
    jest.spyOn(process.stderr, 'write').mockImplementation(keep);
  });
  afterEach(() => {
    jest.restoreAllMocks();
    if (wasSilent !== undefined) process.env['FAILOVER_LOG'] = wasSilent;
  });

  it('stands in the log, with why', async () => {
    fails();
    await noteTold(world.store, 'one');
    await noteOver(world.store, ['one']);
    const line = (message: string) => ({ level: 'WARN', message, cause: expect.any(String) });
    expect(lines).toMatchObject([
      line('it could not be noted what was told'),
      line('it could not be noted what is over'),
    ]);
  });
});

describe('a loss of the passive site', () => {
  it('is told from the next one by when it began', async () => {
    expect(await currentLoss(world.store)).toBeNull();
    await world.holds(stale());
    expect(await currentLoss(world.store)).toBe(`site-b:${moment(-60)}`);
    fails();
    expect(await currentLoss(world.store)).toBeNull();
  });

  it('is of the site that does not serve', async () => {
    await world.holds({ ...inSync(), serving: B });
    expect(await currentLoss(world.store)).toBe(`${A}:${moment(-3600)}`);
  });
});
