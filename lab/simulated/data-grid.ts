import type { CacheName, SiteName } from '../../functions/shared/names.ts';
import type { Lie } from './grid-lies.ts';
import { comesUpEmpty, type GridCache, type GridSite, newGridSite, type PushStatus } from './grid-site.ts';

/**
 * Two Data Grids of one node each that back each other up, in memory. It behaves as real servers were measured to
 * (16.0.7, caches of Keycloak 26 and of the guide for RHBK 24), not as one would like them to.
 *
 * Not modelled: more than one node a site, expiry, locks, persistence, rolling restarts, cache creation; a write that
 * gets through before its time-out after all, which is answered as if it had not.
 */
export interface GridTime {
  now(): number;
  sleep(milliseconds: number): Promise<void>;
  /** Runs once; there is no way to call it off, so the work checks whether it still applies. */
  after(milliseconds: number, work: () => void): void;
}

/** How a cache takes the death of its backup. */
export interface BackupPolicy {
  readonly timeoutMilliseconds: number;
  /** FAIL on a pessimistic NON_DURABLE_XA cache: refused and not stored. WARN: stored here all the same. */
  readonly onFailure: 'FAIL' | 'WARN';
}

export const BACKUP_POLICIES = {
  'keycloak-26': { timeoutMilliseconds: 4_500, onFailure: 'FAIL' },
  'rhbk-24': { timeoutMilliseconds: 13_000, onFailure: 'WARN' },
} as const satisfies Record<string, BackupPolicy>;

/** Measured on real servers; the view re-forms within 2 to 53 s, so tests and simulations choose. */
export interface GridTimings {
  readonly viewDropMilliseconds: number;
  readonly viewFormMilliseconds: number;
  readonly pushMilliseconds: (entries: number) => number;
  /** How long the JVM of a Batch takes to start and connect. */
  readonly cliStartMilliseconds: number;
}

const MEASURED_TIMINGS: GridTimings = {
  viewDropMilliseconds: 44_000,
  viewFormMilliseconds: 38_000,
  // 10,000 entries in 0.65 s, with Keycloak's chunk size of 16.
  pushMilliseconds: (entries) => 100 + entries * 0.06,
  cliStartMilliseconds: 2_200,
};

/** JGroups' `conn_close_timeout`: so long it goes on sending what was not acknowledged to a site it has dropped. */
const KEPT_AFTER_DROP_MILLISECONDS = 5_000;

/** `gone`: the server died with the request. */
export type GridAnswer = 'done' | 'refused' | 'gone';

export interface GridOptions {
  readonly sites: readonly [SiteName, SiteName];
  readonly caches: readonly CacheName[];
  readonly time: GridTime;
  readonly policy: BackupPolicy;
  readonly timings?: Partial<GridTimings>;
  readonly onViewChange?: (site: SiteName, seesOther: boolean) => void;
  readonly onStored?: (stored: Stored) => void;
}

/** A change of entries at one site, whoever caused it. */
export interface Stored {
  readonly at: SiteName;
  /** Where it was written, cleared or pushed from: `at` itself, or the other site. */
  readonly from: SiteName;
  readonly by: 'write' | 'clear' | 'push';
  readonly cache: CacheName;
  /** Null: every key of the cache. */
  readonly key: string | null;
  /** Null: removed. */
  readonly value: string | null;
  /** What stood there. */
  readonly before: string | null;
}

export class DataGridPair {
  readonly #sites: ReadonlyMap<SiteName, GridSite>;
  readonly #time: GridTime;
  readonly #policy: BackupPolicy;
  readonly timings: GridTimings;
  readonly #onViewChange: (site: SiteName, seesOther: boolean) => void;
  readonly #onStored: (stored: Stored) => void;
  readonly #cutBy = new Set<string>();
  readonly #lies = new Set<string>();
  readonly #told = new Set<Lie>();

  constructor(options: GridOptions) {
    const { sites, caches, time } = options;
    this.#sites = new Map(sites.map((name) => [name, newGridSite(name, caches, time.now())]));
    this.#time = time;
    this.#policy = options.policy;
    this.timings = { ...MEASURED_TIMINGS, ...options.timings };
    this.#onViewChange = options.onViewChange ?? (() => {});
    this.#onStored = options.onStored ?? (() => {});
  }

  site(name: SiteName): Readonly<GridSite> {
    return this.#site(name);
  }

