import type { Trust } from '../ledger/ledger.ts';
import type { Instant, SiteName } from '../shared/names.ts';
import type { Agreement } from '../traffic/agree.ts';
import { LOOK_AT_LEDGER } from './parts.ts';

export type StepOutcome =
  /** `reason` and `since` are those of the loss, for the mail that goes out once writes are good again. */
  | {
      readonly outcome: 'act';
      readonly reason: string;
      readonly since: Instant;
      /** Why Route 53 did not take what was decided, where it did not. */
      readonly unwritten?: string;
    }
  /** The checkers have not looked since: ask again in a few seconds. */
  | { readonly outcome: 'wait'; readonly reason: string }
  | { readonly outcome: 'nothing-to-do'; readonly reason: string }
  | { readonly outcome: 'not-safe'; readonly reason: string; readonly remedy: string }
  | { readonly outcome: 'planned'; readonly plan: readonly string[] }
  | { readonly outcome: 'unknown'; readonly reason: string }
  /** `drift`: a check that a person changed, and that was left so. `suspect`: what the site itself lost is to be settled. */
  | {
      readonly outcome: 'promoted';
      readonly site: SiteName;
      readonly drift?: string;
      readonly suspect?: string;
    }
  /** `HealthCheckVersion` of each site's check when adopt began: these a person takes as they stand, and no later ones. */
  | { readonly outcome: 'seen'; readonly versions: Readonly<Record<SiteName, number>> }
  /** `remedy`: what is left to a person, where adopting did not settle it. */
  | {
      readonly outcome: 'adopted';
      readonly serving: SiteName;
      readonly passive: string;
      readonly passiveTrust: Trust;
      readonly remedy?: string;
    };

export const UNKNOWN: StepOutcome = {
  outcome: 'unknown',
  reason: 'There is no ledger. Start the workflow "adopt": it records who serves.',
};

export const ADOPT =
  'Start "adopt" with {"serving":"<the site that serves>"}: it takes the checks as they stand.';

export type Recorded = Extract<Agreement, { kind: 'agreed' | 'drift' | 'unwritten' }>;

export const disagreed = (agreement: Exclude<Agreement, { kind: 'agreed' | 'unwritten' }>): StepOutcome =>
  agreement.kind === 'overtaken'
    ? { outcome: 'wait', reason: `${agreement.reason}; looking again` }
    : {
        outcome: 'not-safe',
        reason: `${agreement.reason}.`,
        remedy: agreement.kind === 'refused' ? LOOK_AT_LEDGER : ADOPT,
      };

/**
 * Drift keeps checks as they are, and Route 53 may take no change for now, but what is recorded is to be acted on: the
 * survivor's writes need the rest.
 */
export const isRecorded = (agreement: Agreement): agreement is Recorded =>
  agreement.kind === 'agreed' || agreement.kind === 'drift' || agreement.kind === 'unwritten';
