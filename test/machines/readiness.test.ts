import { describe, expect, it } from '@jest/globals';
import type { ReadinessReport } from '../../functions/readiness/report.ts';
import type { MetricName } from '../../functions/shared/metrics.ts';
import type { CacheName } from '../../functions/shared/names.ts';
import type { Execution } from '../../lab/aws/step-functions-records.ts';
import { ROLE_RULES } from '../../lab/kubernetes/role.ts';
import { REAL, type Script } from './script.ts';
import { everyStep } from './sweeps.ts';
import { Ways } from './ways.ts';
import { A, B, inWorld, type World } from './world.ts';

const ways = new Ways('readiness');
const { onLog } = ways;
const story = (script: Script, tell: (world: World) => Promise<void>) => inWorld({ script, onLog }, tell);

const CACHE = 'work' as CacheName;

const everyMinute = (world: World) => world.run('readiness', { check: 'while-not-in-sync' });

const suspected = async (world: World) => {
  await world.knows({ type: 'site-suspected', site: B });
};

describe('readiness', () => {
  it('with everything in sync ends quietly', () =>
    story({}, async (world) => {
      expect(await world.run('readiness')).toMatchObject({ output: { outcome: 'nothing' } });
      expect(world.mails).toEqual([]);
    }));

  it('takes one field, and says which', () =>
    story({}, async (world) => {
      expect(await world.run('readiness', { scheduled: true })).toMatchObject({ status: 'FAILED' });
      expect(world.mails[0]?.body).toContain('there is no field "scheduled"');
      expect(world.mails[0]?.body).toContain('Fields that exist: check.');
    }));

  it('contains a stale site that answers again, and on-call hears that once', () =>
    story({}, async (world) => {
      await world.lostAndFoundB();
      expect(await world.run('readiness')).toMatchObject({ output: { outcome: 'contained' } });
      expect((await world.ledger()).sites[B]?.contained).toBe(true);
      expect(world.subjects).toEqual(['site-b is contained']);
      expect(await world.run('readiness')).toMatchObject({ output: { outcome: 'nothing' } });
    }));

  it('isolates again when the serving site has forgotten that the stale one is offline', () =>
    story({}, async (world) => {
      await world.lostAndFoundB({ contained: true });
      await world.restartsWhole(A);
      expect(world.grid.isOnline(A, world.configuration.caches[0]!)).toBe(true);
      expect(await world.run('readiness')).toMatchObject({ output: { outcome: 'failed-over' } });
      expect(world.grid.isOnline(A, world.configuration.caches[0]!)).toBe(false);
      expect((await world.ledger()).sites[B]?.isolated).toBe(true);
    }));

  it('settles a suspect site as in sync when view and status prove it in both directions', () =>
    story({}, async (world) => {
      await suspected(world);
      await world.run('readiness');
      expect((await world.ledger()).sites[B]?.trust).toBe('in-sync');
      expect(world.subjects).toEqual(['site-b is in-sync']);
    }));

  it('leaves a site that was suspected while disarmed suspect until the view is back, and then trusts it again', () =>
    story({}, async (world) => {
      await suspected(world);
      world.grid.cut('the link');
      await world.wait(60);
      expect(await world.run('readiness')).toMatchObject({ output: { outcome: 'not-settled' } });
      expect((await world.ledger()).sites[B]?.trust).toBe('suspect');
      world.grid.heal('the link');
      await world.wait(120);
      await world.run('readiness');
      expect((await world.ledger()).sites[B]?.trust).toBe('in-sync');
    }));

  it('isolates nothing while automation is disarmed, and does so once it is armed', () =>
    story({}, async (world) => {
      await world.lostAndFoundB({ isolated: false, contained: true });
      await world.knows({ type: 'disarmed', until: null, why: 'maintenance' });
      expect(await world.run('readiness')).toMatchObject({ output: { outcome: 'nothing' } });
      await world.knows({ type: 'armed' });
      expect(await world.run('readiness')).toMatchObject({ output: { outcome: 'failed-over' } });
    }));

  it('settles it as stale when a status says otherwise', () =>
    story({}, async (world) => {
      await suspected(world);
      world.grid.takeOffline(B, world.configuration.caches[0]!);
      await world.run('readiness');
      expect((await world.ledger()).sites[B]?.trust).toBe('stale');
      expect(world.subjects).toEqual(['site-b is stale']);
    }));

  it.each([
    ['Prove the status at the suspect site', 'unreachable'],
    ['Prove the status at the serving site', 'not-proven'],
    ['Prove the status at the suspect site', 'not-proven'],
    ['Prove the view', 'timed-out'],
    ['Prove the view', 'unreachable'],
    ['Prove the view', 'not-proven'],
    ['Count at the suspect site', 'timed-out'],
    ['Count at the serving site again', 'unreachable'],
  ])('leaves it suspect when "%s" is %s', (state, outcome) =>
    story({ [state]: { outcome } }, async (world) => {
      await suspected(world);
      await world.run('readiness');
      expect((await world.ledger()).sites[B]?.trust).toBe('suspect');
      expect(world.mails).toEqual([]);
    }),
  );

  it('settles it as stale when one pod restarted since it was trusted, as entries may have gone with it', () =>
    story({}, async (world) => {
      await world.wait(1);
      await suspected(world);
      world.site(B).restartPod();
      await world.run('readiness');
      expect((await world.ledger()).sites[B]?.trust).toBe('stale');
    }));

  it('settles it as stale when its caches hold fewer entries, though all else is proven', () =>
    story({}, async (world) => {
      await world.grid.write(A, CACHE, 'kept', 'a session');
      await suspected(world);
      world.grid.takeOffline(A, CACHE);
      for (let i = 0; i < 5; i++) await world.grid.write(A, CACHE, `missed-${i}`, 'a session');
      world.grid.bringOnline(A, CACHE);
      await world.run('readiness');
      expect((await world.ledger()).sites[B]?.trust).toBe('stale');
      expect(world.mails.at(-1)?.body).toContain('Entry counts differ');
    }));

  it.each(['Count at the suspect site', 'Count at the serving site again'])(
    'settles it as in sync though users log in before "%s"',
    (state) => {
      let logins = 0;
      return story({}, async (world) => {
        world.before(state, async () => {
          for (let i = 0; i < 5; i++) await world.grid.write(A, CACHE, `login-${logins++}`, 'a session');
        });
        await world.grid.write(A, CACHE, 'kept', 'a session');
        await suspected(world);
        await world.run('readiness');
        expect((await world.ledger()).sites[B]?.trust).toBe('in-sync');
      });
    },
  );

  it('settles it as in sync when counts that differed once, as sessions came and went, agree at the next look', () =>
    story(
      { 'Compare the entry counts': [{ outcome: 'differ', caches: [CACHE], reason: 'x' }, REAL] },
      async (world) => {
        await suspected(world);
        await world.run('readiness');
        expect((await world.ledger()).sites[B]?.trust).toBe('in-sync');
      },
    ));

  it('settles it as stale where a write that did not reach it was answered with success', () =>
    inWorld({ configuration: { backupFailurePolicy: 'WARN' }, onLog }, async (world) => {
      world.grid.cut('the link');
      await world.wait(60);
      await suspected(world);
      world.grid.heal('the link');
      await world.wait(120);
      await world.run('readiness');
      expect((await world.ledger()).sites[B]?.trust).toBe('stale');
      expect(world.mails.at(-1)?.body).toContain('without a backup that fails');
    }));

  const settlingAfter = async (
    meanwhile: (world: World, settle: () => Promise<unknown>) => Promise<unknown>,
  ): Promise<unknown> => {
    let told: World | null = null;
    const Settle = async (_: unknown, settle: () => Promise<unknown>) => {
      await meanwhile(told!, settle);
      return settle();
    };
    let end: unknown = null;
    await story({ Settle }, async (world) => {
      told = world;
      await suspected(world);
      const { output } = await world.run('readiness');
      end = [(output as { readonly outcome: string }).outcome, (await world.ledger()).sites[B]?.trust];
    });
    return end;
  };

  it('settles nothing once the ledger has moved on since it looked', async () => {
    const event = { type: 'site-suspected', site: A } as const;
    expect(await settlingAfter((world) => world.knows(event))).toEqual(['superseded', 'suspect']);
  });

  it('settles nothing by proofs of long ago, as a redrive would', async () => {
    const Observe = async (_: unknown, look: () => Promise<unknown>) => ({
      ...((await look()) as object),
      at: '2000-01-01T00:00:00.000Z',
    });
    await story({ Observe }, async (world) => {
      await suspected(world);
      expect(await world.run('readiness')).toMatchObject({ output: { outcome: 'not-settled' } });
      expect((await world.ledger()).sites[B]?.trust).toBe('suspect');
    });
  });

  it('tells how a site was settled also when the answer was lost once', async () => {
    expect(await settlingAfter((_, settle) => settle())).toEqual(['settled', 'in-sync']);
  });

  it('whose contain fails does not tell it a second time', () =>
    story({}, async (world) => {
      await world.lostAndFoundB();
      world.before('Take the survivor offline there', () => world.lies('the take-offline does not take', B));
      expect(await world.run('readiness')).toMatchObject({ status: 'FAILED', error: 'Told' });
      expect(world.subjects).toEqual(['site-b is not contained']);
    }));

  it('tells a fault that lasts once in half an hour, though it runs every minute', () =>
    story({}, async (world) => {
      world.site(A).cluster.fault = 'token-expired';
      for (let minute = 0; minute < 20; minute++) {
        expect(await everyMinute(world)).toMatchObject({ status: 'FAILED', error: 'Told' });
        await world.wait(60);
      }
      expect(world.subjects).toEqual(['readiness failed: ClusterAccessError']);
    }));
});

