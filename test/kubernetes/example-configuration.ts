import {
  type Configuration,
  parseConfiguration,
  type SiteConfiguration,
} from '../../functions/shared/configuration.ts';

/** Two sites whose clusters are reached as given. */
export function exampleConfiguration(cluster: {
  apiServer: string;
  certificateAuthority?: string;
  keycloak: string;
  /** Absent: out of a secret named after the site. */
  token?: SiteConfiguration['cluster']['token'];
}): Configuration {
  const site = (name: string, role: string) => ({
    name,
    role,
    switchHealthCheckId: `switch-${name}`,
    endpointHealthCheckId: `endpoint-${name}`,
    keycloakInstances: 2,
    cluster: {
      token: { kind: 'secret', secretId: `failover/${name}` },
      ...cluster,
      namespace: 'keycloak',
      infinispan: 'infinispan',
    },
  });
  return parseConfiguration({
    deployment: 'example',
    sites: [site('site-a', 'PRIMARY'), site('site-b', 'SECONDARY')],
    caches: ['sessions'],
    traffic: { adapter: 'calculated-checks' },
    alarms: [],
    notification: { topicArn: 'arn:aws:sns:eu-west-1:123456789012:on-call' },
    ledgerTable: 'ledger',
    reportsTable: 'reports',
    region: 'eu-west-1',
    accountId: '123456789012',
  });
}
