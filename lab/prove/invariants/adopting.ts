import type { SiteName } from '../../../functions/shared/names.ts';
import type { Execution } from '../../aws/step-functions-records.ts';
import { outcomeOf } from './told.ts';

/** Whom the word of a person made serve; null: it did nothing of what it is for. */
export const adoptedBy = ({ output }: Execution): SiteName | null =>
  outcomeOf(output) === 'adopted' ? (output as { readonly serving: SiteName }).serving : null;

/** It ended as it was outranked, by a person who adopted in the middle of it. @returns whom they made serve */
export function adoptedInTheMiddleOf(
  execution: Execution,
  executions: readonly Execution[],
): SiteName | null {
  const { output, startDate, stopDate } = execution;
  if (outcomeOf(output) !== 'superseded' || stopDate === null) return null;
  const word = executions.findLast(
    (other) =>
      other.machine === 'adopt' &&
      adoptedBy(other) !== null &&
      other.stopDate !== null &&
      other.stopDate >= startDate &&
      other.startDate <= stopDate,
  );
  return word === undefined ? null : adoptedBy(word);
}

/** A step has recorded what it is for, and waits, as somebody else changed the check first. */
export const isAboutAnotherWriter = (answer: unknown): boolean =>
  /was changed first/.test(JSON.stringify(answer));

/** An adopt that has recorded who serves, and could not write it: Route 53 failed, or somebody changed a check first. */
export const hasRecordedAlone = ({ machine, status, log }: Execution): boolean =>
  machine === 'adopt' &&
  status === 'FAILED' &&
  log.some(
    (entry) =>
      (entry.type === 'StateExited' &&
        entry.state.name === 'Adopt' &&
        isAboutAnotherWriter((entry.state.output as { readonly last?: unknown }).last)) ||
      (entry.type === 'StateFailed' && entry.state.name === 'Adopt' && entry.Error === 'TransientError'),
  );
