import { DescribeDBClustersCommand, DescribeDBInstancesCommand } from '@aws-sdk/client-rds';
import type { Edge } from '../../shared/edge.ts';
import { ConfigurationError } from '../../shared/errors.ts';
import type { DatabaseFacts } from '../facts.ts';
import { type Learned, learn } from '../learned.ts';

/** @returns null: the configuration names no database */
export async function databaseFacts(
  edge: Pick<Edge, 'rds' | 'configuration'>,
): Promise<Learned<DatabaseFacts> | null> {
  const { database } = edge.configuration;
  if (database === undefined) return null;
  const { clusterIdentifier } = database;
  return learn(
    `The Aurora cluster ${clusterIdentifier}`,
    'Correct database.clusterIdentifier in failover.config.json.',
    () => describe(edge, clusterIdentifier),
  );
}

async function describe({ rds }: Pick<Edge, 'rds'>, cluster: string): Promise<DatabaseFacts> {
  const [{ DBClusters = [] }, { DBInstances = [] }] = await Promise.all([
    rds.send(new DescribeDBClustersCommand({ DBClusterIdentifier: cluster })),
    rds.send(new DescribeDBInstancesCommand({ Filters: [{ Name: 'db-cluster-id', Values: [cluster] }] })),
  ]);
  const [found] = DBClusters;
  if (found === undefined) {
    throw new ConfigurationError(
      `There is no Aurora cluster ${cluster}.`,
      'Correct database.clusterIdentifier in failover.config.json.',
    );
  }
  return {
    cluster,
    status: found.Status ?? 'unknown',
    members: (found.DBClusterMembers ?? []).map(({ DBInstanceIdentifier: id = '', IsClusterWriter }) => {
      const instance = DBInstances.find((each) => each.DBInstanceIdentifier === id);
      return {
        id,
        isWriter: IsClusterWriter === true,
        isAvailable: instance?.DBInstanceStatus === 'available',
        zone: instance?.AvailabilityZone ?? null,
      };
    }),
  };
}
