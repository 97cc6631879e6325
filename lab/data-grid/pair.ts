import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { SiteName } from '../../functions/shared/names.ts';
import { Bridge } from './bridge.ts';
import { type CacheSet, createCaches } from './caches.ts';
import type { DataGridJars } from './jars.ts';
import { freePorts } from './ports.ts';
import { DataGridRest } from './rest.ts';
import { DataGridServer } from './server.ts';
import { makeServerArchive, serverArchiveOf } from './server-archive.ts';
import type { SitePorts } from './server-configuration.ts';

export const SITES = ['site-a', 'site-b'] as unknown as readonly [SiteName, SiteName];

export const otherThan = (site: SiteName): SiteName => (site === SITES[0] ? SITES[1] : SITES[0]);

export interface DataGridPairOptions {
  readonly jars: DataGridJars;
  /** What each site has from its start on. */
  readonly caches: CacheSet | 'none';
  /** Folder for what the servers write; each has one of its own in it. */
  readonly folder: string;
  readonly onView?: (site: SiteName, sites: readonly string[]) => void;
  readonly onDeath?: (site: SiteName, message: string) => void;
}

const VIEW_TIMEOUT_MILLISECONDS = 90_000;

/** The two sites' Data Grids with the bridge between them. */
export class DataGridPair {
  readonly bridge: Bridge;
  readonly #servers: ReadonlyMap<SiteName, DataGridServer>;
  readonly #rests: ReadonlyMap<SiteName, DataGridRest>;
  readonly #ports: ReadonlyMap<SiteName, SitePorts>;
  readonly #caches: CacheSet | 'none';

  private constructor(options: DataGridPairOptions, bridge: Bridge, ports: ReadonlyMap<SiteName, SitePorts>) {
    this.bridge = bridge;
    this.#ports = ports;
    this.#caches = options.caches;
    const archive = serverArchiveOf(options.jars);
    const { jars, folder, onView, onDeath } = options;
    this.#servers = new Map(
      SITES.map((site) => [
        site,
        new DataGridServer({
          site,
          ports: ports.get(site)!,
          advertised: bridge.addressOf(site),
          members: bridge.members(),
          jars,
          root: join(folder, site),
          ...(existsSync(archive) ? { archive: { file: archive, write: false } } : {}),
          ...(onView === undefined ? {} : { onView: (sites) => onView(site, sites) }),
          ...(onDeath === undefined ? {} : { onDeath: (message) => onDeath(site, message) }),
        }),
      ]),
    );
    this.#rests = new Map(SITES.map((site) => [site, new DataGridRest(this.server(site).address)]));
  }

  /** Finds ports and opens the bridge; the servers are not started yet. The first time it takes some 15 s more. */
  static async prepare(options: DataGridPairOptions): Promise<DataGridPair> {
    const [restA, bridgeA, localA, restB, bridgeB, localB] = (await freePorts(6)) as [
      number,
      number,
      number,
      number,
      number,
      number,
    ];
    const ports = new Map<SiteName, SitePorts>([
      [SITES[0], { rest: restA, bridge: bridgeA, local: localA }],
      [SITES[1], { rest: restB, bridge: bridgeB, local: localB }],
    ]);
    const bridge = await Bridge.open(new Map(SITES.map((site) => [site, ports.get(site)!.bridge])));
    await makeServerArchive(options.jars, join(options.folder, 'archive'));
    return new DataGridPair(options, bridge, ports);
  }

  server(site: SiteName): DataGridServer {
    return this.#servers.get(site)!;
  }

  rest(site: SiteName): DataGridRest {
    return this.#rests.get(site)!;
  }

  /** Where the CLI of that site connects. */
  restPort(site: SiteName): number {
    return this.#ports.get(site)!.rest;
  }

  /**
   * Both up, in each other's view, with their caches.
   * @throws Error when one does not start or they do not find each other; both are dead then
   */
  async start(): Promise<void> {
    try {
      await Promise.all(SITES.map((site) => this.startSite(site)));
      const deadline = Date.now() + VIEW_TIMEOUT_MILLISECONDS;
      while (!(await this.#seeEachOther())) {
        if (Date.now() > deadline) throw new Error('The two Data Grids did not find each other.');
        await new Promise((resolve) => setTimeout(resolve, 200));
      }
    } catch (error) {
      await this.stop();
      throw error;
    }
  }

  /** One site, empty, with its caches. Also after `kill`. */
  async startSite(site: SiteName): Promise<void> {
    await this.server(site).start();
    if (this.#caches !== 'none') await createCaches(this.rest(site), this.#caches, otherThan(site));
  }

  async stop(): Promise<void> {
    for (const site of SITES) this.rest(site).close();
    await Promise.all(SITES.map((site) => this.server(site).kill()));
    await this.bridge.stop();
  }

  async #seeEachOther(): Promise<boolean> {
    const views = await Promise.all(SITES.map((site) => this.rest(site).view()));
    return views.every((sites) => SITES.every((site) => sites.includes(site)));
  }
}
