import { Duration } from 'aws-cdk-lib';
import {
  Alarm,
  AlarmStatusWidget,
  Color,
  Dashboard,
  GraphWidget,
  type IAlarm,
  type IWidget,
  LogQueryVisualizationType,
  LogQueryWidget,
  Metric,
  PeriodOverride,
  TextWidget,
} from 'aws-cdk-lib/aws-cloudwatch';
import type { Construct } from 'constructs';
import { endpointAlarmArn, HEALTH_CHECK_REGION, nameOf } from '../configuration/names.ts';
import type { DeploymentConfiguration } from '../configuration/schema.ts';
import { MINUTE } from './alarms.ts';
import { deploymentMetric, siteMetric } from './metrics.ts';

const WIDE = 24;
const HALF = 12;
const THIRD = 8;

const onOff = { min: 0, max: 1, showUnits: false };

export interface DashboardProps {
  readonly deployment: DeploymentConfiguration;
  /** In the order of the sites. */
  readonly endpointIds: readonly string[];
  /** Of this stack. Those on the endpoints are in another region, and named by what their stack calls them. */
  readonly alarms: readonly IAlarm[];
}

/** What on-call looks at: how it stands, whether the next loss would be answered, and what was done. */
export function failoverDashboard(scope: Construct, props: DashboardProps): Dashboard {
  const { deployment } = props;
  const dashboard = new Dashboard(scope, 'Dashboard', {
    // Mails link to it by this name.
    dashboardName: deployment.deployment,
    defaultInterval: Duration.days(1),
    periodOverride: PeriodOverride.INHERIT,
  });
  dashboard.addWidgets(introduction(deployment));
  dashboard.addWidgets(...alarmStates(scope, props));
  dashboard.addWidgets(...howItStands(props));
  dashboard.addWidgets(...whetherItWouldSucceed(deployment));
  dashboard.addWidgets(lastOperations(deployment));
  return dashboard;
}

function introduction({ deployment, region, accountId, notification }: DeploymentConfiguration): IWidget {
  const runbook = notification.runbookUrl;
  const articles = ['site-endpoint', 'site-left-view', 'not-ready', 'drift', 'operation-held', 'disarmed'];
  const console = (path: string) => `https://${region}.console.aws.amazon.com/${path}`;
  const start = (workflow: string) =>
    `[${workflow}](${console(`states/home?region=${region}#/statemachines/view/arn:aws:states:${region}:${accountId}:stateMachine:${deployment}-${workflow}`)})`;
  return new TextWidget({
    width: WIDE,
    height: 3,
    markdown: [
      `# Keycloak multi-site failover: ${deployment}`,
      `Start with \`{}\`: ${['failover', 'resync', 'switchback', 'switchover', 'readiness'].map(start).join(' · ')}. On a command line: \`npm run ctl -- status\`.`,
      '',
      `Runbook: ${
        runbook === undefined
          ? 'docs/runbook (give `notification.runbookUrl` to have links here)'
          : articles.map((article) => `[${article}](${runbook}/${article}.md)`).join(' · ')
      }`,
    ].join('\n'),
  });
}

/** A widget for each region, since an alarm is shown by its ARN. */
function alarmStates(scope: Construct, { deployment, alarms }: DashboardProps): readonly IWidget[] {
  return [
    new AlarmStatusWidget({ title: 'Alarms of the deployment', width: HALF, height: 4, alarms: [...alarms] }),
    new AlarmStatusWidget({
      title: `Alarms on the endpoints (${HEALTH_CHECK_REGION})`,
      width: HALF,
      height: 4,
      alarms: deployment.sites.map(({ name, role }) =>
        Alarm.fromAlarmArn(scope, `${role}EndpointAlarm`, endpointAlarmArn(deployment, name)),
      ),
    }),
  ];
}

