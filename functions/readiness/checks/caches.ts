import type { Configuration } from '../../shared/configuration.ts';
import { faultInWords, withoutStop } from '../fault-words.ts';
import { type Check, fail, pass } from '../report.ts';
import type { DescribeAnswer, Description, WholeFacts } from '../whole.ts';
import { failurePolicyChecks } from './cache-failure-policy.ts';
import type { DescribedSite } from './described-site.ts';

const DESCRIBED = 'caches-described';
const EXIST = 'caches-exist';
const STATISTICS = 'cache-statistics';
const BACKUPS = 'cache-backups';
const SAME = 'caches-same';

/** Whether both sites have the configured caches, alike, each mirrored to the other site and counted. */
export function cacheChecks(configuration: Configuration, found: WholeFacts): readonly Check[] {
  const { serving, passive, servingCaches, passiveCaches } = found;
  const each = [
    { site: serving, against: passive, answer: servingCaches },
    { site: passive, against: serving, answer: passiveCaches },
  ].map((asked) => ({ ...asked, described: describedOf(asked.answer) }));
  const sites = each.flatMap(({ site, against, described }): readonly DescribedSite[] =>
    described === null ? [] : [{ site, against, caches: existing(described) }],
  );
  return [
    ...each.flatMap(({ site, answer, described }) =>
      described === null ? [notDescribed(site, answer)] : [],
    ),
    ...sites.flatMap((site) => [
      existCheck(configuration, site),
      ...statisticsCheck(site),
      ...backupsCheck(site),
      ...failurePolicyChecks(configuration.backupFailurePolicy, site),
    ]),
    ...(sites.length === 2 ? [sameCheck(sites[0]!, sites[1]!)] : []),
  ];
}

type Descriptions = NonNullable<Extract<DescribeAnswer, { facts: unknown }>['facts']['descriptions']>;

const describedOf = (answer: DescribeAnswer): Descriptions | null =>
  'Error' in answer ? null : (answer.facts.descriptions ?? null);

const existing = (descriptions: Descriptions): ReadonlyMap<string, Description> =>
  new Map(
    Object.entries(descriptions).flatMap(([cache, description]) =>
      description.exists ? [[cache, description] as const] : [],
    ),
  );

function notDescribed(site: string, answer: DescribeAnswer): Check {
  const why =
    'Error' in answer
      ? faultInWords(answer.Error, answer.Cause)
      : (answer.facts.reason ?? `the Batch ended as ${answer.facts.outcome}`);
  const remedy = 'Error' in answer ? undefined : answer.facts.remedy;
  return fail(
    DESCRIBED,
    site,
    `How the caches of ${site} are configured is not known: ${withoutStop(why)}.`,
    remedy ?? `See the executions of run-batch in the Step Functions console, and the cluster of ${site}.`,
  );
}

function existCheck({ caches: configured }: Configuration, { site, against, caches }: DescribedSite): Check {
  const missing = configured.filter((cache) => !caches.has(cache));
  return missing.length === 0
    ? pass(EXIST, site, `${site} has each of the ${configured.length} caches.`)
    : fail(
        EXIST,
        site,
        `${site} lacks these caches: ${missing.join(', ')}.`,
        `Create them at ${site} as they are at ${against}, or take them out of "caches" in failover.config.json.`,
      );
}

function statisticsCheck({ site, caches }: DescribedSite): readonly Check[] {
  if (caches.size === 0) return [];
  const without = [...caches].filter(([, { statistics }]) => !statistics).map(([cache]) => cache);
  return [
    without.length === 0
      ? pass(STATISTICS, site, `Each cache of ${site} keeps statistics, so its entries can be counted.`)
      : fail(
          STATISTICS,
          site,
          `These caches of ${site} keep no statistics, so no resync can be proven by their entries: ${without.join(', ')}.`,
          'Set statistics to true in their configuration.',
        ),
  ];
}

function backupsCheck({ site, against, caches }: DescribedSite): readonly Check[] {
  if (caches.size === 0) return [];
  const backupOf = ({ backups }: Description) => backups.find((backup) => backup.site === against);
  const without = [...caches].filter(([, cache]) => backupOf(cache) === undefined).map(([name]) => name);
  if (without.length > 0) {
    return [
      fail(
        BACKUPS,
        site,
        `These caches of ${site} are not backed up to ${against}: ${without.join(', ')}.`,
        `Add ${against} to their backups: <backup site="${against}" strategy="SYNC" failure-policy="FAIL"/>.`,
      ),
    ];
  }
  const late = [...caches].filter(([, cache]) => backupOf(cache)!.strategy === 'ASYNC').map(([name]) => name);
  return [
    late.length === 0
      ? pass(BACKUPS, site, `Each cache of ${site} is backed up to ${against}, synchronously.`)
      : fail(
          BACKUPS,
          site,
          `These caches of ${site} are backed up to ${against} asynchronously, so a failover loses the last writes: ${late.join(', ')}.`,
          'Set strategy="SYNC" on their backups.',
        ),
  ];
}

function sameCheck(one: DescribedSite, other: DescribedSite): Check {
  const both = [...one.caches].filter(([cache]) => other.caches.has(cache));
  const differing = both
    .filter(([cache, { digest }]) => other.caches.get(cache)!.digest !== digest)
    .map(([cache]) => cache);
  return differing.length === 0
    ? pass(SAME, 'configuration', `The caches of ${one.site} and ${other.site} are configured alike.`)
    : fail(
        SAME,
        'configuration',
        `These caches are configured differently at ${one.site} and ${other.site}: ${differing.join(', ')}.`,
        `Compare what "describe /containers/default/caches/${differing[0]}" says at both sites; only the backup's site may differ.`,
      );
}
