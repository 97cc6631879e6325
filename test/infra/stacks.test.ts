import { beforeAll, describe, expect, it } from '@jest/globals';
import { machineFiles } from '../../infra/constructs/machine-definition.ts';
import {
  example,
  ofType,
  type Resource,
  SYNTHESIS_TAKES,
  type Synthesized,
  synthesize,
} from './synthesis.ts';

const alarmNamed = (resources: Readonly<Record<string, Resource>>, name: string) =>
  ofType(resources, 'AWS::CloudWatch::Alarm').find(({ Properties }) => Properties.AlarmName === name)
    ?.Properties;

const ruleNamed = (name: string) =>
  ofType(existing.workflow, 'AWS::Events::Rule').find(({ Properties }) => Properties.Name === name)!
    .Properties;

const tableNamed = (name: string) =>
  ofType(existing.workflow, 'AWS::DynamoDB::Table').find(({ Properties }) => Properties.TableName === name)!;

let existing: Synthesized;
let fresh: Synthesized;
beforeAll(() => {
  existing = synthesize(example('existing'));
  fresh = synthesize(example('new'));
}, SYNTHESIS_TAKES);

describe('what both installations get', () => {
  it("workflows live in the sites' region, endpoint alarms in us-east-1 where alone the metrics are", () => {
    expect(existing.regions).toEqual({ 'sso-workflow': 'eu-west-1', 'sso-alarms': 'us-east-1' });
    expect(fresh.regions).toEqual({
      'sso-routing': 'eu-west-1',
      'sso-workflow': 'eu-west-1',
      'sso-alarms': 'us-east-1',
    });
  });

  it('the ledger outlives its stack and can be restored to any second', () => {
    expect(tableNamed('sso-ledger')).toMatchObject({
      DeletionPolicy: 'Retain',
      Properties: {
        TableName: 'sso-ledger',
        KeySchema: [{ AttributeName: 'deployment', KeyType: 'HASH' }],
        BillingMode: 'PAY_PER_REQUEST',
        DeletionProtectionEnabled: true,
        PointInTimeRecoverySpecification: { PointInTimeRecoveryEnabled: true },
      },
    });
  });

  it('functions run Node 24 on arm64, within the time that the machines give them, with logs that end', () => {
    const functions = ofType(existing.workflow, 'AWS::Lambda::Function');
    expect(functions).toHaveLength(11);
    for (const { Properties } of functions) {
      expect(Properties).toMatchObject({ Runtime: 'nodejs24.x', Architectures: ['arm64'] });
      expect(Properties.Timeout).toBeLessThan(60);
      expect(Properties.VpcConfig).toBeUndefined();
      expect(Properties.ReservedConcurrentExecutions).toBeUndefined();
    }
    for (const { Properties } of ofType(existing.workflow, 'AWS::Logs::LogGroup'))
      expect(Properties.RetentionInDays).toBe(90);
  });

  it('only what talks to Kubernetes is attached to a network, and reconcile never', () => {
    const attached = ofType(fresh.workflow, 'AWS::Lambda::Function')
      .filter(({ Properties }) => Properties.VpcConfig !== undefined)
      .map(({ Properties }) => Properties.FunctionName);
    expect(attached.sort()).toEqual(['sso-data-grid', 'sso-keycloak', 'sso-readiness']);
  });

  it('an event that reconcile, the closer or the report could not handle is kept, and a person is told', () => {
    const configs = ofType(existing.workflow, 'AWS::Lambda::EventInvokeConfig').map(
      ({ Properties }) => Properties,
    );
    expect(configs.map(({ FunctionName }) => FunctionName).sort()).toEqual([
      'function:sso-closer',
      'function:sso-reconcile',
      'function:sso-report',
    ]);
    for (const { DestinationConfig, MaximumRetryAttempts } of configs) {
      expect(DestinationConfig.OnFailure.Destination).toBe('queue:sso-unhandled-events');
      expect(MaximumRetryAttempts).toBe(2);
    }
    expect(alarmNamed(existing.workflow, 'sso-event-not-handled')).toMatchObject({
      AlarmActions: ['topic:sso-on-call'],
      Threshold: 1,
    });
  });

  it('reconcile sweeps every minute, and readiness looks as often as it has to', () => {
    const rules = ofType(existing.workflow, 'AWS::Events::Rule').map(({ Properties }) => Properties);
    const scheduled = rules.filter(({ ScheduleExpression }) => ScheduleExpression !== undefined);
    expect(
      scheduled.map(({ Name, ScheduleExpression, Targets }) => [
        Name,
        ScheduleExpression,
        Targets[0].Arn,
        Targets[0].Input,
      ]),
    ).toEqual([
      // Without an input of its own reconcile gets EventBridge's event, by which it knows a sweep.
      ['sso-sweep', 'rate(1 minute)', 'function:sso-reconcile', undefined],
      ['sso-readiness-minute', 'rate(1 minute)', 'machine:sso-readiness', '{"check":"while-not-in-sync"}'],
      ['sso-readiness', 'rate(5 minutes)', 'machine:sso-readiness', '{}'],
      ['sso-readiness-whole', 'rate(1 hour)', 'machine:sso-readiness', '{"check":"whole"}'],
    ]);
  });

  it('every execution that ended, however it ended, reaches the report', () => {
    const rule = ruleNamed('sso-reports');
    expect(rule.EventPattern.detail.status).toEqual(['SUCCEEDED', 'FAILED', 'TIMED_OUT', 'ABORTED']);
    expect(rule.EventPattern.detail.stateMachineArn).toHaveLength(machineFiles().length);
    expect(rule.Targets[0]).toMatchObject({
      Arn: 'function:sso-report',
      DeadLetterConfig: { Arn: 'queue:sso-unhandled-events' },
    });
  });

  it('reports outlive the stack, and each of them ends by itself', () => {
    const table = tableNamed('sso-reports');
    expect(table).toMatchObject({
      DeletionPolicy: 'Retain',
      Properties: {
        KeySchema: [
          { AttributeName: 'deployment', KeyType: 'HASH' },
          { AttributeName: 'id', KeyType: 'RANGE' },
        ],
        BillingMode: 'PAY_PER_REQUEST',
        TimeToLiveSpecification: { AttributeName: 'expiresAt', Enabled: true },
        PointInTimeRecoverySpecification: { PointInTimeRecoveryEnabled: true },
      },
    });
  });

  it('each change of the ledger goes on with what was before, and one that can not go on is kept', () => {
    expect(tableNamed('sso-ledger').Properties.StreamSpecification).toEqual({
      StreamViewType: 'NEW_AND_OLD_IMAGES',
    });
    const [mapping] = ofType(existing.workflow, 'AWS::Lambda::EventSourceMapping');
    expect(mapping!.Properties).toMatchObject({
      FunctionName: 'function:sso-changes',
      EventSourceArn: 'table:sso-ledger',
      StartingPosition: 'LATEST',
      FunctionResponseTypes: ['ReportBatchItemFailures'],
      BisectBatchOnFunctionError: true,
      MaximumRetryAttempts: 20,
      DestinationConfig: { OnFailure: { Destination: 'queue:sso-unhandled-events' } },
    });
  });

  it('every execution that failed, timed out or was stopped reaches the closer', () => {
    const rules = ['sso-endings', 'sso-batch-endings'].map(ruleNamed);
    const machines = rules.map(({ EventPattern }) => EventPattern.detail.stateMachineArn.sort());
    const all = machineFiles().map(({ name }) => `machine:sso-${name}`);
    // A Batch that failed is an answer to whoever started it: closed, and no reason to wake anybody.
    expect(machines).toEqual([
      all.filter((machine) => machine !== 'machine:sso-run-batch').sort(),
      ['machine:sso-run-batch'],
    ]);
    for (const rule of rules) {
      expect(rule.EventPattern.detail.status).toEqual(['FAILED', 'TIMED_OUT', 'ABORTED']);
      expect(rule.Targets[0]).toMatchObject({
        Arn: 'function:sso-closer',
        DeadLetterConfig: { Arn: 'queue:sso-unhandled-events' },
      });
    }
    // Nobody else deletes what a stopped execution has left.
    expect(rules.map(({ Targets }) => Targets.slice(1).map(({ Arn }: { Arn: string }) => Arn))).toEqual([
      [],
      ['function:sso-data-grid'],
    ]);
    expect(alarmNamed(existing.workflow, 'sso-workflow-failed')).toMatchObject({
      Dimensions: [{ Name: 'RuleName', Value: 'rule:sso-endings' }],
      MetricName: 'MatchedEvents',
    });
  });

  it('on-call is subscribed by mail', () => {
    const mails = ofType(existing.workflow, 'AWS::SNS::Subscription').filter(
      ({ Properties }) => Properties.Protocol === 'email',
    );
    expect(mails.map(({ Properties }) => [Properties.Endpoint, Properties.TopicArn])).toEqual([
      ['on-call@example.test', 'topic:sso-on-call'],
    ]);
  });

  it('CloudWatch of this account may publish to every topic to which an alarm is sent', () => {
    for (const stack of [existing.workflow, existing.alarms, fresh.workflow, fresh.alarms]) {
      const open = ofType(stack, 'AWS::SNS::TopicPolicy').flatMap(({ Properties }) =>
        Properties.PolicyDocument.Statement.filter(
          ({ Effect, Principal }: { Effect: string; Principal: { Service?: string } }) =>
            Effect === 'Allow' && Principal.Service === 'cloudwatch.amazonaws.com',
        ).map(({ Resource: topic }: { Resource: string }) => topic),
      );
      const used = ofType(stack, 'AWS::CloudWatch::Alarm').flatMap(
        ({ Properties }) => Properties.AlarmActions,
      );
      expect(open).toEqual(expect.arrayContaining(used));
    }
  });
});