function howItStands({ deployment, endpointIds }: DashboardProps): readonly IWidget[] {
  const { sites } = deployment;
  const [primary, secondary] = (['PRIMARY', 'SECONDARY'] as const).map(
    (role) => sites.find((site) => site.role === role)!.name,
  );
  return [
    new GraphWidget({
      title: `Who serves (1: ${primary}, 0: ${secondary})`,
      width: THIRD,
      left: [deploymentMetric(deployment, 'ServingPrimary', { statistic: 'Minimum', label: 'Serving' })],
      leftYAxis: onOff,
    }),
    new GraphWidget({
      title: 'Trust (3 in sync, 2 suspect, 1 resyncing, 0 stale)',
      width: THIRD,
      left: sites.map(({ name }) => siteMetric(deployment, 'SiteTrust', name, { statistic: 'Minimum' })),
      leftYAxis: { min: 0, max: 3, showUnits: false },
    }),
    new GraphWidget({
      title: 'Reachable, by the ledger (left) and by the checkers of Route 53 (right)',
      width: THIRD,
      left: sites.map(({ name }) => siteMetric(deployment, 'SiteReachable', name, { statistic: 'Minimum' })),
      leftYAxis: onOff,
      right: sites.map(
        ({ name }, index) =>
          new Metric({
            namespace: 'AWS/Route53',
            metricName: 'HealthCheckStatus',
            dimensionsMap: { HealthCheckId: endpointIds[index]! },
            statistic: 'Minimum',
            period: MINUTE,
            region: HEALTH_CHECK_REGION,
            label: `endpoint of ${name}`,
          }),
      ),
      rightYAxis: onOff,
    }),
  ];
}

function whetherItWouldSucceed(deployment: DeploymentConfiguration): readonly IWidget[] {
  const { operationHeldSeconds, disarmedSeconds } = deployment.alarms;
  const { recoverySeconds } = deployment.targets;
  return [
    new GraphWidget({
      title: 'A failover would succeed (1), and health checks changed by hand',
      width: THIRD,
      left: [deploymentMetric(deployment, 'FailoverReady', { statistic: 'Minimum', label: 'Ready' })],
      leftYAxis: onOff,
      right: [
        deploymentMetric(deployment, 'ChecksChangedByHand', {
          statistic: 'Maximum',
          label: 'Changed by hand',
          color: Color.RED,
        }),
      ],
      rightYAxis: { min: 0, max: 2, showUnits: false },
    }),
    new GraphWidget({
      title: 'From the loss to good writes, in seconds',
      width: THIRD,
      left: [deploymentMetric(deployment, 'RecoverySeconds', { statistic: 'Maximum', label: 'Recovery' })],
      leftYAxis: { min: 0, showUnits: false },
      leftAnnotations: [{ value: recoverySeconds, label: `target ${recoverySeconds} s`, color: Color.RED }],
    }),
    new GraphWidget({
      title: 'Operation held, and automation disarmed, in seconds',
      width: THIRD,
      left: [
        deploymentMetric(deployment, 'OperationHeldSeconds', { statistic: 'Maximum', label: 'Held' }),
        deploymentMetric(deployment, 'DisarmedSeconds', { statistic: 'Maximum', label: 'Disarmed' }),
      ],
      leftYAxis: { min: 0, showUnits: false },
      leftAnnotations: [
        { value: operationHeldSeconds, label: 'held too long', color: Color.ORANGE },
        { value: disarmedSeconds, label: 'disarmed for long', color: Color.RED },
      ],
    }),
  ];
}

/** One line for each report, as its function logs it. */
const lastOperations = (deployment: DeploymentConfiguration): IWidget =>
  new LogQueryWidget({
    title: 'Last operations',
    width: WIDE,
    height: 8,
    view: LogQueryVisualizationType.TABLE,
    logGroupNames: [`/aws/lambda/${nameOf(deployment, 'report')}`],
    queryLines: [
      'fields startedAt, workflow, status, outcome, seconds, recoverySeconds, targetSeconds, headline',
      'filter message = "operation ended"',
      'sort startedAt desc',
      'limit 20',
    ],
  });
