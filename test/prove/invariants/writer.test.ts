import { describe, expect, it } from '@jest/globals';
import type { SiteName } from '../../../functions/shared/names.ts';
import { executionUrl } from '../../../functions/shared/report.ts';
import { SITE_A, SITE_B } from '../../../lab/configuration.ts';
import { checkWriter, WriterWatch } from '../../../lab/prove/invariants/writer.ts';
import { broken } from './quiet-stage.ts';

describe('Aurora’s writer', () => {
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
