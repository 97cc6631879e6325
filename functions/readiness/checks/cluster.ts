import type { SiteName } from '../../shared/names.ts';
import type { ClusterFacts, Facts } from '../facts.ts';
import type { Learned } from '../learned.ts';
import { type Check, fail, pass } from '../report.ts';

const ID = 'cluster-answers';

const asked = ({ dataGridPods, infinispan, keycloak, keycloakPods, denials }: ClusterFacts) => [
  dataGridPods,
  infinispan,
  keycloak,
  keycloakPods,
  denials,
];

const answers = (cluster: ClusterFacts): boolean => asked(cluster).some(({ kind }) => kind === 'known');

/** Whether each site's Kubernetes API does anything for us: without it nobody takes the other site offline there. */
export const clusterChecks = ({ configuration, clusters }: Facts): readonly Check[] =>
  configuration.sites.map(({ name }) => {
    const cluster = clusters[name]!;
    const fault = asked(cluster).find((each) => each.kind === 'fault');
    return answers(cluster) || fault === undefined
      ? pass(ID, name, `The Kubernetes API of ${name} answers.`)
      : fail(ID, name, fault.what, fault.remedy);
  });

/**
 * Checks over one fact of each site's cluster. One that could not be read fails by itself; where the API gives no
 * answer at all, that is said once and not here.
 */
export const ofEachCluster = <Value>(
  { configuration, clusters }: Facts,
  id: string,
  pick: (cluster: ClusterFacts) => Learned<Value>,
  check: (value: Value, site: SiteName) => readonly Check[],
): readonly Check[] =>
  configuration.sites.flatMap(({ name }): readonly Check[] => {
    const cluster = clusters[name]!;
    const fact = pick(cluster);
    if (fact.kind === 'known') return check(fact.value, name);
    return answers(cluster) ? [fail(id, name, fact.what, fact.remedy)] : [];
  });
