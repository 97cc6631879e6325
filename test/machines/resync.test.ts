import { describe, expect, it } from '@jest/globals';
import { everyStep } from './sweeps.ts';
import { path, Ways } from './ways.ts';
import { A, B, inWorld, REAL, type Script, type World } from './world.ts';

const ways = new Ways('resync');
const { onLog } = ways;

/** site-b was lost, is back with old data, and a resync is started as from the console. */
const play = async (world: World, input: unknown = {}) => {
  await world.lostAndFoundB();
  return world.run('resync', input);
};
/** The same after a failover that cut the bridge at site-a. */
const playWithTheBridgeCut = async (world: World) => {
  await world.run('failover', { lostSite: B });
  return world.run('resync');
};
const story = (script: Script, tell: (world: World) => Promise<void>) => inWorld({ script, onLog }, tell);

const NO = { outcome: 'not-proven', reason: 'its log is empty.', remedy: 'Look at the pod.', caches: [] };
const sending = (...caches: string[]) => ({
  outcome: 'proven',
  done: false,
  failed: [],
  anyFailed: false,
  sending: caches,
});
const failedFor = (...caches: string[]) => ({
  outcome: 'proven',
  done: false,
  failed: caches,
  anyFailed: true,
  sending: [],
});

const times = (states: readonly string[], state: string) => states.filter((each) => each === state).length;
const statuses = (world: World) =>
  world.configuration.caches.map((cache) => [world.grid.isOnline(A, cache), world.grid.isOnline(B, cache)]);

describe('a stale site that is back', () => {
  it('ends with the source’s entries, both directions online, Keycloak at its size, in sync and told', () =>
    story({}, async (world) => {
      await world.grid.write(B, world.configuration.caches[0]!, 'older', 'only at site-b');
      const end = await play(world);
      expect(end).toMatchObject({ status: 'SUCCEEDED', output: { outcome: 'in-sync', site: B } });
      for (const cache of world.configuration.caches) {
        expect([...world.grid.entries(B, cache)]).toEqual([...world.grid.entries(A, cache)]);
      }
      expect(statuses(world).flat()).not.toContain(false);
      expect(world.models[B]!.keycloak.counts().declared).toBe(2);
      const { sites, operation } = await world.ledger();
      expect([sites[B]?.trust, sites[B]?.contained, operation]).toEqual(['in-sync', false, null]);
      expect(world.subjects).toEqual(['site-b is in sync again']);
    }));

  it('is waited for until the sites see each other again', () =>
    story({}, async (world) => {
      world.grid.cut('the link');
      await world.wait(60);
      await world.lostAndFoundB();
      const execution = world.engine.startExecution('resync');
      await world.wait(60);
      world.grid.heal('the link');
      const end = await world.ended(execution);
      expect(end.output).toMatchObject({ outcome: 'in-sync' });
      expect(times(path(end), 'Wait for the view')).toBeGreaterThan(3);
    }));

  it('behind a cut bridge is let through only when its view has dropped the source, so that nothing held arrives', () =>
    story({}, async (world) => {
      const began = Date.now();
      const end = await playWithTheBridgeCut(world);
      expect(end.output).toMatchObject({ outcome: 'in-sync' });
      expect(times(path(end), 'Wait for its view')).toBeGreaterThan(2);
      expect(Date.now() - began).toBeGreaterThan(44_000);
      expect((await world.ledger()).sites[B]?.bridgeCut).toBe(false);
    }));

  it('behind a cut bridge that never drops the source is left behind it', () =>
    story({ 'Look whether the stale site is alone': NO }, async (world) => {
      expect(await playWithTheBridgeCut(world)).toMatchObject({ status: 'FAILED', error: 'Told' });
      expect(world.subjects.at(-1)).toBe('resync of site-b failed');
      expect((await world.ledger()).sites[B]?.bridgeCut).toBe(true);
    }));

  it('is still told as in sync where Route 53 was changed by hand, with the way to settle that', () =>
    story(
      { 'Make Route 53 agree': { outcome: 'drift', reason: 'switch-site-b was changed.' } },
      async (world) => {
        expect(await play(world)).toMatchObject({ status: 'SUCCEEDED' });
        expect(world.mails[0]?.body).toMatch(/switch-site-b was changed\. Start the workflow "adopt"/);
      },
    ));
});

