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

/** A sample with another value at a path; undefined takes the field away. */
const withAt = (event: Json, path: string, value: unknown): Json => {
  const [key, ...rest] = path.split('.');
  const inner = rest.length === 0 ? value : withAt(event[key!] as Json, rest.join('.'), value);
  return { ...event, [key!]: inner };
};

const direct = (path: string, value: unknown) => withAt(sample('lambda-endpoint-down'), path, value);
const routed = (path: string, value: unknown) => withAt(sample('eventbridge-endpoint-down'), path, value);
const told = (field: string, value: unknown) => snsAlarm('sns-endpoint-down', { [field]: value });
const arnOf = (account: string, region = 'us-east-1') =>
  `arn:aws:cloudwatch:${region}:${account}:alarm:sso-endpoint-site-a`;

describe('where an alarm comes from', () => {
  it.each<[string, (arn: unknown) => Json]>([
    ['SNS', (arn) => told('AlarmArn', arn)],
    ['the direct invocation', (arn) => direct('alarmArn', arn)],
    ['EventBridge', (arn) => routed('resources', arn === undefined ? arn : [arn])],
  ])('is asked of its ARN, through %s', (_, event) => {
    expect(read(event(arnOf('123456789012'))).sightings).toEqual([endpointDown]);
    expect(read(event(arnOf('999999999999'))).ignored).toEqual([
      'alarm sso-endpoint-site-a is of another account',
    ]);
    expect(read(event(arnOf('123456789012', 'eu-west-1'))).ignored).toEqual([
      'alarm sso-endpoint-site-a is of another region, eu-west-1',
    ]);
  });

  it.each<[string, Json]>([
    ['SNS', told('AlarmArn', undefined)],
    ['SNS, which says null', told('AlarmArn', null)],
    ['SNS, which says something else', told('AlarmArn', 7)],
    ['the direct invocation', direct('alarmArn', undefined)],
    ['the direct invocation, which says something else', direct('alarmArn', 7)],
    ['EventBridge', routed('resources', undefined)],
    ['EventBridge, which names none', routed('resources', [])],
    ['EventBridge, which names something else', routed('resources', [7])],
  ])('is not known without one, and then its name alone counts, through %s', (_, event) => {
    expect(read(event).sightings).toEqual([endpointDown]);
  });

  it('is not asked of an event that only looks like the direct invocation', () => {
    expect(() => read(direct('source', 'somebody.else'))).toThrow('it has the fields source, alarmArn');
  });
});

