import { describe, expect, it } from '@jest/globals';
import { SITE_A, SITE_B } from '../../../lab/configuration.ts';
import { checkReport } from '../../../lab/prove/invariants/report.ts';
import { broken, SESSIONS, threshold } from './quiet-stage.ts';

describe('the report of readiness', () => {
  it('is so where nothing is wrong, and is found where it calls that not ready', async () => {
    expect(await broken(({ eyes }) => checkReport(eyes))).toEqual([]);
    const throttled = broken(async ({ eyes, world }) => {
      world.installation.requestLimit.useUp(60_000);
      await checkReport(eyes);
    });
    expect(await throttled).toEqual(['always-told']);
  });

  it('is found where it is not made', async () => {
    const withoutApi = broken(async ({ eyes, world }) => {
      world.site(SITE_B).hideApi(60_000);
      await checkReport(eyes);
    });
    expect(await withoutApi).toEqual(['always-told']);
  });

  it('may say that somebody has changed a check, where somebody may have', async () => {
    const changed = (mayHaveDrifted: boolean) =>
      broken(async (stage) => {
        await threshold(stage, SITE_A, 1);
        await checkReport({ ...stage.eyes, mayHaveDrifted: (site) => mayHaveDrifted && site === SITE_A });
      });
    expect(await changed(true)).toEqual([]);
    expect(await changed(false)).toContain('always-told');
  });

  it('may say that the entry counts differ, where they do', async () => {
    const differing = (unequal: boolean) =>
      broken(async (stage) => {
        const { eyes, world } = stage;
        const { entries: held } = world.grid.site(SITE_B).caches.get(SESSIONS)!;
        for (let more = 0; more < 50; more++) held.set(`refused ${more}`, 'of nobody');
        const entries: typeof eyes.entries = (site, cache) => eyes.entries(unequal ? site : SITE_A, cache);
        await checkReport({ ...eyes, entries });
      });
    expect(await differing(true)).toEqual([]);
    expect(await differing(false)).toContain('always-told');
  });

  it('may say that automation does not move again, where it has moved within the hour and no person since', async () => {
    const moved = (minutesAgo: number, later: string | null = null) =>
      broken(async ({ eyes, world }) => {
        const { engine } = world.installation;
        const report = {
          depth: 'whole',
          checks: [{ id: 'automatic-move', about: 'ledger', result: 'fail', what: 'It has moved.' }],
        };
        const entered = { type: 'StateEntered', timestamp: 0, state: { name: later, input: {} } };
        const after = later === null ? [] : [{ startDate: new Date(eyes.now()), log: [entered] }];
        const listExecutions = () => after;
        const ended = async () => ({ status: 'SUCCEEDED', output: { report } });
        const installation = {
          ...{ startExecution: () => 'arn:readiness' },
          engine: { ...engine, listExecutions, ended },
        };
        await checkReport({
          ...eyes,
          movedAt: () => eyes.now() - minutesAgo * 60_000,
          world: { configuration: world.configuration, installation } as unknown as typeof world,
        });
      });
    expect(await moved(59)).toEqual([]);
    expect(await moved(60)).toEqual(['always-told']);
    expect(await moved(59, 'Note the move')).toEqual(['always-told']);
    expect(await moved(59, 'Superseded')).toEqual([]);
  });
});
