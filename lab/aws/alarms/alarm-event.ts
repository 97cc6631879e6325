import type { Alarm, AlarmSpec, AlarmState } from './alarm.ts';

/** Where the alarms live. Each region that has alarms has a topic of that name: actions can't cross regions. */
export interface AlarmHome {
  readonly accountId: string;
  readonly topicName: string;
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

export const alarmArn = ({ accountId }: AlarmHome, { region, name }: AlarmSpec): string =>
  `arn:aws:cloudwatch:${region}:${accountId}:alarm:${name}`;

export const topicArn = ({ accountId, topicName }: AlarmHome, { region }: AlarmSpec): string =>
  `arn:aws:sns:${region}:${accountId}:${topicName}`;

/** Names as CloudWatch writes them in messages; no program may take the region from there. */
const REGION_NAMES: Readonly<Record<string, string>> = {
  'us-east-1': 'US East (N. Virginia)',
  'eu-west-1': 'EU (Ireland)',
  'eu-central-1': 'EU (Frankfurt)',
};

const regionName = ({ region }: AlarmSpec): string => REGION_NAMES[region] ?? region;

/** The event of one change of an alarm's state, as CloudWatch and SNS send it. */
export function alarmEvent(alarm: Alarm, before: AlarmState, home: AlarmHome, messageId: string): SnsEvent {
  const { spec } = alarm;
  const topic = topicArn(home, spec);
  const sns = `https://sns.${spec.region}.amazonaws.com`;
  return {
    Records: [
      {
        EventSource: 'aws:sns',
        EventVersion: '1.0',
        EventSubscriptionArn: `${topic}:00000000-0000-0000-0000-000000000000`,
        Sns: {
          Type: 'Notification',
          MessageId: messageId,
          TopicArn: topic,
          Subject: `${alarm.state}: "${spec.name}" in ${regionName(spec)}`.slice(0, 100),
          Message: JSON.stringify(message(alarm, before, home)),
          Timestamp: alarm.since.toISOString(),
          SignatureVersion: '1',
          Signature: 'EXAMPLE',
          SigningCertUrl: `${sns}/SimpleNotificationService.pem`,
          UnsubscribeUrl: `${sns}/?Action=Unsubscribe`,
          MessageAttributes: {},
        },
      },
    ],
  };
}

function message({ spec, state, reason, since }: Alarm, before: AlarmState, home: AlarmHome) {
  const topic = topicArn(home, spec);
  const common = {
    AlarmName: spec.name,
    AlarmDescription: null,
    AWSAccountId: home.accountId,
    AlarmConfigurationUpdatedTimestamp: '2026-01-01T00:00:00.000+0000',
    NewStateValue: state,
    NewStateReason: reason,
    // CloudWatch writes the offset without a colon.
    StateChangeTime: since.toISOString().replace('Z', '+0000'),
    Region: regionName(spec),
    AlarmArn: alarmArn(home, spec),
    OldStateValue: before,
    OKActions: [topic],
    AlarmActions: [topic],
    InsufficientDataActions: [topic],
  };
  if (spec.metric === null) {
    const child = alarmArn(home, { ...spec, name: `${spec.name}-child` });
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
