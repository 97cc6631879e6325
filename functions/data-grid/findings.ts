import { dataGridPods } from '../kubernetes/cluster.ts';
import type { SiteConfiguration } from '../shared/configuration.ts';
import { notReady } from './pods.ts';
import type { DataGridWorld } from './world.ts';

/** One thing that would keep a workflow from its work at a site, and what mends it. */
export interface Finding {
  readonly reason: string;
  readonly remedy: string;
}

/** Without these no Batch runs, and every change of a Data Grid is one. */
const OF_A_BATCH: ReadonlySet<string> = new Set(['batches.infinispan.org', 'pods/log']);

/**
 * What can be seen of a site's cluster without changing anything. Reading it shows that we are let in, and the API
 * is asked whether it would let us write.
 * @returns empty: a Batch could run there now
 * @throws what a `Cluster` throws
 */
export async function findingsAt(
  { clusterOf }: DataGridWorld,
  { name: site, cluster: { infinispan: resource } }: SiteConfiguration,
): Promise<readonly Finding[]> {
  const cluster = clusterOf(site);
  const [infinispan, pods] = await Promise.all([
    cluster.readInfinispan(),
    cluster.listPods(dataGridPods(resource)),
  ]);
  const denied = (await cluster.may()).filter((each) => OF_A_BATCH.has(each.resource));
  const waiting = notReady(pods);
  return [
    ...denied.map((each) => ({
      reason: `The Kubernetes API of ${site} does not allow us: ${each.verb} ${each.resource}.`,
      remedy: `Allow "${each.verb}" on "${each.resource}" in our Role (infra/kubernetes/access.yaml).`,
    })),
    ...(infinispan.wellFormed
      ? []
      : [
          {
            reason: `The Infinispan resource at ${site} is not WellFormed, and no Batch runs there until it is.`,
            remedy: `Look at the conditions of the Infinispan resource ${resource} at ${site}.`,
          },
        ]),
    ...(pods.length === 0
      ? [
          {
            reason: `${site} has no Data Grid pod.`,
            remedy: `Look at the Infinispan resource ${resource} at ${site}, and at the operator there.`,
          },
        ]
      : []),
    ...(waiting.length === 0
      ? []
      : [
          {
            reason: `These Data Grid pods of ${site} are not ready: ${waiting.join(', ')}.`,
            remedy: `Wait until the Data Grid of ${site} is ready.`,
          },
        ]),
  ];
}
