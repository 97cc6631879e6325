import { describe, expect, it } from '@jest/globals';
import { bridgePolicyName } from '../../../functions/data-grid/bridge.ts';
import type { SiteName } from '../../../functions/shared/names.ts';
import { SITE_A, SITE_B } from '../../../lab/configuration.ts';
import { DataWatch } from '../../../lab/prove/invariants/data.ts';
import type { Stage } from '../../../lab/prove/stage.ts';
import { broken, isStillOwed, SESSIONS } from './quiet-stage.ts';

describe('what the caches hold', () => {
  it('owes nobody what comes over the bridge before failover could cut it', async () => {
    const owed = (isUnderWay: boolean, another?: string) =>
      isStillOwed(async ({ eyes, world }, send) => {
        if (isUnderWay) world.engine.startExecution('failover', { lostSite: SITE_B });
        if (another !== undefined) {
          const { executionArn } = world.engine.startExecution('failover', {});
          Object.assign(world.engine.describeExecution(executionArn), { status: another });
        }
        send(new DataWatch(eyes));
      });
    expect(await owed(false)).toBe(true);
    expect(await owed(true)).toBe(false);
    expect(await owed(true, 'SUCCEEDED')).toBe(false);
    expect(await owed(false, 'SUCCEEDED')).toBe(true);
  });

  it('owes nobody what a site sends that was away, or the link, for less than an alarm takes, and only just after', async () => {
    const owed = (
      awaySeconds: number,
      backSeconds: number,
      what: 'site' | 'link' = 'site',
      prepare?: (stage: Stage, watch: DataWatch) => unknown,
    ) =>
      isStillOwed(async (stage, send) => {
        const { eyes, world } = stage;
        const watch = new DataWatch(eyes);
        await prepare?.(stage, watch);
        const moves = () => (what === 'link' ? watch.linkMoved() : watch.disturbed(SITE_B));
        moves();
        await world.sleep(awaySeconds * 1000);
        moves();
        await world.sleep(backSeconds * 1000);
        send(watch);
      });
    expect(await owed(90, 0)).toBe(false);
    expect(await owed(150, 0)).toBe(true);
    expect(await owed(90, 30)).toBe(true);
    expect(await owed(90, 0, 'link')).toBe(false);
    expect(await owed(150, 0, 'link')).toBe(true);
    const contained = async ({ world }: Stage) => {
      await world.site(SITE_B).cluster.setKeycloakInstances(0);
      for (const cache of world.configuration.caches) world.grid.takeOffline(SITE_B, cache);
    };
    expect(await owed(90, 0, 'link', contained)).toBe(false);
    expect(await owed(150, 0, 'link', contained)).toBe(true);
    expect(await owed(150, 0, 'site', contained)).toBe(false);
    expect(await owed(150, 30, 'site', contained)).toBe(true);
    const cutOff = (_: Stage, watch: DataWatch) => watch.bridge(SITE_B, false);
    expect(await owed(90, 0, 'link', cutOff)).toBe(true);
  });

  it('owes nobody what a site sends that was lost during the switchover that left it, for 90 s after that', async () => {
    const owed = (endedSecondsAgo: number, lostSecondsAgo = 150, backSecondsAgo = 0) =>
      isStillOwed(async ({ eyes, world }, send) => {
        const watch = new DataWatch(eyes);
        watch.disturbed(SITE_B);
        await world.sleep((lostSecondsAgo - backSecondsAgo) * 1000);
        watch.disturbed(SITE_B);
        await world.sleep(backSecondsAgo * 1000);
        const { executionArn } = world.engine.startExecution('switchover', {});
        const ago = (seconds: number) => new Date(eyes.now() - seconds * 1000);
        const times = { startDate: ago(200), stopDate: ago(endedSecondsAgo) };
        Object.assign(world.engine.describeExecution(executionArn), { status: 'SUCCEEDED', ...times });
        send(watch);
      });
    expect(await owed(80)).toBe(false);
    expect(await owed(100)).toBe(true);
    expect(await owed(80, 210)).toBe(true);
    expect(await owed(20, 150)).toBe(false);
    expect(await owed(85, 80, 30)).toBe(true);
  });

  it('owes nobody what comes over the bridge for 90 s after failover gave up on the isolation, and said so', async () => {
    const owed = (status: string, endedSecondsAgo: number, subject: string) =>
      isStillOwed(async ({ eyes, world }, send) => {
        const arn = world.engine.startExecution('failover', { lostSite: SITE_B }).executionArn;
        world.installation.mailbox.mails.push({ at: eyes.now() + 1, topicArn: '', subject, body: '' });
        const stopDate = new Date(eyes.now() - endedSecondsAgo * 1000);
        Object.assign(world.engine.describeExecution(arn), { status, stopDate });
        send(new DataWatch(eyes));
      });
    const urgent = 'keycloak: URGENT: writes at site-a may be refused';
    expect(await owed('FAILED', 80, urgent)).toBe(false);
    expect(await owed('FAILED', 100, urgent)).toBe(true);
    expect(await owed('ABORTED', 80, urgent)).toBe(true);
    expect(await owed('FAILED', 80, 'keycloak: site-a serves, site-b is taken offline there')).toBe(true);
  });

  it('finds a clear that reaches the serving site, and one of the only copy', async () => {
    expect(
      await broken(async ({ world }) => {
        await world.grid.clear(SITE_B, SESSIONS);
      }),
    ).toContain('last-copy');
    expect(
      await broken(async ({ world }) => {
        for (const cache of world.configuration.caches) world.grid.takeOffline(SITE_A, cache);
        await world.sleep(20_000);
        await world.grid.clear(SITE_A, SESSIONS);
      }),
    ).toContain('last-copy');
  });

  it('finds an older value that a contained site writes into the serving one', async () => {
    const found = await broken(async ({ world, sessions }) => {
      const older = sessions.attempt(SESSIONS, 'of the story', false);
      const newer = sessions.attempt(SESSIONS, 'of the story', false);
      await world.freeze(SITE_B);
      // site-a has taken it offline, and shut it out.
      await world.sleep(240_000);
      await world.grid.write(SITE_A, SESSIONS, 'of the story', newer.value);
      sessions.acknowledge('of the story', newer, SITE_A);
      world.grid.heal(`${bridgePolicyName(world.configuration, SITE_B)} at ${SITE_A}`);
      await world.thaw(SITE_B);
      await world.grid.write(SITE_B, SESSIONS, 'of the story', older.value);
    });
    expect(found).toContain('no-echo');
  });

  it('finds a push that takes something newer away at the site that serves', async () => {
    const pushed = (at: SiteName, from: SiteName, isNewer: boolean) =>
      broken(async ({ eyes, sessions }) => {
        const key = 'of the story';
        const older = sessions.attempt(SESSIONS, key, false);
        const newer = sessions.attempt(SESSIONS, key, false);
        sessions.acknowledge(key, newer, SITE_A);
        const [value, before] = isNewer ? [newer.value, older.value] : [older.value, newer.value];
        new DataWatch(eyes).stored({ at, from, by: 'push', cache: SESSIONS, key, value, before });
        sessions.forgive(key);
      });
    expect(await pushed(SITE_A, SITE_B, false)).toEqual(['no-echo']);
    expect(await pushed(SITE_A, SITE_B, true)).toEqual([]);
    expect(await pushed(SITE_B, SITE_A, false)).toEqual([]);
  });
});
