import type { SiteName } from '../../functions/shared/names.ts';
import { TcpProxy } from './proxy.ts';
import type { BridgeAddress } from './server-configuration.ts';

/** Why nothing passes: the link itself is down, or a NetworkPolicy at that site shuts the other one out. */
export type Cut = 'link' | SiteName;

/**
 * The connection between the two Data Grids. It carries something only while no reason to cut it is left.
 * Not modelled: a link that lets only one direction through, that is slow or loses some packets, gossip routers, TLS,
 * and a policy's rules: whatever it says, it shuts out all of the other site.
 */
export class Bridge {
  readonly #proxies: ReadonlyMap<SiteName, TcpProxy>;
  readonly #cuts = new Set<Cut>();

  private constructor(proxies: ReadonlyMap<SiteName, TcpProxy>) {
    this.#proxies = proxies;
  }

  /** @param ports the bridge port of each site's server */
  static async open(ports: ReadonlyMap<SiteName, number>): Promise<Bridge> {
    const proxies = new Map<SiteName, TcpProxy>();
    for (const [site, port] of ports) proxies.set(site, await TcpProxy.listen(port));
    return new Bridge(proxies);
  }

  /** Where the other site reaches that one. */
  addressOf(site: SiteName): BridgeAddress {
    return { host: '127.0.0.1', port: this.#proxies.get(site)!.port };
  }

  members(): readonly BridgeAddress[] {
    return [...this.#proxies.keys()].map((site) => this.addressOf(site));
  }

  isCut(): boolean {
    return this.#cuts.size > 0;
  }

  cutLink(): void {
    this.#change(() => this.#cuts.add('link'));
  }

  healLink(): void {
    this.#change(() => this.#cuts.delete('link'));
  }

  /** Carries out a NetworkPolicy at `site` that shuts the other site out, both ways. */
  isolate(site: SiteName): void {
    this.#change(() => this.#cuts.add(site));
  }

  /** That policy was deleted. */
  readmit(site: SiteName): void {
    this.#change(() => this.#cuts.delete(site));
  }

  async stop(): Promise<void> {
    await Promise.all([...this.#proxies.values()].map((proxy) => proxy.stop()));
  }

  #change(change: () => void): void {
    change();
    for (const proxy of this.#proxies.values()) proxy.open = !this.isCut();
  }
}
