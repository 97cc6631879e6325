import type { EdgeCall } from '../../simulated/interception.ts';
import type { Eyes } from './eyes.ts';

/** What one call of a function is known by. */
export interface Invocation {
  readonly caller: string;
  /** Epoch and owner that its event names; null: it acts for no operation. */
  readonly token: { readonly epoch: number; readonly owner: string } | null;
  /** Epoch and owner of the ledger as it last read or wrote it. */
  known: { readonly epoch: number; readonly owner: string | null } | null;
  dead: boolean;
  /** It was called with an alarm that had been delivered before. */
  readonly again: boolean;
}

const EFFECTS: ReadonlySet<string> = new Set([
  'UpdateHealthCheck',
  'createBatch',
  'setKeycloakInstances',
  'applyNetworkPolicy',
  'deleteNetworkPolicy',
  'FailoverDBCluster',
]);

const isEffect = ({ operation }: Pick<EdgeCall, 'operation'>): boolean => EFFECTS.has(operation);

/** `monotonic`: whoever acts for an operation has looked whether it still holds, and it did. */
export function checkOrder(call: EdgeCall, { caller, token, known }: Invocation, eyes: Eyes): void {
  if (token === null || !isEffect(call)) return;
  if (known === null) {
    eyes.violated('monotonic', `${caller} called ${call.operation} without having looked at the ledger.`);
  } else if (known.owner !== token.owner || known.epoch < token.epoch) {
    eyes.violated(
      'monotonic',
      `${caller} called ${call.operation} for epoch ${token.epoch} of ${nameOf(token.owner)}, and knew that ${known.owner === null ? 'nobody' : nameOf(known.owner)} held the operation at ${known.epoch}.`,
    );
  }
}

/** `replay`: an alarm that comes again decides nothing, once it was decided over and what it says is over. */
export function checkReplay({ again }: Invocation, decidedSince: boolean, eyes: Eyes): void {
  if (!again || !decidedSince) return;
  if (!eyes.sites.every((site) => eyes.couldServe(site) && eyes.world.grid.seesOther(site))) return;
  eyes.violated('replay', 'An alarm that came again, long over, changed a decision.');
}

const nameOf = (arn: string): string => arn.split(':').slice(-2).join(' ');
