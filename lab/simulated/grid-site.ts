import type { CacheName, SiteName } from '../../functions/shared/names.ts';

export type PushStatus = 'IDLE' | 'SENDING' | 'OK' | 'ERROR' | 'CANCELED';

/** A state transfer that is under way. */
interface Push {
  /** What the source held when it began. */
  readonly snapshot: ReadonlyMap<string, string>;
  /** Keys that the receiver wrote or lost since: the transfer leaves them alone. */
  readonly touched: Set<string>;
  /** Start of the receiver that it was begun with. */
  readonly receiver: number;
  /** The receiver restarted before the view dropped it: the transfer hangs until it is cancelled. */
  stuck: boolean;
}

/** One cache at one site, with what this site thinks of the other one as its backup. */
export interface GridCache {
  readonly entries: Map<string, string>;
  /** Status of the other site, as seen here. It says nothing about whether the other one lives. */
  online: boolean;
  /** Its nodes differ: one took the other site offline, and one from which it is still written did not. */
  nodesDiffer: boolean;
  pushStatus: PushStatus;
  push: Push | null;
}

/** The Data Grid of one site, one node. */
export interface GridSite {
  readonly name: SiteName;
  readonly caches: ReadonlyMap<CacheName, GridCache>;
  running: 'up' | 'frozen' | 'down';
  /** Rises with every start, so that a restarted node is not taken for the one before it. */
  start: number;
  startedAt: number;
  /** The start of the other site that stands in this site's view; null: it sees only itself. */
  sees: number | null;
  /** Since when the site in the view has not answered. */
  unheardSince: number | null;
  /** What was sent here while it was frozen, in order; carried out when it goes on. */
  held: (() => void)[];
  /** What it tried to send over a cut bridge, in order; sent when the path opens, unless it has given it up by then. */
  unsent: Unsent[];
}

interface Unsent {
  /** Start of the other site that it was meant for. */
  readonly to: number;
  readonly deliver: () => void;
}

export const newGridSite = (name: SiteName, caches: readonly CacheName[], startedAt: number): GridSite => ({
  name,
  caches: new Map(
    caches.map((cache) => [
      cache,
      {
        entries: new Map(),
        online: true,
        nodesDiffer: false,
        pushStatus: 'IDLE',
        push: null,
      } satisfies GridCache,
    ]),
  ),
  running: 'up',
  start: 1,
  startedAt,
  sees: 1,
  unheardSince: null,
  held: [],
  unsent: [],
});

/** A full restart without persistence: entries, offline statuses and pushes are all forgotten. */
export function comesUpEmpty(site: GridSite, at: number): void {
  site.running = 'up';
  site.start++;
  site.startedAt = at;
  site.sees = null;
  site.unheardSince = null;
  site.held = [];
  site.unsent = [];
  for (const cache of site.caches.values()) {
    cache.entries.clear();
    cache.online = true;
    cache.nodesDiffer = false;
    cache.pushStatus = 'IDLE';
    cache.push = null;
  }
}
