import { describe, expect, it } from '@jest/globals';
import { batchManifest } from '../../functions/data-grid/batch.ts';
import { commandsOf } from '../../functions/data-grid/commands.ts';
import { ClusterObjectMissingError } from '../../functions/shared/errors.ts';
import { REAL, type Script } from './script.ts';
import { everyStep } from './sweeps.ts';
import { path, Ways } from './ways.ts';
import { A, B, inWorld, type World } from './world.ts';

const ways = new Ways('promote-accepting-loss');
const { onLog } = ways;
const story = (script: Script, tell: (world: World) => Promise<void>) => inWorld({ script, onLog }, tell);

const PROMOTE_B = { site: 'site-b', acceptLoss: true, why: 'site-a is gone for good' };
const promote = (world: World, input: unknown = PROMOTE_B) => world.run('promote-accepting-loss', input);

describe('promoting a site by hand', () => {
  it('makes a stale site serve when its name and the loss are typed out', () =>
    story({}, async (world) => {
      await world.lostAndFoundB();
      world.loses(A);
      await world.wait(30);
      expect(await promote(world)).toMatchObject({ output: { outcome: 'promoted', site: B } });
      const { serving, sites, pending, operation } = await world.ledger();
      expect([serving, sites[A]?.trust]).toEqual([B, 'stale']);
      // It is started at once, and may have claimed by now.
      expect((operation ?? pending)?.workflow).toBe('failover');
      expect(world.subjects).toEqual(['a site was promoted by hand, loss accepted']);
    }));

  it.each([{}, { site: 'site-b' }, { site: 'site-b', acceptLoss: false }])(
    'with %j moves nothing and says what has to be typed',
    (input) =>
      story({}, async (world) => {
        expect(await promote(world, input)).toMatchObject({ status: 'FAILED', error: 'Told' });
        expect(world.mails[0]?.body).toContain('acceptLoss');
        expect((await world.ledger()).serving).toBe(A);
      }),
  );

  it('brings its Keycloak back to the size that it had, where it had been contained', () =>
    story({}, async (world) => {
      await world.site(B).cluster.setKeycloakInstances(3);
      await world.wait(120);
      await world.lostAndFoundB();
      await world.run('readiness');
      expect((await world.ledger()).sites[B]).toMatchObject({ contained: true, keycloakInstances: 3 });
      expect(await world.site(B).cluster.readKeycloak()).toMatchObject({ instances: 0 });
      world.loses(A);
      expect(await promote(world)).toMatchObject({ output: { outcome: 'promoted', site: B } });
      expect(await world.site(B).cluster.readKeycloak()).toEqual({ instances: 3, ready: true });
      expect(world.subjects).toContain('a site was promoted by hand, loss accepted');
    }));

  it('leaves its Keycloak as it is, where a person declared another number since', () =>
    story({}, async (world) => {
      await world.lostAndFoundB();
      await world.knows({ type: 'keycloak-size-seen', site: B, instances: 2 });
      await world.site(B).cluster.setKeycloakInstances(4);
      await promote(world);
      expect(await world.site(B).cluster.readKeycloak()).toEqual({ instances: 4, ready: true });
    }));

  it('asks again when its cluster did not answer at first', () =>
    story({}, async (world) => {
      await world.lostAndFoundB();
      await world.run('readiness');
      world.site(B).hideApi(60_000);
      expect(await promote(world)).toMatchObject({ output: { outcome: 'promoted' } });
      expect(await world.site(B).cluster.readKeycloak()).toEqual({ instances: 2, ready: true });
    }));

  describe('a second time, when it serves and has restarted empty since', () => {
    const ENTRIES = ['one', 'two', 'three'];
    /** site-a, which froze, is back with what it held; site-b was promoted, and its Data Grid restarted whole. */
    const promotedAndEmptied = async (world: World, beforeTheRestart = async () => {}) => {
      const [cache] = world.configuration.caches;
      for (const key of ENTRIES) await world.grid.write(A, cache!, key, 'the last copy');
      await world.lostAndFoundB();
      world.site(A).freeze();
      await promote(world);
      await world.wait(120);
      world.site(A).thaw();
      await world.run('readiness');
      await beforeTheRestart();
      await world.restartsWhole(B);
      await world.run('readiness');
      const { serving, sites } = await world.ledger();
      expect([serving, sites[B]?.trust, sites[A]?.trust]).toEqual([B, 'suspect', 'stale']);
    };
    const heldAtA = (world: World) => {
      const entries = world.grid.entries(A, world.configuration.caches[0]!);
      return ENTRIES.filter((key) => entries.has(key));
    };

    it('accepts nothing by that, and tells both ways out', () =>
      story({}, async (world) => {
        await promotedAndEmptied(world);
        expect(await promote(world)).toMatchObject({
          output: {
            outcome: 'promoted',
            site: B,
            suspect: expect.stringContaining('site-b is suspect since'),
          },
        });
        expect((await world.ledger()).sites[B]?.trust).toBe('suspect');
        const { subject, body } = world.mails.at(-1)!;
        expect(subject).toBe('sso: site-b was promoted by hand, and may itself have lost entries');
        expect(body).toContain('start "resync" with {"acceptCounts":true}');
        expect(body).toContain('start "promote-accepting-loss" with {"site":"site-a","acceptLoss":true}');
      }));

    it('takes the other one offline there again, which its restart forgot, also while automation is disarmed', () =>
      story({}, async (world) => {
        await promotedAndEmptied(world, async () => {
          await world.knows({ type: 'disarmed', until: null, why: 'maintenance' });
        });
        expect((await world.ledger()).sites[A]?.isolated).toBe(false);
        await promote(world);
        await world.wait(120);
        expect((await world.ledger()).sites[A]?.isolated).toBe(true);
      }));

    it('leaves the last copy at the other site until somebody accepts the counts', () =>
      story({}, async (world) => {
        await promotedAndEmptied(world);
        await promote(world);
        await world.run('readiness');
        expect(await world.run('resync')).toMatchObject({ error: 'Told' });
        expect(heldAtA(world)).toEqual(ENTRIES);
        expect(await world.run('resync', { acceptCounts: true })).toMatchObject({
          output: { outcome: 'in-sync' },
        });
        expect(heldAtA(world)).toEqual([]);
      }));

    it('or until somebody has the other site serve, which a promotion does', () =>
      story({}, async (world) => {
        await promotedAndEmptied(world);
        await promote(world);
        expect(await promote(world, { ...PROMOTE_B, site: A })).toMatchObject({
          output: { outcome: 'promoted', site: A },
        });
        expect((await world.ledger()).serving).toBe(A);
        expect(heldAtA(world)).toEqual(ENTRIES);
      }));

    it('brings its Keycloak up all the same', () =>
      story({}, async (world) => {
        await promotedAndEmptied(world);
        await world.site(B).cluster.setKeycloakInstances(0);
        await promote(world);
        expect(await world.site(B).cluster.readKeycloak()).toEqual({ instances: 2, ready: true });
      }));
  });

  it('deletes a clear from before, which could not be deleted then and would empty it when it begins', () =>
    story({}, async (world) => {
      const [cache] = world.configuration.caches;
      await world.grid.write(B, cache!, 'a session', 'at site-b');
      await world.lostAndFoundB();
      const { deployment, caches } = world.configuration;
      const commands = commandsOf('clear', { against: A, caches });
      const identity = { step: 'clear', execution: 'before', attempt: 1 } as const;
      world.site(B).delayNextBatch(30_000);
      await world.site(B).cluster.createBatch(batchManifest(identity, 'infinispan', deployment, commands));
      world.loses(A);
      expect(await promote(world)).toMatchObject({ output: { outcome: 'promoted', site: B } });
      await world.wait(60);
      expect(world.grid.entries(B, cache!).get('a session')).toBe('at site-b');
    }));

  it('tells that it may still be emptied when a clear from before does not go', () =>
    story(
      {
        'Delete what would clear it': {
          outcome: 'left',
          reason: 'pod failover-clear-1 at site-b is there.',
          remedy: 'See what keeps it.',
        },
      },
      async (world) => {
        await world.lostAndFoundB();
        expect(await promote(world)).toMatchObject({ status: 'FAILED', error: 'Told' });
        const mail = world.mails.find(({ subject }) => subject.includes('may still be cleared'));
        expect(mail?.body).toContain('pod failover-clear-1 at site-b is there.');
      },
    ));

  it('brings its Keycloak up and tells, where nobody can look for a clear', () =>
    story(
      { 'Delete what would clear it': new ClusterObjectMissingError('There are no batches.', 'Install it.') },
      async (world) => {
        await world.lostAndFoundB();
        await world.run('readiness');
        expect(await world.site(B).cluster.readKeycloak()).toMatchObject({ instances: 0 });
        expect(await promote(world)).toMatchObject({ status: 'FAILED', error: 'Told' });
        expect(await world.site(B).cluster.readKeycloak()).toEqual({ instances: 2, ready: true });
        const mail = world.mails.find(({ subject }) => subject.includes('may still be cleared'));
        expect(mail?.body).toContain('There are no batches.');
      },
    ));

  it('tells that nobody can log in when its Keycloak does not come up', () =>
    story(
      { 'Look whether Keycloak is ready': { outcome: 'not-ready', reason: 'no pod starts.' } },
      async (world) => {
        await world.lostAndFoundB();
        const end = await promote(world);
        expect(end).toMatchObject({ status: 'FAILED', error: 'Told' });
        expect((await world.ledger()).serving).toBe(B);
        const mail = world.mails.find(({ subject }) => subject.includes('its Keycloak is not up'));
        expect(mail?.subject).toContain('URGENT: site-b was promoted by hand');
        expect(mail?.body).toContain('no pod starts.');
      },
    ));

  it('tries again when another writer came first', () =>
    story({ Promote: [{ outcome: 'wait', reason: 'another writer' }, REAL] }, async (world) => {
      expect(await promote(world)).toMatchObject({ output: { outcome: 'promoted' } });
    }));

  it('gives up when other writers always come first', () =>
    story({ Promote: { outcome: 'wait', reason: 'another writer' } }, async (world) => {
      const end = await promote(world);
      expect(end).toMatchObject({ status: 'FAILED', error: 'Told' });
      expect(path(end).filter((state) => state === 'Promote')).toHaveLength(5);
    }));
});

everyStep('promote-accepting-loss', ways, [
  { play: promote },
  { play: (world) => promote(world, {}) },
  { options: { script: { Promote: { outcome: 'not-safe', reason: 'no.' } } }, play: promote },
  {
    options: { script: { 'Look whether Keycloak is ready': { outcome: 'not-ready', reason: 'no.' } } },
    play: promote,
  },
]);

it('every way through it was taken', () => {
  expect(ways.notTaken()).toEqual([]);
});
