import type { Instant, OperationToken } from '../shared/names.ts';
import type { LedgerEvent } from './events.ts';
import type { Ledger } from './ledger.ts';
import type { LedgerStore } from './store.ts';
import { transitions } from './transition.ts';

/** Whether the ledger still stands where this step's operation left it. */
export const holds = (ledger: Ledger, token: OperationToken): boolean =>
  ledger.epoch === token.epoch && ledger.operation?.owner === token.owner;

/**
 * Whether this very step made its decision before, and only its answer was lost: its execution still holds the
 * operation, under the epoch of that decision, and deciding the same again changes nothing. (An operation outlives
 * no decision but its own.)
 */
export const decidedBefore = (
  ledger: Ledger,
  token: OperationToken,
  decision: LedgerEvent,
  at: Instant,
): boolean =>
  ledger.operation?.owner === token.owner &&
  ledger.epoch > token.epoch &&
  transitions(ledger, [decision], at).kind === 'unchanged';

/**
 * Called immediately before each effect: a late retry, a redrive days later and a resumed approval end here.
 * @throws LedgerUnknownError without an item
 */
export async function guard(store: LedgerStore, token: OperationToken): Promise<Ledger | 'superseded'> {
  const ledger = await store.require();
  return holds(ledger, token) ? ledger : 'superseded';
}

/**
 * Records what a step did or is about to do, if its operation still holds.
 * @returns the ledger as it stands afterwards (its epoch may have risen), or `superseded`
 */
export async function recordFor(
  store: LedgerStore,
  token: OperationToken,
  ...events: readonly LedgerEvent[]
): Promise<{ readonly ledger: Ledger; readonly refused: string | null } | 'superseded'> {
  const result = await store.change((ledger) => (holds(ledger, token) ? events : 'stop'));
  if (result === 'stopped') return 'superseded';
  return { ledger: result.ledger, refused: result.kind === 'refused' ? result.reason : null };
}
