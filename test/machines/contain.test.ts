import { describe, expect, it } from '@jest/globals';
import { type Script, TIMED_OUT } from './script.ts';
import { everyStep } from './sweeps.ts';
import { path, Ways } from './ways.ts';
import { A, B, inWorld, type World } from './world.ts';

const ways = new Ways('contain');
const { onLog } = ways;
const story = (script: Script, tell: (world: World) => Promise<void>) => inWorld({ script, onLog }, tell);

/** site-b answers ok, and did not take the survivor offline. */
const takeOfflineDoesNotTake = (world: World) => world.lies('the take-offline does not take', B);
const takeOfflineNeverTakes = (world: World) =>
  world.before('Take the survivor offline there', () => takeOfflineDoesNotTake(world));

describe('a lost site that answers again', () => {
  it('gets its Keycloak scaled to 0 and the survivor taken offline, and on-call hears that resync can start', () =>
    story({}, async (world) => {
      await world.lostAndFoundB();
      expect(await world.run('contain')).toMatchObject({ output: { outcome: 'contained', site: B } });
      expect(world.subjects).toEqual(['site-b is contained']);
      expect(world.mails[0]?.body).toContain('Start the workflow "resync" with {}');
      expect(world.grid.isOnline(B, world.configuration.caches[0]!)).toBe(false);
      expect(world.site(B).model.keycloak.counts().declared).toBe(0);
      const { sites, operation } = await world.ledger();
      expect(sites[B]).toMatchObject({ contained: true, keycloakInstances: 2 });
      expect(operation).toBeNull();
    }));

  it('as part of a failover is contained for it: nothing is told and the operation stays the failover’s', () =>
    story({}, async (world) => {
      await world.lostAndFoundB();
      const operation = await world.claimedBefore('failover');
      expect(await world.run('contain', { operation })).toMatchObject({ output: { outcome: 'contained' } });
      expect(world.mails).toEqual([]);
      expect((await world.ledger()).operation?.owner).toBe(operation.owner);
    }));
});

describe('a lost site that can’t be contained', () => {
  it('because it does not answer is told, and the operation is free', () =>
    story({}, async (world) => {
      await world.lostAndFoundB();
      world.loses(B);
      expect(await world.run('contain')).toMatchObject({ status: 'FAILED', error: 'Told' });
      expect(world.subjects).toEqual(['site-b is not contained']);
      expect((await world.ledger()).operation).toBeNull();
    }));

  it('is told once in half an hour, however often readiness tries, and each time to who starts it by hand', () =>
    story({}, async (world) => {
      const byReadiness = (last: number) =>
        world.run('contain', {}, `contain-r-00000000-0000-4000-8000-00000000000${last}`);
      await world.lostAndFoundB();
      world.loses(B);
      await byReadiness(1);
      await byReadiness(2);
      expect(world.mails).toHaveLength(1);
      await world.wait(1801);
      await byReadiness(3);
      expect(world.mails).toHaveLength(2);
      await world.run('contain');
      expect(world.mails).toHaveLength(3);
    }));

  it('as part of a failover is answered to it as data', () =>
    story({}, async (world) => {
      await world.lostAndFoundB();
      const operation = await world.claimedBefore('failover');
      world.loses(B);
      expect(await world.run('contain', { operation })).toMatchObject({ output: { outcome: 'unreachable' } });
      expect(world.mails).toEqual([]);
    }));

  it('as part of a failover in time hands that on, although a timeout has no cause', () =>
    story({ 'contain: Look for Keycloak pods': TIMED_OUT }, async (world) => {
      await world.lostAndFoundB();
      const operation = await world.claimedBefore('failover');
      expect(await world.run('contain', { operation })).toMatchObject({
        status: 'FAILED',
        error: 'States.Timeout',
        cause: 'no cause is given',
      });
      expect(world.mails).toEqual([]);
    }));

  it('because the take-offline is not proven is tried three times', () =>
    story({}, async (world) => {
      await world.lostAndFoundB();
      takeOfflineNeverTakes(world);
      const end = await world.run('contain');
      expect(path(end).filter((state) => state === 'Take the survivor offline there')).toHaveLength(3);
      expect(world.mails[0]?.body).toContain('the status of work toward site-a is online');
      expect((await world.ledger()).sites[B]?.contained).toBe(false);
    }));

  it('because the ledger was restored, and takes for stale the site that really serves, is left alone', () =>
    story({}, async (world) => {
      await world.lostAndFoundB();
      await world.changesCheck(B);
      expect(await world.run('contain')).toMatchObject({ status: 'FAILED', error: 'Told' });
      expect(world.site(B).model.keycloak.counts().declared).toBe(2);
      expect(world.mails[0]?.body).toContain('Start "adopt"');
    }));

  it('although a person changed the check of the site that serves is contained: only a version differs', () =>
    story({}, async (world) => {
      await world.lostAndFoundB();
      await world.changesCheck(A);
      expect(await world.run('contain')).toMatchObject({ output: { outcome: 'contained' } });
    }));

  it.each([true, false])(
    'while Route 53 can’t be written is contained, as part of a failover: %s',
    (borrowed) =>
      story({ 'contain: Make sure that Route 53 agrees': new Error('no answer') }, async (world) => {
        await world.lostAndFoundB();
        const input = borrowed ? { operation: await world.claimedBefore('failover') } : {};
        expect(await world.run('contain', input)).toMatchObject({ output: { outcome: 'contained' } });
        expect(world.site(B).model.keycloak.counts().declared).toBe(0);
      }),
  );

  it('because its API is gone halfway is told as such', () =>
    story({}, async (world) => {
      await world.lostAndFoundB();
      world.before('Take the survivor offline there', () => world.loses(B));
      expect(await world.run('contain')).toMatchObject({ error: 'Told' });
      expect(world.mails[0]?.body).toContain("can't be reached");
    }));

  it('because Keycloak’s pods do not end is given up after five minutes', () =>
    story({ 'Look for Keycloak pods': { outcome: 'running', pods: ['keycloak-0'] } }, async (world) => {
      await world.lostAndFoundB();
      await world.run('contain');
      expect(world.mails[0]?.body).toContain('five minutes after it was scaled to 0');
    }));

  it('because its API is gone while the pods end is told as such', () =>
    story({}, async (world) => {
      await world.lostAndFoundB();
      world.before('Look for Keycloak pods', () => world.loses(B));
      expect(await world.run('contain')).toMatchObject({ error: 'Told' });
      expect(world.mails[0]?.body).toContain("can't be reached");
    }));

  it('because it serves by now is not recorded', () =>
    story({ 'Record it as contained': { outcome: 'not-safe', reason: 'site-b serves.' } }, async (world) => {
      await world.lostAndFoundB();
      await world.run('contain');
      expect(world.mails[0]?.body).toContain('site-b serves.');
    }));
});

