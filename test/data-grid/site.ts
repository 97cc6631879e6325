import type {
  BatchManifest,
  BatchStatus,
  BatchSummary,
  Cluster,
  Denial,
  NetworkPolicyManifest,
  PodSummary,
} from '../../functions/kubernetes/cluster.ts';
import type { Instant } from '../../functions/shared/names.ts';

/** What the Data Grid's CLI prints for a line. */
export type Cli = (line: string) => string;

export const CACHES = ['actionTokens', 'authenticationSessions', 'loginFailures', 'work'] as const;

/** The CLI's log of a script, framed by the script's own `echo` lines. */
export const logOf = (script: string, cli: Cli): string =>
  `\n${script
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => (line.startsWith('echo ') ? line.slice('echo '.length) : cli(line)))
    .join('\n')}\n`;

const json = (value: unknown): string => JSON.stringify(value, null, 2);

/** A Data Grid in memory that answers as 16.x does. `overrides` come first, by the beginning of a line. */
export function healthyCli(
  site: string,
  overrides: Readonly<Record<string, string>> = {},
  entries: Readonly<Record<string, number>> = {},
): Cli {
  const other = site === 'site-a' ? 'site-b' : 'site-a';
  let status = 'online';
  let push = 'IDLE';
  const counts: Record<string, number> = Object.fromEntries(
    CACHES.map((cache) => [cache, entries[cache] ?? 0]),
  );
  const okForAll = () => json(Object.fromEntries(CACHES.map((cache) => [cache, 'ok'])));
  return (line) => {
    const override = Object.keys(overrides).find((start) => line.startsWith(start));
    if (override !== undefined) return overrides[override]!;
    const cache = /--cache=(\S+)/.exec(line)?.[1];
    const command = line.split(' ').slice(0, 2).join(' ');
    switch (command) {
      case 'site take-offline':
        status = 'offline';
        return okForAll();
      case 'site bring-online':
        status = 'online';
        return okForAll();
      case 'site status':
        return json(cache === undefined ? { status } : { [`${site}-0`]: status });
      case 'site name':
        return site;
      case 'site view':
        return '[site-a, site-b]';
      case 'site cancel-push-state':
        return '\u001b[31mError: \u001b[0m';
      case 'site clear-push-site-status':
        push = 'IDLE';
        return '"ok"';
      case 'site push-site-state':
        status = 'online';
        push = 'SENDING';
        return '';
      case 'site push-site-status':
        return json({ [other]: push });
      default: {
        const name = line.split(/[ /]/).at(-1)!;
        if (line.startsWith('clearcache ')) {
          counts[name] = 0;
          return '';
        }
        if (line.startsWith('describe ')) {
          return json({ [name]: { 'distributed-cache': { mode: 'SYNC', statistics: true } } });
        }
        if (line.startsWith('stats ')) {
          return json({ approximate_entries_unique: counts[name], current_number_of_entries: -1 });
        }
        throw new Error(`The CLI of this test does not know: ${line}`);
      }
    }
  };
}

export const pod = (name: string, startedAt: string, fields: Partial<PodSummary> = {}): PodSummary => ({
  name,
  phase: 'Running',
  startedAt: startedAt as Instant,
  ready: true,
  restarts: 0,
  ...fields,
});

/** One site's cluster: what the port promises, in memory, with every Batch carried out at once unless held back. */
export class SiteInMemory implements Cluster {
  cli: Cli;
  dataGrid: PodSummary[] = [pod('infinispan-0', '2026-01-05T08:00:00.000Z')];
  batchPods: PodSummary[] = [];
  /** Those of the Batches of another Data Grid in the same namespace. */
  batchPodsOfOthers: PodSummary[] = [];
  wellFormed = true;
  denied: Denial[] = [];
  phase: BatchStatus['phase'] = 'Succeeded';
  /** Thrown by every call. */
  fault: Error | null = null;
  /** Instead of what the CLI says. */
  log: string | null | undefined;
  readonly batches = new Map<string, BatchManifest>();
  readonly created: BatchManifest[] = [];
  readonly policies = new Map<string, NetworkPolicyManifest>();

  constructor(cli: Cli) {
    this.cli = cli;
  }

  #reach(): void {
    if (this.fault !== null) throw this.fault;
  }

  async createBatch(batch: BatchManifest): Promise<'created' | 'exists'> {
    this.#reach();
    if (this.batches.has(batch.metadata.name)) return 'exists';
    this.batches.set(batch.metadata.name, batch);
    this.created.push(batch);
    return 'created';
  }

  async readBatch(name: string): Promise<BatchStatus | null> {
    this.#reach();
    return this.batches.has(name) ? { phase: this.phase, reason: null } : null;
  }

  async listBatches(labelSelector: string): Promise<readonly BatchSummary[]> {
    this.#reach();
    const wanted = labelSelector.split(',').map((each) => each.split('='));
    return [...this.batches.values()]
      .filter(({ metadata: { labels = {} } }) => wanted.every(([key, value]) => labels[key!] === value))
      .map(({ metadata: { name } }) => ({ name, phase: this.phase }));
  }

  async deleteBatch(name: string): Promise<void> {
    this.#reach();
    this.batches.delete(name);
  }

  async batchLog(name: string): Promise<string | null> {
    this.#reach();
    const batch = this.batches.get(name);
    if (batch === undefined) return null;
    return this.log === undefined ? logOf(batch.spec.config, this.cli) : this.log;
  }

  async listPods(labelSelector: string): Promise<readonly PodSummary[]> {
    this.#reach();
    if (labelSelector === 'clusterName=infinispan,app=infinispan-pod') return this.dataGrid;
    if (/^(infinispan_batch=.*|clusterName=infinispan,app=infinispan-batch-pod)$/.test(labelSelector))
      return this.batchPods;
    // Whoever asks for less gets more.
    return [...this.dataGrid, ...this.batchPods, ...this.batchPodsOfOthers];
  }

  async readKeycloak(): Promise<never> {
    throw new Error('data-grid has no business with Keycloak');
  }

  async setKeycloakInstances(): Promise<never> {
    throw new Error('data-grid has no business with Keycloak');
  }

  async readInfinispan(): Promise<{ wellFormed: boolean; crossSiteViewFormed: boolean | null }> {
    this.#reach();
    return { wellFormed: this.wellFormed, crossSiteViewFormed: true };
  }

  async applyNetworkPolicy(manifest: NetworkPolicyManifest): Promise<void> {
    this.#reach();
    this.policies.set(manifest.metadata.name, manifest);
  }

  async deleteNetworkPolicy(name: string): Promise<void> {
    this.#reach();
    this.policies.delete(name);
  }

  async readNetworkPolicy(name: string): Promise<boolean> {
    this.#reach();
    return this.policies.has(name);
  }

  async may(): Promise<readonly Denial[]> {
    this.#reach();
    return this.denied;
  }
}