describe('the alarms on endpoints', () => {
  it('are as in the guide, and reach reconcile across regions', () => {
    expect(alarmNamed(existing.alarms, 'sso-site-a-endpoint')).toMatchObject({
      Namespace: 'AWS/Route53',
      MetricName: 'HealthCheckStatus',
      Dimensions: [{ Name: 'HealthCheckId', Value: '11111111-1111-4111-8111-111111111111' }],
      Statistic: 'Minimum',
      Period: 60,
      EvaluationPeriods: 1,
      ComparisonOperator: 'LessThanThreshold',
      Threshold: 1,
      TreatMissingData: 'notBreaching',
      AlarmActions: ['topic:sso-endpoint-alarms'],
    });
    expect(ofType(existing.alarms, 'AWS::SNS::Subscription').map(({ Properties }) => Properties)).toEqual([
      {
        Protocol: 'lambda',
        TopicArn: 'topic:sso-endpoint-alarms',
        Endpoint: 'arn:aws:lambda:eu-west-1:123456789012:function:sso-reconcile',
      },
    ]);
    const allowed = ofType(existing.workflow, 'AWS::Lambda::Permission').map(
      ({ Properties }) => Properties.SourceArn,
    );
    expect(allowed).toContain('arn:aws:sns:us-east-1:123456789012:sso-endpoint-alarms');
  });

  it(
    'go by EventBridge to a region that an account has to opt in to',
    () => {
      const there = example('existing', (file: object) => {
        const sites = (file as { sites: { availabilityZone: string }[] }).sites.map((site) => ({
          ...site,
          availabilityZone: site.availabilityZone.replace('eu-west-1', 'eu-south-1'),
        }));
        Object.assign(file, { region: 'eu-south-1', sites });
      });
      const made = synthesize(there);
      expect(ofType(made.alarms, 'AWS::SNS::Subscription')).toEqual([]);
      expect(ofType(made.alarms, 'AWS::Events::Rule')[0]!.Properties.Targets[0].Arn).toBe(
        'arn:aws:events:eu-south-1:123456789012:event-bus/sso-alarms',
      );
      const rule = ofType(made.workflow, 'AWS::Events::Rule').find(
        ({ Properties }) => Properties.Name === 'sso-endpoint-alarms',
      )!.Properties;
      expect(rule.Targets[0].Arn).toBe('function:sso-reconcile');
      expect(ofType(made.workflow, 'AWS::Events::EventBus')[0]!.Properties.Name).toBe('sso-alarms');
    },
    SYNTHESIS_TAKES,
  );
});

