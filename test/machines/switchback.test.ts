import { describe, expect, it } from '@jest/globals';
import { approvalGate, movedNotPassing, moveOfTraffic } from './planned-moves.ts';
import type { Script } from './script.ts';
import { everyStep } from './sweeps.ts';
import { path, Ways } from './ways.ts';
import { A, B, inWorld, type World } from './world.ts';

const ways = new Ways('switchback');
const { onLog } = ways;
const story = (script: Script, tell: (world: World) => Promise<void>) => inWorld({ script, onLog }, tell);

const atB = (world: World) => world.switchedOver();
/** site-b serves since site-a was lost; site-a is back and stale. */
const afterAFailover = async (world: World) => {
  world.loses(A);
  await world.wait(30);
  await world.run('failover', { lostSite: A });
  await world.findsAgain(A);
};
const BUSY = { outcome: 'busy', reason: 'switchover runs.' };
const play = async (world: World, input: unknown = { approve: false }) => {
  await atB(world);
  return world.run('switchback', input);
};

describe('a switchback', () => {
  it('returns traffic to the primary, with its database', () =>
    story({}, async (world) => {
      expect(await play(world)).toMatchObject({ output: { outcome: 'switched-back', serving: A } });
      expect(world.subjects).toEqual(['site-a, the primary, serves again']);
      const { serving, operation, sites } = await world.ledger();
      expect([serving, operation, sites[B]?.trust]).toEqual([A, null, 'in-sync']);
      expect(world.route53.answer('login.example.test')).toMatchObject({ target: 'site-a.example.test' });
    }));

  it('after a failover resynchronizes first, and then moves', () =>
    story({}, async (world) => {
      await afterAFailover(world);
      const end = await world.run('switchback', { approve: false });
      expect(end).toMatchObject({ output: { outcome: 'switched-back', serving: A } });
      expect(path(end)).toContain('Resynchronize first');
      expect(world.subjects.slice(-2)).toEqual([
        'site-a is in sync again',
        'site-a, the primary, serves again',
      ]);
    }));

  it('whose resync fails moves nothing, and on-call hears of it once', () =>
    story({}, async (world) => {
      await afterAFailover(world);
      world.before('Clear the stale site', () => world.restartsWhole(B));
      const mails = world.mails.length;
      expect(await world.run('switchback')).toMatchObject({ status: 'FAILED', error: 'Told' });
      expect(world.subjects.slice(mails)).toEqual(['resync of site-a failed']);
      expect((await world.ledger()).serving).toBe(B);
    }));

  it('whose resync is superseded ends quietly', () =>
    story({ 'Resynchronize first': { outcome: 'superseded' } }, async (world) => {
      await afterAFailover(world);
      expect(await world.run('switchback')).toMatchObject({ output: { outcome: 'superseded' } });
    }));

  it('that finds the site stale once more after its resync gives up', () =>
    story(
      { 'switchback: Claim the operation': { outcome: 'resync-first', reason: 'site-a is stale.' } },
      async (world) => {
        await afterAFailover(world);
        expect(await world.run('switchback')).toMatchObject({ status: 'FAILED', error: 'Told' });
        expect(world.subjects.at(-1)).toBe('switchback changed nothing: resync-first');
      },
    ));

  it('as a dry run of a stale site says that a resync comes first, and starts none', () =>
    story({}, async (world) => {
      await afterAFailover(world);
      const end = await world.run('switchback', { dryRun: true });
      expect(end).toMatchObject({ output: { outcome: 'resync-first' } });
      expect(world.engine.listExecutions('resync')).toEqual([]);
    }));

  it('while a contain runs, which readiness starts by itself, waits for it, resynchronizes and moves', () =>
    story({}, async (world) => {
      await afterAFailover(world);
      await world.knows({ type: 'containment-lost', site: A });
      const contain = world.engine.startExecution('contain');
      await world.wait(1);
      const mails = world.mails.length;
      expect(await world.run('switchback', { approve: false })).toMatchObject({
        output: { outcome: 'switched-back' },
      });
      await world.ended(contain);
      expect(world.subjects.slice(mails)).toEqual([
        'site-a is contained',
        'site-a is in sync again',
        'site-a, the primary, serves again',
      ]);
    }));

  it('while another workflow holds the operation waits for twenty minutes, and says so once, under its own name', () =>
    story({ 'switchback: Claim the operation': BUSY }, async (world) => {
      await afterAFailover(world);
      const mails = world.mails.length;
      expect(await world.run('switchback')).toMatchObject({ status: 'FAILED', error: 'Told' });
      expect(world.subjects.slice(mails)).toEqual(['switchback changed nothing: busy']);
    }));

  it('over a resync that died without letting go resynchronizes first', () =>
    story({}, async (world) => {
      await afterAFailover(world);
      const owner = 'arn:aws:states:eu-central-1:123456789012:execution:sso-resync:died';
      await world.knows({ type: 'operation-claimed', workflow: 'resync', owner });
      const end = await world.run('switchback', { approve: false });
      expect(end).toMatchObject({ output: { outcome: 'switched-back', serving: A } });
      expect(path(end)).toContain('Resynchronize first');
    }));

  it('as a dry run in sync says what it would do', () =>
    story({}, async (world) => {
      expect(await play(world, { dryRun: true })).toMatchObject({
        output: { outcome: 'planned', sites: { outcome: 'ready' }, target: { outcome: 'passing' } },
      });
      expect((await world.ledger()).serving).toBe(B);
    }));

  it('as a dry run says when the primary’s cluster would stop it', () =>
    story({}, async (world) => {
      world.site(A).cluster.rules = [];
      const { output } = await play(world, { dryRun: true });
      expect(output).toMatchObject({ outcome: 'planned', sites: { outcome: 'not-ready' } });
      expect(JSON.stringify(output)).toContain('does not allow us: get infinispans');
    }));

  it('with the primary serving already does nothing', () =>
    story({}, async (world) => {
      expect(await world.run('switchback')).toMatchObject({ output: { outcome: 'nothing-to-do' } });
      expect(world.mails).toEqual([]);
    }));

  it('without a ledger says to adopt first', () =>
    story({}, async (world) => {
      world.losesItsLedger();
      expect(await world.run('switchback')).toMatchObject({ status: 'FAILED', error: 'Told' });
      expect(world.mails[0]?.body).toContain('There is no ledger');
    }));
});

moveOfTraffic('switchback', { onLog, play, from: B });

approvalGate('switchback', {
  onLog,
  prepare: atB,
  start: (world) => world.engine.startExecution('switchback', { approve: true }),
  from: B,
});

everyStep('switchback', ways, [
  { play },
  {
    options: { script: { 'Read the approval': { outcome: 'approved', by: 'somebody' } } },
    play: (world) => play(world, { approve: true }),
  },
  {
    options: { script: { 'Read the approval': { outcome: 'refused', by: 'somebody' } } },
    play: (world) => play(world, { approve: true }),
  },
  {
    play: async (world) => {
      await atB(world);
      world.site(A).breakEndpoint(600_000);
      await world.wait(30);
      return world.run('switchback', { approve: false });
    },
  },
  {
    options: { script: { 'Resynchronize first': { outcome: 'in-sync' } } },
    play: async (world) => {
      await afterAFailover(world);
      return world.run('switchback', { approve: false });
    },
  },
  { options: { script: movedNotPassing }, play },
  { play: (world) => world.run('switchback', { unknown: 1 }) },
  { play: (world) => play(world, { dryRun: true }) },
]);

it('every way through it was taken', () => {
  expect(ways.notTaken()).toEqual([]);
});
