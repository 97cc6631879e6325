import { describe, expect, it } from '@jest/globals';
import { approvalGate, movedNotPassing, moveOfTraffic } from './planned-moves.ts';
import { REAL, type Script, TIMED_OUT } from './script.ts';
import { everyStep } from './sweeps.ts';
import { path, Ways } from './ways.ts';
import { A, B, inWorld, type World } from './world.ts';

const ways = new Ways('switchover');
const { onLog } = ways;
const story = (script: Script, tell: (world: World) => Promise<void>) => inWorld({ script, onLog }, tell);

const play = (world: World) => world.run('switchover');
/** site-b answers ok, and did not take the old site offline. */
const takeOfflineDoesNotTake = (world: World) => world.lies('the take-offline does not take', B);
const playWhereTakeOfflineNeverTakes = (world: World) => {
  world.before('Take the old site offline', () => takeOfflineDoesNotTake(world));
  return play(world);
};
const playWhereTheNewSiteFails = (world: World) => {
  world.before('Move the database writer', () => world.site(B).breakEndpoint(600_000));
  return play(world);
};
const times = (states: readonly string[], state: string) => states.filter((each) => each === state).length;

describe('a switchover', () => {
  it('moves traffic first, and after the records’ TTL takes the old site offline, which is stale from then on', () =>
    story({}, async (world) => {
      const began = Date.now();
      const end = await play(world);
      expect(end).toMatchObject({ status: 'SUCCEEDED', output: { outcome: 'switched-over', serving: B } });
      expect(Date.now() - began).toBeGreaterThan(60_000);
      const states = path(end);
      expect(states.indexOf('Move the traffic')).toBeLessThan(states.indexOf('Wait until resolvers follow'));
      expect(states.indexOf('Wait until resolvers follow')).toBeLessThan(
        states.indexOf('Take the old site offline'),
      );
      expect(world.grid.isOnline(B, world.configuration.caches[0]!)).toBe(false);
      const { serving, sites, operation } = await world.ledger();
      expect([serving, sites[A]?.trust, sites[A]?.isolated, operation]).toEqual([B, 'stale', true, null]);
      expect(world.route53.answer('login.example.test')).toMatchObject({ target: 'site-b.example.test' });
      expect(world.subjects).toEqual(['site-b serves after the switchover']);
    }));

  it('without isolation leaves both sites replicating, and on-call hears so', () =>
    story({}, async (world) => {
      expect(await world.run('switchover', { isolate: false })).toMatchObject({ status: 'SUCCEEDED' });
      expect((await world.ledger()).sites[A]?.trust).toBe('in-sync');
      expect(world.mails[0]?.body).toContain('Both sites still replicate');
    }));

  it('that fails after traffic moved does not invite anybody to start it again', () => {
    const script: Script = {
      'Record the old site as left behind': new Error('never seen'),
      // Elsewhere each step takes its time.
      'Check the target': (_, proceed) => new Promise((done) => setTimeout(() => done(proceed()), 500)),
    };
    return story(script, async (world) => {
      expect(await world.run('switchover')).toMatchObject({ status: 'FAILED', error: 'Told' });
      expect((await world.ledger()).serving).toBe(B);
      expect(world.mails.at(-1)?.body).toContain('Do NOT start "switchover" again');
    });
  });

  it('whose database writer takes too long to move goes on, and says so at the end', () =>
    story({ 'Move the database writer': TIMED_OUT }, async (world) => {
      expect(await world.run('switchover')).toMatchObject({ status: 'SUCCEEDED' });
      expect(world.mails.at(-1)?.body).toContain('did not follow: States.Timeout: no cause is known');
    }));

  it('whose take-offline is not proven at first tries again', () =>
    story({ 'Take the old site offline': [REAL, new Error('gone'), REAL] }, async (world) => {
      takeOfflineDoesNotTake(world);
      const end = await play(world);
      expect(end).toMatchObject({ status: 'SUCCEEDED' });
      expect(times(path(end), 'Take the old site offline')).toBe(3);
    }));

  it('whose take-offline is never proven says that traffic moved and the old site is not isolated', () =>
    story({}, async (world) => {
      expect(await playWhereTakeOfflineNeverTakes(world)).toMatchObject({ status: 'FAILED', error: 'Told' });
      expect(world.subjects).toEqual(['site-b serves, but site-a is not offline there']);
      const { serving, sites, operation } = await world.ledger();
      expect([serving, sites[A]?.trust, sites[A]?.isolated, operation]).toEqual([B, 'stale', false, null]);
    }));

  it('whose old site can’t be recorded as left behind stops there: nothing is lost', () =>
    story(
      { 'Record the old site as left behind': { outcome: 'not-safe', reason: 'site-a serves.' } },
      async (world) => {
        expect(await play(world)).toMatchObject({ status: 'FAILED', error: 'Told' });
        expect(world.grid.isOnline(B, world.configuration.caches[0]!)).toBe(true);
        expect((await world.ledger()).sites[A]?.trust).toBe('in-sync');
      },
    ));

  it('whose new site fails while resolvers follow leaves the old one in sync: Route 53 answers with it', () =>
    story({}, async (world) => {
      const end = await playWhereTheNewSiteFails(world);
      expect(end).toMatchObject({ status: 'FAILED', error: 'Told' });
      expect(path(end)).not.toContain('Record the old site as left behind');
      expect(world.grid.isOnline(B, world.configuration.caches[0]!)).toBe(true);
      const { serving, sites, operation } = await world.ledger();
      expect([serving, sites[A]?.trust, operation]).toEqual([B, 'in-sync', null]);
      expect(world.subjects).toEqual(['site-b serves, but site-a is not offline there']);
      expect(world.mails[0]?.body).toContain('site-b does not pass its own health check now.');
      expect(world.mails[0]?.body).toContain('Route 53 answers with site-a while site-b does not pass');
    }));

  it('is not begun while a site is stale', () =>
    story({}, async (world) => {
      await world.lostAndFoundB();
      expect(await play(world)).toMatchObject({ status: 'FAILED', error: 'Told' });
      expect(world.mails[0]?.body).toContain('site-b is stale');
      expect((await world.ledger()).serving).toBe(A);
    }));

  it('as a dry run says what it would do and moves nothing', () =>
    story({}, async (world) => {
      expect(await world.run('switchover', { dryRun: true })).toMatchObject({
        output: { outcome: 'planned', sites: { outcome: 'ready' }, target: { outcome: 'passing' } },
      });
      expect((await world.ledger()).serving).toBe(A);
      expect(world.mails).toEqual([]);
    }));

  it('as a dry run says when the new site’s cluster would stop it', () =>
    story({}, async (world) => {
      world.site(B).cluster.rules = [];
      const { output } = await world.run('switchover', { dryRun: true });
      expect(output).toMatchObject({ outcome: 'planned', sites: { outcome: 'not-ready' } });
      expect(JSON.stringify(output)).toContain('does not allow us: get infinispans');
    }));

  it('with nothing to do says so', () =>
    story(
      { 'switchover: Claim the operation': { outcome: 'nothing-to-do', reason: 'done.' } },
      async (world) => {
        expect(await play(world)).toMatchObject({ output: { outcome: 'nothing-to-do' } });
      },
    ));
});

moveOfTraffic('switchover', { onLog, play, from: A });
approvalGate('switchover', {
  onLog,
  start: (world) => world.engine.startExecution('switchover', { approve: true }),
  from: A,
});

everyStep('switchover', ways, [
  { play },
  {
    options: { script: { 'Read the approval': { outcome: 'approved', by: 'somebody' } } },
    play: (world) => world.run('switchover', { approve: true }),
  },
  {
    options: { script: { 'Read the approval': { outcome: 'refused', by: 'somebody' } } },
    play: (world) => world.run('switchover', { approve: true }),
  },
  {
    play: async (world) => {
      world.site(B).breakEndpoint(600_000);
      await world.wait(30);
      return play(world);
    },
  },
  { play: playWhereTheNewSiteFails },
  { play: playWhereTakeOfflineNeverTakes },
  {
    options: { script: { 'switchover: Claim the operation': { outcome: 'busy', reason: 'resync runs.' } } },
    play,
  },
  { options: { script: movedNotPassing }, play },
  { play: (world) => world.run('switchover', { unknown: 1 }) },
  { play: (world) => world.run('switchover', { dryRun: true }) },
]);

it('every way through it was taken', () => {
  expect(ways.notTaken()).toEqual([]);
});
