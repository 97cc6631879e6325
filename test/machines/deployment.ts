import { type Configuration, parseConfiguration } from '../../functions/shared/configuration.ts';
import type { SiteName } from '../../functions/shared/names.ts';
import { SITE_A, SITE_B, tokenSecretOf } from '../../lab/configuration.ts';

const site = (name: SiteName, role: 'PRIMARY' | 'SECONDARY', availabilityZone: string) => ({
  name,
  role,
  switchHealthCheckId: `switch-${name}`,
  endpointHealthCheckId: `endpoint-${name}`,
  availabilityZone,
  keycloakInstances: 2,
  cluster: {
    apiServer: `https://api.${name}.example.test`,
    namespace: 'keycloak',
    token: { kind: 'secret', secretId: tokenSecretOf(name) },
    infinispan: 'infinispan',
    keycloak: 'keycloak',
  },
});

/** The deployment of the machines' tests: two sites, an Aurora cluster, the bridge cut where it can be. */
export const configurationWith = (changes: Readonly<Record<string, unknown>> = {}): Configuration =>
  parseConfiguration({
    deployment: 'sso',
    sites: [site(SITE_A, 'PRIMARY', 'eu-central-1a'), site(SITE_B, 'SECONDARY', 'eu-central-1b')],
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
