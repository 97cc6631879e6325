import type { SiteName } from '../../../functions/shared/names.ts';
import type { Execution } from '../../aws/step-functions-records.ts';
import { isAboutAnotherWriter } from './adopting.ts';
import { isDryRun } from './eyes.ts';
import { lastState, outcomeOf } from './told.ts';

/** Where each of them records whom it makes serve, and then has Route 53 answer so. */
const MOVES: Readonly<Record<string, string>> = {
  switchover: 'Move the traffic',
  switchback: 'Move the traffic',
  'promote-accepting-loss': 'Promote',
};
/** What the step answers that has recorded nothing. */
const REFUSED: ReadonlySet<unknown> = new Set([
  'not-passing',
  'drift',
  'not-safe',
  'superseded',
  'unknown',
  'wait',
]);

/** It may have recorded a move: what it could not write then, the sweep does. */
export function mayHaveRecordedAMove(execution: Execution): boolean {
  const step = MOVES[execution.machine];
  if (step === undefined || isDryRun(execution)) return false;
  const entries = execution.log.filter((entry) => 'state' in entry && entry.state.name === step);
  const answers = entries.map((entry) =>
    entry.type === 'StateExited' ? (entry.state.output as { readonly last?: unknown }).last : null,
  );
  // Who waits for another writer of a check has recorded it.
  if (answers.some(isAboutAnotherWriter)) return true;
  const last = answers.at(-1);
  return last !== undefined && (last === null || !REFUSED.has(outcomeOf(last)));
}

/** It is at that step, and came to it before that time. */
export function isMovingSince(execution: Execution, before: number): boolean {
  const last = lastState(execution);
  return last !== null && last.name === MOVES[execution.machine] && last.at < before;
}

/** A planned move away from the site, that came to its end. */
export const hasMovedAwayFrom = ({ output }: Execution, site: SiteName): boolean =>
  /^switched-/.test(String(outcomeOf(output))) && (output as { readonly serving: SiteName }).serving !== site;

/** A planned move that Route 53 has taken, whatever became of it then. */
export const hasMovedTraffic = (execution: Execution): boolean =>
  lastState(execution, (name) => name === 'Note the move') !== null;