describe('a passive site that nobody knew before', () => {
  const adoptedAnew = async (world: World) => {
    world.losesItsLedger();
    await world.run('adopt');
  };

  it('stays suspect though all is proven, on-call is asked for a word, and no Batch runs again for half an hour', () =>
    story({}, async (world) => {
      await adoptedAnew(world);
      expect(await world.run('readiness')).toMatchObject({ output: { outcome: 'needs-a-person' } });
      expect((await world.ledger()).sites[B]?.trust).toBe('suspect');
      expect(world.subjects.at(-1)).toBe('readiness changed nothing: needs-a-person');
      expect(world.mails.at(-1)?.body).toContain('{"serving":"site-a","inSync":true}');
      await world.wait(60);
      expect(await world.run('readiness')).toMatchObject({ output: { outcome: 'nothing' } });
      await world.wait(1800);
      expect(await world.run('readiness')).toMatchObject({ output: { outcome: 'needs-a-person' } });
    }));

  it('is trusted by the word of a person', () =>
    story({}, async (world) => {
      await adoptedAnew(world);
      await world.run('readiness');
      await world.run('adopt', { serving: A, inSync: true });
      await world.run('readiness');
      expect((await world.ledger()).sites[B]).toMatchObject({ trust: 'in-sync' });
    }));

  it('is stale when it came back empty from a restart before, whatever view and status say', () =>
    story({}, async (world) => {
      for (let i = 0; i < 20; i++) await world.grid.write(A, CACHE, `session-${i}`, 'a session');
      await world.restartsWhole(B);
      await world.wait(300);
      await adoptedAnew(world);
      await world.run('readiness');
      expect((await world.ledger()).sites[B]?.trust).toBe('stale');
    }));
});

