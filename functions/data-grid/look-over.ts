import { dataGridPods } from '../kubernetes/cluster.ts';
import type { SiteConfiguration } from '../shared/configuration.ts';
import type { LookOverOutcome } from './outcomes.ts';
import { notReady } from './pods.ts';
import type { DataGridWorld } from './world.ts';

/** What a dry run can see of both sites without changing anything: whether their clusters would let a workflow work. */
export async function lookOver(world: DataGridWorld): Promise<LookOverOutcome> {
  const found = await Promise.all(world.configuration.sites.map((site) => findingsAt(world, site)));
  const findings = found.flat();
  return findings.length === 0
    ? {
        outcome: 'ready',
        findings: ['At both sites the Infinispan resource is WellFormed and each Data Grid pod is ready.'],
      }
    : { outcome: 'not-ready', findings };
}

async function findingsAt({ clusterOf }: DataGridWorld, site: SiteConfiguration): Promise<readonly string[]> {
  const cluster = clusterOf(site.name);
  try {
    const [infinispan, pods] = await Promise.all([
      cluster.readInfinispan(),
      cluster.listPods(dataGridPods(site.cluster.infinispan)),
    ]);
    const waiting = notReady(pods);
    return [
      ...(infinispan.wellFormed
        ? []
        : [
            `The Infinispan resource at ${site.name} is not WellFormed, and no Batch runs there until it is.`,
          ]),
      ...(pods.length === 0 ? [`${site.name} has no Data Grid pod.`] : []),
      ...(waiting.length === 0
        ? []
        : [`These Data Grid pods of ${site.name} are not ready: ${waiting.join(', ')}.`]),
    ];
  } catch (error) {
    // A plan with a gap is better than none.
    return [`${site.name}: ${error instanceof Error ? error.message : String(error)}`];
  }
}
