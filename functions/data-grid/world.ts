import type { ClusterOf } from '../kubernetes/cluster.ts';
import type { LedgerStore } from '../ledger/store.ts';
import type { Configuration } from '../shared/configuration.ts';

/** What each step works on. */
export interface DataGridWorld {
  readonly configuration: Configuration;
  readonly store: LedgerStore;
  readonly clusterOf: ClusterOf;
}
