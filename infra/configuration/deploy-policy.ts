import { HEALTH_CHECK_REGION, type Place } from './names.ts';
import type { DeploymentConfiguration, NewInstallation } from './schema.ts';

export interface DeployStatement {
  readonly Sid: string;
  readonly Effect: 'Allow';
  readonly Action: readonly string[];
  readonly Resource: readonly string[];
  readonly Condition?: Readonly<Record<string, Readonly<Record<string, unknown>>>>;
}

export interface DeployPolicy {
  readonly Version: '2012-10-17';
  readonly Statement: readonly DeployStatement[];
}

export const of = (service: string, actions: string): readonly string[] =>
  actions.split(' ').map((action) => `${service}:${action}`);

/**
 * What CloudFormation's role needs to create, change and remove a deployment's stacks, for
 * `cdk bootstrap --cloudformation-execution-policies`. Everything has a name that begins with the deployment's.
 */
export const deployPolicy = (deployment: DeploymentConfiguration): DeployPolicy =>
  policy([...workflows(deployment), ...announcements(deployment)]);

/** What it needs besides for a new installation. A policy of its own, since one has at most 6,144 characters. */
export const routingPolicy = ({ dns }: NewInstallation): DeployPolicy => policy(routing(dns.hostedZoneId));

export const policy = (Statement: readonly DeployStatement[]): DeployPolicy => ({
  Version: '2012-10-17',
  Statement,
});

export const allow = (
  Sid: string,
  Action: readonly string[],
  Resource: readonly string[],
  Condition?: DeployStatement['Condition'],
): DeployStatement => ({
  Sid,
  Effect: 'Allow',
  Action,
  Resource,
  ...(Condition === undefined ? {} : { Condition }),
});

function workflows({ deployment, region, accountId, network }: DeploymentConfiguration) {
  const here = (service: string, resource: string) => `arn:aws:${service}:${region}:${accountId}:${resource}`;
  const role = `arn:aws:iam::${accountId}:role/${deployment}-*`;
  return [
    allow(
      'Tables',
      of(
        'dynamodb',
        'CreateTable DescribeTable UpdateTable DeleteTable DescribeContinuousBackups UpdateContinuousBackups DescribeTimeToLive UpdateTimeToLive DescribeContributorInsights DescribeKinesisStreamingDestination GetResourcePolicy ListTagsOfResource TagResource UntagResource',
      ),
      [here('dynamodb', `table/${deployment}-*`)],
    ),
    allow(
      'Functions',
      of(
        'lambda',
        'CreateFunction GetFunction GetFunctionConfiguration GetFunctionCodeSigningConfig GetFunctionRecursionConfig GetRuntimeManagementConfig UpdateFunctionCode UpdateFunctionConfiguration DeleteFunction PutFunctionConcurrency DeleteFunctionConcurrency AddPermission RemovePermission GetPolicy PutFunctionEventInvokeConfig GetFunctionEventInvokeConfig UpdateFunctionEventInvokeConfig DeleteFunctionEventInvokeConfig InvokeFunction ListTags TagResource UntagResource',
      ),
      // Those of the CDK, which carry the ids of new health checks, are in both regions.
      [`arn:aws:lambda:*:${accountId}:function:${deployment}-*`],
    ),
    allow(
      'LedgerStream',
      of(
        'lambda',
        'CreateEventSourceMapping GetEventSourceMapping UpdateEventSourceMapping DeleteEventSourceMapping',
      ),
      ['*'],
      { ArnLike: { 'lambda:FunctionArn': here('lambda', `function:${deployment}-*`) } },
    ),
    allow(
      'Machines',
      of(
        'states',
        'CreateStateMachine DescribeStateMachine UpdateStateMachine DeleteStateMachine ListTagsForResource TagResource UntagResource',
      ),
      [here('states', `stateMachine:${deployment}-*`)],
    ),
    allow(
      'Roles',
      of(
        'iam',
        'CreateRole GetRole UpdateRole UpdateAssumeRolePolicy DeleteRole PutRolePolicy GetRolePolicy DeleteRolePolicy ListRolePolicies ListAttachedRolePolicies AttachRolePolicy DetachRolePolicy TagRole UntagRole',
      ),
      [role],
    ),
    allow('HandOverRoles', ['iam:PassRole'], [role], {
      StringEquals: {
        'iam:PassedToService': ['lambda.amazonaws.com', 'states.amazonaws.com', 'events.amazonaws.com'],
      },
    }),
    allow(
      'Code',
      ['s3:GetObject'],
      [region, HEALTH_CHECK_REGION].map((each) => `arn:aws:s3:::cdk-*-assets-${accountId}-${each}/*`),
    ),
    allow('Bootstrap', ['ssm:GetParameters'], [`arn:aws:ssm:*:${accountId}:parameter/cdk-bootstrap/*`]),
    ...(network === undefined
      ? []
      : [allow('Network', of('ec2', 'DescribeSecurityGroups DescribeSubnets DescribeVpcs'), ['*'])]),
  ];
}

