import { describe, expect, it } from '@jest/globals';
import type { SiteName } from '../../../functions/shared/names.ts';
import { SITE_A, SITE_B } from '../../../lab/configuration.ts';
import { TrafficWatch } from '../../../lab/prove/invariants/traffic.ts';
import type { Stage } from '../../../lab/prove/stage.ts';
import { broken, tellOfDrift, threshold, withoutProduct } from './quiet-stage.ts';

describe('what DNS answers', () => {
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
    expect(await fenced(false, 'ABORTED')).toEqual([]);
  });

  it('lets a site be fenced for one that is down, where reconcile had decided so before that was seen, and nobody since', async () => {
    const fenced = (reconciledSecondsAgo: number, decidedSecondsAgo: number) =>
      broken(async (stage) => {
        const { eyes, world } = stage;
        withoutProduct(stage);
        const was =
          (secondsAgo: number): typeof eyes.decidedBetween =>
          (from, to) =>
            from <= eyes.now() - secondsAgo * 1000 && eyes.now() - secondsAgo * 1000 <= to;
        const watch = new TrafficWatch({
          ...eyes,
          couldServe: (site) => site === SITE_A,
          disturbedAt: eyes.now,
          madeServeBetween: (site, ...time) => site === SITE_B && was(reconciledSecondsAgo)(...time),
          decidedBetween: was(decidedSecondsAgo),
        });
        watch.look(0);
        await world.sleep(40_000);
        watch.fenced(SITE_A, SITE_A);
      });
    expect(await fenced(30, 30)).toEqual([]);
    expect(await fenced(19, 19)).toEqual(['no-worse']);
    expect(await fenced(30, 19)).toEqual(['no-worse']);
    expect(await fenced(91, 91)).toEqual(['no-worse']);
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
    for (const outcome of ['not-passing', 'drift', 'superseded'])
      expect(await fenced('switchover', 'FAILED', 80, { last: { outcome } })).toEqual(['no-worse']);
    expect(await fenced('promote-accepting-loss', 'FAILED', 80)).toEqual([]);
    expect(await fenced('promote-accepting-loss', 'FAILED', 80, refused)).toEqual([]);
    expect(await fenced('promote-accepting-loss', 'FAILED', 80, { last: { outcome: 'wait' } })).toEqual([
      'no-worse',
    ]);
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
});
