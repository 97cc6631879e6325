import type { GuideVersion } from '../configuration/guide.ts';
import type { Sizing } from '../configuration/keycloak-schema.ts';
import { type Load, TESTED } from './rules.ts';
import { podsInWords } from './words.ts';

/** Aurora PostgreSQL's default max_connections is LEAST(memory / 9531392, 5000). */
const MOST_CONNECTIONS = 5000;
const BYTES_PER_CONNECTION = 9_531_392;

const RATES = [
  ['loginsPerSecond', 'logins'],
  ['clientCredentialsPerSecond', 'client credential grants'],
  ['refreshesPerSecond', 'refreshes'],
] as const;

/** What a load test has to show, because the guide has not. */
export function warningsOf(
  version: GuideVersion,
  load: Load,
  sizing: Sizing,
  databaseConnections: number,
): readonly string[] {
  return [
    ...RATES.filter(([what]) => load[what] > TESTED[what]).map(
      ([what, words]) =>
        `${load[what]} ${words} a second: the guide has tested up to ${TESTED[what]}; test the load yourself.`,
    ),
    ...(version === '24' && load.sessions > TESTED.sessions
      ? [`${load.sessions} sessions: the guide has tested up to ${TESTED.sessions}; test the load yourself.`]
      : []),
    ...(sizing.httpPoolMaxThreads < sizing.databasePoolConnections
      ? [
          `${sizing.httpPoolMaxThreads} request threads in each of ${podsInWords(load.pods)} are fewer than its ${sizing.databasePoolConnections} database connections; take fewer pods with more CPU each, or a smaller databasePoolConnections.`,
        ]
      : []),
    ...(load.pods === TESTED.pods
      ? []
      : [
          `${podsInWords(load.pods)}: the guide has tested ${TESTED.pods}; ${load.pods < TESTED.pods ? 'fewer lose more when one fails' : 'more have more to tell each other'}, so test the load yourself.`,
        ]),
    ...(sizing.cpuRequestVcpu < 1
      ? [
          `${sizing.cpuRequestVcpu} vCPU requested: with less than 1 a pod starts slowly, whatever the load; the guide names no least.`,
        ]
      : []),
    ...(databaseConnections > MOST_CONNECTIONS
      ? [
          `${databaseConnections} connections: Aurora PostgreSQL takes ${MOST_CONNECTIONS} at most by default; take fewer pods or a smaller pool.`,
        ]
      : [
          ...(databaseConnections * BYTES_PER_CONNECTION > 7.5e9
            ? [
                `${databaseConnections} connections: by default Aurora PostgreSQL takes one for each 9.5 MB of memory, so its instances need ${Math.ceil((databaseConnections * BYTES_PER_CONNECTION) / 1e9)} GB or more.`,
              ]
            : []),
        ]),
  ];
}
