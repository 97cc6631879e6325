import { GetHealthCheckCommand } from '@aws-sdk/client-route-53';
import { type Configuration, type SiteConfiguration, siteOf } from '../../shared/configuration.ts';
import type { Edge } from '../../shared/edge.ts';
import { TransientError } from '../../shared/errors.ts';
import { named } from '../../shared/faults.ts';
import type { SiteName } from '../../shared/names.ts';
import { within } from '../../shared/within.ts';
import { observeEndpoint } from '../../traffic/endpoint.ts';
import { route53Switches } from '../../traffic/route-53-switches.ts';
import type { EndpointCheck, TrafficFacts } from '../facts.ts';
import { type Learned, learn, MAY_PASS } from '../learned.ts';

/** Asks an address once and answers the status; no redirect is followed. */
type Ask = (url: string) => Promise<number>;

export type TrafficEdge = Pick<Edge, 'route53' | 'configuration' | 'now'> & { readonly ask: Ask };

/** For all of it: what readiness found is to be done, as containing a stale site, waits for the report. */
const BUDGET_MILLISECONDS = 15_000;

const REMEDY = 'Correct the ids of the health checks in failover.config.json.';

/**
 * What Route 53 says of each site. One request after the other, and none any more once one was given up, or all took too
 * long: five a second are what the whole account has, and they are needed for moving traffic.
 */
export async function trafficFacts(
  given: TrafficEdge,
  budgetMilliseconds = BUDGET_MILLISECONDS,
): Promise<Readonly<Record<SiteName, TrafficFacts>>> {
  const edge = { ...given, route53: untilGivenUp(given, budgetMilliseconds) };
  const { configuration } = edge;
  const switches = route53Switches(edge);
  const facts: Record<SiteName, TrafficFacts> = {};
  for (const site of configuration.sites) {
    const { name } = site;
    const position = await learn(`The switch of ${name}`, REMEDY, () => switches.read(name));
    const endpointCheck = await learn(`The endpoint check of ${name}`, REMEDY, () =>
      endpointCheckOf(edge, site),
    );
    const observations = await learn(`What Route 53's checkers see of ${name}`, REMEDY, () =>
      observeEndpoint(edge, name),
    );
    const isFenced = position.kind === 'known' && position.value.position === 'fenced';
    const fencedPath = isFenced ? null : await fencedPathOf(edge, name, endpointCheck);
    facts[name] = { position, endpointCheck, observations, fencedPath };
  }
  return facts;
}

/** Where Route 53 is silent or used up, asking for the rest would last longer than an invocation may. */
function untilGivenUp(
  { route53, now }: Pick<Edge, 'route53' | 'now'>,
  budgetMilliseconds: number,
): Edge['route53'] {
  const until = now().getTime() + budgetMilliseconds;
  const tooLate = () =>
    new TransientError(`Route 53 has not answered all within ${budgetMilliseconds / 1000} s.`, MAY_PASS);
  let givenUp: unknown = null;
  const send = async (command: Parameters<typeof route53.send>[0]) => {
    const left = until - now().getTime();
    if (givenUp === null && left <= 0) givenUp = tooLate();
    if (givenUp !== null) throw givenUp;
    try {
      return await within(left, tooLate, (abortSignal) => route53.send(command, { abortSignal }));
    } catch (error) {
      if (named(error) instanceof TransientError) givenUp = error;
      throw error;
    }
  };
  return { send } as Edge['route53'];
}

async function endpointCheckOf(
  edge: Pick<Edge, 'route53'>,
  { endpointHealthCheckId }: SiteConfiguration,
): Promise<EndpointCheck> {
  const { HealthCheck } = await edge.route53.send(
    new GetHealthCheckCommand({ HealthCheckId: endpointHealthCheckId }),
  );
  const {
    Type,
    FullyQualifiedDomainName: domain,
    Port,
    RequestInterval,
    FailureThreshold,
  } = HealthCheck!.HealthCheckConfig!;
  const scheme = Type?.startsWith('HTTPS') ? 'https' : Type?.startsWith('HTTP') ? 'http' : null;
  const port = Port ?? (scheme === 'https' ? 443 : 80);
  return {
    origin: scheme === null || domain === undefined ? null : `${scheme}://${domain}:${port}`,
    intervalSeconds: RequestInterval ?? 30,
    failureThreshold: FailureThreshold ?? 3,
  };
}

async function fencedPathOf(
  { configuration, ask }: { readonly configuration: Configuration; readonly ask: Ask },
  site: SiteName,
  check: Learned<EndpointCheck>,
): Promise<TrafficFacts['fencedPath']> {
  const { switchHealthCheckId, endpointHealthCheckId } = siteOf(configuration, site);
  if (switchHealthCheckId !== endpointHealthCheckId || check.kind === 'fault') return null;
  const { origin } = check.value;
  if (origin === null) {
    return {
      kind: 'fault',
      what: `The endpoint check of ${site} probes an address without a name`,
      remedy: `Ask ${configuration.traffic.fencedPath} of ${site} yourself: it must answer neither 2xx nor 3xx.`,
    };
  }
  const url = `${origin}${configuration.traffic.fencedPath}`;
  try {
    return { kind: 'known', value: { url, status: await ask(url) } };
  } catch (error) {
    return {
      kind: 'fault',
      what: `${url} can't be asked from here (${reasonOf(error)})`,
      remedy: `Ask it yourself from where users are: it must answer neither 2xx nor 3xx.`,
    };
  }
}

/** What `fetch` fails with has its reason in the cause. */
function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const { code } = (error.cause ?? {}) as { readonly code?: unknown };
  return typeof code === 'string' ? code : error.name;
}
