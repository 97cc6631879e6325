import { GetHealthCheckStatusCommand } from '@aws-sdk/client-route-53';
import { type Configuration, siteOf } from '../shared/configuration.ts';
import type { Edge } from '../shared/edge.ts';
import { ConfigurationError } from '../shared/errors.ts';
import { type Instant, instant, type SiteName } from '../shared/names.ts';
import type { SwitchState } from './switches.ts';

export interface Observation {
  readonly passes: boolean;
  /** When the checker looked. */
  readonly at: Instant;
}

/** Route 53 calls an endpoint healthy when more than this share of checkers does. */
const HEALTHY_SHARE = 0.18;

/** What Route 53's checkers last saw of a site's endpoint. */
export async function observeEndpoint(
  edge: Pick<Edge, 'route53' | 'configuration'>,
  site: SiteName,
  options: { readonly abortSignal?: AbortSignal } = {},
): Promise<readonly Observation[]> {
  const { endpointHealthCheckId } = siteOf(edge.configuration, site);
  const { HealthCheckObservations = [] } = await edge.route53
    .send(new GetHealthCheckStatusCommand({ HealthCheckId: endpointHealthCheckId }), options)
    .catch((error: Error) => {
      // What Route 53 answers about a check that asks other checks or an alarm.
      if (error.name !== 'InvalidInput') throw error;
      throw new ConfigurationError(
        `The health check ${endpointHealthCheckId} of ${site} has no checkers: it probes no endpoint.`,
        "Give the id of the site's check over HTTP or HTTPS as its healthCheck.id in failover.config.json, and deploy.",
        { cause: error },
      );
    });
  return HealthCheckObservations.flatMap(({ StatusReport }) =>
    StatusReport?.CheckedTime === undefined || StatusReport.Status === undefined
      ? []
      : [{ passes: StatusReport.Status.startsWith('Success'), at: instant(StatusReport.CheckedTime) }],
  );
}

/**
 * `unobservable`: the check does not probe the endpoint at present, because it is the switch too and is fenced or
 * disabled. `unknown`: fewer than half of the checkers have looked since.
 */
export type Verdict = 'passing' | 'failing' | 'unknown' | 'unobservable';

/**
 * Whether a site's endpoint passes, by what the checkers saw after `since`. Older observations answer nothing:
 * a dead site looks healthy in them.
 */
export function endpointVerdict(
  configuration: Configuration,
  site: SiteName,
  observations: readonly Observation[],
  state: SwitchState,
  since: Instant,
): Verdict {
  const { switchHealthCheckId, endpointHealthCheckId } = siteOf(configuration, site);
  if (switchHealthCheckId === endpointHealthCheckId && state.position !== 'follows') return 'unobservable';
  const fresh = observations.filter((observation) => observation.at > since);
  if (fresh.length === 0 || fresh.length * 2 < observations.length) return 'unknown';
  return fresh.filter((observation) => observation.passes).length / fresh.length > HEALTHY_SHARE
    ? 'passing'
    : 'failing';
}

/** Observations taken within this time count as "now": two rounds of the checkers and their delay. */
export const currentSince = (configuration: Configuration, now: Date): Instant =>
  instant(new Date(now.getTime() - (2 * configuration.traffic.checkIntervalSeconds + 10) * 1000));
