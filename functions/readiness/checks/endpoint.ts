import type { SiteConfiguration } from '../../shared/configuration.ts';
import type { Facts } from '../facts.ts';
import { type Check, fail, pass, unknown } from '../report.ts';
import { verdictOf } from './traffic-of.ts';

const ID = 'endpoint';

/** Whether each site's endpoint passes its check in Route 53 now. */
export const endpointChecks = (facts: Facts): readonly Check[] =>
  facts.configuration.sites.map((site) => endpointCheck(facts, site));

function endpointCheck(facts: Facts, site: SiteConfiguration): Check {
  const { name, endpointHealthCheckId } = site;
  const verdict = verdictOf(facts, site);
  if (verdict.kind === 'fault') return fail(ID, name, verdict.what, verdict.remedy);
  switch (verdict.value) {
    case 'passing':
      return pass(ID, name, `Route 53's checkers find the endpoint of ${name} healthy.`);
    case 'failing':
      return fail(
        ID,
        name,
        `Route 53's checkers find the endpoint of ${name} unhealthy.`,
        `See the health check ${endpointHealthCheckId} in Route 53, and Keycloak and its ingress at ${name}.`,
      );
    case 'unobservable':
      return unknown(
        ID,
        name,
        `The health check of ${name} is its fence too, so nobody probes its endpoint at present.`,
        null,
      );
    case 'unknown':
      return fail(
        ID,
        name,
        `Too few of Route 53's checkers have looked at ${name} lately to say whether it is healthy.`,
        `See the health check ${endpointHealthCheckId} in Route 53: one that is disabled, or was made a moment ago, has no observations.`,
      );
  }
}
