import type { Facts } from '../facts.ts';
import { type Check, fail, pass } from '../report.ts';
import { ofEachCluster } from './cluster.ts';
import { podsCheck } from './pods.ts';

const RESOURCE = 'infinispan-ready';
const VIEW = 'operator-view';
const PODS = 'data-grid-pods';

/** Whether each site's Data Grid is up as its operator sees it. */
export const dataGridChecks = (facts: Facts): readonly Check[] => [
  ...ofEachCluster(
    facts,
    RESOURCE,
    ({ infinispan }) => infinispan,
    ({ wellFormed, crossSiteViewFormed }, site) => [
      wellFormed
        ? pass(RESOURCE, site, `The Infinispan resource of ${site} is WellFormed.`)
        : fail(
            RESOURCE,
            site,
            `The Infinispan resource of ${site} is not WellFormed, and no Batch runs there until it is.`,
            `See its conditions at ${site}: kubectl get infinispan -o yaml`,
          ),
      // An operator that writes no such condition leaves it to the Batches.
      ...(crossSiteViewFormed === null ? [] : [viewCheck(crossSiteViewFormed, site)]),
    ],
  ),
  ...ofEachCluster(
    facts,
    PODS,
    ({ dataGridPods }) => dataGridPods,
    (pods, site) => [podsCheck(PODS, 'Data Grid', pods, site)],
  ),
];

const viewCheck = (isFormed: boolean, site: string): Check =>
  isFormed
    ? pass(VIEW, site, `The Infinispan operator of ${site} says that its Data Grid sees the other site.`)
    : fail(
        VIEW,
        site,
        `The Infinispan operator of ${site} says that its Data Grid does not see the other site.`,
        'See docs/runbook/site-left-view.md. Where a failover cut the bridge it is meant so until resync.',
      );
