import type { SiteName } from '../../../functions/shared/names.ts';
import type { Execution } from '../../aws/step-functions-records.ts';
import type { SimulatedWorld } from '../../simulated/world.ts';
import { tellsOfSync } from '../mails.ts';
import type { Entries, Sessions } from '../sessions.ts';
import type { Holder } from './holder.ts';

/** One sweep, and what the decision takes. */
export const SWEPT_MILLISECONDS = 90_000;
/** Before that, no alarm tells that a site is away. */
export const DETECTION_MILLISECONDS = 120_000;
/** What an alarm says may be as old as its period of a minute, and is acted on within half a minute. */
export const ALARM_MILLISECONDS = 90_000;
/** A Data Grid that restarts empty behind a healthy endpoint is found by the next look of readiness. */
export const RESTART_FOUND_MILLISECONDS = 180_000;

/** Who starts one of them has traffic moved. */
export const PLANNED: ReadonlySet<string> = new Set(['switchover', 'switchback']);

/** What an invariant may look at: the world and what clients were promised, never the ledger. */
export interface Eyes {
  readonly world: SimulatedWorld;
  readonly sessions: Sessions;
  readonly entries: Entries;
  readonly sites: readonly [SiteName, SiteName];
  /** Milliseconds on the world's clock. */
  now(): number;
  other(site: SiteName): SiteName;
  /** Who may act for an operation, as the ledger's item says at this moment. */
  holder(): Holder;
  /** Whom DNS answers with. */
  dns(): SiteName;
  /** HealthThreshold of a site's switch: 0 pinned, 1 follows, 2 fenced. */
  threshold(site: SiteName): number;
  /** Data Grid up and Keycloak ready: it could serve whoever came. */
  couldServe(site: SiteName): boolean;
  /** When a site was last stopped, brought back or restarted empty by the story. */
  disturbedAt(site: SiteName): number;
  /** Until when a cluster's API was or will be away, and nobody could look at its Data Grid's pods; 0: it was not. */
  apiAwayUntil(site: SiteName): number;
  /** When alarms that were held back arrived last; 0: none were. */
  heldAlarmsArrivedAt(): number;
  /** Whether an alarm went off, a person stopped something or the story disturbed a site in that time. */
  outrankedBetween(from: number, to: number): boolean;
  /** Whether something was decided in that time that outranks an operation, or a person stopped one. */
  decidedBetween(from: number, to: number): boolean;
  /** Whether reconcile decided in that time that the site serves. */
  madeServeBetween(site: SiteName, from: number, to: number): boolean;
  /** When it last decided that another site serves than before; 0: it never did. */
  movedAt(): number;
  /** A person stopped a workflow in the middle, and what it had not come to yet is not made up for. */
  isAnyLeftStopped(): boolean;
  /** Route 53 took no changes a short while ago: what was decided over DNS then comes later. */
  isDnsHeldUp(): boolean;
  /** When something that Route 53 has taken was not in force last, which no API tells; 0: it always was. */
  notInForceAt(): number;
  /** Until when Route 53's checkers may not have found out what is so; 0: they were never late. */
  checkersLateUntil(): number;
  /** A person changed its health check, or a read of it was answered by what was before. */
  mayHaveDrifted(site: SiteName): boolean;
  /** It lacks something in truth, and no mail has said since that it is in sync, or serves. */
  isSuspected(site: SiteName): boolean;
  violated(invariant: string, what: string): void;
}

/** It says what would be done, and does nothing. */
export const isDryRun = ({ input }: Pick<Execution, 'input'>): boolean =>
  (input as { readonly dryRun?: unknown } | null)?.dryRun === true;

/** Its Data Grid has restarted whole since the history began. */
export const hasRestarted = ({ world }: Pick<Eyes, 'world'>, site: SiteName): boolean =>
  world.grid.site(site).start > 1;

/** It has, and nobody has called it in sync since. */
export const mayHaveLost = ({ world }: Pick<Eyes, 'world'>, site: SiteName): boolean =>
  hasRestarted({ world }, site) && !tellsOfSync(site, world, world.grid.site(site).startedAt);

/** Says for how long something has been so. */
export class Lasting {
  #since: number | null = null;

  /** Milliseconds, 0 when it is not so. */
  update(isSo: boolean, now: number): number {
    if (!isSo) this.#since = null;
    else this.#since ??= now;
    return this.#since === null ? 0 : now - this.#since;
  }
}
