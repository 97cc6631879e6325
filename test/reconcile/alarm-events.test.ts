import { describe, expect, it } from '@jest/globals';
import { readAlarmEvent } from '../../functions/reconcile/alarm-events.ts';
import { MalformedEventError } from '../../functions/shared/errors.ts';
import { A, B, exampleConfiguration, moment } from '../ledger/example.ts';
import { type Json, sample, snsAlarm } from './samples.ts';

const configuration = exampleConfiguration();
const read = (event: unknown) => readAlarmEvent(event, configuration);

const endpointDown = {
  kind: 'endpoint-down',
  site: A,
  at: moment(0),
  source: 'alarm sso-endpoint-site-a',
};

describe('an alarm in each shape in which it can arrive', () => {
  it.each(['sns-endpoint-down', 'lambda-endpoint-down', 'eventbridge-endpoint-down'])(
    'says the same: %s',
    (name) => {
      expect(read(sample(name))).toEqual({ sightings: [endpointDown], resolved: [], ignored: [] });
    },
  );

  it('of a composite alarm carries no metric', () => {
    expect(read(sample('sns-left-view-composite')).sightings).toEqual([
      { kind: 'left-cross-site-view', site: B, at: moment(0), source: 'alarm sso-view-site-b' },
    ]);
  });

  it('can hold several at once', () => {
    expect(read(sample('sns-several-records')).sightings.map(({ kind, site }) => `${kind} ${site}`)).toEqual([
      'endpoint-down site-a',
      'left-cross-site-view site-a',
      'left-cross-site-view site-b',
    ]);
  });

  it('by EventBridge through SNS says the same too', () => {
    const message = JSON.stringify(sample('eventbridge-endpoint-down'));
    expect(read({ Records: [{ Sns: { Message: message } }] }).sightings).toEqual([endpointDown]);
  });

  it('of Alertmanager speaks for each alert by its own status', () => {
    expect(read(sample('sns-alertmanager'))).toEqual({
      sightings: [
        {
          kind: 'left-cross-site-view',
          site: B,
          at: new Date(Date.parse(moment(0)) + 184).toISOString(),
          source: "Alertmanager's SiteOffline",
          fingerprint: '4ede5f108ebfe355',
        },
      ],
      resolved: ['4ee85f108ec837da'],
      ignored: [],
    });
  });
});

const alert = (changes: Json): Json => ({
  alerts: [
    {
      status: 'firing',
      labels: { alertname: 'SiteOffline', site: 'site-b' },
      startsAt: '2026-01-05T12:00:00Z',
      fingerprint: 'one',
      ...changes,
    },
  ],
});

