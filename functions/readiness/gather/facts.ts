import type { LedgerStore } from '../../ledger/store.ts';
import type { Edge } from '../../shared/edge.ts';
import type { SiteName } from '../../shared/names.ts';
import type { ClusterFacts, Facts } from '../facts.ts';
import { learn } from '../learned.ts';
import type { PodLook } from '../pod-look.ts';
import { type ClusterEdge, clusterFacts } from './clusters.ts';
import { databaseFacts } from './database.ts';
import { type TrafficEdge, trafficFacts } from './traffic.ts';

export type GatherEdge = TrafficEdge & ClusterEdge & Pick<Edge, 'rds' | 'configuration'>;

/** All facts of a report, each with why it could not be learned. */
export async function gatherFacts(
  edge: GatherEdge,
  store: LedgerStore,
  looks: readonly PodLook[],
): Promise<Facts> {
  const { configuration } = edge;
  const clusters = Promise.all(
    configuration.sites.map(async (site): Promise<[SiteName, ClusterFacts]> => {
      const { pods } = looks.find((look) => look.site === site.name)!;
      return [site.name, await clusterFacts(edge, site, pods)];
    }),
  );
  const [traffic, database, clusterEntries] = await Promise.all([
    trafficFacts(edge),
    databaseFacts(edge),
    clusters,
  ]);
  const ledger = await learn('The ledger', 'See the item in DynamoDB.', () => store.read());
  return {
    configuration,
    at: store.now(),
    ledger,
    traffic,
    database,
    clusters: Object.fromEntries(clusterEntries),
  };
}