describe('the serving site that restarts whole while the other one is stale', () => {
  const servingRestarted = async (world: World) => {
    await world.lostAndFoundB({ contained: true });
    await world.wait(60);
    await world.restartsWhole(A);
  };
  const minutes = async (world: World, count: number) => {
    for (let minute = 0; minute < count; minute++) {
      await world.wait(60);
      await everyMinute(world);
    }
  };
  const failovers = ({ engine }: World) =>
    engine.listExecutions('failover').filter(({ status }) => status === 'SUCCEEDED').length;

  it('is isolated from it once, not every minute', () =>
    story({}, async (world) => {
      await servingRestarted(world);
      await minutes(world, 4);
      expect(failovers(world)).toBe(1);
      expect((await world.ledger()).sites).toMatchObject({
        [A]: { trust: 'suspect' },
        [B]: { trust: 'stale', isolated: true },
      });
    }));

  it('stays suspect where a person promotes it, as that says nothing of what it lost itself, and serves on', () =>
    story({}, async (world) => {
      await servingRestarted(world);
      await minutes(world, 2);
      const promotion = await world.run('promote-accepting-loss', { site: A, acceptLoss: true });
      expect(promotion).toMatchObject({ status: 'SUCCEEDED' });
      await minutes(world, 3);
      const { serving, sites } = await world.ledger();
      expect([serving, sites[A]!.trust, sites[B]!.trust]).toEqual([A, 'suspect', 'stale']);
      expect(world.subjects.join('\n')).toContain('may itself have lost entries');
    }));

  it('is trusted again after a resync from it that accepts its counts', () =>
    story({}, async (world) => {
      await servingRestarted(world);
      await minutes(world, 2);
      expect(await world.run('resync', { acceptCounts: true })).toMatchObject({ status: 'SUCCEEDED' });
      await minutes(world, 2);
      const { sites } = await world.ledger();
      expect([sites[A]!.trust, sites[B]!.trust]).toEqual(['in-sync', 'in-sync']);
    }));

  it('is isolated from it even when the other site’s token is refused, and on-call hears of both', () =>
    story({}, async (world) => {
      await servingRestarted(world);
      world.site(B).cluster.fault = 'token-expired';
      await minutes(world, 3);
      expect(world.grid.isOnline(A, CACHE)).toBe(false);
      expect((await world.ledger()).sites[B]?.isolated).toBe(true);
      expect(world.subjects).toContain('readiness failed: ClusterAccessError');
    }));
});