describe('a lost cross-site view', () => {
  it('comes from Alertmanager through a topic to which its role may publish', () => {
    const subscriptions = ofType(existing.workflow, 'AWS::SNS::Subscription').map(
      ({ Properties }) => Properties,
    );
    expect(subscriptions).toContainEqual(
      expect.objectContaining({
        Protocol: 'lambda',
        TopicArn: 'topic:sso-view-alarms',
        Endpoint: 'function:sso-reconcile',
      }),
    );
    const statements = ofType(existing.workflow, 'AWS::SNS::TopicPolicy').flatMap(
      ({ Properties }) => Properties.PolicyDocument.Statement,
    );
    expect(statements).toContainEqual(
      expect.objectContaining({
        Effect: 'Allow',
        Action: 'sns:Publish',
        Principal: { AWS: 'arn:aws:iam::123456789012:role/alertmanager' },
        Resource: 'topic:sso-view-alarms',
      }),
    );
  });

  it('comes from a metric, whose silence is not an alarm', () => {
    expect(alarmNamed(fresh.workflow, 'sso-site-b-left-view')).toMatchObject({
      Namespace: 'Keycloak',
      MetricName: 'vendor_jgroups_site_view_status',
      Dimensions: [{ Name: 'site', Value: 'site-b' }],
      Statistic: 'Minimum',
      TreatMissingData: 'missing',
      AlarmActions: ['topic:sso-view-alarms'],
    });
  });
});
