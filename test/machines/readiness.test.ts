import { describe, expect, it } from '@jest/globals';
import { everyStep } from './sweeps.ts';
import { Ways } from './ways.ts';
import { A, B, inWorld, type Script, type World } from './world.ts';

const ways = new Ways('readiness');
const { onLog } = ways;
const story = (script: Script, tell: (world: World) => Promise<void>) => inWorld({ script, onLog }, tell);

const suspected = async (world: World) => {
  await world.knows({ type: 'site-suspected', site: B });
};

describe('readiness', () => {
  it('with everything in sync ends quietly', () =>
    story({}, async (world) => {
      expect(await world.run('readiness')).toMatchObject({ output: { outcome: 'nothing' } });
      expect(world.mails).toEqual([]);
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

  it('settles it as stale when a status says otherwise', () =>
    story({}, async (world) => {
      await suspected(world);
      world.grid.takeOffline(B, world.configuration.caches[0]!);
      await world.run('readiness');
      expect((await world.ledger()).sites[B]?.trust).toBe('stale');
      expect(world.subjects).toEqual(['site-b is stale']);
    }));

  it('leaves it suspect while the proof can’t be taken', () =>
    story({ 'Prove the status at the suspect site': { outcome: 'unreachable' } }, async (world) => {
      await suspected(world);
      await world.run('readiness');
      expect((await world.ledger()).sites[B]?.trust).toBe('suspect');
      expect(world.mails).toEqual([]);
    }));

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
  { play: (world) => world.run('readiness', { unknown: 1 }) },
]);

it('every way through it was taken', () => {
  expect(ways.notTaken()).toEqual([]);
});