interface Reported {
  readonly outcome: string;
  readonly report: ReadinessReport | null;
}

const reportOf = ({ output }: Execution): ReadinessReport => (output as Reported).report!;
const failing = (report: ReadinessReport): readonly string[] =>
  report.checks.filter(({ result }) => result === 'fail').map(({ id, about }) => `${id} of ${about}`);
const measured = ({ measurements }: World, name: MetricName): number | undefined =>
  measurements.all.findLast((each) => each.name === name)?.value;

describe('the report of readiness', () => {
  it('says of two sites in sync that they are ready, without any Batch', () =>
    story({}, async (world) => {
      const end = await world.run('readiness');
      expect(end).toMatchObject({ output: { outcome: 'nothing', report: { depth: 'quick' } } });
      expect(failing(reportOf(end))).toEqual([]);
      expect(reportOf(end).ready).toBe(true);
      expect(world.engine.listExecutions('run-batch')).toEqual([]);
      expect(measured(world, 'FailoverReady')).toBe(1);
    }));

  it('is small enough for an execution to hand on many times over', () =>
    story({}, async (world) => {
      const end = await world.run('readiness', { check: 'whole' });
      expect(JSON.stringify(reportOf(end)).length).toBeLessThan(16_384);
    }));

  it('is not made every minute while both sites are in sync, but what the ledger says is measured', () =>
    story({}, async (world) => {
      expect(await everyMinute(world)).toMatchObject({ output: { outcome: 'nothing', report: null } });
      expect(measured(world, 'FailoverReady')).toBeUndefined();
      expect(measured(world, 'ServingPrimary')).toBe(1);
    }));

  it('is made every minute while a site is stale, also beside what is done about it', () =>
    story({}, async (world) => {
      await world.lostAndFoundB();
      const end = await everyMinute(world);
      expect(end).toMatchObject({ output: { outcome: 'contained', report: { ready: false } } });
      expect(failing(reportOf(end))).toContain('in-sync of site-b');
      expect(measured(world, 'FailoverReady')).toBe(0);
    }));

  it('tells of a cluster that refuses our token beside all else, and the execution ends well', () =>
    story({}, async (world) => {
      world.site(B).cluster.fault = 'token-expired';
      const end = await world.run('readiness');
      expect(failing(reportOf(end))).toEqual(['cluster-answers of site-b']);
      expect(world.mails).toEqual([]);
    }));

  it('tells that there is no ledger', () =>
    story({}, async (world) => {
      world.losesItsLedger();
      const end = await world.run('readiness');
      expect(failing(reportOf(end))).toEqual(['ledger-known of ledger']);
    }));
});

