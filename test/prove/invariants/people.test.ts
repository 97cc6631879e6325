import { describe, expect, it } from '@jest/globals';
import type { SiteName } from '../../../functions/shared/names.ts';
import { SITE_A, SITE_B } from '../../../lab/configuration.ts';
import { adopted } from '../../../lab/prove/adopted.ts';
import { checkDrift, checkMail, checkSuperseded } from '../../../lab/prove/invariants/people.ts';
import { Stage } from '../../../lab/prove/stage.ts';
import { STORIES } from '../../../lab/prove/stories.ts';
import { onVirtualTime } from '../../../lab/simulated/virtual-time.ts';
import { broken, SESSIONS, withoutProduct } from './quiet-stage.ts';

describe('what mails say', () => {
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

  it('finds a mail about a change by hand that nobody made', async () => {
    const mail = 'the health check of site-a has version 3, the ledger 2.';
    expect(await broken(async ({ eyes }) => checkDrift(mail, eyes))).toEqual(['always-told']);
    const touched = { mayHaveDrifted: () => true };
    expect(await broken(async ({ eyes }) => checkDrift(mail, { ...eyes, ...touched }))).toEqual([]);
  });
});
