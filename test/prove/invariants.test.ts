import type { Route53Client } from '@aws-sdk/client-route-53';
import { UpdateHealthCheckCommand } from '@aws-sdk/client-route-53';
import { describe, expect, it } from '@jest/globals';
import { bridgePolicyName } from '../../functions/data-grid/bridge.ts';
import type { CacheName, SiteName } from '../../functions/shared/names.ts';
import { executionUrl } from '../../functions/shared/report.ts';
import { inMemoryClient } from '../../lab/aws/in-memory-client.ts';
import type { Execution } from '../../lab/aws/step-functions-records.ts';
import { SITE_A, SITE_B } from '../../lab/configuration.ts';
import { adopted } from '../../lab/prove/adopted.ts';
import { checkAttempts, finale } from '../../lab/prove/finale.ts';
import { ByHandWatch } from '../../lab/prove/invariants/by-hand.ts';
import { DataWatch } from '../../lab/prove/invariants/data.ts';
import type { Holder } from '../../lab/prove/invariants/holder.ts';
import { NeverBoth } from '../../lab/prove/invariants/never-both.ts';
import { checkOrder, type Invocation, WrittenInOrder } from '../../lab/prove/invariants/order.ts';
import { checkDrift, checkMail, checkSuperseded, checkTold } from '../../lab/prove/invariants/people.ts';
import { ShutOutWatch } from '../../lab/prove/invariants/shut-out.ts';
import { Suspects } from '../../lab/prove/invariants/suspects.ts';
import { TrafficWatch } from '../../lab/prove/invariants/traffic.ts';
import { checkWriter, WriterWatch } from '../../lab/prove/invariants/writer.ts';
import { checkWrites } from '../../lab/prove/invariants/writes.ts';
import { Stage } from '../../lab/prove/stage.ts';
import { STORIES } from '../../lab/prove/stories.ts';
import { onVirtualTime } from '../../lab/simulated/virtual-time.ts';

const SESSIONS = 'sessions' as CacheName;
const story = STORIES.find(({ name }) => name === 'adopt')!;

/** Plays on a quiet world, and says which invariants were broken. */
async function broken(sabotage: (stage: Stage) => Promise<void>): Promise<readonly string[]> {
  let stage: Stage | null = null;
  const history = { story: story.name, seed: 1, troubles: [] };
  const from = await adopted(story);
  return onVirtualTime(
    async () => {
      const quiet = new Stage({ history, story, from, logs: false });
      await quiet.start();
      await quiet.world.sleep(60_000);
      stage = quiet;
      try {
        await sabotage(quiet);
        return quiet.violations.map(({ invariant }) => invariant);
      } finally {
        await quiet.stop();
      }
    },
    () => stage?.look(),
  );
}

const threshold = async ({ world }: Stage, site: string, HealthThreshold: number): Promise<void> => {
  const route53 = inMemoryClient<Route53Client>(world.installation.route53.service);
  await route53.send(new UpdateHealthCheckCommand({ HealthCheckId: `switch-${site}`, HealthThreshold }));
};

const tellOfDrift = ({ eyes, world }: Pick<Stage, 'eyes' | 'world'>): void => {
  const body = 'the health check of site-a has version 3, the ledger 2.';
  world.installation.mailbox.mails.push({ at: eyes.now(), topicArn: '', subject: 'drift', body });
};

/**
 * An older write comes over the bridge to where a newer one was acknowledged.
 * @param come what happens before; it calls `send` when the write comes
 * @returns whether the newer one is owed still
 */
async function isStillOwed(
  come: (stage: Stage, send: (watch: DataWatch) => void) => Promise<void>,
): Promise<boolean> {
  const key = 'of the story';
  let isOwed = false;
  await broken(async (stage) => {
    const { sessions } = stage;
    const older = sessions.attempt(SESSIONS, key, false);
    const newer = sessions.attempt(SESSIONS, key, false);
    sessions.acknowledge(key, newer, SITE_A);
    const values = { key, value: older.value, before: newer.value };
    await come(stage, (watch) =>
      watch.stored({ at: SITE_A, from: SITE_B, by: 'write', cache: SESSIONS, ...values }),
    );
    isOwed = sessions.isOld(key, older.value);
  });
  return isOwed;
}

/** The product does nothing any more: what is broken stays so. */
const withoutProduct = ({ world }: Stage): void => world.installation.stop();

