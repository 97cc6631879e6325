import type { Sized, SizingResult } from './size.ts';

const NAMES: Readonly<Record<Sized['output'], string>> = {
  cpuRequestVcpu: 'CPU requested',
  cpuLimitVcpu: 'CPU limit',
  memoryRequestMegabytes: 'Memory requested',
  memoryLimitMegabytes: 'Memory limit',
  httpPoolMaxThreads: 'http-pool-max-threads',
  httpMaxQueuedRequests: 'http-max-queued-requests',
  databasePoolConnections: 'Database pool (initial = min = max)',
  databaseConnections: 'Connections that the database needs',
};

const WIDTH = Math.max(...Object.values(NAMES).map(({ length }) => length));

/** What a person reads: each size with its rule under it, then the warnings. */
export function reportText({ version, load, rules, warnings }: SizingResult): string {
  const blocks = rules.flatMap(({ output, value, unit, rule, source, tested }) => [
    `  ${NAMES[output].padEnd(WIDTH)}  ${value} ${unit}`,
    `      ${rule} (${source}${tested === null ? '' : `; tested ${tested}`}).`,
  ]);
  return [
    `By the guide of ${version}, for ${load.pods === 1 ? 'the only Keycloak pod' : `each of ${load.pods} Keycloak pods`} of a site:`,
    '',
    ...blocks,
    ...(warnings.length === 0 ? [] : ['', ...warnings.map((warning) => `  Warning: ${warning}`)]),
    '',
    'A starting point: test the load before people depend on it.',
  ].join('\n');
}

/** The same for machines. `sizing` is what `environment.keycloak.sizing` takes. */
export const reportJson = ({
  version,
  load,
  sizing,
  databaseConnections,
  rules,
  warnings,
}: SizingResult): string =>
  JSON.stringify({ keycloakVersion: version, load, sizing, databaseConnections, rules, warnings }, null, 2);
