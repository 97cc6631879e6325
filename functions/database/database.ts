import {
  DescribeDBClustersCommand,
  DescribeDBInstancesCommand,
  FailoverDBClusterCommand,
} from '@aws-sdk/client-rds';
import * as v from 'valibot';
import { guard } from '../ledger/guard.ts';
import { LedgerStore } from '../ledger/store.ts';
import { siteOf } from '../shared/configuration.ts';
import type { Edge } from '../shared/edge.ts';
import { TransientError } from '../shared/errors.ts';
import { named } from '../shared/faults.ts';
import { operationToken, parseInput } from '../shared/input.ts';

export type DatabaseOutcome =
  /** Aurora has accepted it; it takes 10 to 30 s. */
  | { readonly outcome: 'moved'; readonly instance: string }
  | { readonly outcome: 'already-there'; readonly instance: string }
  | { readonly outcome: 'failover-running' }
  | { readonly outcome: 'not-configured'; readonly reason: string }
  | { readonly outcome: 'failed'; readonly reason: string }
  | { readonly outcome: 'superseded' };

const inputSchema = v.variant('action', [
  v.strictObject({ action: v.literal('move-writer'), operation: operationToken, site: v.string() }),
]);

/**
 * The guide's optional step: Aurora's writer into the zone of the serving site. What goes wrong here is a warning,
 * never the end of a workflow, because a writer in the other zone works too, only slower.
 */
export function createDatabase(
  edge: Pick<Edge, 'rds' | 'dynamodb' | 'configuration' | 'now'>,
): (event: unknown) => Promise<DatabaseOutcome> {
  const { configuration, rds } = edge;
  const store = new LedgerStore(edge);
  return async (event) => {
    const { operation, site: name } = parseInput('database', inputSchema, event);
    const site = siteOf(configuration, name);
    if (configuration.database === undefined) {
      return { outcome: 'not-configured', reason: 'failover.config.json names no database.' };
    }
    if (site.availabilityZone === undefined) {
      return { outcome: 'not-configured', reason: `sites: ${site.name} names no availabilityZone.` };
    }
    const { clusterIdentifier } = configuration.database;
    try {
      const cluster = await describe(rds, clusterIdentifier);
      if (cluster.status === 'failing-over') return { outcome: 'failover-running' };
      const there = cluster.instances.filter(({ zone }) => zone === site.availabilityZone);
      const writer = there.find((instance) => instance.isWriter);
      if (writer !== undefined) return { outcome: 'already-there', instance: writer.id };
      const target = there.find((instance) => instance.isAvailable);
      if (target === undefined) {
        return {
          outcome: 'failed',
          reason: `${clusterIdentifier} has no available instance in ${site.availabilityZone}.`,
        };
      }
      if ((await guard(store, operation)) === 'superseded') return { outcome: 'superseded' };
      await rds.send(
        new FailoverDBClusterCommand({
          DBClusterIdentifier: clusterIdentifier,
          TargetDBInstanceIdentifier: target.id,
        }),
      );
      return { outcome: 'moved', instance: target.id };
    } catch (error) {
      return refused(error);
    }
  };
}

async function describe(rds: Edge['rds'], clusterIdentifier: string) {
  const [{ DBClusters = [] }, { DBInstances = [] }] = await Promise.all([
    rds.send(new DescribeDBClustersCommand({ DBClusterIdentifier: clusterIdentifier })),
    rds.send(
      new DescribeDBInstancesCommand({ Filters: [{ Name: 'db-cluster-id', Values: [clusterIdentifier] }] }),
    ),
  ]);
  const members = DBClusters[0]?.DBClusterMembers ?? [];
  return {
    status: DBClusters[0]?.Status,
    instances: members.map(({ DBInstanceIdentifier, IsClusterWriter }) => {
      const instance = DBInstances.find((each) => each.DBInstanceIdentifier === DBInstanceIdentifier);
      return {
        id: DBInstanceIdentifier ?? '',
        isWriter: IsClusterWriter === true,
        isAvailable: instance?.DBInstanceStatus === 'available',
        zone: instance?.AvailabilityZone,
      };
    }),
  };
}

/** What RDS refuses is an outcome; what may pass, and everything that is not RDS, stays a fault. */
function refused(error: unknown): DatabaseOutcome {
  const fault = named(error);
  if (fault instanceof TransientError) throw fault;
  if (fault.name === 'InvalidDBClusterStateFault') return { outcome: 'failover-running' };
  if ((error as { $fault?: string } | null)?.$fault !== 'client') throw fault;
  return { outcome: 'failed', reason: `${fault.name}: ${fault.message}` };
}
