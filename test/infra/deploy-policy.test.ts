import { describe, expect, it } from '@jest/globals';
import { type DeployPolicy, deployPolicy, routingPolicy } from '../../infra/configuration/deploy-policy.ts';
import type { NewInstallation } from '../../infra/configuration/schema.ts';
import { example, type Resource, SYNTHESIS_TAKES, type Synthesized, synthesize } from './synthesis.ts';

const ACCOUNT = '123456789012';

type Arn = (resource: Resource['Properties'], region: string, generated: string) => string;

const lambda: Arn = ({ FunctionName }, region, generated) =>
  `arn:aws:lambda:${region}:${ACCOUNT}:${
    FunctionName === undefined
      ? `function:${generated}`
      : String(FunctionName).replace(/^.*function:/, 'function:')
  }`.replace(/:function:function:/, ':function:');

const named =
  (service: string, kind: string, property: string): Arn =>
  (properties, region) =>
    `arn:aws:${service}:${region}:${ACCOUNT}:${kind}${String(properties[property]).replace(/^(topic|queue):/, '')}`;

const role: Arn = (_, __, generated) => `arn:aws:iam::${ACCOUNT}:role/${generated}`;

/** What CloudFormation calls to create, to update and to delete a resource of each type that the templates hold. */
const NEEDED: Readonly<Record<string, { readonly actions: readonly string[]; readonly on: Arn }>> = {
  'AWS::DynamoDB::Table': {
    actions: [
      'dynamodb:CreateTable',
      'dynamodb:DescribeTable',
      'dynamodb:UpdateTable',
      'dynamodb:DeleteTable',
      'dynamodb:UpdateContinuousBackups',
      'dynamodb:UpdateTimeToLive',
    ],
    on: named('dynamodb', 'table/', 'TableName'),
  },
  'AWS::Lambda::Function': {
    actions: [
      'lambda:CreateFunction',
      'lambda:GetFunction',
      'lambda:UpdateFunctionCode',
      'lambda:UpdateFunctionConfiguration',
      'lambda:DeleteFunction',
      'lambda:PutFunctionConcurrency',
    ],
    on: (properties, region, generated) =>
      `arn:aws:lambda:${region}:${ACCOUNT}:function:${properties.FunctionName ?? generated}`,
  },
  'AWS::Lambda::Permission': { actions: ['lambda:AddPermission', 'lambda:RemovePermission'], on: lambda },
  'AWS::Lambda::EventInvokeConfig': {
    actions: [
      'lambda:PutFunctionEventInvokeConfig',
      'lambda:UpdateFunctionEventInvokeConfig',
      'lambda:DeleteFunctionEventInvokeConfig',
    ],
    on: lambda,
  },
  'AWS::Lambda::EventSourceMapping': {
    actions: [
      'lambda:CreateEventSourceMapping',
      'lambda:GetEventSourceMapping',
      'lambda:UpdateEventSourceMapping',
      'lambda:DeleteEventSourceMapping',
    ],
    on: () => '*',
  },
  'AWS::StepFunctions::StateMachine': {
    actions: [
      'states:CreateStateMachine',
      'states:DescribeStateMachine',
      'states:UpdateStateMachine',
      'states:DeleteStateMachine',
    ],
    on: named('states', 'stateMachine:', 'StateMachineName'),
  },
  'AWS::IAM::Role': {
    actions: [
      'iam:CreateRole',
      'iam:GetRole',
      'iam:UpdateAssumeRolePolicy',
      'iam:PutRolePolicy',
      'iam:AttachRolePolicy',
      'iam:DetachRolePolicy',
      'iam:DeleteRolePolicy',
      'iam:DeleteRole',
      'iam:PassRole',
    ],
    on: role,
  },
  'AWS::IAM::Policy': {
    actions: ['iam:PutRolePolicy', 'iam:GetRolePolicy', 'iam:DeleteRolePolicy'],
    on: role,
  },
  'AWS::Events::Rule': {
    actions: [
      'events:PutRule',
      'events:DescribeRule',
      'events:PutTargets',
      'events:RemoveTargets',
      'events:DeleteRule',
    ],
    on: named('events', 'rule/', 'Name'),
  },
  'AWS::Events::EventBus': {
    actions: ['events:CreateEventBus', 'events:DescribeEventBus', 'events:DeleteEventBus'],
    on: named('events', 'event-bus/', 'Name'),
  },
  'AWS::SNS::Topic': {
    actions: ['sns:CreateTopic', 'sns:GetTopicAttributes', 'sns:SetTopicAttributes', 'sns:DeleteTopic'],
    on: named('sns', '', 'TopicName'),
  },
  'AWS::SNS::Subscription': {
    actions: ['sns:Subscribe', 'sns:GetSubscriptionAttributes', 'sns:Unsubscribe'],
    on: named('sns', '', 'TopicArn'),
  },
  'AWS::SNS::TopicPolicy': {
    actions: ['sns:SetTopicAttributes'],
    on: ({ Topics }, region) => `arn:aws:sns:${region}:${ACCOUNT}:${String(Topics[0]).replace('topic:', '')}`,
  },
  'AWS::SQS::Queue': {
    actions: ['sqs:CreateQueue', 'sqs:GetQueueAttributes', 'sqs:SetQueueAttributes', 'sqs:DeleteQueue'],
    on: named('sqs', '', 'QueueName'),
  },
  'AWS::SQS::QueuePolicy': {
    actions: ['sqs:SetQueueAttributes'],
    on: ({ Queues }, region) => `arn:aws:sqs:${region}:${ACCOUNT}:${String(Queues[0]).replace('queue:', '')}`,
  },
  'AWS::CloudWatch::Alarm': {
    actions: ['cloudwatch:PutMetricAlarm', 'cloudwatch:DescribeAlarms', 'cloudwatch:DeleteAlarms'],
    on: named('cloudwatch', 'alarm:', 'AlarmName'),
  },
  'AWS::CloudWatch::Dashboard': {
    actions: ['cloudwatch:PutDashboard', 'cloudwatch:GetDashboard', 'cloudwatch:DeleteDashboards'],
    on: ({ DashboardName }) => `arn:aws:cloudwatch::${ACCOUNT}:dashboard/${DashboardName}`,
  },
  'AWS::Logs::LogGroup': {
    actions: ['logs:CreateLogGroup', 'logs:PutRetentionPolicy', 'logs:DeleteLogGroup'],
    on: named('logs', 'log-group:', 'LogGroupName'),
  },
  'AWS::Route53::HealthCheck': {
    actions: [
      'route53:CreateHealthCheck',
      'route53:GetHealthCheck',
      'route53:UpdateHealthCheck',
      'route53:DeleteHealthCheck',
      'route53:ChangeTagsForResource',
    ],
    on: () => 'arn:aws:route53:::healthcheck/any',
  },
  'AWS::Route53::RecordSet': {
    actions: ['route53:ChangeResourceRecordSets', 'route53:ListResourceRecordSets'],
    on: ({ HostedZoneId }) => `arn:aws:route53:::hostedzone/${HostedZoneId}`,
  },
};

