import { type CloudWatchClient, DescribeAlarmsCommand } from '@aws-sdk/client-cloudwatch';
import { describe, expect, it } from '@jest/globals';
import type { AlarmSpec } from '../../../lab/aws/alarms/alarm.ts';
import type { SnsEvent } from '../../../lab/aws/alarms/alarm-event.ts';
import { CloudWatch } from '../../../lab/aws/alarms/cloudwatch.ts';
import { inMemoryClient } from '../../../lab/aws/in-memory-client.ts';
import { virtualClock } from './virtual-clock.ts';

const METRIC = {
  namespace: 'AWS/Route53',
  name: 'HealthCheckStatus',
  dimensions: { HealthCheckId: 'endpoint-site-a' },
};

function watched(alarm: Partial<AlarmSpec>) {
  const clock = virtualClock();
  const events: SnsEvent[] = [];
  const cloudwatch = new CloudWatch({
    clock,
    accountId: '123456789012',
    topicName: 'failover-alarms',
    deliver: (event) => events.push(event),
    alarms: [
      {
        name: 'site-a-down',
        region: 'us-east-1',
        metric: METRIC,
        treatMissingData: 'notBreaching',
        read: () => true,
        ...alarm,
      },
    ],
  });
  cloudwatch.start();
  const messages = () => events.map((event) => JSON.parse(event.Records[0]!.Sns.Message));
  return { clock, cloudwatch, events, messages };
}

describe('an alarm on an endpoint', () => {
  it('is sent as CloudWatch sends it through SNS, once for each change', async () => {
    let up = true;
    const { clock, cloudwatch, events, messages } = watched({ read: () => up });
    await clock.advance(120);
    up = false;
    await clock.advance(180);
    cloudwatch.stop();
    expect(messages().map((message) => [message.OldStateValue, message.NewStateValue])).toEqual([
      ['INSUFFICIENT_DATA', 'OK'],
      ['OK', 'ALARM'],
    ]);
    expect(events[1]!.Records[0]!.Sns.Subject).toBe('ALARM: "site-a-down" in US East (N. Virginia)');
    expect(messages()[1]).toMatchObject({
      AlarmName: 'site-a-down',
      AlarmArn: 'arn:aws:cloudwatch:us-east-1:123456789012:alarm:site-a-down',
      AWSAccountId: '123456789012',
      Region: 'US East (N. Virginia)',
      StateChangeTime: '2026-01-05T12:03:00.000+0000',
      Trigger: {
        MetricName: 'HealthCheckStatus',
        Namespace: 'AWS/Route53',
        Dimensions: [{ name: 'HealthCheckId', value: 'endpoint-site-a' }],
      },
    });
  });

  it('sees a failure of seconds, because the minimum of the period counts', async () => {
    let up = true;
    const { clock, cloudwatch } = watched({ read: () => up });
    await clock.advance(60);
    up = false;
    await clock.advance(15);
    up = true;
    await clock.advance(45);
    expect(cloudwatch.stateOf('site-a-down')).toBe('ALARM');
    cloudwatch.stop();
  });

  it('stays OK while no data arrives', async () => {
    const { clock, cloudwatch } = watched({ read: () => null });
    await clock.advance(60);
    expect(cloudwatch.stateOf('site-a-down')).toBe('OK');
    cloudwatch.stop();
  });
});

describe('an alarm on the cross-site view', () => {
  it('has insufficient data when nothing reports, and says so', async () => {
    let inView: boolean | null = true;
    const { clock, cloudwatch, messages } = watched({ treatMissingData: 'missing', read: () => inView });
    await clock.advance(60);
    inView = null;
    await clock.advance(60);
    cloudwatch.stop();
    expect(messages().at(-1).NewStateValue).toBe('INSUFFICIENT_DATA');
  });

  it('carries a rule and no metric when it is composite', async () => {
    const { clock, cloudwatch, messages } = watched({ metric: null });
    await clock.advance(60);
    cloudwatch.stop();
    expect(messages()[0]).toHaveProperty('AlarmRule');
    expect(messages()[0]).not.toHaveProperty('Trigger');
  });
});

describe('DescribeAlarms', () => {
  it('tells the alarms that are in ALARM in its own region, with the time since when', async () => {
    const { clock, cloudwatch } = watched({ read: () => false });
    await clock.advance(90);
    cloudwatch.stop();
    const asked = new DescribeAlarmsCommand({ AlarmNames: ['site-a-down'], StateValue: 'ALARM' });
    const here = await inMemoryClient<CloudWatchClient>(cloudwatch.service('us-east-1')).send(asked);
    const elsewhere = await inMemoryClient<CloudWatchClient>(cloudwatch.service('eu-west-1')).send(asked);
    expect(here.MetricAlarms?.map((alarm) => alarm.StateTransitionedTimestamp)).toEqual([
      new Date('2026-01-05T12:01:00Z'),
    ]);
    expect(elsewhere.MetricAlarms).toEqual([]);
  });

  it('leaves composite alarms out unless asked for them', async () => {
    const { cloudwatch } = watched({ metric: null });
    cloudwatch.stop();
    const client = inMemoryClient<CloudWatchClient>(cloudwatch.service('us-east-1'));
    expect((await client.send(new DescribeAlarmsCommand({}))).CompositeAlarms).toEqual([]);
    const asked = await client.send(new DescribeAlarmsCommand({ AlarmTypes: ['CompositeAlarm'] }));
    expect(asked.CompositeAlarms?.map((alarm) => alarm.AlarmName)).toEqual(['site-a-down']);
  });
});
