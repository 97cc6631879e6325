import type { Instant } from '../shared/names.ts';
import { isArmed, type Ledger } from './ledger.ts';

const secondsBetween = (earlier: Instant, later: Instant): number =>
  Math.max(0, Math.round((Date.parse(later) - Date.parse(earlier)) / 1000));

/** How long some workflow has held the operation. 0: none does, or it waits for a person's approval. */
export function operationHeldSeconds({ operation, approval }: Ledger, at: Instant): number {
  if (operation === null) return 0;
  const waits = approval !== null && approval.owner === operation.owner && approval.answer === 'waiting';
  return waits ? 0 : secondsBetween(operation.startedAt, at);
}

/** For how long automation has been disarmed. 0: it is armed, or its time has run out. */
export const disarmedSeconds = (ledger: Ledger, at: Instant): number =>
  isArmed(ledger, at) ? 0 : secondsBetween(ledger.automation.disarmedAt ?? ledger.changedAt, at);

/** Until when automation may not move traffic again. Null: it may now. */
export function noMoveUntil(
  { lastAutomaticMoveAt, moveAcknowledged }: Ledger,
  minimumSecondsBetweenMoves: number,
  at: Instant,
): Instant | null {
  if (lastAutomaticMoveAt === null || moveAcknowledged) return null;
  const until = Date.parse(lastAutomaticMoveAt) + minimumSecondsBetweenMoves * 1000;
  return until <= Date.parse(at) ? null : (new Date(until).toISOString() as Instant);
}
