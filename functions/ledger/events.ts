import type { Instant, OperationToken, SiteName, Workflow } from '../shared/names.ts';
import type { FiringAlert, PastOperation, Reachability } from './ledger.ts';

/** Decisions: each raises the epoch, and so supersedes every step that acts for an older one. */
export type Decision =
  /** The serving site is lost and the other one takes over. Pre-empts whatever operation runs. */
  | {
      readonly type: 'serving-site-lost';
      readonly lost: SiteName;
      readonly automatic: boolean;
      /** It undoes a move that Route 53 has not taken, and with it that somebody had seen to the one before. */
      readonly takesBack?: true;
      readonly reason: string;
    }
  /** The passive site left the cross-site view while the serving one lives. Pre-empts. */
  | { readonly type: 'passive-site-left'; readonly passive: SiteName; readonly reason: string }
  /** A site left the view, and whether the serving one lives is not known yet: failover asks. */
  | { readonly type: 'view-lost'; readonly reason: string }
  /** Whether the serving one lived then is no longer asked: nobody may act on the answer, or it is too old to give. */
  | { readonly type: 'question-dropped' }
  /** A stale passive site is not proven offline at the serving one (any more), or the bridge to it is still open. */
  | { readonly type: 'isolation-wanted'; readonly reason: string }
  /** Its Data Grid restarted whole, or writes may have passed it by. Pre-empts. */
  | { readonly type: 'site-suspected'; readonly site: SiteName }
  | { readonly type: 'suspect-settled'; readonly site: SiteName; readonly to: 'in-sync' | 'stale' }
  | { readonly type: 'operation-claimed'; readonly workflow: Workflow; readonly owner: string }
  | {
      readonly type: 'operation-released';
      readonly owner: string;
      readonly result: PastOperation['result'];
      readonly detail: string;
    }
  /**
   * Resync's end: in sync, proven in both directions. `startedAt`: of the youngest Data Grid pod that the proof is
   * about; absent, the next look is the first.
   */
  | { readonly type: 'resync-proved'; readonly site: SiteName; readonly startedAt?: Instant }
  /** Switchover's and switchback's traffic write. */
  | { readonly type: 'traffic-moved'; readonly to: SiteName }
  /** Switchover: the old site is about to be taken offline at the new one. */
  | { readonly type: 'old-site-left-behind'; readonly site: SiteName }
  | {
      readonly type: 'promoted-accepting-loss';
      readonly site: SiteName;
      readonly reason: string;
      /** When a person said so. A Data Grid that started after that is not what they accepted. */
      readonly saidAt?: Instant;
    };

/** The version that a health check will have, and where it may stand then. */
export interface CheckToBe {
  readonly version: number;
  readonly positions: readonly string[];
}

/** Evidence and settings: they change the revision alone, so that looking never supersedes anybody. */
export type Evidence =
  | {
      readonly type: 'reachability-observed';
      readonly site: SiteName;
      readonly reachability: Reachability;
      /** When the evidence was taken. */
      readonly observedAt: Instant;
    }
  | { readonly type: 'checks-to-be-written'; readonly checks: Readonly<Record<SiteName, CheckToBe>> }
  | { readonly type: 'take-offline-issued'; readonly site: SiteName }
  | { readonly type: 'isolation-proved'; readonly site: SiteName }
  | { readonly type: 'isolation-lost'; readonly site: SiteName }
  | { readonly type: 'bridge-cut'; readonly site: SiteName }
  | { readonly type: 'bridge-restored'; readonly site: SiteName }
  | { readonly type: 'site-contained'; readonly site: SiteName }
  | { readonly type: 'containment-lost'; readonly site: SiteName }
  | { readonly type: 'keycloak-size-seen'; readonly site: SiteName; readonly instances: number }
  /** `startedAt`: of the youngest Data Grid pod. */
  | { readonly type: 'data-grid-seen'; readonly site: SiteName; readonly startedAt: Instant }
  | { readonly type: 'clear-issued'; readonly site: SiteName; readonly batch: string }
  /** Its Batch, or the pod of it, is deleted: it may have been sent until then, wherever the site stands by now. */
  | { readonly type: 'clear-deleted'; readonly site: SiteName; readonly batch: string }
  | { readonly type: 'clear-answered'; readonly site: SiteName }
  | { readonly type: 'pending-retried'; readonly attempt: number }
  | { readonly type: 'alert-firing'; readonly fingerprint: string; readonly alert: FiringAlert }
  | { readonly type: 'alert-resolved'; readonly fingerprint: string }
  | {
      readonly type: 'approval-asked';
      readonly token: OperationToken;
      readonly question: string;
      readonly deadline: Instant;
    }
  | { readonly type: 'approval-answered'; readonly answer: 'approved' | 'refused'; readonly by: string }
  | { readonly type: 'paged'; readonly about: string }
  /** What on-call was told of is over: when it happens again, it is told again at once. */
  | { readonly type: 'page-over'; readonly about: string }
  | { readonly type: 'armed' }
  | { readonly type: 'disarmed'; readonly until: Instant | null; readonly why: string }
  | { readonly type: 'move-acknowledged' };

export type LedgerEvent = Decision | Evidence;
