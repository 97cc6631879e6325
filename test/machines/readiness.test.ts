import { describe, expect, it } from '@jest/globals';
import type { CacheName, SiteName } from '../../functions/shared/names.ts';
import { everyStep } from './sweeps.ts';
import { Ways } from './ways.ts';
import { A, B, inWorld, REAL, type Script, type World } from './world.ts';

const ways = new Ways('readiness');
const { onLog } = ways;
const story = (script: Script, tell: (world: World) => Promise<void>) => inWorld({ script, onLog }, tell);

const CACHE = 'work' as CacheName;

const suspected = async (world: World) => {
  await world.knows({ type: 'site-suspected', site: B });
};

describe('readiness', () => {
  it('with everything in sync ends quietly', () =>
    story({}, async (world) => {
      expect(await world.run('readiness')).toMatchObject({ output: { outcome: 'nothing' } });
      expect(world.mails).toEqual([]);
    }));

  it('takes no field, and says so', () =>
    story({}, async (world) => {
      expect(await world.run('readiness', { scheduled: true })).toMatchObject({ status: 'FAILED' });
      expect(world.mails[0]?.body).toContain('there is no field "scheduled"');
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
      await world.wait(1);
      world.models[A]!.dataGrid.started();
      for (const cache of world.configuration.caches) world.grid.bringOnline(A, cache);
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
      world.models[B]!.dataGrid.started();
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
      const worlds: World[] = [];
      let logins = 0;
      const loggingIn = async (_: unknown, count: () => Promise<unknown>) => {
        for (let i = 0; i < 5; i++) await worlds[0]!.grid.write(A, CACHE, `login-${logins++}`, 'a session');
        return count();
      };
      return story({ [state]: loggingIn }, async (world) => {
        worlds.push(world);
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
    story(
      { 'Take the survivor offline there': { outcome: 'not-proven', reason: 'no log' } },
      async (world) => {
        await world.lostAndFoundB();
        expect(await world.run('readiness')).toMatchObject({ status: 'FAILED', error: 'Told' });
        expect(world.subjects).toEqual(['site-b is not contained']);
      },
    ));

  it('tells a fault that lasts once in half an hour, though it runs every minute', () =>
    story({}, async (world) => {
      world.clusters[A]!.fault = 'token-expired';
      for (let minute = 0; minute < 20; minute++) {
        expect(await world.run('readiness')).toMatchObject({ status: 'FAILED', error: 'Told' });
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
      await restartedWhole(world, B);
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
    world.models[A]!.dataGrid.started();
  };
  const minutes = async (world: World, count: number) => {
    for (let minute = 0; minute < count; minute++) {
      await world.wait(60);
      await world.run('readiness');
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

  it('is trusted again once a person has taken what it holds for the truth', () =>
    story({}, async (world) => {
      await servingRestarted(world);
      await minutes(world, 2);
      await world.run('promote-accepting-loss', { site: A, acceptLoss: true });
      await minutes(world, 3);
      const { sites } = await world.ledger();
      expect(sites[A]).toMatchObject({ trust: 'in-sync' });
      expect(sites[A]!.dataGridTrusted).not.toBeNull();
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
      for (const cache of world.configuration.caches) world.grid.bringOnline(A, cache);
      world.clusters[B]!.fault = 'token-expired';
      await minutes(world, 3);
      expect(world.grid.isOnline(A, CACHE)).toBe(false);
      expect((await world.ledger()).sites[B]?.isolated).toBe(true);
      expect(world.subjects).toContain('readiness failed: ClusterAccessError');
    }));
});

async function restartedWhole({ grid, models, wait }: World, site: SiteName): Promise<void> {
  grid.kill(site);
  await wait(1);
  grid.restart(site);
  await wait(9);
  models[site]!.dataGrid.started();
}

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
]);

it('every way through it was taken', () => {
  expect(ways.notTaken()).toEqual([]);
});
