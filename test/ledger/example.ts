import { adopted } from '../../functions/ledger/adoption.ts';
import type { LedgerEvent } from '../../functions/ledger/events.ts';
import type { Ledger, SiteRecord } from '../../functions/ledger/ledger.ts';
import { transitions } from '../../functions/ledger/transition.ts';
import { type Configuration, parseConfiguration } from '../../functions/shared/configuration.ts';
import type { Instant, SiteName } from '../../functions/shared/names.ts';

export const A = 'site-a' as SiteName;
export const B = 'site-b' as SiteName;

/** A moment of the story, in seconds after it began. */
export const moment = (seconds: number): Instant =>
  new Date(Date.UTC(2026, 0, 5, 12, 0, 0) + seconds * 1000).toISOString() as Instant;

const site = (name: string, role: 'PRIMARY' | 'SECONDARY', adapter: string) => ({
  name,
  role,
  switchHealthCheckId: adapter === 'calculated-checks' ? `switch-${name}` : `endpoint-${name}`,
  endpointHealthCheckId: `endpoint-${name}`,
  keycloakInstances: 2,
  cluster: {
    apiServer: `https://api.${name}.example.test`,
    namespace: 'keycloak',
    token: { kind: 'secret', secretId: `token-${name}` },
    infinispan: 'infinispan',
    keycloak: 'keycloak',
  },
});

const endpointAlarm = (name: string) => ({
  name: `sso-endpoint-${name}`,
  kind: 'endpoint-down',
  site: name,
  metric: {
    namespace: 'AWS/Route53',
    name: 'HealthCheckStatus',
    dimensions: { HealthCheckId: `endpoint-${name}` },
  },
});

const viewAlarm = (name: string) => ({
  name: `sso-view-${name}`,
  region: 'eu-central-1',
  kind: 'left-cross-site-view',
  site: name,
});

/** The deployment that the files under events/ tell of. site-a is the primary. */
export function exampleConfiguration(
  changes: Readonly<Record<string, unknown>> = {},
  adapter: Configuration['traffic']['adapter'] = 'calculated-checks',
): Configuration {
  return parseConfiguration({
    deployment: 'sso',
    sites: [site(A, 'PRIMARY', adapter), site(B, 'SECONDARY', adapter)],
    caches: ['sessions', 'work'],
    traffic: { adapter, checkIntervalSeconds: 10 },
    alarms: [endpointAlarm(A), endpointAlarm(B), viewAlarm(A), viewAlarm(B)],
    alertmanager: { alertname: 'SiteOffline' },
    notification: { topicArn: 'arn:aws:sns:eu-central-1:123456789012:sso-on-call' },
    ledgerTable: 'sso-ledger',
    reportsTable: 'sso-reports',
    region: 'eu-central-1',
    accountId: '123456789012',
    ...changes,
  });
}

/** site-a serves, both sites are in sync. */
export const inSync = (configuration = exampleConfiguration()): Ledger =>
  adopted(
    configuration,
    { serving: A, passiveTrust: 'in-sync', checkVersions: { [A]: 1, [B]: 1 } },
    null,
    moment(-3600),
  );

/** What the ledger says after all of it happened, one write each. */
export function having(ledger: Ledger, at: Instant, ...events: readonly LedgerEvent[]): Ledger {
  let stands = ledger;
  for (const event of events) {
    const result = transitions(stands, [event], at);
    if (result.kind !== 'changed') throw new Error(`${event.type}: ${result.kind}, ${result.reason}`);
    stands = result.ledger;
  }
  return stands;
}

export const withSite = (ledger: Ledger, name: SiteName, change: Partial<SiteRecord>): Ledger => ({
  ...ledger,
  sites: { ...ledger.sites, [name]: { ...ledger.sites[name]!, ...change } },
});

export const execution = (workflow: string, name = 'one'): string =>
  `arn:aws:states:eu-central-1:123456789012:execution:sso-${workflow}:${name}`;