describe('the whole report', () => {
  it('has asked both Data Grids for each other, for the view and for their entries', () =>
    story({}, async (world) => {
      await world.grid.write(A, CACHE, 'kept', 'a session');
      const end = await world.run('readiness', { check: 'whole' });
      expect(end).toMatchObject({ output: { outcome: 'reported', report: { depth: 'whole', ready: true } } });
      const found = reportOf(end).checks.filter(({ id }) => id === 'replicates' || id === 'entry-counts');
      expect(found.map(({ what }) => what)).toEqual([
        'site-a sees site-b, and each cache is online toward it (2).',
        'site-b sees site-a, and each cache is online toward it (2).',
        'site-b holds about as many entries as site-a in each cache.',
      ]);
      expect(world.engine.listExecutions('run-batch')).toHaveLength(5);
    }));

  it('names the caches that one site took offline', () =>
    story({}, async (world) => {
      world.grid.takeOffline(B, CACHE);
      const report = reportOf(await world.run('readiness', { check: 'whole' }));
      expect(failing(report)).toEqual(['replicates of site-b', 'entry-counts of site-b']);
      expect(report.checks.find(({ id, result }) => id === 'replicates' && result === 'fail')?.what).toBe(
        'At site-b these caches are not online toward site-a: work.',
      );
      // Looking changes nothing.
      expect((await world.ledger()).sites[B]?.trust).toBe('in-sync');
    }));

  it('finds entries that are missing, after it has counted them three times', () =>
    story({}, async (world) => {
      await world.grid.write(A, CACHE, 'kept', 'a session');
      world.grid.takeOffline(A, CACHE);
      for (let i = 0; i < 5; i++) await world.grid.write(A, CACHE, `missed-${i}`, 'a session');
      world.grid.bringOnline(A, CACHE);
      const report = reportOf(await world.run('readiness', { check: 'whole' }));
      expect(failing(report)).toEqual(['entry-counts of site-b']);
      expect(world.engine.listExecutions('run-batch')).toHaveLength(11);
      expect(measured(world, 'FailoverReady')).toBe(0);
    }));

  it('takes entries that came and went while they were counted for what they are', () =>
    story(
      { 'Compare what they hold': [{ outcome: 'differ', caches: [CACHE], reason: 'x' }, REAL] },
      async (world) => {
        expect(reportOf(await world.run('readiness', { check: 'whole' })).ready).toBe(true);
      },
    ));

  it('is made though one site is gone, and the other one is asked all the same', () =>
    story({}, async (world) => {
      world.loses(B);
      const end = await world.run('readiness', { check: 'whole' });
      expect(end).toMatchObject({
        status: 'SUCCEEDED',
        output: { report: { depth: 'whole', ready: false } },
      });
      expect(failing(reportOf(end))).toEqual(
        expect.arrayContaining([
          'replicates of site-b',
          'entry-counts of site-b',
          'cluster-answers of site-b',
        ]),
      );
    }));

  it('is made though the Batches of one site are refused', () =>
    story({}, async (world) => {
      world.site(B).cluster.rules = ROLE_RULES.filter(({ resources }) => !resources.includes('batches'));
      const end = await world.run('readiness', { check: 'whole' });
      expect(end).toMatchObject({ status: 'SUCCEEDED', output: { report: { depth: 'whole' } } });
      expect(failing(reportOf(end))).toEqual(
        expect.arrayContaining(['replicates of site-b', 'permissions of site-b']),
      );
      expect(world.mails).toEqual([]);
    }));

  it('runs no Batch while an operation is held, and says so', () =>
    story({}, async (world) => {
      await world.knows({ type: 'operation-claimed', workflow: 'switchover', owner: 'another' });
      const end = await world.run('readiness', { check: 'whole' });
      expect(reportOf(end).depth).toBe('quick');
      expect(reportOf(end).checks.find(({ id }) => id === 'whole-look')?.what).toMatch(
        /^The Data Grids were not asked by Batches: switchover holds the operation since/,
      );
      expect(world.engine.listExecutions('run-batch')).toEqual([]);
    }));

  it('reports nothing of what the Batches found when something was decided meanwhile', () =>
    story({}, async (world) => {
      world.before('Ask the passive site', () => world.knows({ type: 'site-suspected', site: B }));
      const report = reportOf(await world.run('readiness', { check: 'whole' }));
      expect(report.depth).toBe('quick');
      expect(failing(report)).toEqual(['in-sync of site-b']);
    }));
});

everyStep('readiness', ways, [
  {
    play: async (world) => {
      await world.lostAndFoundB();
      return world.run('readiness');
    },
  },
  {
    play: async (world) => {
      await world.lostAndFoundB({ isolated: false });
      return world.run('readiness');
    },
  },
  {
    play: async (world) => {
      await suspected(world);
      return world.run('readiness');
    },
  },
  {
    play: async (world) => {
      world.losesItsLedger();
      await world.run('adopt');
      return world.run('readiness');
    },
  },
  { play: (world) => world.run('readiness', { unknown: 1 }) },
  { play: (world) => world.run('readiness', { check: 'whole' }) },
]);

it('every way through it was taken', () => {
  expect(ways.notTaken()).toEqual([]);
});
