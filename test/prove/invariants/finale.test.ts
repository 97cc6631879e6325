import { describe, expect, it } from '@jest/globals';
import { SITE_A, SITE_B } from '../../../lab/configuration.ts';
import { checkAttempts, finale } from '../../../lab/prove/finale.ts';
import { checkSuperseded } from '../../../lab/prove/invariants/people.ts';
import { broken } from './quiet-stage.ts';

describe('the end of a history', () => {
  it('finds nothing in a world in which nothing is wrong', async () => {
    expect(await broken((stage) => finale(stage))).toEqual([]);
  });

  it('finds Keycloak with another size than it had, and a site that is called in sync and is not', async () => {
    const found = await broken(async (stage) => {
      await stage.world.site(SITE_B).cluster.setKeycloakInstances(5);
      await finale(stage);
    });
    expect(found).toContain('original-size');
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
});
