import { type ClusterOf, dataGridPods, type PodSummary } from '../kubernetes/cluster.ts';
import type { SiteConfiguration } from '../shared/configuration.ts';
import { ClusterUnreachableError } from '../shared/errors.ts';
import { log } from '../shared/log.ts';
import type { SiteName } from '../shared/names.ts';
import { type Learned, learn } from './learned.ts';

/** A look at a site's Data Grid pods. */
export interface PodLook {
  readonly site: SiteName;
  readonly pods: Learned<readonly PodSummary[]>;
  /** What is not that the site is lost, and so a person's to mend. */
  readonly fault: { readonly error: unknown } | null;
}

/** A fault at one site keeps nobody from looking after the other one. */
export async function lookAtPods(
  clusterOf: ClusterOf,
  { name, cluster }: SiteConfiguration,
): Promise<PodLook> {
  let fault: PodLook['fault'] = null;
  const pods = await learn(
    `The Data Grid pods of ${name}`,
    `Look at the Kubernetes API of ${name}.`,
    async () => {
      try {
        return await clusterOf(name).listPods(dataGridPods(cluster.infinispan));
      } catch (error) {
        log('info', 'the pods of a site could not be listed', { site: name, cause: String(error) });
        if (!(error instanceof ClusterUnreachableError)) fault = { error };
        throw error;
      }
    },
  );
  return { site: name, pods, fault };
}

/** Null: they could not be listed. */
export const podsOf = ({ pods }: PodLook): readonly PodSummary[] | null =>
  pods.kind === 'known' ? pods.value : null;