describe('the checker', () => {
  it('finds nothing in a world in which nothing is wrong', async () => {
    expect(await broken((stage) => finale(stage))).toEqual([]);
  });

  it('finds DNS that answers with a site which lacks an acknowledged write', async () => {
    const found = await broken(async (stage) => {
      const { grid } = stage.world;
      for (const cache of stage.world.configuration.caches) grid.takeOffline(SITE_A, cache);
      // Writes go to site-a alone from here on.
      await stage.world.sleep(20_000);
      await threshold(stage, SITE_A, 2);
      await stage.world.sleep(20_000);
    });
    expect(found).toContain('no-stale-traffic');
  });

  it('leaves it to a person what DNS answers with, where one has fenced the better site and was told so', async () => {
    const answeredWithB = (told: boolean) =>
      broken(async ({ eyes, world }) => {
        for (const cache of world.configuration.caches) world.grid.takeOffline(SITE_A, cache);
        await world.sleep(20_000);
        if (told) tellOfDrift({ eyes, world });
        const watch = new TrafficWatch({ ...eyes, dns: () => SITE_B, threshold: () => 2 });
        watch.saved(SITE_A, true);
        watch.look(1);
      });
    expect(await answeredWithB(false)).toEqual(['no-stale-traffic']);
    expect(await answeredWithB(true)).toEqual([]);
  });

  it('leaves it to a person, too, where one has changed the other check, and was told that the better site stays shut', async () => {
    const answeredWithB = (body: string, standsAt = 2) =>
      broken(async ({ eyes, world }) => {
        for (const cache of world.configuration.caches) world.grid.takeOffline(SITE_A, cache);
        await world.sleep(20_000);
        world.installation.mailbox.mails.push({ at: eyes.now(), topicArn: '', subject: 'drift', body });
        const watch = new TrafficWatch({ ...eyes, dns: () => SITE_B, threshold: () => standsAt });
        watch.saved(SITE_B, true);
        watch.look(1);
      });
    const shut =
      'site-a would serve from here, but its check is shut and is not opened behind a change by hand';
    expect(await answeredWithB(shut)).toEqual([]);
    expect(await answeredWithB(shut, 0)).toEqual(['no-stale-traffic']);
    expect(await answeredWithB('the health check of site-b has version 3')).toEqual(['no-stale-traffic']);
  });

  it('waits for a sweep after a site that a person had fenced was adopted and opened, and no longer', async () => {
    const answeredWithB = (milliseconds: number, byHand = 2, adopted = 0) =>
      broken(async ({ eyes, world }) => {
        for (const cache of world.configuration.caches) world.grid.takeOffline(SITE_A, cache);
        await world.sleep(20_000);
        tellOfDrift({ eyes, world });
        let stands = byHand;
        const watch = new TrafficWatch({ ...eyes, dns: () => SITE_B, threshold: () => stands });
        watch.saved(SITE_A, true);
        watch.look(0);
        stands = adopted;
        watch.saved(SITE_A, false);
        await world.sleep(milliseconds);
        watch.look(1);
      });
    expect(await answeredWithB(80_000)).toEqual([]);
    expect(await answeredWithB(100_000)).toEqual(['no-stale-traffic']);
    expect(await answeredWithB(80_000, 1)).toEqual(['no-stale-traffic']);
    expect(await answeredWithB(80_000, 2, 2)).toEqual(['no-stale-traffic']);
  });

  it('does not hold resolvers to less than DNS, whose answer of before was excused', async () => {
    const left = (excused: boolean) =>
      broken(async ({ eyes, world }) => {
        tellOfDrift({ eyes, world });
        let answer = SITE_B;
        const watch = new TrafficWatch({ ...eyes, dns: () => answer, threshold: () => 2 });
        watch.saved(SITE_A, true);
        if (!excused) watch.look(0);
        for (const cache of world.configuration.caches) world.grid.takeOffline(SITE_A, cache);
        await world.sleep(20_000);
        if (excused) watch.look(1);
        // Adopted, and opened again.
        watch.saved(SITE_A, false);
        answer = SITE_A;
        watch.look(2);
      });
    expect(await left(false)).toEqual(['no-stale-traffic']);
    expect(await left(true)).toEqual([]);
  });

  it('excuses a site that comes back while Route 53 takes no changes, where it was down within ten minutes', async () => {
    const backAfter = (seconds: number) =>
      broken(async ({ eyes, world }) => {
        let isUp = false;
        const couldServe = (site: SiteName) => site === SITE_A || isUp;
        const watch = new TrafficWatch({ ...eyes, dns: () => SITE_B, couldServe, isDnsHeldUp: () => true });
        watch.look(1);
        for (const cache of world.configuration.caches) world.grid.takeOffline(SITE_A, cache);
        await world.sleep(seconds * 1000);
        isUp = true;
        watch.look(2);
      });
    expect(await backAfter(60)).not.toContain('no-stale-traffic');
    expect(await backAfter(660)).toContain('no-stale-traffic');
  });

  it('excuses a site that was out of view within ten minutes while Route 53 takes no changes', async () => {
    const togetherFor = (seconds: number) =>
      broken(async (stage) => {
        const { eyes, world } = stage;
        withoutProduct(stage);
        const watch = new TrafficWatch({ ...eyes, dns: () => SITE_B, isDnsHeldUp: () => true });
        await world.cutLink();
        await world.sleep(60_000);
        watch.look(1);
        await world.healLink();
        await world.sleep(60_000);
        for (const cache of world.configuration.caches) world.grid.takeOffline(SITE_A, cache);
        await world.sleep(seconds * 1000);
        watch.look(2);
      });
    expect(await togetherFor(60)).not.toContain('no-stale-traffic');
    expect(await togetherFor(660)).toContain('no-stale-traffic');
  });

  it('excuses a site that restarted empty while a person is asked, and no more once DNS has left it and comes back', async () => {
    const answeredWithB = (leaves: boolean) =>
      broken(async (stage) => {
        const { eyes, world } = stage;
        withoutProduct(stage);
        let answer = SITE_B;
        const watch = new TrafficWatch({ ...eyes, dns: () => answer });
        watch.look(0);
        world.site(SITE_B).restartDataGrid();
        for (const cache of world.configuration.caches) world.grid.takeOffline(SITE_A, cache);
        await world.sleep(20_000);
        const subject = 'keycloak: needs a person, nothing was moved';
        world.installation.mailbox.mails.push({ at: eyes.now(), topicArn: '', subject, body: '' });
        await world.sleep(200_000);
        watch.look(1);
        if (leaves) answer = SITE_A;
        watch.look(2);
        answer = SITE_B;
        watch.look(3);
      });
    expect(await answeredWithB(false)).not.toContain('no-stale-traffic');
    expect(await answeredWithB(true)).toContain('no-stale-traffic');
  });

  it('excuses a site that restarted empty while a failover runs, after which a person is asked, and for 90 s', async () => {
    const answeredWithB = (endedSecondsAgo: number, begunSeconds = 60) =>
      broken(async (stage) => {
        const { eyes, world } = stage;
        withoutProduct(stage);
        const watch = new TrafficWatch({ ...eyes, dns: () => SITE_B });
        watch.look(0);
        world.site(SITE_B).restartDataGrid();
        for (const cache of world.configuration.caches) world.grid.takeOffline(SITE_A, cache);
        await world.sleep(220_000);
        const { executionArn } = world.engine.startExecution('failover', {});
        const startDate = new Date(world.grid.site(SITE_B).startedAt + begunSeconds * 1000);
        const times = { startDate, stopDate: new Date(eyes.now() - endedSecondsAgo * 1000) };
        Object.assign(world.engine.describeExecution(executionArn), { status: 'SUCCEEDED', ...times });
        watch.look(1);
      });
    expect(await answeredWithB(80)).not.toContain('no-stale-traffic');
    expect(await answeredWithB(100)).toContain('no-stale-traffic');
    expect(await answeredWithB(80, -10)).toContain('no-stale-traffic');
    expect(await answeredWithB(80, 185)).toContain('no-stale-traffic');
  });

  it('excuses a site that restarted empty, and that a person has named since as the one that serves', async () => {
    const answeredWithB = (serving: SiteName, secondsAfter = 1) =>
      broken(async (stage) => {
        const { eyes, world } = stage;
        withoutProduct(stage);
        world.site(SITE_B).restartDataGrid();
        for (const cache of world.configuration.caches) world.grid.takeOffline(SITE_A, cache);
        await world.sleep(220_000);
        const { executionArn } = world.engine.startExecution('adopt', { serving });
        const startDate = new Date(world.grid.site(SITE_B).startedAt + secondsAfter * 1000);
        Object.assign(world.engine.describeExecution(executionArn), { status: 'SUCCEEDED', startDate });
        new TrafficWatch({ ...eyes, dns: () => SITE_B }).look(1);
      });
    expect(await answeredWithB(SITE_B)).not.toContain('no-stale-traffic');
    expect(await answeredWithB(SITE_B, -1)).toContain('no-stale-traffic');
    expect(await answeredWithB(SITE_A)).toContain('no-stale-traffic');
  });

  it('excuses a site that restarted empty until the sweep after the better one is up again', async () => {
    const answeredWithB = (upSeconds: number, restarted = true) =>
      broken(async (stage) => {
        const { eyes, world } = stage;
        withoutProduct(stage);
        let isUp = false;
        const couldServe = (site: SiteName) => site === SITE_B || isUp;
        const watch = new TrafficWatch({ ...eyes, dns: () => SITE_B, couldServe });
        if (restarted) world.site(SITE_B).restartDataGrid();
        for (const cache of world.configuration.caches) world.grid.takeOffline(SITE_A, cache);
        await world.sleep(300_000);
        watch.look(0);
        isUp = true;
        await world.sleep(upSeconds * 1000);
        watch.look(1);
      });
    expect(await answeredWithB(80)).not.toContain('no-stale-traffic');
    expect(await answeredWithB(100)).toContain('no-stale-traffic');
    expect(await answeredWithB(80, false)).toContain('no-stale-traffic');
  });

  it('does not hold resolvers to what DNS turned to by itself while the serving site was down and the link was broken', async () => {
    const returned = (isLinkBroken: boolean, upSeconds: number) =>
      broken(async ({ eyes, world }) => {
        let answer = SITE_B;
        let isUp = false;
        const couldServe = (site: SiteName) => site === SITE_B || isUp;
        const watch = new TrafficWatch({ ...eyes, dns: () => answer, couldServe });
        for (const cache of world.configuration.caches) world.grid.takeOffline(SITE_A, cache);
        if (isLinkBroken) await world.cutLink();
        await world.sleep(60_000);
        watch.look(0);
        isUp = true;
        await world.sleep(upSeconds * 1000);
        answer = SITE_A;
        watch.look(1);
      });
    expect(await returned(true, 15)).not.toContain('no-stale-traffic');
    expect(await returned(true, 25)).toContain('no-stale-traffic');
    expect(await returned(false, 15)).toContain('no-stale-traffic');
  });

  it('does not hold resolvers to a site that was down, for three minutes, or for ten while Route 53 takes no changes', async () => {
    const left = (downSecondsAgo: number, isDnsHeldUp: boolean) =>
      broken(async ({ eyes, world }) => {
        let answer = SITE_B;
        let isDown = true;
        const couldServe = (site: SiteName) => !(isDown && site === SITE_B);
        const watch = new TrafficWatch({
          ...eyes,
          dns: () => answer,
          couldServe,
          isDnsHeldUp: () => isDnsHeldUp,
        });
        watch.look(0);
        isDown = false;
        await world.sleep(downSecondsAgo * 1000);
        watch.look(1);
        for (const cache of world.configuration.caches) world.grid.takeOffline(SITE_A, cache);
        await world.sleep(20_000);
        answer = SITE_A;
        watch.look(2);
      });
    expect(await left(100, false)).toEqual([]);
    expect(await left(200, false)).toEqual(['no-stale-traffic']);
    expect(await left(200, true)).toEqual([]);
  });

  it('does not hold resolvers to what DNS answered while nobody could shut it and the other site was down until just now', async () => {
    const returned = (secondsLater: number, isDnsHeldUp: boolean) =>
      broken(async ({ eyes, world }) => {
        let answer = SITE_B;
        const couldServe = (site: SiteName) => site === SITE_B || answer === SITE_A;
        const watch = new TrafficWatch({
          ...eyes,
          dns: () => answer,
          couldServe,
          isDnsHeldUp: () => isDnsHeldUp,
        });
        for (const cache of world.configuration.caches) world.grid.takeOffline(SITE_A, cache);
        await world.sleep(20_000);
        watch.look(0);
        await world.sleep(secondsLater * 1000);
        answer = SITE_A;
        watch.look(1);
      });
    expect(await returned(10, true)).toEqual([]);
    expect(await returned(10, false)).toEqual(['no-stale-traffic']);
    expect(await returned(30, true)).toEqual(['no-stale-traffic']);
  });

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

  it('finds writes that nothing makes good again', async () => {
    const found = await broken(async (stage) => {
      withoutProduct(stage);
      await stage.world.cutLink();
      await stage.world.sleep(120_000);
      await checkWrites(stage.eyes, stage.clients);
    });
    expect(found).toEqual(['no-worse']);
  });

  it('gives writes five minutes more from a person who adopted, not from one who was refused', async () => {
    const minutesUntilFound = async (output: object) => {
      let minutes = 0;
      const found = await broken(async (stage) => {
        const { eyes, world, clients } = stage;
        withoutProduct(stage);
        await world.cutLink();
        await world.sleep(240_000);
        const now = new Date(eyes.now());
        const { engine } = world.installation;
        const all = engine.listExecutions.bind(engine);
        const adopt = { ...all('adopt')[0]!, machine: 'adopt', startDate: now, stopDate: now, output };
        const status = 'SUCCEEDED' as const;
        engine.listExecutions = (name) => (name === 'adopt' ? [{ ...adopt, status }] : all(name)) as never;
        await checkWrites(eyes, clients);
        minutes = (eyes.now() - now.getTime()) / 60_000;
      });
      expect(found).toEqual(['no-worse']);
      return minutes;
    };
    expect(await minutesUntilFound({ outcome: 'adopted', serving: SITE_A })).toBeGreaterThan(5);
    expect(await minutesUntilFound({ outcome: 'not-safe' })).toBeLessThan(2);
  });

  it('finds a site in sync that is shut out for nothing, and not one that was out of view since, or just before', async () => {
    const shutOut = (meanwhile: (stage: Stage) => Promise<void>) =>
      broken(async (stage) => {
        const watch = new ShutOutWatch(stage.eyes);
        watch.mail(`Mail to on-call: keycloak: ${SITE_B} is in sync again`);
        await meanwhile(stage);
        watch.look();
        watch.fenced(SITE_B);
      });
    expect(await shutOut(async () => {})).toEqual(['no-worse']);
    const toldAfter = (seconds: number, disturbedSecondsAgo = seconds + 50, outrankedBetween = () => true) =>
      broken(async ({ eyes, world }) => {
        let isUp = false;
        const at = eyes.now() + (seconds - disturbedSecondsAgo) * 1000;
        const couldServe = () => isUp;
        const watch = new ShutOutWatch({ ...eyes, couldServe, disturbedAt: () => at, outrankedBetween });
        watch.look();
        isUp = true;
        watch.mail(`Mail to on-call: keycloak: ${SITE_B} is in sync again`);
        await world.sleep(seconds * 1000);
        watch.look();
        watch.fenced(SITE_B);
      });
    expect(await toldAfter(80)).toEqual([]);
    expect(await toldAfter(100)).toEqual(['no-worse']);
    expect(await toldAfter(80, 200)).toEqual(['no-worse']);
    expect(await toldAfter(80, 130, () => false)).toEqual(['no-worse']);
    const moved = (isDnsHeldUp: () => boolean) =>
      broken(async (stage) => {
        withoutProduct(stage);
        const { executionArn } = stage.world.engine.startExecution('switchover', {});
        Object.assign(stage.world.engine.describeExecution(executionArn), { status: 'FAILED' });
        const watch = new ShutOutWatch({ ...stage.eyes, isDnsHeldUp });
        watch.mail(`Mail to on-call: keycloak: ${SITE_B} is in sync again`);
        watch.fenced(SITE_B);
      });
    expect(await moved(() => true)).toEqual([]);
    expect(await moved(() => false)).toEqual(['no-worse']);
    const cut = async (stage: Stage) => {
      withoutProduct(stage);
      await stage.world.cutLink();
      await stage.world.sleep(60_000);
    };
    expect(await shutOut(cut)).toEqual([]);
  });

  it('finds both sites fenced for longer than a sweep', async () => {
    const found = await broken(async (stage) => {
      withoutProduct(stage);
      await threshold(stage, SITE_A, 2);
      await threshold(stage, SITE_B, 2);
      await stage.world.sleep(120_000);
    });
    expect(found).toContain('never-both');
  });

  it('finds a dead site that stays pinned beside a full one, unless it may have taken that offline and a person is asked', async () => {
    const pinned = (remedy: string, takeOffline: (stage: Stage) => unknown) =>
      broken(async (stage) => {
        const { world, sessions, eyes } = stage;
        withoutProduct(stage);
        await threshold(stage, SITE_A, 0);
        await threshold(stage, SITE_B, 2);
        await takeOffline(stage);
        await world.kill(SITE_A);
        sessions.forgiveWhat(SITE_B, eyes.entries);
        await world.sleep(10_000);
        const mail = { at: eyes.now(), topicArn: '', subject: 'keycloak: needs a person', body: remedy };
        world.installation.mailbox.mails.push(mail);
        await world.sleep(230_000);
      });
    const promotion = 'start "promote-accepting-loss" with {"site":"site-b","acceptLoss":true}';
    const taken = ({ world }: Stage) => world.grid.takeOffline(SITE_A, SESSIONS);
    const underWay = async ({ world }: Stage) => {
      const site = world.site(SITE_A);
      site.delayNextBatch(60_000);
      await site.cluster.createBatch({
        apiVersion: 'infinispan.org/v2alpha1',
        kind: 'Batch',
        metadata: { name: 'failover-take-offline-1' },
        spec: { cluster: world.configuration.sites[0]!.cluster.infinispan, config: 'quit' },
      });
      await world.sleep(5_000);
    };
    expect(await pinned(promotion, () => {})).toContain('never-both');
    expect(await pinned('Bring site-a back.', taken)).toContain('never-both');
    expect(await pinned(promotion, taken)).not.toContain('never-both');
    expect(await pinned(promotion, underWay)).not.toContain('never-both');
    const restarted = async ({ world }: Stage) => {
      world.site(SITE_B).restartDataGrid();
      await world.sleep(20_000);
    };
    expect(await pinned(promotion, restarted)).not.toContain('never-both');
    const inSyncSince = async (stage: Stage) => {
      await restarted(stage);
      const mail = { topicArn: '', subject: 'keycloak: site-b is in sync again', body: '' };
      stage.world.installation.mailbox.mails.push({ at: stage.eyes.now(), ...mail });
    };
    expect(await pinned(promotion, inSyncSince)).toContain('never-both');
  });

  it('leaves it to a person that a dead site keeps DNS, where one has fenced the other one and was told so', async () => {
    const pinned = (byHand: boolean, told: boolean) =>
      broken(async (stage) => {
        const { eyes, world, sessions } = stage;
        withoutProduct(stage);
        await world.kill(SITE_B);
        sessions.forgiveWhat(SITE_A, eyes.entries);
        if (told) tellOfDrift(stage);
        const watch = new NeverBoth(
          { ...eyes, threshold: (site) => (site === SITE_A ? 2 : 0) },
          new Map(byHand ? [[SITE_A, eyes.now()]] : []),
        );
        for (const _ of [1, 2]) {
          watch.look();
          await world.sleep(240_000);
        }
        watch.look();
      });
    expect(await pinned(true, true)).not.toContain('never-both');
    expect(await pinned(true, false)).toContain('never-both');
    expect(await pinned(false, true)).toContain('never-both');
  });

  it('finds Keycloak with another size than it had, and a site that is called in sync and is not', async () => {
    const found = await broken(async (stage) => {
      await stage.world.site(SITE_B).cluster.setKeycloakInstances(5);
      await finale(stage);
    });
    expect(found).toContain('original-size');
  });

  it('finds a mail that calls a site in sync, settled or brought back, that lacks something', async () => {
    for (const words of ['is in-sync', 'is in sync again']) {
      const said = (stage: Stage) => checkMail(`Mail to on-call: keycloak: ${SITE_B} ${words}`, stage.eyes);
      expect(await broken(async (stage) => said(stage))).toEqual([]);
      const found = await broken(async (stage) => {
        withoutProduct(stage);
        await stage.world.grid.clear(SITE_B, SESSIONS);
        said(stage);
      });
      expect(found).toContain('always-told');
    }
  });

  it('lets a mail be wrong about an isolation that a restart undid, for three minutes from that restart', async () => {
    const said = (secondsAgo: number) =>
      broken(async (stage) => {
        const { eyes, world } = stage;
        withoutProduct(stage);
        world.site(SITE_A).restartDataGrid();
        await world.sleep(secondsAgo * 1000);
        // Something else happened to it, just before.
        const disturbedAt = () => eyes.now() - 70_000;
        const text = `Mail to on-call: keycloak: ${SITE_A} serves, ${SITE_B} is taken offline there`;
        checkMail(text, { ...eyes, disturbedAt });
      });
    expect(await said(150)).not.toContain('always-told');
    expect(await said(250)).toContain('always-told');
  });

  it('is shown a site that lacks something of which no count of entries tells', async () => {
    const changes = STORIES.find(({ name }) => name === 'a suspect site missed changes')!;
    const from = await adopted(changes);
    for (const seed of [1, 2, 3]) {
      await onVirtualTime(async () => {
        const history = { story: changes.name, seed, troubles: [] };
        const stage = new Stage({ history, story: changes, from, logs: false });
        const { world, eyes, sessions } = stage;
        await stage.start();
        await changes.begin(world, stage.moves);
        const counts = (site: SiteName) =>
          world.configuration.caches.map((cache) => world.grid.entries(site, cache).size);
        expect(counts(SITE_B)).toEqual(counts(SITE_A));
        expect(sessions.lacking(SITE_B, eyes.entries)).not.toBeNull();
        await stage.stop();
      });
    }
  });

  it('finds an execution that ended badly and of which nobody was told', async () => {
    const found = await broken(async (stage) => {
      const { engine, mailbox } = stage.world.installation;
      const { executionArn } = engine.startExecution('switchover', {});
      await stage.world.sleep(500);
      engine.stopExecution(executionArn);
      await stage.world.sleep(600_000);
      mailbox.mails.length = 0;
      checkTold(stage.eyes);
    });
    expect(found).toEqual(['always-told']);
  });

  const ARN = 'arn:aws:states:eu-west-1:123456789012:execution:keycloak-';

  /** A state that it entered, the last one ten seconds before its end, with what was known there. */
  type Entered = readonly [state: string, known: object];

  /** Of one execution (its parts that matter), and the mails that there are. */
  const untold = (
    execution: {
      readonly machine: string;
      readonly entered?: Entered;
      readonly earlier?: Entered;
    } & Partial<Execution>,
    mails: readonly { subject: string; from: string; body?: string; secondsAgo?: number }[],
    others: readonly (typeof execution)[] = [],
  ) =>
    broken(async ({ eyes, world }) => {
      withoutProduct({ world } as Stage);
      await world.sleep(3600_000);
      const stopDate = new Date(eyes.now() - 600_000);
      const some = { startDate: new Date(eyes.now() - 900_000), stopDate, parent: null, input: {} };
      const filledUp = ({ entered, earlier, ...each }: Parameters<typeof untold>[0]) => {
        const log = [earlier ?? [], entered ?? []].map(([name, input]) => ({ name, type: 'Pass', input }));
        return {
          executionArn: `${ARN}${each.machine}:one`,
          error: null,
          ...some,
          log: log
            .map((state, turn) => ({
              type: 'StateEntered',
              timestamp: eyes.now() - 640_000 + turn * 30_000,
              state,
            }))
            .filter(({ state }) => state.name !== undefined),
          ...each,
        };
      };
      const listExecutions = () => [execution, ...others].map(filledUp);
      const { engine } = world.installation;
      const installation = {
        ...world.installation,
        engine: { ...engine, listExecutions },
        mailbox: {
          mails: mails.map(({ subject, from, body = '', secondsAgo = 600 }) => ({
            at: eyes.now() - secondsAgo * 1000,
            subject: `keycloak: ${subject}`,
            body: `${body}\nLinks\n  Execution: ${executionUrl(`${ARN}${from}`)}\n`,
          })),
        },
      };
      checkTold({ ...eyes, world: { ...world, installation } as unknown as typeof world });
    });

  it.each<[machine: string, output: object, headline: string]>([
    ['resync', { outcome: 'in-sync', site: SITE_B }, 'site-b is in sync again'],
    ['contain', { outcome: 'contained', site: SITE_B }, 'site-b is contained'],
    ['switchover', { outcome: 'switched-over', serving: SITE_B }, 'site-b serves after the switchover'],
    ['switchback', { outcome: 'switched-back', serving: SITE_A }, 'site-a, the primary, serves again'],
    ['switchback', { outcome: 'not-approved' }, 'switchback was not approved'],
    [
      'promote-accepting-loss',
      { outcome: 'promoted', site: SITE_B },
      'a site was promoted by hand, loss accepted',
    ],
    ['adopt', { outcome: 'adopted' }, 'the deployment was adopted'],
    [
      'readiness',
      { outcome: 'settled', last: { outcome: 'settled', site: SITE_B, trust: 'in-sync' } },
      'site-b is in-sync',
    ],
  ])('finds %s that did something of which nobody was told: %j', async (machine, output, headline) => {
    const done = { machine, status: 'SUCCEEDED', output } as const;
    expect(await untold(done, [{ subject: headline, from: `${machine}:one` }])).toEqual([]);
    expect(await untold(done, [])).toEqual(['always-told']);
    expect(await untold(done, [{ subject: headline, from: `${machine}:one-more` }])).toEqual(['always-told']);
    expect(await untold(done, [{ subject: 'something else', from: `${machine}:one` }])).toEqual([
      'always-told',
    ]);
    expect(await untold({ ...done, output: { outcome: 'superseded' } }, [])).toEqual([]);
  });

  it('leaves what is done for a caller to that one to tell, and not what readiness starts', async () => {
    const done = {
      machine: 'contain',
      status: 'SUCCEEDED',
      output: { outcome: 'contained', site: SITE_B },
      parent: 'another',
    } as const;
    expect(await untold({ ...done, input: { operation: { owner: 'another' } } }, [])).toEqual([]);
    expect(await untold({ ...done, input: {} }, [])).toEqual(['always-told']);
  });

  it('finds a failover of which nobody was told that it isolated, or what is left to do', async () => {
    const isolated = { subject: 'site-b serves, site-a is taken offline there', from: 'failover:one' };
    const left = { subject: 'site-b serves, and something is left to do', from: 'failover:one' };
    const failedOver = (known: object) => ({
      machine: 'failover',
      status: 'SUCCEEDED' as const,
      output: { outcome: 'failed-over', serving: SITE_B, lost: SITE_A },
      entered: [
        'Failed over',
        {
          leftovers: { outcome: 'none-left' },
          bridge: { outcome: 'cut' },
          containment: { outcome: 'unreachable' },
          database: { outcome: 'moved' },
          ...known,
        },
      ] as const,
    });
    const allDone = failedOver({});
    expect(await untold(allDone, [isolated])).toEqual([]);
    expect(await untold(allDone, [])).toEqual(['always-told']);
    const someLeft = failedOver({ bridge: { outcome: 'failed' } });
    expect(await untold(someLeft, [isolated, left])).toEqual([]);
    expect(await untold(someLeft, [isolated])).toEqual(['always-told']);
    const couldNotTell = failedOver({ untold: { Error: 'ThrottlingException' } });
    expect(await untold(couldNotTell, [left])).toEqual([]);
    const notProven = failedOver({ leftovers: { outcome: 'unproven' } });
    expect(await untold(notProven, [left])).toEqual([]);
    expect(await untold(notProven, [])).toEqual(['always-told']);
    // Of a doubt that lasts the same is not said again.
    const inDoubt = failedOver({ leftovers: { outcome: 'unreachable' } });
    const earlier = (secondsAgo: number, bridge = 'cut') => [
      {
        subject: 'site-b serves, site-a was taken offline there and may be online again',
        from: 'failover:failover-e2-1',
        secondsAgo,
      },
      {
        ...left,
        from: 'failover:failover-e2-1',
        secondsAgo,
        body: `site-a was taken offline at site-b, proven for every cache.\nBridge: ${bridge}.\nContaining site-a: unreachable.\nDatabase: moved.`,
      },
    ];
    expect(await untold(inDoubt, earlier(1200))).toEqual([]);
    expect(await untold(inDoubt, earlier(1200, 'failed'))).toEqual(['always-told']);
    expect(await untold(inDoubt, earlier(2700))).toEqual(['always-told']);
    expect(await untold(allDone, earlier(1200))).toEqual(['always-told']);
  });

  it('takes an end for told by a mail of it from when it came on, and by none of before', async () => {
    const stopped = { machine: 'failover', status: 'ABORTED' } as const;
    const mail = (secondsAgo: number, from: string) =>
      untold(stopped, [{ subject: 'failover was stopped: ABORTED', from, secondsAgo }]);
    expect(await mail(590, 'failover:one')).toEqual([]);
    expect(await mail(700, 'failover:one')).toEqual(['always-told']);
    expect(await mail(590, 'failover:one-more')).toEqual(['always-told']);
  });

  it('takes what ends badly by itself for told where the same error of it was told within half an hour', async () => {
    const timedOut = (name: string, error: string) => ({
      machine: 'failover',
      executionArn: `${ARN}failover:${name}`,
      status: 'FAILED' as const,
      error: 'Told',
      entered: ['Close', { error: { Error: 'States.TaskFailed', Cause: `{"Error":"${error}"}` } }] as const,
    });
    const earlier = (from: string, secondsAgo = 1200) => [
      { subject: 'failover failed: States.Timeout', from, secondsAgo },
    ];
    const [one, another] = ['failover-e2-1', 'failover-e2-2'];
    expect(await untold(timedOut(another, 'States.Timeout'), earlier(`failover:${one}`))).toEqual([]);
    expect(await untold(timedOut(another, 'Other'), earlier(`failover:${one}`))).toEqual(['always-told']);
    expect(await untold(timedOut(another, 'States.Timeout'), earlier(`failover:${one}`, 2700))).toEqual([
      'always-told',
    ]);
    // A person's is never muted, and mutes nothing.
    expect(await untold(timedOut('one', 'States.Timeout'), earlier(`failover:${one}`))).toEqual([
      'always-told',
    ]);
    expect(await untold(timedOut(another, 'States.Timeout'), earlier('failover:one'))).toEqual([
      'always-told',
    ]);
  });

  it('takes what ends badly by itself for told where the same cause of it was told, whoever told it', async () => {
    const notContained = {
      machine: 'contain',
      executionArn: `${ARN}contain:contain-e2-2`,
      status: 'FAILED' as const,
      error: 'Told',
      entered: ['Tell that it is not contained', { claim: { other: SITE_A, serving: SITE_B } }] as const,
    };
    const from = 'failover:failover-e2-1';
    expect(await untold(notContained, [{ subject: 'site-a is not contained', from }])).toEqual([]);
    expect(await untold(notContained, [{ subject: 'site-b is not contained', from }])).toEqual([
      'always-told',
    ]);
    expect(await untold(notContained, [{ subject: 'contain failed: States.Timeout', from }])).toEqual([
      'always-told',
    ]);
    const claim = { outcome: 'refused', reason: 'of one reason' };
    const refused = { ...notContained, entered: ['Tell that it was not contained', { claim }] as const };
    const told = { subject: 'contain changed nothing: refused', from: 'contain:contain-e2-1' };
    expect(await untold(refused, [{ ...told, body: 'It did not go on: of one reason' }])).toEqual([]);
    expect(await untold(refused, [{ ...told, body: 'It did not go on: of another' }])).toEqual([
      'always-told',
    ]);
  });

  it('finds a failover that told of the containment alone, and not that writes stay refused', async () => {
    const claim = { other: SITE_A, serving: SITE_B };
    const failed = {
      machine: 'failover',
      status: 'FAILED' as const,
      error: 'Told',
      earlier: ['Tell that writes stay refused', { claim }] as const,
      entered: ['Tell that it is not contained either', { claim }] as const,
    };
    const notContained = { subject: 'site-a is not contained', from: 'failover:one', secondsAgo: 605 };
    const refused = { subject: 'URGENT: writes at site-b may be refused', from: 'failover:one' };
    expect(await untold(failed, [{ ...refused, secondsAgo: 635 }, notContained])).toEqual([]);
    expect(await untold(failed, [notContained])).toEqual(['always-told']);
  });

  it('takes what ends with what it had started for told where that was told, and by no other mail', async () => {
    const ended = { status: 'FAILED', error: 'Told' } as const;
    const Cause = JSON.stringify({ Error: 'Told' });
    const switchback = {
      ...ended,
      machine: 'switchback',
      entered: ['Close', { error: { Error: 'States.TaskFailed', Cause } }] as const,
    };
    const resync = {
      ...ended,
      machine: 'resync',
      parent: `${ARN}switchback:one`,
      entered: ['Tell that the resync failed', {}] as const,
    };
    const subject = 'resync of site-b failed';
    expect(await untold(switchback, [{ subject, from: 'resync:one' }], [resync])).toEqual([]);
    expect(await untold(switchback, [{ subject, from: 'resync:one-more' }], [resync])).toEqual([
      'always-told',
    ]);
    const other = { ...resync, parent: null };
    expect(await untold(switchback, [{ subject, from: 'resync:one' }], [other])).toEqual(['always-told']);
  });

  it('finds what was decided earlier and is written over what was decided later', async () => {
    const written = (order: (watch: WrittenInOrder) => void) =>
      broken(async ({ eyes }) => order(new WrittenInOrder(eyes)));
    const check = (...epochs: number[]) =>
      written((watch) => {
        for (const epoch of epochs) watch.check(SITE_A, epoch, 'reconcile');
      });
    expect(await check(4, 5, 4)).toEqual(['monotonic']);
    expect(await check(4, 4, 5)).toEqual([]);
    const ledger = (...revisions: [revision: number, text: string][]) =>
      written((watch) => {
        for (const [revision, text] of revisions) watch.ledger(revision, text, 'reconcile');
      });
    expect(await ledger([7, 'one'], [7, 'another'])).toEqual(['monotonic']);
    expect(await ledger([7, 'one'], [7, 'one'], [8, 'another'])).toEqual([]);
  });

  it('finds a check that is opened although a person changed it, and no adopt had looked at that', async () => {
    const [before, after] = [new Map([[SITE_B, 2]]), new Map([[SITE_B, 3]])];
    const opened = (threshold: number, happens: (watch: ByHandWatch) => void) =>
      broken(async ({ eyes }) => {
        const watch = new ByHandWatch(eyes);
        watch.changedByHand(SITE_B, 3);
        happens(watch);
        watch.written(SITE_B, threshold);
      });
    const FENCED = 2;
    expect(await opened(FENCED, () => {})).toEqual([]);
    expect(await opened(0, () => {})).toEqual(['monotonic']);
    // Who looked and wrote nothing has adopted nothing.
    expect(await opened(0, (watch) => watch.lookedFor('one', after))).toEqual(['monotonic']);
    expect(await opened(0, (watch) => watch.adopted('one', after))).toEqual([]);
    const triedAgain = (first: typeof after) => (watch: ByHandWatch) => {
      watch.lookedFor('one', first);
      watch.lookedFor('one', after);
      watch.adopted('one', after);
    };
    expect(await opened(0, triedAgain(after))).toEqual([]);
    expect(await opened(0, triedAgain(before))).toEqual(['monotonic']);
  });

  it('lets a check be opened that a person had put where the product had noted its own next write', async () => {
    const opened = (version: number, ...positions: string[]) =>
      broken(async (stage) => {
        await threshold(stage, SITE_B, 2);
        const watch = new ByHandWatch(stage.eyes);
        watch.changedByHand(SITE_B, 3);
        watch.noted(SITE_B, version, positions);
        watch.written(SITE_B, 0);
      });
    expect(await opened(3, 'follows', 'fenced')).toEqual([]);
    expect(await opened(3, 'follows')).toEqual(['monotonic']);
    expect(await opened(4, 'fenced')).toEqual(['monotonic']);
  });

  it('finds a well site that is fenced for one that has been down for long, also where a person asked', async () => {
    const found = await broken(async (stage) => {
      await stage.world.startExecution('switchover', { approve: true });
      stage.world.site(SITE_B).breakEndpoint(300_000);
      await stage.world.sleep(60_000);
      await threshold(stage, SITE_A, 2);
    });
    expect(found).toEqual(['no-worse']);
  });

  it('finds DNS that stays with a site that is down, where nothing has been decided and the other one is in step', async () => {
    const downFor = (seconds: number, change: Partial<Stage['eyes']> = {}, decided?: 'switchover') =>
      broken(async (stage) => {
        const { eyes, world } = stage;
        withoutProduct(stage);
        if (decided !== undefined) world.engine.startExecution(decided, {});
        const watch = new TrafficWatch({ ...eyes, couldServe: (site) => site === SITE_B, ...change });
        watch.look(0);
        await world.sleep(seconds * 1000);
        watch.look(0);
      });
    expect(await downFor(40)).toEqual([]);
    expect(await downFor(50)).toEqual(['no-worse']);
    expect(await downFor(50, { dns: () => SITE_B })).toEqual([]);
    expect(await downFor(50, { disturbedAt: () => 1 })).toEqual([]);
    expect(await downFor(50, { mayHaveDrifted: () => true })).toEqual([]);
    expect(await downFor(50, {}, 'switchover')).toEqual([]);
  });

  it('lets a site be fenced for one that is down, where failover had it for lost before that was seen, and still runs', async () => {
    const fenced = (isDecidedSince: boolean, status = 'RUNNING') =>
      broken(async (stage) => {
        const { eyes, world } = stage;
        withoutProduct(stage);
        const watch = new TrafficWatch({
          ...eyes,
          couldServe: (site) => site === SITE_A,
          decidedBetween: (from, to) => isDecidedSince && from <= to,
        });
        watch.look(0);
        await world.sleep(40_000);
        const { executionArn } = world.engine.startExecution('failover', {});
        const stopDate = status === 'RUNNING' ? null : new Date(eyes.now());
        Object.assign(world.engine.describeExecution(executionArn), { status, stopDate });
        watch.fenced(SITE_A, SITE_A);
      });
    expect(await fenced(false)).toEqual([]);
    expect(await fenced(true)).toEqual(['no-worse']);
    expect(await fenced(false, 'SUCCEEDED')).toEqual(['no-worse']);
  });

  it('lets a site be fenced that checkers can’t know yet to be well again', async () => {
    const fencedAfter = (wellMilliseconds: number) =>
      broken(async (stage) => {
        withoutProduct(stage);
        const a = stage.world.site(SITE_A);
        // Its checkers fail long before, and DNS answers with the primary while the other one is fenced.
        await threshold(stage, SITE_B, 2);
        a.breakEndpoint(40_000);
        await stage.world.sleep(40_000 + wellMilliseconds);
        await threshold(stage, SITE_A, 2);
      });
    expect(await fencedAfter(1_000)).toEqual([]);
    expect(await fencedAfter(30_000)).toEqual(['no-worse']);
  });

  it('lets a site be fenced for an alarm of the minute in which it was down', async () => {
    const fencedAfter = (wellMilliseconds: number, alarm: boolean) =>
      broken(async ({ eyes, world }) => {
        let isUp = false;
        const couldServe = () => isUp;
        const watch = new TrafficWatch({ ...eyes, couldServe, outrankedBetween: () => alarm });
        watch.look(0);
        isUp = true;
        await world.sleep(wellMilliseconds);
        watch.fenced(SITE_A, SITE_A);
      });
    expect(await fencedAfter(80_000, true)).toEqual([]);
    expect(await fencedAfter(80_000, false)).toEqual(['no-worse']);
    expect(await fencedAfter(100_000, true)).toEqual(['no-worse']);
  });

  it('lets a site be fenced for a planned move that ended badly after it was recorded, for the sweep to carry out', async () => {
    const refused = {
      last: { outcome: 'wait', reason: 'the health check of x was changed first by somebody else' },
    };
    const STEPS = { switchover: 'Move the traffic', 'promote-accepting-loss': 'Promote', adopt: 'Adopt' };
    const fenced = (
      machine: keyof typeof STEPS,
      status: string,
      endedSecondsAgo: number,
      output: object | null = null,
      name = STEPS[machine],
    ) =>
      broken(async ({ eyes, world }) => {
        const { executionArn } = world.engine.startExecution(machine, {});
        const stopDate = new Date(eyes.now() - endedSecondsAgo * 1000);
        const entered = { type: 'StateEntered', state: { name } };
        const log = [entered, ...(output === null ? [] : [{ type: 'StateExited', state: { name, output } }])];
        Object.assign(world.engine.describeExecution(executionArn), { status, stopDate, log });
        new TrafficWatch(eyes).fenced(SITE_A, SITE_A);
      });
    expect(await fenced('switchover', 'ABORTED', 80)).toEqual([]);
    expect(await fenced('switchover', 'ABORTED', 100)).toEqual(['no-worse']);
    expect(await fenced('switchover', 'SUCCEEDED', 80)).toEqual(['no-worse']);
    expect(await fenced('switchover', 'ABORTED', 80, null, 'Claim the operation')).toEqual(['no-worse']);
    const notSafe = { last: { outcome: 'not-safe', reason: 'site-b is stale' } };
    expect(await fenced('switchover', 'FAILED', 80, notSafe)).toEqual(['no-worse']);
    expect(await fenced('promote-accepting-loss', 'FAILED', 80)).toEqual([]);
    expect(await fenced('promote-accepting-loss', 'FAILED', 80, notSafe)).toEqual(['no-worse']);
    expect(await fenced('adopt', 'ABORTED', 80)).toEqual(['no-worse']);
    expect(await fenced('adopt', 'FAILED', 80)).toEqual(['no-worse']);
    expect(await fenced('adopt', 'FAILED', 80, refused)).toEqual([]);
    expect(await fenced('adopt', 'FAILED', 95, refused)).toEqual(['no-worse']);
  });

  it('lets a site be fenced just after a planned move away from it, which is not in force yet', async () => {
    const fenced = (machine: 'switchover' | 'switchback', output: object, endedSecondsAgo = 80) =>
      broken(async ({ eyes, world }) => {
        const { executionArn } = world.engine.startExecution(machine, {});
        const stopDate = new Date(eyes.now() - endedSecondsAgo * 1000);
        Object.assign(world.engine.describeExecution(executionArn), {
          status: 'SUCCEEDED',
          stopDate,
          output,
        });
        new TrafficWatch({ ...eyes, notInForceAt: () => eyes.now() }).fenced(SITE_A, SITE_A);
      });
    const left = { outcome: 'switched-over', serving: SITE_B };
    expect(await fenced('switchover', left)).toEqual([]);
    expect(await fenced('switchover', left, 95)).toEqual(['no-worse']);
    expect(await fenced('switchback', { outcome: 'switched-back', serving: SITE_A })).toEqual(['no-worse']);
    expect(await fenced('switchover', { outcome: 'as-moved', serving: SITE_B })).toEqual(['no-worse']);
  });

  it('lets a site be fenced for one that is down where the step that moves had looked before it failed', async () => {
    const fenced = (name: string, sinceSeconds: number) =>
      broken(async (stage) => {
        const { eyes, world } = stage;
        withoutProduct(stage);
        const watch = new TrafficWatch({ ...eyes, couldServe: (site) => site === SITE_A });
        watch.look(0);
        await world.sleep(60_000);
        const { executionArn } = world.engine.startExecution('switchover', {});
        const timestamp = eyes.now() - sinceSeconds * 1000;
        const log = [{ type: 'StateEntered', state: { name }, timestamp }];
        Object.assign(world.engine.describeExecution(executionArn), {
          status: 'RUNNING',
          stopDate: null,
          log,
        });
        watch.fenced(SITE_A, SITE_A);
      });
    expect(await fenced('Move the traffic', 50)).toEqual([]);
    expect(await fenced('Move the traffic', 30)).toEqual(['no-worse']);
    expect(await fenced('Wait a minute', 50)).toEqual(['no-worse']);
  });

  it('finds a well site that is fenced for nothing, unless the story calls it suspect', async () => {
    const fenced = (suspected: boolean) =>
      broken(async ({ eyes }) => {
        new TrafficWatch({ ...eyes, isSuspected: () => suspected }).fenced(SITE_A, SITE_A);
      });
    expect(await fenced(false)).toEqual(['no-worse']);
    expect(await fenced(true)).toEqual([]);
  });

  it('lets a site be shut out that restarted empty while the other one served, until a mail says that it may serve', async () => {
    const fencedFor = (restarted: boolean, subject?: string) =>
      broken(async (stage) => {
        const { world, sessions, eyes } = stage;
        withoutProduct(stage);
        if (restarted) stage.moves.restartDataGrid(SITE_B);
        await world.sleep(60_000);
        const { mails } = world.installation.mailbox;
        if (subject !== undefined) mails.push({ at: eyes.now(), topicArn: '', subject, body: '' });
        await world.kill(SITE_A);
        sessions.forgiveWhat(SITE_B, eyes.entries);
        // So DNS turns to it by itself, and it is long ago that it restarted.
        await threshold(stage, SITE_A, 2);
        await world.sleep(200_000);
        await threshold(stage, SITE_B, 2);
      });
    expect(await fencedFor(false)).toEqual(['no-worse']);
    expect(await fencedFor(true)).toEqual([]);
    expect(await fencedFor(true, 'keycloak: site-b is in sync again')).toEqual(['no-worse']);
    expect(await fencedFor(true, 'keycloak: site-b serves, site-a is taken offline there')).toEqual([
      'no-worse',
    ]);
  });

  it('suspects a site that restarted empty while it served from when DNS answers with the other one', async () => {
    const suspected: boolean[] = [];
    await broken(async ({ eyes, world }) => {
      let answer: SiteName = SITE_B;
      const suspects = new Suspects({ ...eyes, dns: () => answer }, undefined);
      const look = () => {
        suspects.look();
        suspected.push(suspects.has(SITE_B));
      };
      look();
      world.site(SITE_B).restartDataGrid();
      await world.sleep(60_000);
      look();
      answer = SITE_A;
      look();
      answer = SITE_B;
      look();
      await world.sleep(1_000);
      const subject = 'keycloak: site-b is in sync again';
      world.installation.mailbox.mails.push({ at: eyes.now(), topicArn: '', subject, body: '' });
      look();
    });
    expect(suspected).toEqual([false, false, true, true, false]);
  });

  it('takes the story’s word that a site is suspect until a mail says that it is settled', async () => {
    const settled = STORIES.find(({ suspects }) => suspects !== undefined)!;
    const from = await adopted(settled);
    await onVirtualTime(async () => {
      const stage = new Stage({
        history: { story: settled.name, seed: 1, troubles: [] },
        story: settled,
        from,
        logs: false,
      });
      await stage.start();
      await settled.begin(stage.world, stage.moves);
      const suspected = () => [SITE_A, SITE_B].filter((site) => stage.eyes.isSuspected(site));
      expect(suspected()).toEqual([SITE_B]);
      await stage.world.sleep(120_000);
      expect(suspected()).toEqual([]);
      await stage.stop();
    });
  });

  it('waits for good writes while on-call is told that they may be refused, and what to do about it', async () => {
    const untilThen = (remedy: string) =>
      broken(async (stage) => {
        await stage.world.kill(SITE_B);
        withoutProduct(stage);
        await stage.world.sleep(60_000);
        const body = `site-a serves, and its Data Grid restarted whole. ${remedy}`;
        const mail = { at: stage.eyes.now(), subject: 'keycloak: needs a person', body };
        const { mailbox } = stage.world.installation;
        mailbox.mails.push({ ...mailbox.mails[0]!, ...mail });
        await checkWrites(stage.eyes, stage.clients);
      });
    expect(await untilThen('Bring site-b back.')).toEqual(['no-worse']);
    expect(await untilThen('Until one of these is done, writes at site-a may be refused.')).toEqual([]);
  });

  it('goes on until the sites are in sync, where what is wrong is found only after they were called so', async () => {
    const found = await broken(async (stage) => {
      // Readiness has just looked, and sees nothing at its next look.
      await stage.world.sleep(55_000);
      for (const site of [SITE_A, SITE_B]) stage.world.site(site).hideApi(60_000);
      stage.moves.restartDataGrid(SITE_B);
      await finale(stage);
    });
    expect(found).toEqual([]);
  });

  it('finds whoever is superseded by nothing, which a readiness is not where another one settled the site', async () => {
    const superseded = (other: string) =>
      broken(async ({ eyes, world }) => {
        const { engine } = world.installation;
        const of = (name: string, outcome: string) => ({
          ...engine.listExecutions('readiness')[0]!,
          executionArn: name,
          output: { outcome },
        });
        const listExecutions = () => [of('one', 'superseded'), of('another', other)];
        const installation = { ...world.installation, engine: { ...engine, listExecutions } };
        checkSuperseded({ ...eyes, world: { ...world, installation } as unknown as typeof world });
      });
    expect(await superseded('not-settled')).toEqual(['liveness']);
    expect(await superseded('settled')).toEqual([]);
  });

  it('finds a second resync that ends badly though nothing goes wrong any more, and lets one do so', async () => {
    const resyncs = (...statuses: readonly string[]) =>
      broken(async ({ eyes, world }) => {
        const { engine } = world.installation;
        const begun = (at: number) => statuses.map((status) => ({ status, startDate: new Date(at) }));
        const listExecutions = () => [...begun(eyes.now() - 1).slice(1), ...begun(eyes.now())];
        const installation = { ...world.installation, engine: { ...engine, listExecutions } };
        checkAttempts({ world: { ...world, installation } as unknown as typeof world, eyes }, eyes.now());
      });
    expect(await resyncs('FAILED', 'TIMED_OUT')).toEqual(['liveness']);
    expect(await resyncs('FAILED', 'SUCCEEDED')).toEqual([]);
  });

  it('lets a resync be superseded by a planned move that ended meanwhile, after which another site is stale', async () => {
    const superseded = (machine: string, byStatus = 'SUCCEEDED') =>
      broken(async ({ eyes, world }) => {
        const { engine } = world.installation;
        const at = new Date(eyes.now());
        const of = (name: string, status: string) => ({
          ...{
            executionArn: `arn:${name}`,
            machine: name,
            status,
            parent: null,
            startDate: at,
            stopDate: at,
          },
          output: { outcome: name === machine ? 'superseded' : 'moved' },
        });
        const listExecutions = () => [of(machine, 'SUCCEEDED'), of('switchover', byStatus)];
        const installation = { ...world.installation, engine: { ...engine, listExecutions } };
        checkSuperseded({ ...eyes, world: { ...world, installation } as unknown as typeof world });
      });
    expect(await superseded('resync')).toEqual([]);
    expect(await superseded('resync', 'FAILED')).toEqual(['liveness']);
    expect(await superseded('contain')).toEqual(['liveness']);
  });

  it('finds a mail about a change by hand that nobody made', async () => {
    const mail = 'the health check of site-a has version 3, the ledger 2.';
    expect(await broken(async ({ eyes }) => checkDrift(mail, eyes))).toEqual(['always-told']);
    const touched = { mayHaveDrifted: () => true };
    expect(await broken(async ({ eyes }) => checkDrift(mail, { ...eyes, ...touched }))).toEqual([]);
  });

  it('finds whoever acts without having looked, or although the ledger has moved on', async () => {
    const call = {
      caller: 'keycloak',
      service: 'Kubernetes',
      operation: 'setKeycloakInstances',
      site: SITE_A,
      input: [],
    } as const;
    const token = { epoch: 4, owner: 'arn:aws:states:x:1:execution:keycloak-contain:one' };
    const mine = { epoch: 4, owner: token.owner };
    const acting = (
      known: Invocation['known'],
      stands: Holder = mine,
      redriveCount = 0,
      since: string | null = 'keycloak: readKeycloak at site-a',
    ) =>
      broken(async ({ eyes, world }) => {
        const { engine } = world.installation;
        const listExecutions = () => [{ executionArn: token.owner, redriveCount }];
        const installation = { ...world.installation, engine: { ...engine, listExecutions } };
        checkOrder(
          call,
          { caller: 'keycloak', token, known, since, dead: false, again: false },
          {
            ...eyes,
            holder: () => stands,
            world: { ...world, installation } as unknown as typeof world,
          },
        );
      });
    expect(await acting(null)).toEqual(['monotonic']);
    expect(await acting({ epoch: 5, owner: null })).toEqual(['monotonic']);
    expect(await acting(mine)).toEqual([]);
    // Something was decided between the look and the call; a decision of its own it knows.
    expect(await acting(mine, { epoch: 5, owner: null })).toEqual(['monotonic']);
    expect(await acting(mine, { epoch: 5, owner: token.owner })).toEqual(['monotonic']);
    expect(await acting({ ...mine, epoch: 5 }, { ...mine, epoch: 5 })).toEqual([]);
    // Nobody can look later than right before.
    expect(await acting(mine, { epoch: 5, owner: null }, 0, null)).toEqual([]);
    // An execution that was redriven.
    expect(await acting({ epoch: 5, owner: null }, mine, 1)).toEqual(['redrive']);
    expect(await acting(mine, { epoch: 5, owner: null }, 1)).toEqual(['redrive']);
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

  it("finds Aurora's writer moved to where it is, or to a site that does not serve", async () => {
    const asked = (instance: string, dns: SiteName, disturbedSecondsAgo: number | null = null) =>
      broken(async ({ eyes }) =>
        new WriterWatch({
          ...eyes,
          dns: () => dns,
          disturbedAt: () => (disturbedSecondsAgo === null ? 0 : eyes.now() - disturbedSecondsAgo * 1000),
        }).asked({
          DBClusterIdentifier: 'keycloak-aurora',
          TargetDBInstanceIdentifier: instance,
        }),
      );
    expect(await asked('aurora-a', SITE_A)).toEqual(['no-worse']);
    expect(await asked('aurora-b', SITE_A)).toEqual(['no-worse']);
    expect(await asked('aurora-b', SITE_B)).toEqual([]);
    expect(await asked('aurora-b', SITE_A, 89)).toEqual([]);
    expect(await asked('aurora-b', SITE_A, 90)).toEqual(['no-worse']);
  });

  it("finds a move after which Aurora's writer is elsewhere, and nobody was told", async () => {
    const moved = (serving: SiteName, input: object, mail = '') =>
      broken(async ({ eyes, world }) => {
        const { engine } = world.installation;
        const executionArn = 'arn:aws:states:x:1:execution:keycloak-switchover:one';
        const output = { outcome: 'switched-over', serving };
        const execution = { executionArn, machine: 'switchover', status: 'SUCCEEDED', input, output };
        const listExecutions = () => [{ ...execution, startDate: new Date(eyes.now()) }];
        const installation = { ...world.installation, engine: { ...engine, listExecutions } };
        const mails = () => [{ body: `${mail} ${executionUrl(executionArn)}\n` }];
        checkWriter({
          ...eyes,
          dns: () => serving,
          world: { ...world, installation, mails } as unknown as typeof world,
        });
      });
    expect(await moved(SITE_B, {})).toEqual(['always-told']);
    expect(await moved(SITE_A, {})).toEqual([]);
    expect(await moved(SITE_B, { moveDatabase: false })).toEqual([]);
    expect(await moved(SITE_B, {}, 'The database writer did not follow.')).toEqual([]);
    expect(await moved(SITE_B, {}, 'Database: failed')).toEqual([]);
    expect(await moved(SITE_B, {}, 'Database: moved')).toEqual(['always-told']);
  });
});