describe('a start by hand', () => {
  it('with both sites in sync does nothing', () =>
    story({}, async (world) => {
      expect(await world.run('resync')).toMatchObject({ output: { outcome: 'nothing-to-do' } });
      expect(world.mails).toEqual([]);
    }));

  it('as a dry run says what it would do, and the site stays stale', () =>
    story({}, async (world) => {
      expect(await play(world, { dryRun: true })).toMatchObject({ output: { outcome: 'planned' } });
      expect((await world.ledger()).sites[B]?.trust).toBe('stale');
    }));

  it('while another workflow runs is told to wait', () =>
    story(
      { 'resync: Claim the operation': { outcome: 'busy', reason: 'switchover runs.' } },
      async (world) => {
        expect(await play(world)).toMatchObject({ status: 'FAILED', error: 'Told' });
        expect(world.mails[0]?.body).toContain('switchover runs.');
      },
    ));
});

describe('a resync that can’t go on before anything was pushed', () => {
  it.each<[string, Script, RegExp]>([
    [
      'because the site can’t be contained',
      { 'Contain the stale site': { outcome: 'unreachable', reason: 'no answer' } },
      /no answer/,
    ],
    [
      'because the bridge stays',
      { 'Restore the bridge': { outcome: 'unreachable', reason: 'no answer' } },
      /no answer/,
    ],
    [
      'because the sites do not see each other',
      { 'Look whether the sites see each other': NO },
      /do not see each other/,
    ],
    ['because the source can’t be counted', { 'Count the entries at the source': NO }, /log is empty/],
    [
      'because the stale site can’t be counted',
      { 'Count the entries at the stale site': NO },
      /log is empty/,
    ],
    [
      'because the source may have lost its data',
      {
        'Check that the source holds its data': {
          outcome: 'not-safe',
          reason: 'The pods of site-a restarted.',
          remedy: 'Start with {"acceptCounts": true}.',
        },
      },
      /pods of site-a restarted.*acceptCounts/s,
    ],
    [
      'because the source is not offline there',
      { 'Take the source offline at the stale site': NO },
      /log is empty/,
    ],
    ['because the clear is not proven', { 'Clear the stale site': NO }, /log is empty/],
    [
      'because the source is not online there',
      { 'Bring the source online at the stale site': NO },
      /log is empty/,
    ],
    ['because an old push lingers', { 'Cancel what lingers of a push': NO }, /log is empty/],
  ])(
    '%s is told, leaves the site stale and offline at the source, and the operation free',
    (_, script, why) =>
      story(script, async (world) => {
        expect(await play(world)).toMatchObject({ status: 'FAILED', error: 'Told' });
        expect(world.subjects).toEqual(['resync of site-b failed']);
        expect(world.mails[0]?.body).toMatch(why);
        const { sites, operation } = await world.ledger();
        expect([sites[B]?.trust, operation]).toEqual(['stale', null]);
        expect(statuses(world).map(([atSource]) => atSource)).toEqual([false, false]);
      }),
  );

  it('because the source restarted is not started over by a second try, unless its counts are accepted', () =>
    story({}, async (world) => {
      await world.lostAndFoundB();
      world.models[A]!.dataGrid.started();
      expect(await world.run('resync')).toMatchObject({ error: 'Told' });
      expect(await world.run('resync', { acceptCounts: true })).toMatchObject({
        output: { outcome: 'in-sync' },
      });
    }));
});

describe('a push', () => {
  it('is polled until it ends', () =>
    story({ 'Ask how the push stands': [sending('sessions'), sending('sessions'), REAL] }, async (world) => {
      const end = await play(world);
      expect(end).toMatchObject({ status: 'SUCCEEDED' });
      expect(times(path(end), 'Wait for the push')).toBe(2);
    }));

  it('that fails for one cache is done again for that one alone', () =>
    story({ 'Ask how the push stands': [failedFor('work'), REAL] }, async (world) => {
      const end = await play(world);
      expect(end).toMatchObject({ status: 'SUCCEEDED' });
      const again = world.engine
        .listExecutions('run-batch')
        .map(({ input }) => input as { step: string; caches: unknown });
      expect(again.filter(({ step }) => step === 'push').map(({ caches }) => caches)).toEqual([
        null,
        ['work'],
      ]);
    }));

  it('that is refused for one cache is done again for that one alone', () =>
    story({ 'Push the state': { ...NO, caches: ['work'] } }, async (world) => {
      await world.lostAndFoundB();
      const end = await world.run('resync');
      expect(times(path(end), 'Push the failed caches again')).toBeGreaterThan(0);
    }));
});