function announcements({ deployment, region, accountId }: Place): readonly DeployStatement[] {
  const everywhere = (service: string, resource: string) => [
    ...new Set(
      [region, HEALTH_CHECK_REGION].map((each) => `arn:aws:${service}:${each}:${accountId}:${resource}`),
    ),
  ];
  return [
    allow(
      'Rules',
      of(
        'events',
        'PutRule DescribeRule DeleteRule EnableRule DisableRule PutTargets RemoveTargets ListTargetsByRule CreateEventBus DescribeEventBus UpdateEventBus DeleteEventBus ListTagsForResource TagResource UntagResource',
      ),
      [...everywhere('events', `rule/${deployment}-*`), ...everywhere('events', `event-bus/${deployment}-*`)],
    ),
    allow(
      'Topics',
      of(
        'sns',
        'CreateTopic GetTopicAttributes SetTopicAttributes DeleteTopic GetDataProtectionPolicy Subscribe Unsubscribe GetSubscriptionAttributes SetSubscriptionAttributes ListSubscriptionsByTopic ListTagsForResource TagResource UntagResource',
      ),
      everywhere('sns', `${deployment}-*`),
    ),
    allow(
      'Queue',
      of(
        'sqs',
        'CreateQueue GetQueueUrl GetQueueAttributes SetQueueAttributes DeleteQueue ListQueueTags TagQueue UntagQueue',
      ),
      [`arn:aws:sqs:${region}:${accountId}:${deployment}-*`],
    ),
    allow(
      'Alarms',
      of(
        'cloudwatch',
        'PutMetricAlarm DescribeAlarms DeleteAlarms ListTagsForResource TagResource UntagResource',
      ),
      everywhere('cloudwatch', `alarm:${deployment}-*`),
    ),
    allow('Dashboard', of('cloudwatch', 'PutDashboard GetDashboard DeleteDashboards'), [
      `arn:aws:cloudwatch::${accountId}:dashboard/${deployment}`,
    ]),
    allow(
      'Logs',
      of(
        'logs',
        'CreateLogGroup DeleteLogGroup PutRetentionPolicy DeleteRetentionPolicy ListTagsForResource TagResource UntagResource',
      ),
      [
        `arn:aws:logs:*:${accountId}:log-group:/aws/lambda/${deployment}-*`,
        `arn:aws:logs:*:${accountId}:log-group:/aws/vendedlogs/states/${deployment}-*`,
      ],
    ),
    allow('FindLogs', ['logs:DescribeLogGroups'], [`arn:aws:logs:*:${accountId}:log-group:*`]),
  ];
}

/** Health checks get their ids from Route 53, so a narrower scope than all of them can't create one. */
const routing = (hostedZoneId: string): readonly DeployStatement[] => [
  allow(
    'HealthChecks',
    of(
      'route53',
      'CreateHealthCheck GetHealthCheck UpdateHealthCheck DeleteHealthCheck ChangeTagsForResource ListTagsForResource',
    ),
    ['arn:aws:route53:::healthcheck/*'],
  ),
  allow('Records', of('route53', 'ChangeResourceRecordSets GetHostedZone ListResourceRecordSets'), [
    `arn:aws:route53:::hostedzone/${hostedZoneId}`,
  ]),
  allow('RecordsAreThere', ['route53:GetChange'], ['arn:aws:route53:::change/*']),
];
