import type { ClusterOf } from '../kubernetes/cluster.ts';
import { LedgerStore } from '../ledger/store.ts';
import { siteOf } from '../shared/configuration.ts';
import type { Edge } from '../shared/edge.ts';
import { ClusterUnreachableError } from '../shared/errors.ts';
import { cutBridge, lookAtBridge, restoreBridge } from './bridge-steps.ts';
import { checkPods } from './check-pods.ts';
import { checkSource } from './check-source.ts';
import { checkTarget } from './check-target.ts';
import { compareCounts } from './counts.ts';
import { createBatch } from './create-batch.ts';
import { deleteBatch } from './delete-batch.ts';
import { deleteBringOnlines, deleteClears, deleteLeftovers } from './delete-leftovers.ts';
import { deleteAfterBadEnd, isStatusChange } from './ended-badly.ts';
import { type DataGridInput, parseDataGridInput } from './inputs.ts';
import { lookAtBatch } from './look-at-batch.ts';
import { lookOver } from './look-over.ts';
import type { DataGridOutcome } from './outcomes.ts';
import type { DataGridWorld } from './world.ts';

export type DataGridEdge = Pick<Edge, 'dynamodb' | 'configuration' | 'now'> & {
  readonly clusterOf: ClusterOf;
};

/** Commands to a site's Data Grid, carried by Batches, and the bridge between the two. */
export function createDataGrid(edge: DataGridEdge): (event: unknown) => Promise<DataGridOutcome> {
  const world: DataGridWorld = {
    configuration: edge.configuration,
    store: new LedgerStore(edge),
    clusterOf: edge.clusterOf,
  };
  return async (event) => {
    if (isStatusChange(event)) return deleteAfterBadEnd(world, event);
    const input = parseDataGridInput(event);
    try {
      return await act(world, input);
    } catch (error) {
      if (error instanceof ClusterUnreachableError) return { outcome: 'unreachable', reason: error.message };
      throw error;
    }
  };
}

async function act(world: DataGridWorld, input: DataGridInput): Promise<DataGridOutcome> {
  switch (input.action) {
    case 'create-batch':
      return createBatch(world, input);
    case 'look-at-batch':
      return lookAtBatch(world, input);
    case 'delete-batch':
      return deleteBatch(world, input);
    case 'delete-leftovers':
      return deleteLeftovers(world, input);
    case 'delete-clears':
      return deleteClears(world, input);
    case 'delete-bring-onlines':
      return deleteBringOnlines(world, input);
    case 'cut-bridge':
      return cutBridge(world, input);
    case 'restore-bridge':
      return restoreBridge(world, input);
    case 'look-at-bridge':
      return lookAtBridge(world, input);
    case 'look-over':
      return lookOver(world);
    case 'check-target':
      return checkTarget(world, input);
    case 'check-pods':
      return checkPods(world, input);
    case 'check-source':
      return checkSource(world, input);
    case 'compare-counts': {
      const { configuration } = world;
      return compareCounts(
        configuration.caches,
        {
          site: siteOf(configuration, input.source).name,
          counts: input.sourceCounts,
          countsAfter: input.sourceCountsAfter,
        },
        { site: siteOf(configuration, input.target).name, counts: input.targetCounts },
        configuration.resync.countTolerance,
      );
    }
  }
}
