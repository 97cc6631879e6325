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
