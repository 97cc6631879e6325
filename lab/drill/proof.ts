import type { CacheName, SiteName } from '../../functions/shared/names.ts';
import { type Expectation, expectationsOf } from './expectations.ts';
import type { DrillRecord, Write } from './record.ts';

export type About =
  | 'played'
  | 'good-writes'
  | 'ended-sessions'
  | 'same-entries'
  | 'stale-reads'
  | 'no-traffic'
  | 'no-echo'
  | 'keycloak';

/** One thing that must be true at the end. */
export interface Proof {
  readonly about: About;
  readonly name: string;
  readonly passed: boolean;
  /** What was looked at, in numbers. */
  readonly detail: string;
  readonly failed: number;
  /** At most five. */
  readonly examples: readonly string[];
}

const EXAMPLES = 5;
const NOT_LOOKED_AT = 'What the sites hold is not known, so nothing is proven of it.';

function proof(about: About, name: string, detail: string, failures: readonly string[]): Proof {
  return {
    about,
    name,
    detail,
    passed: failures.length === 0,
    failed: failures.length,
    examples: failures.slice(0, EXAMPLES),
  };
}

const NOTHING_THERE = 'There was nothing to look at, so nothing is proven.';

/** A proof by looking at many: none looked at proves nothing. */
const proofBy = (looked: number, ...[about, name, detail, failures]: Parameters<typeof proof>): Proof =>
  looked > 0
    ? proof(about, name, detail, failures)
    : { about, name, detail, passed: false, failed: 0, examples: [NOTHING_THERE] };

/** All proofs of a drill, in the order in which one would ask for them. */
export function prove(record: DrillRecord): readonly Proof[] {
  const { sessions, staleReads } = expectationsOf(record.attempts);
  const { entries, sites } = record;
  const settled = sessions.filter(({ acceptable, everGood }) => everGood && !onlyMissing(acceptable));
  const ended = sessions.filter(({ acceptable, everGood }) => everGood && onlyMissing(acceptable));
  return [
    proof(
      'played',
      'The incident was played to its end',
      record.failure === null ? 'each step came within its time' : record.failure,
      record.failure === null ? [] : [record.failure],
    ),
    ...(entries === null
      ? [proof('good-writes', 'Both sites could be looked at in the end', 'not looked at', [NOT_LOOKED_AT])]
      : [
          proofBy(
            settled.length,
            'good-writes',
            'Every good write is at both sites with its newest value',
            `${settled.length} sessions at ${sites.join(' and ')}`,
            settled.flatMap((session) => wrongAt(record, session)),
          ),
          proofBy(
            ended.length,
            'ended-sessions',
            'Every ended session is gone from both sites',
            `${ended.length} sessions`,
            ended.flatMap((session) => wrongAt(record, session)),
          ),
          proof(
            'same-entries',
            'Both sites hold the same in every cache',
            countsOf(record),
            differences(record),
          ),
        ]),
    proof(
      'stale-reads',
      'No read was answered by a site with old data',
      `${record.attempts.filter(answeredRead).length} answered reads`,
      staleReads.map(
        ({ attempt, got, acceptable }) =>
          `${attempt.site} answered for ${attempt.cache}/${attempt.key} ${say(got)} instead of ${acceptable.map(say).join(' or ')}`,
      ),
    ),
    ...lostSiteProofs(record),
    keycloakProof(record),
  ];
}

/** Only where a site was lost and came back. */
function lostSiteProofs(record: DrillRecord): readonly Proof[] {
  const { lost, returnedAt, inSyncAt, probes, dns } = record;
  if (lost === null || returnedAt === null) return [];
  const until = inSyncAt ?? record.endedAt;
  const visits = dns.filter(
    ({ at, site }, index) =>
      site === lost && at < until && (dns[index + 1]?.at ?? Number.POSITIVE_INFINITY) > returnedAt,
  );
  const counting = probes.filter(({ counts }) => counts);
  // Without a bridge that can be cut nobody promised it: then it is not claimed either.
  const promised = probes.length === 0 || counting.length > 0;
  return [
    proof(
      'no-traffic',
      `${lost} got no traffic from its return until it was in sync again`,
      `what DNS answered for ${Math.round((until - returnedAt) / 1000)} s`,
      visits.map(({ at }) => `DNS answered with ${lost} at ${new Date(at).toISOString()}`),
    ),
    ...(promised ? [echoProof(lost, counting)] : []),
  ];
}

const echoProof = (lost: SiteName, looks: DrillRecord['probes']): Proof =>
  proofBy(
    looks.length,
    'no-echo',
    `Neither old data nor old requests of ${lost} reached the survivor`,
    `${looks.length} looks at the survivor`,
    looks
      .filter(({ expected, found }) => expected !== found)
      .map(
        ({ what, cache, key, expected, found }) =>
          `${what}: the survivor holds ${say(found)} instead of ${say(expected)} in ${cache}/${key}`,
      ),
  );

function keycloakProof({ keycloakBefore, keycloakAfter, sites }: DrillRecord): Proof {
  return proof(
    'keycloak',
    'Keycloak has as many instances as before',
    sites.map((site) => `${site}: ${keycloakAfter[site] ?? '?'}`).join(', '),
    sites
      .filter((site) => keycloakBefore[site] !== keycloakAfter[site])
      .map((site) => `${site} has ${keycloakAfter[site] ?? 'unknown'} instead of ${keycloakBefore[site]}`),
  );
}

const onlyMissing = (acceptable: ReadonlySet<string | null>): boolean =>
  acceptable.size === 1 && acceptable.has(null);

const say = (value: string | null): string => (value === null ? 'no session' : `"${value}"`);

const answeredRead = (attempt: DrillRecord['attempts'][number]): boolean => {
  const answer = attempt.type === 'read' ? attempt.answer : (attempt as Write).readBack;
  return answer?.kind === 'value' || answer?.kind === 'missing';
};

const held = (record: DrillRecord, site: SiteName, cache: CacheName, key: string): string | null =>
  record.entries?.[site]?.[cache]?.[key] ?? null;

function wrongAt(record: DrillRecord, { cache, key, acceptable }: Expectation): readonly string[] {
  return record.sites.flatMap((site) => {
    const found = held(record, site, cache, key);
    if (acceptable.has(found)) return [];
    return [
      `${site} holds ${say(found)} instead of ${[...acceptable].map(say).join(' or ')} in ${cache}/${key}`,
    ];
  });
}

const cachesOf = ({ entries, sites }: DrillRecord): readonly CacheName[] =>
  Object.keys(entries?.[sites[0]] ?? {}) as CacheName[];

const countOf = ({ entries }: DrillRecord, site: SiteName, cache: CacheName): number =>
  Object.keys(entries?.[site]?.[cache] ?? {}).length;

const countsOf = (record: DrillRecord): string =>
  cachesOf(record)
    .map((cache) => `${cache} ${record.sites.map((site) => countOf(record, site, cache)).join('/')}`)
    .join(', ');

function differences(record: DrillRecord): readonly string[] {
  const [first, second] = record.sites;
  return cachesOf(record).flatMap((cache) => {
    const keys = new Set(record.sites.flatMap((site) => Object.keys(record.entries?.[site]?.[cache] ?? {})));
    return [...keys].flatMap((key) => {
      const [one, two] = [held(record, first, cache, key), held(record, second, cache, key)];
      return one === two ? [] : [`${cache}/${key}: ${first} holds ${say(one)}, ${second} ${say(two)}`];
    });
  });
}
