import { type Configuration, parseConfiguration } from '../functions/shared/configuration.ts';
import type { CacheName, SiteName } from '../functions/shared/names.ts';

export const SITE_A = 'site-a' as SiteName;
export const SITE_B = 'site-b' as SiteName;
export const otherSiteThan = (site: SiteName): SiteName => (site === SITE_A ? SITE_B : SITE_A);

/** The name that clients ask DNS for, and the sites' own names behind it. */
export const CLIENT_DOMAIN = 'login.example.test';
export const domainOf = (site: SiteName): string => `${site}.example.test`;

export const tokenSecretOf = (site: SiteName): string => `${site}-cluster-token`;

export interface LabCluster {
  readonly apiServer: string;
  readonly certificateAuthority?: string;
}

/** Where the survivor's Data Grid reaches the other one; in the lab the bridge knows the sites by name instead. */
const CIDRS = { [SITE_A]: ['198.51.100.0/24'], [SITE_B]: ['203.0.113.0/24'] };

const KEYCLOAK_INSTANCES = 2;

/**
 * The installation that is rehearsed, in the form that is deployed.
 *
 * Shorter than usual so that a rehearsal takes minutes: checks every 10 s (Route 53 allows 10 or 30) with one
 * failure enough, as in the guide, and records kept for 10 s.
 */
export function labConfiguration(
  caches: readonly CacheName[],
  clusters: Readonly<Record<SiteName, LabCluster>>,
  backupFailurePolicy: Configuration['backupFailurePolicy'] = 'FAIL',
): Configuration {
  const site = (name: SiteName, role: 'PRIMARY' | 'SECONDARY', availabilityZone: string) => ({
    name,
    role,
    availabilityZone,
    switchHealthCheckId: `switch-${name}`,
    endpointHealthCheckId: `endpoint-${name}`,
    keycloakInstances: KEYCLOAK_INSTANCES,
    cluster: {
      ...clusters[name],
      namespace: 'keycloak',
      token: { kind: 'secret', secretId: tokenSecretOf(name) },
      infinispan: 'infinispan',
      keycloak: 'keycloak',
    },
  });
  const endpointAlarm = (name: SiteName) => ({
    name: `${name}-endpoint`,
    region: 'us-east-1',
    kind: 'endpoint-down',
    site: name,
    metric: {
      namespace: 'AWS/Route53',
      name: 'HealthCheckStatus',
      dimensions: { HealthCheckId: `endpoint-${name}` },
    },
  });
  const viewAlarm = (name: SiteName) => ({
    name: `${name}-left-view`,
    region: 'eu-west-1',
    kind: 'left-cross-site-view',
    site: name,
    metric: { namespace: 'Keycloak', name: 'SiteViewStatus', dimensions: { site: name } },
  });
  return parseConfiguration({
    deployment: 'keycloak',
    sites: [site(SITE_A, 'PRIMARY', 'eu-west-1a'), site(SITE_B, 'SECONDARY', 'eu-west-1b')],
    caches,
    backupFailurePolicy,
    traffic: { adapter: 'calculated-checks', recordTtlSeconds: 10, checkIntervalSeconds: 10 },
    alarms: [endpointAlarm(SITE_A), endpointAlarm(SITE_B), viewAlarm(SITE_A), viewAlarm(SITE_B)],
    bridgeCut: { enabled: true, siteCidrs: CIDRS },
    database: { clusterIdentifier: 'keycloak-aurora' },
    notification: { topicArn: 'arn:aws:sns:eu-west-1:123456789012:keycloak-on-call' },
    ledgerTable: 'keycloak-ledger',
    reportsTable: 'keycloak-reports',
    region: 'eu-west-1',
    accountId: '123456789012',
  });
}
