import type { CacheName, Instant, SiteName } from '../shared/names.ts';
import type { CacheDescription } from './cache-description.ts';

/**
 * What this function answers, which the state machines branch on. Every field is there in every answer of its
 * kind, so that a path into it never fails; lists may be empty.
 */

/** The step's operation no longer holds the ledger: end quietly, touch nothing more. */
interface Superseded {
  readonly outcome: 'superseded';
}

/** The site's Kubernetes API did not answer. Whether the effect took place is not known. */
export interface Unreachable {
  readonly outcome: 'unreachable';
  readonly reason: string;
}

/** What had to be shown was not. Never means that the opposite was shown. */
export interface NotProven {
  readonly outcome: 'not-proven';
  readonly reason: string;
  readonly remedy: string;
  /** The caches it failed for; empty where it is no matter of one cache. */
  readonly caches: readonly CacheName[];
}

export type SiteStatus = 'online' | 'offline' | 'mixed';
export type Counts = Readonly<Record<CacheName, number>>;

/** What each step's log has proven, for every cache that the configuration (or the step's `caches`) names. */
export type Proven = { readonly outcome: 'proven' } & (
  | {
      /** Each cache's status toward `against` is offline. */
      readonly step: 'take-offline';
      /** The Data Grid pods before the Batch; hand it to `clear`. Null at the serving site, which is never cleared. */
      readonly pods: string | null;
    }
  | {
      readonly step: 'status';
      readonly statuses: Readonly<Record<CacheName, SiteStatus>>;
      readonly allOnline: boolean;
      readonly allOffline: boolean;
    }
  /** The site sees itself and `against`. */
  | { readonly step: 'view'; readonly sites: readonly SiteName[] }
  /**
   * The site does not see `against`. Only then has its JGroups given up what it still had to send there: a bridge
   * that is restored earlier delivers it (seen on real servers: requests that a frozen site had held reached the
   * survivor half a minute after the bridge was restored, through a site that was contained).
   */
  | { readonly step: 'alone'; readonly sites: readonly SiteName[] }
  /** Whether the site sees `against`, which is looked for and not asked for. */
  | ({ readonly step: 'in-view' } & ViewFacts)
  | { readonly step: 'count'; readonly counts: Counts }
  /** As the site itself says, also where a cache is missing there: nothing is judged. */
  | {
      readonly step: 'describe-caches';
      readonly descriptions: Readonly<Record<CacheName, CacheDescription>>;
    }
  /** Offline toward `against` before the clear, and every count 0 after it. */
  | { readonly step: 'clear'; readonly counts: Counts }
  /** Each cache's status toward `against` is online. */
  | { readonly step: 'bring-online' }
  /** No push runs toward `against`, and no status of an earlier one is left. */
  | { readonly step: 'prepare-push' }
  /** The push of each cache was accepted, and its status toward `against` is online. */
  | { readonly step: 'push' }
  | ({ readonly step: 'push-status' } & PushFacts)
  /** The statuses of the push were forgotten, or are left for the next push to forget. */
  | { readonly step: 'end-push' }
  | { readonly step: 'view-and-count'; readonly sites: readonly SiteName[]; readonly counts: Counts }
  | ({ readonly step: 'push-progress'; readonly counts: Counts } & PushFacts & ViewFacts)
  | { readonly step: 'end-push-and-count'; readonly counts: Counts }
  /** The site sees itself and `against`, and each cache's status toward it is online. */
  | {
      readonly step: 'in-sync';
      readonly counts: Counts;
      readonly sites: readonly SiteName[];
      readonly statuses: Readonly<Record<CacheName, SiteStatus>>;
    }
);

interface ViewFacts {
  readonly sites: readonly SiteName[];
  readonly seesOther: boolean;
}

interface PushFacts {
  /** Every cache says OK. That can be false: compare the counts. */
  readonly done: boolean;
  readonly failed: readonly CacheName[];
  readonly anyFailed: boolean;
  readonly sending: readonly CacheName[];
}