describe('a resync that fails after the push began', () => {
  it.each<[string, Script]>([
    ['because nothing of the push is proven', { 'Push the state': NO }],
    ['because the push does not end', { 'Ask how the push stands': sending('work') }],
    ['because a cache fails three times', { 'Ask how the push stands': failedFor('work') }],
    [
      'because a failed push can’t be cancelled',
      { 'Ask how the push stands': failedFor('work'), 'Cancel the push of the failed caches': NO },
    ],
    ['because the source can’t be counted any more', { 'Count the source again': NO }],
    ['because the stale site can’t be counted any more', { 'Count the stale site again': NO }],
    ['because the source can’t be counted a last time', { 'Count the source once more': NO }],
    [
      'because the counts stay different',
      { 'Compare the counts': { outcome: 'differ', caches: ['work'], reason: 'Entry counts differ.' } },
    ],
    [
      'because Keycloak can’t be asked',
      { 'Scale Keycloak up': { outcome: 'unreachable', reason: 'no answer' } },
    ],
    [
      'because Keycloak does not become ready',
      { 'Look whether Keycloak is ready': { outcome: 'not-ready', reason: 'one of two' } },
    ],
    [
      'because the source does not say online',
      { 'Prove that the stale site is online at the source': { outcome: 'proven', allOnline: false } },
    ],
    ['because the site does not say online', { 'Prove that the source is online at the stale site': NO }],
    [
      'because the ledger does not take it',
      { 'Record it as in sync': { outcome: 'not-safe', reason: 'site-b is stale.' } },
    ],
  ])('%s is told, and the site is taken offline at the source again', (_, script) =>
    story(script, async (world) => {
      expect(await play(world)).toMatchObject({ status: 'FAILED', error: 'Told' });
      expect(world.subjects).toEqual(['resync of site-b failed, it is taken offline again']);
      expect(statuses(world).map(([atSource]) => atSource)).toEqual([false, false]);
      const { sites, operation } = await world.ledger();
      expect([sites[B]?.trust, operation]).toEqual(['stale', null]);
    }),
  );

  it('tells first: the mail is out before the site is taken offline again', () =>
    story({ 'Push the state': NO }, async (world) => {
      const states = path(await play(world));
      expect(states.indexOf('Tell that the resync failed after the push began')).toBeLessThan(
        states.indexOf('Take the stale site offline again'),
      );
      expect(states.at(-2)).toBe('Release it as failed');
    }));

  it.each([NO, new Error('gone')])('and can’t take it offline either leaves that to the sweep', (answer) =>
    story(
      { 'Scale Keycloak up': { outcome: 'unreachable' }, 'Take the stale site offline again': answer },
      async (world) => {
        const end = await play(world);
        expect(times(path(end), 'Take the stale site offline again')).toBe(3);
        const { sites, operation } = await world.ledger();
        expect([sites[B]?.isolated, operation]).toEqual([false, null]);
      },
    ),
  );

  it('because a person stops it leaves behind a ledger from which the sweep isolates again', () =>
    story({ 'Ask how the push stands': sending('work') }, async (world) => {
      await world.lostAndFoundB();
      const execution = world.engine.startExecution('resync');
      while (!path(execution).includes('Wait for the push')) await world.wait(1);
      world.engine.stopExecution(execution.executionArn);
      await world.ended(execution);
      expect(world.subjects).toEqual(['resync was stopped: ABORTED']);
      const { sites, operation } = await world.ledger();
      expect([sites[B]?.trust, sites[B]?.isolated, operation]).toEqual(['stale', false, null]);
    }));

  it('counts again a few times, because writes go on between two counts', () =>
    story(
      { 'Compare the counts': [{ outcome: 'differ', caches: ['work'], reason: 'differ' }, REAL] },
      async (world) => {
        expect(await play(world)).toMatchObject({ status: 'SUCCEEDED' });
      },
    ));
});

everyStep('resync', ways, [
  { options: { script: { 'Ask how the push stands': [failedFor('work'), REAL] } }, play },
  { play: playWithTheBridgeCut },
  { options: { script: { 'Push the state': NO } }, play },
  { options: { script: { 'Clear the stale site': NO } }, play },
  {
    options: { script: { 'resync: Claim the operation': { outcome: 'busy', reason: 'switchover runs.' } } },
    play,
  },
  { play: (world) => world.run('resync', { unknown: 1 }) },
]);

it('every way through it was taken', () => {
  expect(ways.notTaken()).toEqual([]);
});
