import type { Ledger } from '../ledger/ledger.ts';
import { LedgerConflictError } from '../shared/errors.ts';
import { recordAndAgree } from '../traffic/agree.ts';
import { answersElsewhere } from '../traffic/write-plan.ts';
import type { Decision, Page, Situation } from './decision.ts';
import * as late from './late/modules.ts';
import { look, situationOf } from './look.ts';
import { LOOK_AT_LEDGER, type Parts } from './parts.ts';
import type { Started } from './pending.ts';

export type RoundOutcome =
  /** `execution`: the workflow that was seen to. `because`: why this was decided. */
  | { readonly outcome: 'reconciled'; readonly because: string; readonly execution: string | null }
  | { readonly outcome: 'noted'; readonly because: string }
  | { readonly outcome: 'drift'; readonly because: string }
  | { readonly outcome: 'unknown'; readonly reason: string };

const TRIES = 4;

/**
 * One round: look, decide, record, agree, start, tell. Again from the start when another writer came first.
 * @param silent do not say that there is no ledger
 */
export async function reconcile(
  parts: Parts,
  decideOver: (situation: Situation) => Promise<Decision>,
  silent = false,
): Promise<RoundOutcome> {
  const { edge, store, switches } = parts;
  for (let tries = 0; tries < TRIES; tries++) {
    const world = await look(edge, store, switches);
    if (world.ledger === null) return unknownLedger(parts, silent);
    const elsewhere = answersElsewhere(world.ledger, world.switches);
    if (elsewhere !== null) return drifted(parts, world.ledger, elsewhere);
    const situation = situationOf(edge, world.ledger, world.evidence);
    const decision = await decideOver(situation);
    const agreement = await recordAndAgree(
      { configuration: edge.configuration, store, switches },
      world.switches,
      world.ledger,
      decision.events,
    );
    if (agreement.kind === 'overtaken') continue;
    if (agreement.kind === 'refused') {
      const what = `${decision.because}. The ledger refuses it: ${agreement.reason}.`;
      const about = `refused:${agreement.reason}`;
      await page(parts, world.ledger, { about, what, remedy: LOOK_AT_LEDGER });
      return { outcome: 'noted', because: agreement.reason };
    }
    if (agreement.kind === 'shut') {
      await start(parts, world.ledger);
      return drifted(parts, world.ledger, agreement.reason);
    }
    const started = await start(parts, agreement.ledger);
    if (decision.page !== null) await page(parts, agreement.ledger, decision.page);
    // The survivor's writes need no Route 53. Lambda tries again, and then the sweep.
    if (agreement.kind === 'unwritten') throw agreement.error;
    if (agreement.kind === 'drift') return drifted(parts, agreement.ledger, agreement.reason);
    return { outcome: 'reconciled', because: decision.because, execution: started?.execution ?? null };
  }
  throw new LedgerConflictError(
    `Another writer came first ${TRIES} times.`,
    'CloudWatch sends the event again, and the sweep looks every minute.',
  );
}

async function drifted(parts: Parts, ledger: Ledger, reason: string): Promise<RoundOutcome> {
  const remedy =
    'When the change is meant to stay, start "adopt" with {"serving":"<the site that serves>"}: it takes the checks as they stand.';
  await page(parts, ledger, { about: `drift:${reason}`, what: `${reason}.`, remedy });
  return { outcome: 'drift', because: reason };
}

async function unknownLedger(parts: Parts, silent: boolean): Promise<RoundOutcome> {
  const { deployment, ledgerTable } = parts.edge.configuration;
  const what = `There is no ledger of ${deployment} in ${ledgerTable}: nothing is decided or moved by automation.`;
  if (!silent)
    await (await late.pages()).publish(parts, what, 'Start the workflow "adopt": it records who serves.');
  return { outcome: 'unknown', reason: what };
}

// What comes after the traffic write, or instead of it, is loaded when it comes to it.

async function start({ edge, store }: Parts, ledger: Ledger): Promise<Started | null> {
  return (await late.pending()).startPending(edge, store, ledger);
}

async function page(parts: Parts, ledger: Ledger, about: Page): Promise<void> {
  await (await late.pages()).page(parts, ledger, about);
}