export type CreateBatchOutcome =
  | {
      readonly outcome: 'created';
      readonly batch: string;
      /** The Data Grid pods before the Batch, for `look-at-batch`. Null where nothing follows from them. */
      readonly pods: string | null;
      /** When, for the patience of `look-at-batch`. */
      readonly since: Instant;
    }
  | NotProven
  | Unreachable
  | Superseded;

export type LookAtBatchOutcome =
  | {
      readonly outcome: 'running';
      /** The operator's phase, or `none` before its first look. */
      readonly phase: string;
      /** Why it does not get on, where that is known. For the message when the machine's patience ends. */
      readonly reason: string | null;
      /** It had its time. */
      readonly overdue: boolean;
    }
  | Proven
  | NotProven
  | Unreachable
  | Superseded;

export type DeleteBatchOutcome = { readonly outcome: 'deleted' } | Unreachable;

/** `nothing-to-delete`: the execution was started with what names no Batch. */
export type EndedBadlyOutcome = DeleteBatchOutcome | { readonly outcome: 'nothing-to-delete' };

export type DeleteLeftoversOutcome =
  | { readonly outcome: 'none-left' }
  /** They are deleted; whether they are gone says the next call. */
  | { readonly outcome: 'left'; readonly reason: string; readonly remedy: string }
  | Unreachable
  | Superseded;

export type DeleteBringOnlinesOutcome =
  | Exclude<DeleteLeftoversOutcome, { readonly outcome: 'none-left' }>
  /** `isolated` false: the proof that the lost site is offline is missing. */
  | { readonly outcome: 'none-left'; readonly isolated: boolean };

export type CutBridgeOutcome =
  | { readonly outcome: 'cut'; readonly policy: string }
  | { readonly outcome: 'not-configured'; readonly reason: string }
  | Unreachable
  | Superseded;

export type RestoreBridgeOutcome =
  | { readonly outcome: 'restored'; readonly policy: string }
  | { readonly outcome: 'not-configured'; readonly reason: string }
  | Unreachable
  | Superseded;

export type LookAtBridgeOutcome =
  /** The policies that stand, in words, and what to do where they do not have their effect. */
  | { readonly outcome: 'cut'; readonly policies: string; readonly remedy: string }
  | { readonly outcome: 'open' }
  | Unreachable
  | Superseded;

/** For a person who reads a plan: no step follows from it. */
export interface LookOverOutcome {
  readonly outcome: 'ready' | 'not-ready';
  readonly findings: readonly string[];
}

export type CheckTargetOutcome =
  | { readonly outcome: 'ready' }
  | { readonly outcome: 'not-ready'; readonly reason: string; readonly remedy: string }
  | (Unreachable & { readonly remedy: string })
  | Superseded;

export type CheckPodsOutcome =
  /** `startedAt`: of the youngest one, for the ledger. */
  | { readonly outcome: 'same'; readonly startedAt: Instant }
  | { readonly outcome: 'restarted'; readonly reason: string; readonly remedy: string }
  | Unreachable
  | Superseded;

export type CompareCountsOutcome =
  | { readonly outcome: 'equal' }
  | { readonly outcome: 'differ'; readonly caches: readonly CacheName[]; readonly reason: string };

export type CheckSourceOutcome =
  | {
      readonly outcome: 'holds-data';
      /** The source's Data Grid pods that hold it; hand it to `clear`. */
      readonly pods: string;
    }
  | { readonly outcome: 'not-safe'; readonly reason: string; readonly remedy: string }
  | Unreachable
  | Superseded;

export type DataGridOutcome =
  | CreateBatchOutcome
  | LookAtBatchOutcome
  | EndedBadlyOutcome
  | DeleteLeftoversOutcome
  | DeleteBringOnlinesOutcome
  | CutBridgeOutcome
  | RestoreBridgeOutcome
  | LookAtBridgeOutcome
  | LookOverOutcome
  | CheckTargetOutcome
  | CheckPodsOutcome
  | CompareCountsOutcome
  | CheckSourceOutcome;
