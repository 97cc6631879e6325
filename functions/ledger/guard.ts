import type { OperationToken } from '../shared/names.ts';
import type { LedgerEvent } from './events.ts';
import type { Ledger } from './ledger.ts';
import type { LedgerStore } from './store.ts';

/** Whether the ledger still stands where this step's operation left it. */
export const holds = (ledger: Ledger, token: OperationToken): boolean =>
  ledger.epoch === token.epoch && ledger.operation?.owner === token.owner;

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
