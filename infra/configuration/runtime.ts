import { type Configuration, parseConfiguration } from '../../functions/shared/configuration.ts';
import { endpointAlarmName, HEALTH_CHECK_REGION, nameOf, onCallTopicArn, viewAlarmName } from './names.ts';
import { type DeploymentConfiguration, policyNames } from './schema.ts';

/** Environment variables in which the ids of health checks come that the deployment creates. */
export const checkVariables = (role: 'PRIMARY' | 'SECONDARY') => ({
  endpoint: `${role}_ENDPOINT_HEALTH_CHECK_ID`,
  switch: `${role}_SWITCH_HEALTH_CHECK_ID`,
});

/** A new installation's endpoint checks: their interval can't change without a new check, so nobody chooses it. */
export const NEW_CHECK_INTERVAL_SECONDS = 10;

/** What the functions read, derived from what a person wrote. */
export function runtimeConfiguration(deployment: DeploymentConfiguration): Configuration {
  const { sites, crossSiteView, region, accountId } = deployment;
  const checks = checkIds(deployment);
  const metric = crossSiteView?.metric;
  return parseConfiguration({
    ...Object.fromEntries(
      policyNames.flatMap((name) => (deployment[name] === undefined ? [] : [[name, deployment[name]]])),
    ),
    deployment: deployment.deployment,
    region,
    accountId,
    ledgerTable: nameOf(deployment, 'ledger'),
    reportsTable: nameOf(deployment, 'reports'),
    notification: {
      topicArn: onCallTopicArn(deployment),
      ...(deployment.notification.runbookUrl === undefined
        ? {}
        : { runbookUrl: deployment.notification.runbookUrl }),
    },
    traffic:
      deployment.installation === 'existing'
        ? { adapter: 'health-check-path', ...deployment.traffic }
        : {
            adapter: 'calculated-checks',
            checkIntervalSeconds: NEW_CHECK_INTERVAL_SECONDS,
            ...deployment.traffic,
          },
    sites: sites.map(({ name, role, availabilityZone, keycloakInstances, cluster }, index) => {
      const { token, ...api } = cluster;
      return {
        name,
        role,
        ...(availabilityZone === undefined ? {} : { availabilityZone }),
        keycloakInstances,
        switchHealthCheckId: checks[index]!.switch,
        endpointHealthCheckId: checks[index]!.endpoint,
        cluster: {
          ...api,
          token:
            'secretId' in token
              ? { kind: 'secret', secretId: token.secretId }
              : { kind: 'eks', clusterName: token.eksClusterName },
        },
      };
    }),
    alarms: [
      ...sites.map(({ name }, index) => ({
        name: endpointAlarmName(deployment, name),
        region: HEALTH_CHECK_REGION,
        kind: 'endpoint-down',
        site: name,
        metric: {
          namespace: 'AWS/Route53',
          name: 'HealthCheckStatus',
          dimensions: { HealthCheckId: checks[index]!.endpoint },
        },
      })),
      ...(metric === undefined ? [] : sites).map(({ name }) => ({
        name: viewAlarmName(deployment, name),
        region,
        kind: 'left-cross-site-view',
        site: name,
        metric: { namespace: metric!.namespace, name: metric!.name, dimensions: metric!.dimensionsOf[name] },
      })),
    ],
    ...(crossSiteView?.alertmanager === undefined
      ? {}
      : { alertmanager: { alertname: crossSiteView.alertmanager.alertname } }),
  });
}

function checkIds(deployment: DeploymentConfiguration) {
  if (deployment.installation === 'existing')
    return deployment.sites.map(({ healthCheck: { id } }) => ({ endpoint: id, switch: id }));
  return deployment.sites.map(({ role }) => {
    const variables = checkVariables(role);
    return { endpoint: `env:${variables.endpoint}`, switch: `env:${variables.switch}` };
  });
}
