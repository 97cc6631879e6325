import { type Configuration, parseConfiguration } from '../../functions/shared/configuration.ts';
import { PRIMARY, SECONDARY } from './scenarios.ts';
import type { WorldOptions } from './world.ts';

/** The guide's lists: sessions are in the database since Keycloak 26. */
const CACHES = {
  'keycloak-26': ['actionTokens', 'authenticationSessions', 'loginFailures', 'work'],
  'rhbk-24': [
    'actionTokens',
    'authenticationSessions',
    'clientSessions',
    'loginFailures',
    'offlineClientSessions',
    'offlineSessions',
    'sessions',
    'work',
  ],
} as const satisfies Record<WorldOptions['caches'], readonly string[]>;

export const KEYCLOAK_INSTANCES = 2;
/** What clients ask DNS for. */
export const CLIENT_DOMAIN = 'sso.example.test';
/**
 * An AWS alarm on a health check looks once in 60 s, and the guide's records live 60 s. A drill can't wait for
 * either; the report says so.
 */
export const ALARM_PERIOD_SECONDS = 10;
export const RECORD_TTL_SECONDS = 5;

/** Where a site's cluster is reached; the rest is the same in every drill. */
export interface SiteAccess {
  readonly apiServer: string;
  readonly certificateAuthority?: string;
}

/** The configuration under which a drill is played, as a deployment would have it. */
export function drillConfiguration(
  caches: WorldOptions['caches'],
  accessOf: (site: string) => SiteAccess,
): Configuration {
  const site = (name: string, role: 'PRIMARY' | 'SECONDARY', availabilityZone: string) => ({
    name,
    role,
    switchHealthCheckId: `switch-${name}`,
    endpointHealthCheckId: `endpoint-${name}`,
    availabilityZone,
    keycloakInstances: KEYCLOAK_INSTANCES,
    cluster: {
      ...accessOf(name),
      namespace: 'keycloak',
      tokenSecretId: `failover/${name}/token`,
      infinispan: 'infinispan',
      keycloak: 'keycloak',
    },
  });
  return parseConfiguration({
    deployment: 'drill',
    region: 'eu-central-1',
    accountId: '123456789012',
    sites: [site(PRIMARY, 'PRIMARY', 'eu-central-1a'), site(SECONDARY, 'SECONDARY', 'eu-central-1b')],
    caches: CACHES[caches],
    traffic: {
      adapter: 'calculated-checks',
      recordTtlSeconds: RECORD_TTL_SECONDS,
      checkIntervalSeconds: 10,
    },
    alarms: [PRIMARY, SECONDARY].flatMap((name) => [
      {
        name: `${name}-endpoint-down`,
        kind: 'endpoint-down',
        site: name,
        metric: {
          namespace: 'AWS/Route53',
          name: 'HealthCheckStatus',
          dimensions: { HealthCheckId: `endpoint-${name}` },
        },
      },
      { name: `${name}-left-view`, kind: 'left-cross-site-view', site: name, region: 'eu-central-1' },
    ]),
    bridgeCut: {
      enabled: true,
      siteCidrs: { [PRIMARY]: ['10.1.0.0/16'], [SECONDARY]: ['10.2.0.0/16'] },
    },
    database: { clusterIdentifier: 'keycloak' },
    notification: { topicArn: 'arn:aws:sns:eu-central-1:123456789012:on-call' },
    ledgerTable: 'failover-ledger',
  });
}