describe('what is not acted on', () => {
  it.each([
    ['sns-endpoint-ok', 'alarm sso-endpoint-site-a is OK'],
    ['sns-endpoint-insufficient-data', 'alarm sso-endpoint-site-a is INSUFFICIENT_DATA'],
  ])('%s', (name, reason) => {
    expect(read(sample(name))).toEqual({ sightings: [], resolved: [], ignored: [reason] });
  });

  it.each<[string, Json, string]>([
    ['an alarm that is not ours', { AlarmName: 'billing' }, 'is not one that the configuration names'],
    [
      'the same name in another account',
      { AlarmArn: 'arn:aws:cloudwatch:us-east-1:999999999999:alarm:sso-endpoint-site-a' },
      'is of another account',
    ],
    [
      'the same name in another region',
      { AlarmArn: 'arn:aws:cloudwatch:eu-west-1:123456789012:alarm:sso-endpoint-site-a' },
      'is of another region, eu-west-1',
    ],
    [
      'another metric under that name',
      { Trigger: { Namespace: 'AWS/Route53', MetricName: 'HealthCheckPercentageHealthy', Dimensions: [] } },
      'is about AWS/Route53 HealthCheckPercentageHealthy',
    ],
    [
      'the same metric of another health check',
      {
        Trigger: {
          Namespace: 'AWS/Route53',
          MetricName: 'HealthCheckStatus',
          Dimensions: [{ name: 'HealthCheckId', value: 'endpoint-site-b' }],
        },
      },
      'not what the configuration names',
    ],
    [
      'the same metric with one dimension more',
      {
        Trigger: {
          Namespace: 'AWS/Route53',
          MetricName: 'HealthCheckStatus',
          Dimensions: [
            { name: 'HealthCheckId', value: 'endpoint-site-a' },
            { name: 'Region', value: 'eu-west-1' },
          ],
        },
      },
      'not what the configuration names',
    ],
    [
      'a composite alarm where a metric is configured',
      { AlarmRule: 'ALARM("x")', Trigger: undefined },
      'is about no metric',
    ],
  ])('%s', (_, changes, reason) => {
    const { sightings, ignored } = read(snsAlarm('sns-endpoint-down', changes));
    expect(sightings).toEqual([]);
    expect(ignored).toEqual([expect.stringContaining(reason)]);
  });

  it.each([
    ['an alert of another name', { labels: { alertname: 'Other', site: 'site-b' } }],
    ['an alert about a site that there is not', { labels: { alertname: 'SiteOffline', site: 'site-c' } }],
    ['an alert of a status that is neither', { status: 'suppressed' }],
  ])('%s', (_, changes) => {
    expect(read(alert(changes))).toMatchObject({ sightings: [], ignored: [expect.any(String)] });
  });

  it('any alert where none is configured', () => {
    const without = exampleConfiguration({ alertmanager: undefined });
    expect(readAlarmEvent(alert({}), without).sightings).toEqual([]);
  });
});

describe('what can not be read', () => {
  it.each<[string, unknown, string]>([
    ['nothing', null, 'the event is not an object'],
    ['a list', [], 'the event is not an object'],
    ['something else', { hello: 'world' }, 'it has the fields hello'],
    ['an empty event', {}, '(none)'],
    ['text instead of JSON', { Records: [{ Sns: { Message: 'ALARM: all is lost' } }] }, 'not JSON'],
    ['a record without Sns', { Records: [{ s3: {} }] }, 'Sns of an SNS record is not an object'],
    ['no state', snsAlarm('sns-endpoint-down', { NewStateValue: undefined }), 'NewStateValue is missing'],
    ['no time', snsAlarm('sns-endpoint-down', { StateChangeTime: 'noon' }), 'StateChangeTime is not a time'],
    ['an alarm without data', { source: 'aws.cloudwatch', alarmData: null }, 'alarmData is not an object'],
    ['an alert without a site', alert({ labels: { alertname: 'SiteOffline' } }), 'labels.site is missing'],
    ['an alert without a fingerprint', alert({ fingerprint: '' }), 'fingerprint of an alert is missing'],
  ])('%s is refused by name, with what is wrong', (_, event, what) => {
    expect(() => read(event)).toThrow(MalformedEventError);
    expect(() => read(event)).toThrow(what);
  });

  it('does not hide the alarm that came with it', () => {
    const { Records } = sample('sns-endpoint-down') as { Records: unknown[] };
    const { sightings, ignored } = read({ Records: [{ Sns: { Message: '{' } }, ...Records] });
    expect(sightings).toEqual([endpointDown]);
    expect(ignored).toEqual([expect.stringContaining('not JSON')]);
  });
});

describe('a time', () => {
  it.each([
    '2026-01-05T12:00:00.000+0000',
    '2026-01-05T12:00:00Z',
    '2026-01-05T13:00:00.000000123+01:00',
    '2026-01-05 12:00:00.000000123 +0000 UTC',
    '2026-01-05 13:00:00 +0100 CET',
  ])('as AWS, Prometheus and Go write it: %s', (startsAt) => {
    expect(read(alert({ startsAt })).sightings[0]!.at).toBe(moment(0));
  });
});
