import { mkdtemp, rm } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { createClusterOf } from '../../../functions/kubernetes/client.ts';
import type { Cluster } from '../../../functions/kubernetes/cluster.ts';
import type { SiteName } from '../../../functions/shared/names.ts';
import type { SiteReport, SiteSettings } from '../../../lab/site/messages.ts';
import { type Site, startSite } from '../../../lab/site/site.ts';
import { exampleConfiguration } from '../../kubernetes/example-configuration.ts';

const siteA = 'site-a' as SiteName;

/** Infinispan's REST endpoint, as far as Keycloak's stand-in asks it. */
class DataGridOverRest {
  readonly entries = new Map<string, string>();
  health = 'HEALTHY';
  readonly server: Server = createServer(async (request, response) => {
    const url = request.url ?? '';
    const value = await text(request);
    if (url.endsWith('/health/status')) return void response.end(this.health);
    const found = this.entries.get(url);
    if (request.method === 'PUT') this.entries.set(url, value);
    if (request.method === 'DELETE') this.entries.delete(url);
    response.writeHead(request.method === 'PUT' ? 204 : found === undefined ? 404 : 200);
    response.end(request.method === 'GET' ? found : undefined);
  });

  async start(): Promise<number> {
    await new Promise<void>((resolve) => this.server.listen(0, '127.0.0.1', resolve));
    return (this.server.address() as AddressInfo).port;
  }
}

describe('a site of the lab', () => {
  let directory: string;
  let dataGrid: DataGridOverRest;
  let settings: SiteSettings;
  let site: Site;
  let reports: SiteReport[];
  /** Called for each report; lets a test wait for what happens without sleeping. */
  let onReport: () => void;

  beforeEach(async () => {
    directory = await mkdtemp(join(tmpdir(), 'site-'));
    dataGrid = new DataGridOverRest();
    settings = {
      site: 'site-a',
      directory,
      namespace: 'keycloak',
      infinispan: 'infinispan',
      keycloak: 'keycloak',
      keycloakInstances: 2,
      tokens: ['lab'],
      dataGrid: { home: directory, port: await dataGrid.start() },
      ports: { api: 0, keycloak: 0 },
      times: {
        batchStepMilliseconds: 1,
        podStartMilliseconds: 1,
        keycloakStartMilliseconds: 1,
        keycloakStopMilliseconds: 1,
      },
    };
    await start();
  });

  afterEach(async () => {
    await site.close();
    dataGrid.server.closeAllConnections();
    dataGrid.server.close();
    await rm(directory, { recursive: true });
  });

  async function start() {
    reports = [];
    onReport = () => {};
    site = await startSite(
      settings,
      async ({ script }) => ({ exitCode: 0, log: script }),
      (report) => {
        reports.push(report);
        onReport();
      },
    );
  }

  const ready = () => reports.find((report) => report.type === 'ready')!;
  const keycloak = (path: string, init?: RequestInit) =>
    fetch(`http://127.0.0.1:${ready().ports.keycloak}${path}`, init);

  function cluster(): Cluster {
    const { ports, certificateAuthority } = ready();
    return createClusterOf({
      configuration: exampleConfiguration({
        apiServer: `https://127.0.0.1:${ports.api}`,
        certificateAuthority,
        keycloak: 'keycloak',
      }),
      now: () => new Date(),
      secrets: { send: async () => ({ SecretString: 'lab' }) } as never,
    })(siteA);
  }

  const until = (condition: () => boolean) =>
    new Promise<void>((resolve) => {
      onReport = () => condition() && resolve();
      onReport();
    });

  const keycloakIs = (pods: number, readyPods: number) =>
    until(() => {
      const last = reports.findLast((each) => each.type === 'cluster' && each.event.kind === 'keycloak');
      return (
        last?.type === 'cluster' &&
        last.event.kind === 'keycloak' &&
        last.event.pods === pods &&
        last.event.ready === readyPods
      );
    });

  it('writes, reads and ends sessions in its own Data Grid', async () => {
    expect((await keycloak('/sessions/work/a%2Fb', { method: 'PUT', body: 'one' })).status).toBe(204);
    expect([...dataGrid.entries]).toEqual([['/rest/v2/caches/work/a%2Fb', 'one']]);
    const read = await keycloak('/sessions/work/a%2Fb');
    expect([read.status, await read.text()]).toEqual([200, 'one']);
    await keycloak('/sessions/work/a%2Fb', { method: 'DELETE' });
    expect((await keycloak('/sessions/work/a%2Fb')).status).toBe(404);
  });

  it('says UP or DOWN as its Data Grid is, and knows no other health path', async () => {
    expect((await keycloak('/lb-check')).status).toBe(200);
    dataGrid.health = 'FAILED';
    expect((await keycloak('/lb-check')).status).toBe(503);
    dataGrid.health = 'HEALTHY_REBALANCING';
    expect((await keycloak('/lb-check')).status).toBe(200);
    dataGrid.server.closeAllConnections();
    await new Promise((resolve) => dataGrid.server.close(resolve));
    expect((await keycloak('/lb-check')).status).toBe(503);
    expect((await keycloak('/sessions/work/a')).status).toBe(503);
    expect((await keycloak('/lb-check-failed-over')).status).toBe(404);
  });

  it('refuses connections with Keycloak at 0, and takes them again at the same port', async () => {
    await cluster().setKeycloakInstances(0);
    await keycloakIs(0, 0);
    await expect(keycloak('/lb-check')).rejects.toThrow('fetch failed');
    await cluster().setKeycloakInstances(1);
    await keycloakIs(1, 1);
    expect((await keycloak('/lb-check')).status).toBe(200);
  });

  it('reports its Batches and policies, and refuses a token that is no longer valid', async () => {
    const asked = cluster();
    await asked.createBatch({
      apiVersion: 'infinispan.org/v2alpha1',
      kind: 'Batch',
      metadata: { name: 'view' },
      spec: { cluster: 'infinispan', config: 'site view' },
    });
    await until(() =>
      reports.some(
        (each) => each.type === 'cluster' && each.event.kind === 'batch' && each.event.phase === 'Succeeded',
      ),
    );
    expect(await asked.batchLog('view')).toBe('site view');
    site.order({ type: 'tokens', tokens: ['another'] });
    await expect(asked.readBatch('view')).rejects.toMatchObject({ name: 'ClusterAccessError' });
  });

  it('comes back after a loss of power at the same address, with the same certificate and Keycloak still at 0', async () => {
    await cluster().setKeycloakInstances(0);
    await keycloakIs(0, 0);
    const { ports, certificateAuthority } = ready();
    await site.close();
    settings = { ...settings, ports };
    await start();
    expect(ready()).toEqual({ type: 'ready', ports, certificateAuthority });
    expect(await cluster().readKeycloak()).toMatchObject({ instances: 0 });
    await expect(keycloak('/lb-check')).rejects.toThrow('fetch failed');
  });
});
