import { describe, expect, it } from '@jest/globals';
import { SITE_A, SITE_B } from '../../../lab/configuration.ts';
import { ShutOutWatch } from '../../../lab/prove/invariants/shut-out.ts';
import type { Stage } from '../../../lab/prove/stage.ts';
import { broken, threshold, withoutProduct } from './quiet-stage.ts';

describe('a site in sync that is shut out', () => {
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
});
