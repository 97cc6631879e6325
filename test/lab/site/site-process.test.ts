import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { createClusterOf } from '../../../functions/kubernetes/client.ts';
import type { SiteName } from '../../../functions/shared/names.ts';
import { SiteProcess } from '../../../lab/site/site-process.ts';
import { exampleConfiguration } from '../../kubernetes/example-configuration.ts';

const NO_DATA_GRID = { home: '', port: 1 };

describe('the process of a site', () => {
  let directory: string;
  let site: SiteProcess;

  beforeEach(async () => {
    directory = await mkdtemp(join(tmpdir(), 'site-'));
    site = await SiteProcess.start(
      {
        site: 'site-a',
        directory,
        namespace: 'keycloak',
        infinispan: 'infinispan',
        keycloak: 'keycloak',
        keycloakInstances: 2,
        tokens: ['lab'],
        dataGrid: NO_DATA_GRID,
        ports: { api: 0, keycloak: 0 },
      },
      () => {},
    );
  });

  afterEach(async () => {
    await site.kill();
    await rm(directory, { recursive: true });
  });

  const cluster = (limitMilliseconds?: number) =>
    createClusterOf(
      {
        configuration: exampleConfiguration({
          apiServer: site.apiServer,
          certificateAuthority: site.certificateAuthority,
          keycloak: 'keycloak',
        }),
        now: () => new Date(),
        secrets: { send: async () => ({ SecretString: 'lab' }) } as never,
      },
      limitMilliseconds,
    )('site-a' as SiteName);

  it('is out of reach while it is frozen, and carries out nothing of what was asked meanwhile', async () => {
    expect(await cluster().readKeycloak()).toMatchObject({ instances: 2 });
    site.freeze();
    await expect(cluster(200).setKeycloakInstances(0)).rejects.toMatchObject({
      name: 'ClusterUnreachableError',
    });
    site.thaw();
    expect(await cluster().readKeycloak()).toMatchObject({ instances: 2 });
  });

  it('comes back from a loss of power, also from one while it was frozen, as it was declared', async () => {
    await cluster().setKeycloakInstances(0);
    site.freeze();
    await site.kill();
    await expect(cluster().readKeycloak()).rejects.toMatchObject({ name: 'ClusterUnreachableError' });
    await site.restart();
    expect(await cluster().readKeycloak()).toMatchObject({ instances: 0 });
  });
});
