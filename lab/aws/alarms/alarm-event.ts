import type { Alarm, AlarmState } from './alarm.ts';

/** Where the alarms and their topic live. */
export interface AlarmHome {
  readonly region: string;
  readonly accountId: string;
  readonly topicArn: string;
}

/** What SNS hands to a Lambda function that subscribes to a topic. */
export interface SnsEvent {
  readonly Records: readonly {
    readonly EventSource: 'aws:sns';
    readonly EventVersion: '1.0';
    readonly EventSubscriptionArn: string;
    readonly Sns: {
      readonly Type: 'Notification';
      readonly MessageId: string;
      readonly TopicArn: string;
      readonly Subject: string;
      /** JSON. */
      readonly Message: string;
      readonly Timestamp: string;
      readonly SignatureVersion: '1';
      readonly Signature: string;
      readonly SigningCertUrl: string;
      readonly UnsubscribeUrl: string;
      readonly MessageAttributes: Readonly<Record<string, never>>;
    };
  }[];
}

export const alarmArn = ({ region, accountId }: AlarmHome, name: string): string =>
  `arn:aws:cloudwatch:${region}:${accountId}:alarm:${name}`;

/** Names as CloudWatch writes them in messages; no program may take the region from there. */
const REGION_NAMES: Readonly<Record<string, string>> = {
  'us-east-1': 'US East (N. Virginia)',
  'eu-west-1': 'EU (Ireland)',
  'eu-central-1': 'EU (Frankfurt)',
};

/** The event of one change of an alarm's state, as CloudWatch and SNS send it. */
export function alarmEvent(alarm: Alarm, before: AlarmState, home: AlarmHome, messageId: string): SnsEvent {
  const region = REGION_NAMES[home.region] ?? home.region;
  return {
    Records: [
      {
        EventSource: 'aws:sns',
        EventVersion: '1.0',
        EventSubscriptionArn: `${home.topicArn}:00000000-0000-0000-0000-000000000000`,
        Sns: {
          Type: 'Notification',
          MessageId: messageId,
          TopicArn: home.topicArn,
          Subject: `${alarm.state}: "${alarm.spec.name}" in ${region}`.slice(0, 100),
          Message: JSON.stringify(message(alarm, before, home, region)),
          Timestamp: alarm.since.toISOString(),
          SignatureVersion: '1',
          Signature: 'EXAMPLE',
          SigningCertUrl: `https://sns.${home.region}.amazonaws.com/SimpleNotificationService.pem`,
          UnsubscribeUrl: `https://sns.${home.region}.amazonaws.com/?Action=Unsubscribe`,
          MessageAttributes: {},
        },
      },
    ],
  };
}

function message({ spec, state, reason, since }: Alarm, before: AlarmState, home: AlarmHome, region: string) {
  const common = {
    AlarmName: spec.name,
    AlarmDescription: null,
    AWSAccountId: home.accountId,
    AlarmConfigurationUpdatedTimestamp: '2026-01-01T00:00:00.000+0000',
    NewStateValue: state,
    NewStateReason: reason,
    // CloudWatch writes the offset without a colon.
    StateChangeTime: since.toISOString().replace('Z', '+0000'),
    Region: region,
    AlarmArn: alarmArn(home, spec.name),
    OldStateValue: before,
    OKActions: [home.topicArn],
    AlarmActions: [home.topicArn],
    InsufficientDataActions: [home.topicArn],
  };
  if (spec.metric === null) {
    const child = alarmArn(home, `${spec.name}-child`);
    return {
      ...common,
      AlarmRule: `ALARM("${spec.name}-child")`,
      TriggeringChildren: [{ Arn: child, State: { Value: state, Timestamp: common.StateChangeTime } }],
    };
  }
  return {
    ...common,
    Trigger: {
      MetricName: spec.metric.name,
      Namespace: spec.metric.namespace,
      StatisticType: 'Statistic',
      Statistic: 'MINIMUM',
      Unit: null,
      Dimensions: Object.entries(spec.metric.dimensions).map(([name, value]) => ({ value, name })),
      Period: 60,
      EvaluationPeriods: 1,
      DatapointsToAlarm: 1,
      ComparisonOperator: 'LessThanThreshold',
      Threshold: 1.0,
      TreatMissingData: spec.treatMissingData,
      EvaluateLowSampleCountPercentile: '',
    },
  };
}
