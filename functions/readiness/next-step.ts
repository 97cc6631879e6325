import { isArmed, type Ledger, otherSite } from '../ledger/ledger.ts';
import { saidLately } from '../ledger/standing.ts';
import type { Instant, SiteName } from '../shared/names.ts';

export type NextStep =
  /** The stale site answers and is not contained. */
  | { readonly outcome: 'contain'; readonly site: SiteName }
  /** The serving site may have forgotten that the stale one is offline: its take-offline is to be proven again. */
  | { readonly outcome: 'isolate'; readonly reason: string }
  /** A suspect site whose proof can be taken: status in both directions, the view, and the entry counts. */
  | {
      readonly outcome: 'settle';
      readonly site: SiteName;
      readonly serving: SiteName;
      /** Settling is refused once the ledger has moved on from it, or much later. */
      readonly epoch: number;
      readonly at: Instant;
    }
  | { readonly outcome: 'nothing'; readonly reason: string };

/** On-call was asked for a word about this site, and nothing that is observed can replace it. */
export const unvouched = (site: SiteName): string => `unvouched:${site}`;

/**
 * What is to be done where failover ended.
 * @param answers whether the pods of a site could be listed
 */
export function nextStep(ledger: Ledger, answers: (site: SiteName) => boolean, at: Instant): NextStep {
  if (ledger.operation !== null) return { outcome: 'nothing', reason: `${ledger.operation.workflow} runs.` };
  if (ledger.pending !== null) return { outcome: 'nothing', reason: 'A failover is about to start.' };
  const { serving } = ledger;
  const passiveName = otherSite(ledger, serving);
  const passive = ledger.sites[passiveName]!;
  if (passive.trust === 'stale') {
    // As the sweep does: while disarmed no take-offline is created.
    if (!passive.isolated && answers(serving) && isArmed(ledger, at)) {
      return { outcome: 'isolate', reason: `${passiveName} is not proven offline at ${serving}.` };
    }
    if (!passive.contained && answers(passiveName)) return { outcome: 'contain', site: passiveName };
    return {
      outcome: 'nothing',
      reason: `${passiveName} is ${passive.contained ? 'contained' : 'not to be reached'}.`,
    };
  }
  if (passive.trust === 'suspect' && answers(serving) && answers(passiveName)) {
    // Nothing changes that by itself, and taking the proofs costs six Batches.
    if (passive.dataGridTrusted === null && saidLately(ledger, unvouched(passiveName), at))
      return { outcome: 'nothing', reason: `${passiveName} is suspect until a person decides.` };
    return { outcome: 'settle', site: passiveName, serving, epoch: ledger.epoch, at };
  }
  return { outcome: 'nothing', reason: `${passiveName} is ${passive.trust}.` };
}
