import type { CacheName, SiteName } from '../../functions/shared/names.ts';
import { type DataGridPair, otherThan } from '../data-grid/pair.ts';
import type { SiteReport } from '../site/messages.ts';
import { SiteProcess } from '../site/site-process.ts';
import { ask } from './http.ts';

export interface RealSiteOptions {
  readonly name: SiteName;
  readonly grids: DataGridPair;
  /** Holds the CLI's jars. */
  readonly home: string;
  readonly directory: string;
  readonly token: string;
  readonly keycloakInstances: number;
  readonly onReport: (site: SiteName, report: SiteReport) => void;
}

/** One whole site: its real Infinispan server, and the process of its cluster and its Keycloak. */
export class RealSite {
  readonly #options: RealSiteOptions;
  readonly #process: SiteProcess;

  private constructor(options: RealSiteOptions, process: SiteProcess) {
    this.#options = options;
    this.#process = process;
  }

  /** Its Data Grid runs already. */
  static async start(options: RealSiteOptions): Promise<RealSite> {
    const { name, grids, home, directory, token, keycloakInstances, onReport } = options;
    const process = await SiteProcess.start(
      {
        site: name,
        directory,
        namespace: 'keycloak',
        infinispan: 'infinispan',
        keycloak: 'keycloak',
        keycloakInstances,
        tokens: [token],
        dataGrid: { home, port: grids.restPort(name) },
        ports: { api: 0, keycloak: 0 },
      },
      (report) => onReport(name, report),
    );
    return new RealSite(options, process);
  }

  get cluster(): { readonly apiServer: string; readonly certificateAuthority: string } {
    return { apiServer: this.#process.apiServer, certificateAuthority: this.#process.certificateAuthority };
  }

  get keycloakPort(): number {
    return this.#process.ports.keycloak;
  }

  freeze(): void {
    this.#process.freeze();
    this.#server.freeze();
  }

  thaw(): void {
    this.#server.thaw();
    this.#process.thaw();
  }

  async kill(): Promise<void> {
    await Promise.all([this.#process.kill(), this.#server.kill()]);
  }

  /** After `kill`: its cluster is as it was declared, its Data Grid empty. */
  async restart(): Promise<void> {
    await this.#options.grids.startSite(this.#options.name);
    await this.#process.restart();
  }

  async isUp(): Promise<boolean> {
    const answer = await ask(this.keycloakPort, 'GET', '/lb-check', 1_500);
    return answer.kind === 'answered' && answer.status === 200;
  }

  /** Null: its Data Grid does not answer. */
  async seesOther(): Promise<boolean | null> {
    const { name, grids } = this.#options;
    const view = await grids
      .rest(name)
      .view(1_000)
      .catch(() => null);
    return view === null ? null : view.includes(otherThan(name));
  }

  entries(cache: CacheName): Promise<ReadonlyMap<string, string>> {
    return this.#options.grids.rest(this.#options.name).entries(cache);
  }

  get #server() {
    return this.#options.grids.server(this.#options.name);
  }
}