describe('a start by hand', () => {
  it('with nothing to contain does nothing', () =>
    story({}, async (world) => {
      expect(await world.run('contain')).toMatchObject({ output: { outcome: 'nothing-to-do' } });
      expect(world.mails).toEqual([]);
    }));

  it('with a site that is contained already leaves it alone', () =>
    story({}, async (world) => {
      await world.lostAndFoundB({ contained: true });
      expect(await world.run('contain')).toMatchObject({ output: { outcome: 'nothing-to-do' } });
    }));

  it('as a dry run says what it would do', () =>
    story({}, async (world) => {
      await world.lostAndFoundB();
      expect(await world.run('contain', { dryRun: true })).toMatchObject({ output: { outcome: 'planned' } });
      expect(world.site(B).model.keycloak.counts().declared).toBe(2);
    }));

  it('without a ledger says to adopt first', () =>
    story({}, async (world) => {
      world.losesItsLedger();
      expect(await world.run('contain')).toMatchObject({ status: 'FAILED', error: 'Told' });
      expect(world.mails[0]?.body).toMatch(/There is no ledger.*adopt/s);
    }));
});

const alone = async (world: World) => {
  await world.lostAndFoundB();
  return world.run('contain');
};
everyStep('contain', ways, [
  {
    play: (world) => {
      takeOfflineDoesNotTake(world);
      return alone(world);
    },
  },
  {
    play: (world) => {
      takeOfflineNeverTakes(world);
      return alone(world);
    },
  },
  {
    options: {
      script: { 'contain: Claim the operation': { outcome: 'unknown', reason: 'There is no ledger.' } },
    },
    play: alone,
  },
  { options: { script: { 'contain: Claim the operation': new Error('never seen') } }, play: alone },
]);

describe('a fault in a part of a failover', () => {
  it.each([
    'contain: Claim the operation',
    'Scale Keycloak down',
    'Take the survivor offline there',
    'Look for Keycloak pods',
    'Record it as contained',
  ])('in "%s" goes to the failover as it is, and nothing is told twice', (state) =>
    story(
      { [state]: Object.assign(new Error('not allowed'), { name: 'ClusterAccessError' }) },
      async (world) => {
        await world.lostAndFoundB();
        const operation = await world.claimedBefore('failover');
        const end = await world.run('contain', { operation });
        expect(end).toMatchObject({ status: 'FAILED', error: 'ClusterAccessError', cause: 'not allowed' });
        expect(world.mails).toEqual([]);
        expect((await world.ledger()).operation?.owner).toBe(operation.owner);
      },
    ),
  );
});

it('every way through it was taken', () => {
  expect(ways.notTaken()).toEqual([]);
});