describe('the metric that an alarm is about', () => {
  const metric = {
    namespace: 'AWS/Route53',
    name: 'HealthCheckStatus',
    dimensions: { HealthCheckId: 'endpoint-site-a' },
  };
  const about = (...metrics: unknown[]) =>
    direct(
      'alarmData.configuration.metrics',
      metrics.map((each) => ({ metricStat: { metric: each } })),
    );

  it.each<[string, Json, string]>([
    ['of another namespace', about({ ...metric, namespace: 'Mine' }), 'Mine HealthCheckStatus'],
    ['of another name', about({ ...metric, name: 'ConnectionTime' }), 'AWS/Route53 ConnectionTime'],
    [
      'the right one and another',
      about(metric, { ...metric, name: 'ConnectionTime' }),
      'AWS/Route53 HealthCheckStatus, AWS/Route53 ConnectionTime',
    ],
    ['without dimensions', about({ ...metric, dimensions: undefined }), 'AWS/Route53 HealthCheckStatus'],
    ['none', about(), 'no metric'],
    ['of an expression, which has none', about(undefined), 'no metric'],
    ['not said', direct('alarmData.configuration', undefined), 'no metric'],
    ['not a list', direct('alarmData.configuration.metrics', 'all'), 'no metric'],
    ['not said through SNS', told('Trigger', undefined), 'no metric'],
    ['that of a rule through SNS', told('AlarmRule', 'ALARM("x")'), 'no metric'],
    [
      'without dimensions through SNS',
      told('Trigger', { Namespace: 'AWS/Route53', MetricName: 'HealthCheckStatus' }),
      'AWS/Route53 HealthCheckStatus',
    ],
  ])('is not the one that is configured: %s', (_, event, said) => {
    expect(read(event)).toEqual({
      sightings: [],
      resolved: [],
      ignored: [`alarm sso-endpoint-site-a is about ${said}, not what the configuration names`],
    });
  });

  it('has each of its dimensions as configured', () => {
    const [alarm, ...others] = configuration.alarms;
    const dimensions = { HealthCheckId: 'endpoint-site-a', Region: 'us-east-1' };
    const wanted = {
      ...configuration,
      alarms: [{ ...alarm!, metric: { ...metric, dimensions } }, ...others],
    };
    const readWanted = (event: unknown) => readAlarmEvent(event, wanted).sightings;
    expect(readWanted(about({ ...metric, dimensions }))).toEqual([endpointDown]);
    expect(readWanted(about({ ...metric, dimensions: { ...dimensions, Region: 'eu-west-1' } }))).toEqual([]);
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
    ['an alarm without the metric that is configured', { Trigger: null }, 'is about no metric'],
    [
      'an alarm of which a dimension says nothing',
      { Trigger: { Namespace: 'AWS/Route53', MetricName: 'HealthCheckStatus', Dimensions: [null] } },
      'not what the configuration names',
    ],
    [
      'an alarm over several metrics, which has none of its own',
      { Trigger: { Metrics: [{ Id: 'm1' }] } },
      'is about (none) (none)',
    ],
  ])('%s', (_, changes, reason) => {
    const { sightings, ignored } = read(snsAlarm('sns-endpoint-down', changes));
    expect(sightings).toEqual([]);
    expect(ignored).toEqual([expect.stringContaining(reason)]);
  });

  it.each([
    [
      'an alert of another name',
      { labels: { alertname: 'Other', site: 'site-b' } },
      'alert Other is not the one that the configuration names',
    ],
    [
      'an alert about a site that there is not',
      { labels: { alertname: 'SiteOffline', site: 'site-c' } },
      'alert SiteOffline is about a site "site-c" that there is not',
    ],
    ['an alert of a status that is neither', { status: 'suppressed' }, 'alert SiteOffline is suppressed'],
  ])('%s', (_, changes, reason) => {
    expect(read(alert(changes))).toEqual({ sightings: [], resolved: [], ignored: [reason] });
  });

  it('a message that holds no record', () => {
    expect(read({ Records: [] })).toEqual({ sightings: [], resolved: [], ignored: [] });
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
    ['a record that is none', { Records: [null] }, 'an SNS record is not an object'],
    ['a record without a message', { Records: [{ Sns: {} }] }, 'Sns.Message is missing'],
    ['a message that is a list', { Records: [{ Sns: { Message: '[]' } }] }, 'Sns.Message is not an object'],
    ['a record without Sns', { Records: [{ s3: {} }] }, 'Sns of an SNS record is not an object'],
    ['no state', snsAlarm('sns-endpoint-down', { NewStateValue: undefined }), 'NewStateValue is missing'],
    ['no time', snsAlarm('sns-endpoint-down', { StateChangeTime: 'noon' }), 'StateChangeTime is not a time'],
    ['no name', told('AlarmName', null), ': AlarmName is missing'],
    ['no name, directly', direct('alarmData.alarmName', 0), 'alarmData.alarmName is missing'],
    ['no state, directly', direct('alarmData.state', null), 'alarmData.state is not an object'],
    [
      'no word for the state, directly',
      direct('alarmData.state.value', ''),
      'alarmData.state.value is missing',
    ],
    ['no time, directly', direct('alarmData.state.timestamp', 1), 'alarmData.state.timestamp is missing'],
    ['no detail, routed', routed('detail', 'ALARM'), 'detail is not an object'],
    ['no name, routed', routed('detail.alarmName', 0), 'detail.alarmName is missing'],
    ['no state, routed', routed('detail.state', []), 'detail.state is not an object'],
    ['no word for the state, routed', routed('detail.state.value', ''), 'detail.state.value is missing'],
    ['no time, routed', routed('detail.state.timestamp', 1), 'detail.state.timestamp is missing'],
    ['an alert that is none', { alerts: ['firing'] }, 'an alert is not an object'],
    ['an alert without labels', alert({ labels: null }), 'labels of an alert is not an object'],
    ['an alert without a name', alert({ labels: { site: 'site-b' } }), 'labels.alertname is missing'],
    ['an alert without a status', alert({ status: undefined }), 'status of an alert is missing'],
    ['an alert without a time', alert({ startsAt: undefined }), 'startsAt of an alert is missing'],
    [
      'an event of many fields',
      Object.fromEntries([...'abcdefghij'].map((name) => [name, 1])),
      'a, b, c, d, e, f, g, h.',
    ],
    ['an alarm without data', { source: 'aws.cloudwatch', alarmData: null }, 'alarmData is not an object'],
    ['an alert without a site', alert({ labels: { alertname: 'SiteOffline' } }), 'labels.site is missing'],
    ['an alert without a fingerprint', alert({ fingerprint: '' }), 'fingerprint of an alert is missing'],
  ])('%s is refused by name, with what is wrong', (_, event, what) => {
    expect(() => read(event)).toThrow(MalformedEventError);
    expect(() => read(event)).toThrow(what);
    expect(() => read(event)).toThrow('Send CloudWatch alarms by SNS, directly or by EventBridge');
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
    '2026-01-05 09:30:00.000000123 -0230 NDT m=+0.5',
    '2026-01-05T17:30:00+0530',
  ])('as AWS, Prometheus and Go write it: %s', (startsAt) => {
    expect(read(alert({ startsAt })).sightings[0]!.at).toBe(moment(0));
  });

  it.each([
    '5',
    'x 2026-01-05 12:00:00 +0000',
    '2026-01-05',
    '2026-01-05T12:00:00',
    '2026-13-05T12:00:00Z',
    '2026-01-05T12:00:00Zulu',
  ])('of no form that says one is none: %s', (startsAt) => {
    expect(() => read(alert({ startsAt }))).toThrow('startsAt of an alert is not a time');
  });
});
