import type { LedgerStore } from '../ledger/store.ts';
import type { Edge } from '../shared/edge.ts';
import type { Switches } from '../traffic/switches.ts';

export type ReconcileEdge = Pick<
  Edge,
  'dynamodb' | 'route53' | 'sfn' | 'sns' | 'cloudwatch' | 'configuration' | 'now'
>;

/** What looking, deciding and acting share. */
export interface Parts {
  readonly edge: ReconcileEdge;
  readonly store: LedgerStore;
  readonly switches: Switches;
}

/** The remedy where only a person who sees the whole ledger can tell what is wrong. */
export const LOOK_AT_LEDGER = 'Invoke the function "ledger" with {"action":"status"}: it answers the ledger.';
