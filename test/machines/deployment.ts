import type { HealthCheckConfig } from '@aws-sdk/client-route-53';
import { type Configuration, parseConfiguration } from '../../functions/shared/configuration.ts';
import type { FailoverRecords } from '../../lab/aws/route-53/failover-records.ts';

const site = (name: string, role: 'PRIMARY' | 'SECONDARY', availabilityZone: string) => ({
  name,
  role,
  switchHealthCheckId: `switch-${name}`,
  endpointHealthCheckId: `endpoint-${name}`,
  availabilityZone,
  keycloakInstances: 2,
  cluster: {
    apiServer: `https://api.${name}.example.test`,
    namespace: 'keycloak',
    token: { kind: 'secret', secretId: `token-${name}` },
    infinispan: 'infinispan',
    keycloak: 'keycloak',
  },
});

/** The deployment of the machines' tests: two sites, an Aurora cluster, the bridge cut where it can be. */
export const configurationWith = (changes: Readonly<Record<string, unknown>> = {}): Configuration =>
  parseConfiguration({
    deployment: 'sso',
    sites: [site('site-a', 'PRIMARY', 'eu-central-1a'), site('site-b', 'SECONDARY', 'eu-central-1b')],
    caches: ['sessions', 'work'],
    traffic: { adapter: 'calculated-checks', checkIntervalSeconds: 10 },
    alarms: [],
    bridgeCut: { enabled: true, siteCidrs: { 'site-a': ['10.1.0.0/16'], 'site-b': ['10.2.0.0/16'] } },
    database: { clusterIdentifier: 'keycloak' },
    notification: { topicArn: 'arn:aws:sns:eu-central-1:123456789012:on-call' },
    ledgerTable: 'failover-ledger',
    reportsTable: 'failover-reports',
    region: 'eu-central-1',
    accountId: '123456789012',
    ...changes,
  });

/** Aurora's instances and their zones. */
export const INSTANCES = { 'writer-a': 'eu-central-1a', 'reader-b': 'eu-central-1b' };

const endpoint = (name: string): HealthCheckConfig => ({
  Type: 'HTTPS',
  FullyQualifiedDomainName: `${name}.example.test`,
  ResourcePath: '/lb-check',
  RequestInterval: 10,
  FailureThreshold: 1,
});

const switchOf = (name: string, HealthThreshold: number): HealthCheckConfig => ({
  Type: 'CALCULATED',
  ChildHealthChecks: [`endpoint-${name}`],
  HealthThreshold,
});

/** As deployed: site-a follows its endpoint, site-b is pinned. */
export const healthChecks = (): Readonly<Record<string, HealthCheckConfig>> => ({
  'endpoint-site-a': endpoint('site-a'),
  'endpoint-site-b': endpoint('site-b'),
  'switch-site-a': switchOf('site-a', 1),
  'switch-site-b': switchOf('site-b', 0),
});

export const RECORDS: FailoverRecords = {
  hostedZoneId: 'Z0EXAMPLE',
  name: 'login.example.test',
  ttlSeconds: 60,
  primary: { target: 'site-a.example.test', healthCheckId: 'switch-site-a' },
  secondary: { target: 'site-b.example.test', healthCheckId: 'switch-site-b' },
};