  entries(site: SiteName, cache: CacheName): ReadonlyMap<string, string> {
    return this.#cache(site, cache).entries;
  }

  get siteNames(): readonly SiteName[] {
    return [...this.#sites.keys()];
  }

  get policy(): BackupPolicy {
    return this.#policy;
  }

  cacheNames(): readonly CacheName[] {
    return [...[...this.#sites.values()][0]!.caches.keys()];
  }

  seesOther(site: SiteName): boolean {
    const { running, sees } = this.#site(site);
    return running === 'up' && sees !== null;
  }

  // Faults

  freeze(site: SiteName): void {
    this.#site(site).running = 'frozen';
    this.#connectionsChanged();
  }

  /** Goes on with old data, still seeing the other site, and carries out what was sent to it meanwhile. */
  thaw(site: SiteName): void {
    const frozen = this.#site(site);
    frozen.running = 'up';
    const held = frozen.held;
    frozen.held = [];
    this.#connectionsChanged();
    for (const work of held) work();
  }

  kill(site: SiteName): void {
    const killed = this.#site(site);
    killed.running = 'down';
    const held = killed.held;
    killed.held = [];
    for (const work of held) work();
    this.#connectionsChanged();
  }

  /** It is shut down, and takes leave: the other one drops it from its view at once. */
  leave(site: SiteName): void {
    this.kill(site);
    const other = this.#other(site);
    if (other.running !== 'up' || other.sees === null || this.#cutBy.size > 0) return;
    other.sees = null;
    other.unheardSince = null;
    this.#onViewChange(other.name, false);
  }

  restart(site: SiteName): void {
    for (const { push } of this.#other(site).caches.values()) {
      if (push !== null && this.#other(site).sees !== null) push.stuck = true;
    }
    comesUpEmpty(this.#site(site), this.#time.now());
    this.#connectionsChanged();
  }

  /** @param why lets several causes (the link itself, a NetworkPolicy of either site) come and go by themselves */
  cut(why: string): void {
    this.#cutBy.add(why);
    this.#connectionsChanged();
  }

  heal(why: string): void {
    this.#cutBy.delete(why);
    this.#connectionsChanged();
  }

  /** The next time that this site is asked for it, it does this to the cache instead, as real ones sometimes do. */
  lieNext(lie: Lie, site: SiteName, cache: CacheName): void {
    this.#lies.add(`${lie} ${site} ${cache}`);
  }

  /** Whether such a lie was to be told; it is told once. */
  takeLie(lie: Lie, site: SiteName, cache: CacheName): boolean {
    const isTold = this.#lies.delete(`${lie} ${site} ${cache}`);
    if (isTold) this.#told.add(lie);
    return isTold;
  }

  /** Whether such a lie was told at any site. */
  hasTold(lie: Lie): boolean {
    return this.#told.has(lie);
  }

  lieNoMore(): void {
    this.#lies.clear();
  }

  // What clients do

  /** Null: there is no such key. */
  async read(
    site: SiteName,
    cache: CacheName,
    key: string,
  ): Promise<{ readonly value: string } | null | 'gone'> {
    if (!(await this.alive(site))) return 'gone';
    const value = this.#cache(site, cache).entries.get(key);
    return value === undefined ? null : { value };
  }

  /** @param value null removes the key */
  async write(site: SiteName, cache: CacheName, key: string, value: string | null): Promise<GridAnswer> {
    return this.#replicated(
      site,
      cache,
      (target, at) => {
        const before = target.entries.get(key) ?? null;
        if (value === null) target.entries.delete(key);
        else target.entries.set(key, value);
        this.#onStored({ at, from: site, by: 'write', cache, key, value, before });
        return key;
      },
      this.#policy.onFailure === 'FAIL',
    );
  }

  /**
   * Replicates like a write: what protects the other site is only this site's own status toward it. It is never
   * rolled back here: one that a site carried out on its return, seen by nobody yet, emptied both.
   */
  async clear(site: SiteName, cache: CacheName): Promise<GridAnswer> {
    return this.#replicated(
      site,
      cache,
      (target, at) => {
        const keys = [...target.entries.keys()];
        // While it can still be seen what is about to go.
        this.#onStored({ at, from: site, by: 'clear', cache, key: null, value: null, before: null });
        target.entries.clear();
        return keys;
      },
      false,
    );
  }

  async #replicated(
    site: SiteName,
    cacheName: CacheName,
    apply: (target: GridCache, at: SiteName) => string | readonly string[],
    storedOnlyWithBackup: boolean,
  ): Promise<GridAnswer> {
    if (!(await this.alive(site))) return 'gone';
    const here = this.#site(site);
    const there = this.#other(site);
    const local = this.#cache(site, cacheName);
    const storeAt = (target: GridSite, source: GridSite) => {
      const touched = apply(target.caches.get(cacheName)!, target.name);
      const push = source.caches.get(cacheName)!.push;
      for (const key of typeof touched === 'string' ? [touched] : touched) push?.touched.add(key);
    };
    const storeHere = () => storeAt(here, there);
    const storeThere = () => storeAt(there, here);

    if (!local.online) {
      storeHere();
      return 'done';
    }
    const { onFailure, timeoutMilliseconds } = this.#policy;
    const failed = async (): Promise<GridAnswer> => {
      if (!(await this.alive(site))) return 'gone';
      return onFailure === 'WARN' ? 'done' : 'refused';
    };
    if (!storedOnlyWithBackup) storeHere();
    if (here.sees === null) return failed();
    if (this.#reaches(here, there)) {
      storeThere();
      // Its answer finds the way back only when it sees us too; a site that returned is not seen at once.
      if (there.sees === here.start) {
        if (storedOnlyWithBackup) storeHere();
        return 'done';
      }
    } else if (this.#cutBy.size > 0) {
      here.unsent.push({ to: here.sees, deliver: storeThere });
    } else if (there.running === 'frozen') {
      there.held.push(() => {
        if (there.running === 'up') storeThere();
      });
    }
    await this.#time.sleep(timeoutMilliseconds);
    return failed();
  }

  // What an administrator does

  isOnline(site: SiteName, cache: CacheName): boolean {
    return this.#cache(site, cache).online;
  }

  /** Its nodes do not agree whether the other site is online. */
  nodesDiffer(site: SiteName, cache: CacheName): boolean {
    return this.#cache(site, cache).nodesDiffer;
  }

  takeOffline(site: SiteName, cache: CacheName): void {
    const local = this.#cache(site, cache);
    // The write of the status is optimistic, and a lost race answers "ok" all the same.
    if (this.takeLie('the take-offline does not take', site, cache)) return;
    if (!local.online) return;
    local.nodesDiffer = this.takeLie('the take-offline takes at one node', site, cache);
    local.online = local.nodesDiffer;
  }

  bringOnline(site: SiteName, cache: CacheName): void {
    if (this.takeLie('the bring-online does not take', site, cache)) return;
    this.#bringOnline(site, cache);
  }

  #bringOnline(site: SiteName, cache: CacheName): void {
    const local = this.#cache(site, cache);
    local.online = true;
    local.nodesDiffer = false;
  }

  pushStatus(site: SiteName, cache: CacheName): PushStatus {
    return this.#cache(site, cache).pushStatus;
  }

  /** Does nothing, and says nothing, while a push runs. */
  clearPushStatus(site: SiteName, cache: CacheName): void {
    const local = this.#cache(site, cache);
    if (local.push === null) local.pushStatus = 'IDLE';
  }

  /**
   * Fine when there is none.
   * @returns false when the other site could not be told; here it is forgotten all the same
   */
  cancelPush(site: SiteName, cache: CacheName): boolean {
    const local = this.#cache(site, cache);
    if (local.push !== null) local.pushStatus = 'CANCELED';
    local.push = null;
    return this.#reaches(this.#site(site), this.#other(site));
  }

  /**
   * Brings the other site online first, whatever comes of it. Never deletes at the receiver, and leaves alone what
   * was written there since it began. A second one while it runs is accepted and does nothing.
   * @returns false when the other site could not be asked; the status says SENDING until it is cancelled
   */
  async push(site: SiteName, cacheName: CacheName): Promise<boolean> {
    const here = this.#site(site);
    const there = this.#other(site);
    const local = this.#cache(site, cacheName);
    this.#bringOnline(site, cacheName);
    if (local.push !== null) return true;
    // Until it is cleared it stays, whatever becomes of the next push.
    const sticky = local.pushStatus === 'ERROR';
    if (this.takeLie('the push fails', site, cacheName)) {
      local.pushStatus = 'ERROR';
      return true;
    }
    const push = {
      snapshot: new Map(local.entries),
      touched: new Set<string>(),
      receiver: there.start,
      stuck: false,
    };
    local.push = push;
    local.pushStatus = sticky ? 'ERROR' : 'SENDING';
    if (here.sees === null || !this.#reaches(here, there)) {
      push.stuck = true;
      if (here.sees !== null) await this.#time.sleep(this.#policy.timeoutMilliseconds);
      return false;
    }
    const lies = this.takeLie('the push says OK and sends nothing', site, cacheName);
    const step = () => {
      if (local.push !== push || here.running === 'down') return;
      const lost = there.start !== push.receiver;
      if (!lost && this.#reaches(here, there)) {
        const target = there.caches.get(cacheName)!;
        for (const [key, value] of lies ? [] : push.snapshot) {
          if (push.touched.has(key)) continue;
          const before = target.entries.get(key) ?? null;
          target.entries.set(key, value);
          this.#onStored({ at: there.name, from: site, by: 'push', cache: cacheName, key, value, before });
        }
        local.push = null;
        local.pushStatus = sticky ? 'ERROR' : 'OK';
      } else if (lost && !push.stuck && here.sees === there.start) {
        // Seen with 100,000 entries at the source and none at the receiver.
        local.push = null;
        local.pushStatus = 'OK';
      } else {
        this.#time.after(500, step);
      }
    };
    this.#time.after(this.timings.pushMilliseconds(push.snapshot.size), step);
    return true;
  }

  // Who hears whom

  /** Waits while the site is frozen. False: it is down, and what was asked of it went with it. */
  async alive(name: SiteName): Promise<boolean> {
    const site = this.#site(name);
    while (site.running === 'frozen') await new Promise<void>((goOn) => site.held.push(goOn));
    return site.running === 'up';
  }

  #connected(): boolean {
    return this.#cutBy.size === 0 && [...this.#sites.values()].every(({ running }) => running === 'up');
  }

  /** Whether a message from here arrives. A restarted node is not the one in the view. */
  #reaches(here: GridSite, there: GridSite): boolean {
    return here.sees === there.start && this.#connected();
  }

