import { type Configuration, parseConfiguration } from '../../functions/shared/configuration.ts';

/** Two sites whose clusters are reached as given. */
export function exampleConfiguration(cluster: {
  apiServer: string;
  certificateAuthority?: string;
  keycloak: string;
}): Configuration {
  const site = (name: string, role: string) => ({
    name,
    role,
    switchHealthCheckId: `switch-${name}`,
    endpointHealthCheckId: `endpoint-${name}`,
    keycloakInstances: 2,
    cluster: {
      ...cluster,
      namespace: 'keycloak',
      tokenSecretId: `failover/${name}`,
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
