import { describe, expect, it } from '@jest/globals';
import { SITE_A, SITE_B } from '../../../lab/configuration.ts';
import { NeverBoth } from '../../../lab/prove/invariants/never-both.ts';
import type { Stage } from '../../../lab/prove/stage.ts';
import { broken, SESSIONS, tellOfDrift, threshold, withoutProduct } from './quiet-stage.ts';

describe('both sites', () => {
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
});
