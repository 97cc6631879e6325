import { siteOf } from '../../shared/configuration.ts';
import type { SiteName } from '../../shared/names.ts';
import type { Facts } from '../facts.ts';
import { type Check, fail, pass } from '../report.ts';
import { ofEachCluster } from './cluster.ts';
import { podsCheck } from './pods.ts';

const RESOURCE = 'keycloak-ready';
const PODS = 'keycloak-pods';

/** Whether each site's Keycloak is up. A contained site's is to be down. */
export const keycloakChecks = (facts: Facts): readonly Check[] => [
  ...ofEachCluster(
    facts,
    RESOURCE,
    ({ keycloak }) => keycloak,
    ({ instances, ready }, site) => [
      instances === 0
        ? scaledDown(facts, site)
        : ready
          ? pass(RESOURCE, site, `Keycloak at ${site} is ready with ${instances} instances.`)
          : fail(
              RESOURCE,
              site,
              `Keycloak at ${site} is not ready with its ${instances} instances, or is being rolled out.`,
              `See its conditions at ${site}: kubectl get keycloak -o yaml`,
            ),
    ],
  ),
  ...ofEachCluster(
    facts,
    PODS,
    ({ keycloakPods }) => keycloakPods,
    (pods, site) => {
      const { keycloak } = facts.clusters[site]!;
      const isDown = keycloak.kind === 'known' && keycloak.value.instances === 0;
      return isDown ? [] : [podsCheck(PODS, 'Keycloak', pods, site)];
    },
  ),
];

function scaledDown({ configuration, ledger }: Facts, site: SiteName): Check {
  const record = ledger.kind === 'known' ? ledger.value?.sites[site] : undefined;
  if (record?.trust === 'stale' || record?.trust === 'resyncing')
    return pass(RESOURCE, site, `Keycloak at ${site} is at 0 instances, as ${site} is ${record.trust}.`);
  const usual = record?.keycloakInstances ?? siteOf(configuration, site).keycloakInstances;
  return fail(
    RESOURCE,
    site,
    `Keycloak at ${site} is at 0 instances, and nobody contained ${site}.`,
    `Set spec.instances of its Keycloak resource to ${usual}.`,
  );
}