/** The CDK's own way across regions: CloudFormation calls a function of the stack. */
const CUSTOM = {
  actions: ['lambda:InvokeFunction'],
  on: ((_, region, generated) => `arn:aws:lambda:${region}:${ACCOUNT}:function:${generated}`) as Arn,
};

const matches = (pattern: string, value: string): boolean =>
  new RegExp(`^${pattern.replace(/[.+^${}()|[\]\\]/g, '\\$&').replaceAll('*', '.*')}$`).test(value);

const allows = (policies: readonly DeployPolicy[], action: string, resource: string): boolean =>
  policies
    .flatMap(({ Statement }) => Statement)
    .some(
      ({ Action, Resource: on }) =>
        Action.includes(action) && on.some((pattern) => pattern === resource || matches(pattern, resource)),
    );

function refused(made: Synthesized, policies: readonly DeployPolicy[]): readonly string[] {
  const regions = { workflow: 'eu-west-1', routing: 'eu-west-1', alarms: 'us-east-1' } as const;
  return (Object.keys(regions) as (keyof typeof regions)[]).flatMap((stack) =>
    Object.entries(made[stack]).flatMap(([id, { Type, Properties }]) => {
      const needed = Type.startsWith('Custom::') ? CUSTOM : NEEDED[Type];
      if (needed === undefined) return [`${Type}: nobody said what deploying it takes`];
      // What CloudFormation calls a resource that was given no name.
      const on = needed.on(Properties ?? {}, regions[stack], `sso-${stack}-${id}-1A2B3C`);
      return needed.actions
        .filter((action) => !allows(policies, action, on))
        .map((action) => `${Type}: ${action} on ${on}`);
    }),
  );
}

describe('the policy with which the stacks are deployed', () => {
  it(
    'lets CloudFormation make everything that an existing installation gets',
    () => {
      const deployment = example('existing');
      expect(refused(synthesize(deployment), [deployPolicy(deployment)])).toEqual([]);
    },
    SYNTHESIS_TAKES,
  );

  it(
    'and with that for Route 53 everything of a new one, which the first alone does not',
    () => {
      const deployment = example('new') as NewInstallation;
      const made = synthesize(deployment);
      expect(refused(made, [deployPolicy(deployment), routingPolicy(deployment)])).toEqual([]);
      expect(refused(made, [deployPolicy(deployment)]).join()).toContain('route53:CreateHealthCheck');
    },
    SYNTHESIS_TAKES,
  );

  it('reaches nothing of another deployment in the same account', () => {
    const policies = [deployPolicy(example('existing'))];
    for (const [action, on] of [
      ['dynamodb:DeleteTable', `arn:aws:dynamodb:eu-west-1:${ACCOUNT}:table/other-ledger`],
      ['lambda:UpdateFunctionCode', `arn:aws:lambda:eu-west-1:${ACCOUNT}:function:other-reconcile`],
      ['iam:PutRolePolicy', `arn:aws:iam::${ACCOUNT}:role/admin`],
      ['sns:DeleteTopic', `arn:aws:sns:us-east-1:${ACCOUNT}:other-endpoint-alarms`],
      ['route53:UpdateHealthCheck', 'arn:aws:route53:::healthcheck/any'],
    ] as const)
      expect(allows(policies, action, on)).toBe(false);
    for (const { Action } of policies.flatMap(({ Statement }) => Statement))
      for (const action of Action) expect(action).not.toContain('*');
  });

  it('fits into what IAM takes, with the longest name that a deployment may have', () => {
    const long = (file: Record<string, never>) => Object.assign(file, { deployment: 'd'.repeat(32) });
    const fresh = example('new', long) as NewInstallation;
    for (const policy of [deployPolicy(example('existing', long)), deployPolicy(fresh), routingPolicy(fresh)])
      expect(JSON.stringify(policy).length).toBeLessThanOrEqual(6144);
  });
});
