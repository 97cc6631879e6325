import type { SiteName } from '../../shared/names.ts';
import { currentSince } from '../../traffic/endpoint.ts';
import type { Facts } from '../facts.ts';
import { type Check, fail, pass, unknown } from '../report.ts';

const ID = 'fenced-path';

/**
 * Whether the path by which a site is fenced really fails. Route 53 takes 2xx and 3xx for healthy, so a fence on a path
 * that answers so is none. Only the adapter `health-check-path` has one.
 */
export function fencedPathChecks(facts: Facts): readonly Check[] {
  const { configuration, traffic } = facts;
  if (configuration.traffic.adapter !== 'health-check-path') return [];
  return configuration.sites.flatMap(({ name }): readonly Check[] => {
    const { position, fencedPath } = traffic[name]!;
    if (position.kind === 'known' && position.value.position === 'fenced') return [byCheckers(facts, name)];
    if (fencedPath === null) return [];
    if (fencedPath.kind === 'fault') {
      const what = `Whether the fenced path fails at ${name} is not known: ${fencedPath.what}.`;
      return [unknown(ID, name, what, fencedPath.remedy)];
    }
    const { url, status } = fencedPath.value;
    return [
      status >= 200 && status < 400
        ? fail(
            ID,
            name,
            `${url} answers ${status}, which Route 53 takes for healthy: a fence on it keeps nobody out.`,
            remedyOf(facts),
          )
        : pass(ID, name, `${url} answers ${status}, which Route 53 takes for unhealthy.`),
    ];
  });
}

/** Of a site that is fenced now, by what Route 53's own checkers see on that path. */
function byCheckers(facts: Facts, name: SiteName): Check {
  const { configuration, traffic, ledger, at } = facts;
  const { observations } = traffic[name]!;
  if (observations.kind === 'fault') return fail(ID, name, observations.what, observations.remedy);
  const since = currentSince(configuration, new Date(at));
  // What was seen before the fence was seen on the usual path.
  const justNow = ledger.kind === 'known' && ledger.value !== null && ledger.value.changedAt > since;
  const fresh = observations.value.filter((each) => each.at > since);
  if (justNow || fresh.length === 0) {
    const what = `Whether the fenced path keeps ${name} out is not known yet: the checkers have to look again.`;
    return unknown(ID, name, what, null);
  }
  return fresh.some(({ passes }) => passes)
    ? fail(
        ID,
        name,
        `${name} is fenced by ${configuration.traffic.fencedPath}, and Route 53's checkers find that healthy: it is not kept out.`,
        remedyOf(facts),
      )
    : pass(ID, name, `${name} is fenced, and Route 53's checkers find it unhealthy.`);
}

const remedyOf = ({ configuration }: Facts): string =>
  `Set traffic.fencedPath in failover.config.json (now ${configuration.traffic.fencedPath}) to a path that answers neither 2xx nor 3xx at both sites, and deploy.`;