  #connectionsChanged(): void {
    for (const site of this.#sites.values()) {
      const other = this.#other(site.name);
      if (site.running === 'down') {
        site.sees = null;
        site.unsent = [];
      }
      if (this.#connected()) this.#sendAtLast(site, other);
      if (site.running !== 'up' || site.sees === null || this.#reaches(site, other)) {
        site.unheardSince = null;
      } else if (site.unheardSince === null) {
        this.#expectDrop(site, this.#time.now());
      }
      if (site.running === 'up' && site.sees === null && this.#connected()) this.#expectJoin(site, other);
    }
  }

  /** Whatever the statuses say by now, and whether or not the other one sees this site. */
  #sendAtLast(from: GridSite, to: GridSite): void {
    const unsent = from.unsent;
    from.unsent = [];
    for (const { to: start, deliver } of unsent) if (start === to.start) deliver();
  }

  #expectDrop(site: GridSite, since: number): void {
    site.unheardSince = since;
    const start = site.start;
    this.#time.after(this.timings.viewDropMilliseconds, () => {
      if (site.unheardSince !== since || site.start !== start) return;
      const given = site.unsent;
      site.sees = null;
      site.unheardSince = null;
      this.#time.after(KEPT_AFTER_DROP_MILLISECONDS, () => {
        site.unsent = site.unsent.filter((each) => !given.includes(each));
      });
      this.#onViewChange(site.name, false);
      this.#connectionsChanged();
    });
  }

  #expectJoin(site: GridSite, other: GridSite): void {
    const starts = [site.start, other.start];
    this.#time.after(this.timings.viewFormMilliseconds, () => {
      if (site.sees !== null || !this.#connected()) return;
      if (site.start !== starts[0] || other.start !== starts[1]) return;
      site.sees = other.start;
      this.#onViewChange(site.name, true);
    });
  }

  #site(name: SiteName): GridSite {
    const site = this.#sites.get(name);
    if (site === undefined) throw new Error(`There is no site ${name}.`);
    return site;
  }

  #other(name: SiteName): GridSite {
    return [...this.#sites.values()].find((site) => site.name !== name)!;
  }

  #cache(site: SiteName, cache: CacheName): GridCache {
    const found = this.#site(site).caches.get(cache);
    if (found === undefined) throw new Error(`There is no cache ${cache} at ${site}.`);
    return found;
  }
}
