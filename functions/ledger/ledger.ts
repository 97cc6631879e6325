import type { Instant, OperationToken, SiteName, Workflow } from '../shared/names.ts';

export type Trust = 'in-sync' | 'suspect' | 'stale' | 'resyncing';
export type Reachability = 'reachable' | 'unreachable';

export interface SiteRecord {
  readonly trust: Trust;
  /** When `trust` last changed. An alarm older than a proof is outranked by it for as long as alarms lag. */
  readonly trustAt: Instant;
  readonly reachability: Reachability;
  /** When the evidence for `reachability` was taken, not when it was written down. */
  readonly reachabilityAt: Instant;
  /** Neither serves nor can write into the survivor: Keycloak at 0, the survivor taken offline there, proven. */
  readonly contained: boolean;
  /** A Batch that takes this site offline at the other one was created since it was last in sync. */
  readonly takeOfflineIssued: boolean;
  /** The other site's status of this one was proven offline for every cache: writes there are good. */
  readonly isolated: boolean;
  /** A NetworkPolicy at the *other* site keeps that site's Data Grid from talking to this one. */
  readonly bridgeCut: boolean;
  /** When the bridge was last cut or restored: what alarms say of the view around then is our own doing. */
  readonly bridgeAt: Instant | null;
  /** Keycloak's `spec.instances` before the product first changed it; never 0. Null: never read. */
  readonly keycloakInstances: number | null;
  /** Start of this site's youngest Data Grid pod at the last look, whatever the site's trust. Null: not seen yet. */
  readonly dataGridSeen: Instant | null;
  /** The same at the last look while the site was in sync. Null: nobody saw it then. */
  readonly dataGridTrusted: Instant | null;
  /** A clear whose end nobody saw. Its server may still carry it out, so nothing is brought online before it restarted. */
  readonly unansweredClear: { readonly batch: string; readonly at: Instant } | null;
}

export interface Operation extends OperationToken {
  readonly startedAt: Instant;
}

/** The workflow that must be started next; written with the decision, so that a crash in between loses nothing. */
export interface PendingWorkflow {
  readonly workflow: 'failover';
  /** Epoch of the decision; the execution's name derives from it, so that it starts once. */
  readonly epoch: number;
  /** Rises when an execution of that name ended without claiming. */
  readonly attempt: number;
  readonly since: Instant;
  /** `ask`: whether the serving site lives is not known yet, failover's first loop asks. `act`: it is decided. */
  readonly mode: 'ask' | 'act';
  readonly reason: string;
}

interface Automation {
  readonly armed: boolean;
  /** Disarmed until then; null with `armed: false` means until a person arms it. */
  readonly disarmedUntil: Instant | null;
  /** Since when it is disarmed, however often that was prolonged. Null: it is armed. */
  readonly disarmedAt: Instant | null;
  readonly why: string | null;
}

interface Approval {
  readonly workflow: Workflow;
  readonly owner: string;
  readonly question: string;
  readonly askedAt: Instant;
  readonly deadline: Instant;
  readonly answer: 'waiting' | 'approved' | 'refused';
  readonly answeredBy: string | null;
}

/** An alert without a CloudWatch alarm of its own (Alertmanager's), kept until resolved so that the sweep sees it. */
export interface FiringAlert {
  readonly kind: 'endpoint-down' | 'left-cross-site-view';
  readonly site: SiteName;
  readonly since: Instant;
}

export interface PastOperation {
  readonly workflow: Workflow;
  readonly owner: string;
  readonly startedAt: Instant;
  readonly endedAt: Instant;
  readonly result: 'succeeded' | 'failed' | 'superseded';
  readonly detail: string;
}

/** One DynamoDB item per deployment. Every change is a conditional write on `revision`. */
export interface Ledger {
  readonly deployment: string;
  readonly schema: 1;
  readonly revision: number;
  /** Rises with each decision: who serves, trust, the operation. Evidence changes the revision alone. */
  readonly epoch: number;
  readonly changedAt: Instant;
  readonly serving: SiteName;
  readonly sites: Readonly<Record<SiteName, SiteRecord>>;
  readonly operation: Operation | null;
  readonly pending: PendingWorkflow | null;
  readonly automation: Automation;
  /** Version that each site's health check has, or will have when the recorded write is carried out. */
  readonly checkVersions: Readonly<Record<SiteName, number>>;
  /**
   * Where each check may stand with that version by our own doing, in traffic's words: more than one where several of us
   * were about to write it. A person's change that took the version stands elsewhere. Absent: not known.
   */
  readonly checkPositions?: Readonly<Record<SiteName, readonly string[]>>;
  /** The version that each of these belongs to: a build that knows of no positions leaves them behind. */
  readonly checkPositionsOf?: Readonly<Record<SiteName, number>>;
  readonly lastAutomaticMoveAt: Instant | null;
  /** The last automatic move has been acknowledged by a person: the minimum time no longer applies. */
  readonly moveAcknowledged: boolean;
  readonly approval: Approval | null;
  readonly firingAlerts: Readonly<Record<string, FiringAlert>>;
  /** What on-call was told of during the last day, and when: a condition that lasts is not said every minute. */
  readonly paged: Readonly<Record<string, Instant>>;
  /** The last ten, newest first. */
  readonly history: readonly PastOperation[];
}

/** Where a check may stand with the version that is recorded. Undefined: not known, so that the version alone counts. */
export const positionsOf = (ledger: Ledger, site: SiteName): readonly string[] | undefined =>
  ledger.checkPositionsOf?.[site] === ledger.checkVersions[site] ? ledger.checkPositions?.[site] : undefined;

export const otherSite = (ledger: Ledger, site: SiteName): SiteName => {
  const other = (Object.keys(ledger.sites) as SiteName[]).find((name) => name !== site);
  if (other === undefined) throw new Error(`The ledger names no other site than ${site}.`);
  return other;
};

/** Usable: in sync and reachable. Only a usable site may be promoted, by us or by Route 53 alone. */
export const isUsable = (site: SiteRecord): boolean =>
  site.trust === 'in-sync' && site.reachability === 'reachable';

/** Also once the time of a disarming has run out. */
export const isArmed = (ledger: Ledger, at: Instant): boolean =>
  ledger.automation.armed ||
  (ledger.automation.disarmedUntil !== null && ledger.automation.disarmedUntil <= at);
