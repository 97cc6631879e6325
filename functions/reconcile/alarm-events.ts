import type { AlarmConfiguration, Configuration } from '../shared/configuration.ts';
import { MalformedEventError } from '../shared/errors.ts';
import { type Instant, instant, type SiteName } from '../shared/names.ts';

/** One thing that somebody outside claims to have seen. A nudge to look, with the time at which it became true. */
export interface Sighting {
  readonly kind: AlarmConfiguration['kind'];
  readonly site: SiteName;
  readonly at: Instant;
  /** For people: the alarm's name, or Alertmanager's alert. */
  readonly source: string;
  /** Only alerts without a CloudWatch alarm of their own. */
  readonly fingerprint?: string;
}

export interface Nudges {
  readonly sightings: readonly Sighting[];
  /** Fingerprints of alerts that are over. */
  readonly resolved: readonly string[];
  /** What came and was not acted on, each with the reason; logged. */
  readonly ignored: readonly string[];
}

type Json = Readonly<Record<string, unknown>>;

/**
 * Reads an alarm in every shape in which one can arrive: SNS (several records), CloudWatch's direct invocation,
 * EventBridge, Alertmanager through SNS. Acts only on ALARM of an alarm that the configuration names, about the
 * metric that it names; everything else is ignored with its reason.
 * @throws MalformedEventError when the shape is none of these, or a field that every alarm has is missing
 */
export function readAlarmEvent(event: unknown, configuration: Configuration): Nudges {
  const read = asObject(event, 'the event');
  const records = read['Records'];
  if (Array.isArray(records)) return together(records, (record) => fromSnsRecord(record, configuration));
  return fromMessage(read, configuration);
}

function fromMessage(read: Json, configuration: Configuration): Nudges {
  if (read['source'] === 'aws.cloudwatch' && 'alarmData' in read)
    return fromDirectInvocation(read, configuration);
  if (read['detail-type'] === 'CloudWatch Alarm State Change') return fromEventBridge(read, configuration);
  if (Array.isArray(read['alerts'])) return fromAlertmanager(read['alerts'], configuration);
  if ('AlarmName' in read) return fromSnsMessage(read, configuration);
  throw malformed(`it has the fields ${Object.keys(read).slice(0, 8).join(', ') || '(none)'}`);
}

/** One that can't be read must not hide those that came with it. */
function together(values: readonly unknown[], readOne: (value: unknown) => Nudges): Nudges {
  const faults: MalformedEventError[] = [];
  const each = values.map((value) => {
    try {
      return readOne(value);
    } catch (error) {
      // Stryker disable next-line ConditionalExpression: nothing else is thrown there, as test/properties shows
      if (!(error instanceof MalformedEventError)) throw error;
      faults.push(error);
      return ignoring(error.message);
    }
  });
  const [fault] = faults;
  if (fault !== undefined && faults.length === values.length) throw fault;
  return {
    sightings: each.flatMap((nudges) => nudges.sightings),
    resolved: each.flatMap((nudges) => nudges.resolved),
    ignored: each.flatMap((nudges) => nudges.ignored),
  };
}

const ignoring = (reason: string): Nudges => ({ sightings: [], resolved: [], ignored: [reason] });

function fromSnsRecord(record: unknown, configuration: Configuration): Nudges {
  const sns = asObject(asObject(record, 'an SNS record')['Sns'], 'Sns of an SNS record');
  const text = asText(sns['Message'], 'Sns.Message');
  let message: unknown;
  try {
    message = JSON.parse(text);
  } catch {
    throw malformed('Sns.Message is not JSON');
  }
  return fromMessage(asObject(message, 'Sns.Message'), configuration);
}

function fromSnsMessage(message: Json, configuration: Configuration): Nudges {
  // A composite alarm has a rule, and no metric of its own.
  const trigger = message['AlarmRule'] === undefined ? message['Trigger'] : undefined;
  const dimensions = fieldsOf(trigger)['Dimensions'];
  return sighted(configuration, {
    name: asText(message['AlarmName'], 'AlarmName'),
    arn: typeof message['AlarmArn'] === 'string' ? message['AlarmArn'] : null,
    state: asText(message['NewStateValue'], 'NewStateValue'),
    at: asInstant(message['StateChangeTime'], 'StateChangeTime'),
    metrics: !isObject(trigger)
      ? []
      : [
          {
            namespace: nameIn(trigger['Namespace']),
            name: nameIn(trigger['MetricName']),
            dimensions: Array.isArray(dimensions)
              ? Object.fromEntries(
                  dimensions.map(fieldsOf).map(({ name, value }) => [nameIn(name), nameIn(value)]),
                )
              : {},
          },
        ],
  });
}

function fromDirectInvocation(event: Json, configuration: Configuration): Nudges {
  const data = asObject(event['alarmData'], 'alarmData');
  const state = asObject(data['state'], 'alarmData.state');
  return sighted(configuration, {
    name: asText(data['alarmName'], 'alarmData.alarmName'),
    arn: typeof event['alarmArn'] === 'string' ? event['alarmArn'] : null,
    state: asText(state['value'], 'alarmData.state.value'),
    at: asInstant(state['timestamp'], 'alarmData.state.timestamp'),
    metrics: metricsOf(data['configuration']),
  });
}

function fromEventBridge(event: Json, configuration: Configuration): Nudges {
  const detail = asObject(event['detail'], 'detail');
  const state = asObject(detail['state'], 'detail.state');
  const [arn] = Array.isArray(event['resources']) ? event['resources'] : [];
  return sighted(configuration, {
    name: asText(detail['alarmName'], 'detail.alarmName'),
    arn: typeof arn === 'string' ? arn : null,
    state: asText(state['value'], 'detail.state.value'),
    at: asInstant(state['timestamp'], 'detail.state.timestamp'),
    metrics: metricsOf(detail['configuration']),
  });
}

export interface Metric {
  readonly namespace: string;
  readonly name: string;
  readonly dimensions: Readonly<Record<string, string>>;
}

/** Of both the direct invocation and EventBridge; a composite alarm has none. */
function metricsOf(configuration: unknown): readonly Metric[] {
  const { metrics } = fieldsOf(configuration);
  if (!Array.isArray(metrics)) return [];
  return metrics.flatMap((each) => {
    const { metric } = fieldsOf(fieldsOf(each)['metricStat']);
    if (!isObject(metric)) return [];
    return [
      {
        namespace: nameIn(metric['namespace']),
        name: nameIn(metric['name']),
        dimensions: fieldsOf(metric['dimensions']) as Record<string, string>,
      },
    ];
  });
}

/** Of what an alarm may do without, as one of several metrics does without a name: what is not there names nothing. */
const nameIn = (value: unknown): string => (typeof value === 'string' ? value : '(none)');
const fieldsOf = (value: unknown): Json => (isObject(value) ? value : {});

interface Alarm {
  readonly name: string;
  readonly arn: string | null;
  readonly state: string;
  readonly at: Instant;
  readonly metrics: readonly Metric[];
}

function sighted(configuration: Configuration, alarm: Alarm): Nudges {
  const named = configuration.alarms.filter((each) => each.name === alarm.name);
  if (named.length === 0) return ignoring(`alarm ${alarm.name} is not one that the configuration names`);
  const [, , , region, account] = alarm.arn?.split(':') ?? [];
  if (account !== undefined && account !== configuration.accountId) {
    return ignoring(`alarm ${alarm.name} is of another account`);
  }
  const configured = named.find((each) => region === undefined || each.region === region);
  if (configured === undefined) return ignoring(`alarm ${alarm.name} is of another region, ${region}`);
  if (alarm.state !== 'ALARM') return ignoring(`alarm ${alarm.name} is ${alarm.state}`);
  if (!isAbout(configured, alarm.metrics)) {
    const about = alarm.metrics.map(({ namespace, name }) => `${namespace} ${name}`).join(', ');
    return ignoring(`alarm ${alarm.name} is about ${about || 'no metric'}, not what the configuration names`);
  }
  const { kind, site } = configured;
  return {
    sightings: [{ kind, site, at: alarm.at, source: `alarm ${alarm.name}` }],
    resolved: [],
    ignored: [],
  };
}

/** Whether the alarm watches the metric that the configuration names, and nothing else. */
export const isAbout = ({ metric: wanted }: AlarmConfiguration, metrics: readonly Metric[]): boolean =>
  wanted === undefined || (metrics.length > 0 && metrics.every((metric) => sameMetric(wanted, metric)));

const sameMetric = (wanted: Metric, metric: Metric): boolean =>
  wanted.namespace === metric.namespace &&
  wanted.name === metric.name &&
  Object.keys(wanted.dimensions).length === Object.keys(metric.dimensions).length &&
  Object.entries(wanted.dimensions).every(([name, value]) => metric.dimensions[name] === value);

/** The message's own status speaks for the group; only each alert's counts. */
function fromAlertmanager(alerts: readonly unknown[], configuration: Configuration): Nudges {
  return together(alerts, (value) => {
    const alert = asObject(value, 'an alert');
    const labels = asObject(alert['labels'], 'labels of an alert');
    const name = asText(labels['alertname'], 'labels.alertname');
    if (name !== configuration.alertmanager?.alertname) {
      return ignoring(`alert ${name} is not the one that the configuration names`);
    }
    const status = asText(alert['status'], 'status of an alert');
    const fingerprint = asText(alert['fingerprint'], 'fingerprint of an alert');
    if (status === 'resolved') return { sightings: [], resolved: [fingerprint], ignored: [] };
    if (status !== 'firing') return ignoring(`alert ${name} is ${status}`);
    const site = asText(labels['site'], 'labels.site');
    const known = configuration.sites.find((each) => each.name === site);
    if (known === undefined) return ignoring(`alert ${name} is about a site "${site}" that there is not`);
    const at = asInstant(alert['startsAt'], 'startsAt of an alert');
    const source = `Alertmanager's ${name}`;
    return {
      sightings: [{ kind: 'left-cross-site-view', site: known.name, at, source, fingerprint }],
      resolved: [],
      ignored: [],
    };
  });
}

const malformed = (what: string): MalformedEventError =>
  new MalformedEventError(
    `An event can't be read as an alarm: ${what}.`,
    'Send CloudWatch alarms by SNS, directly or by EventBridge, or Alertmanager alerts by SNS.',
  );

function asObject(value: unknown, what: string): Json {
  if (!isObject(value)) throw malformed(`${what} is not an object`);
  return value;
}

const isObject = (value: unknown): value is Json =>
  value !== null && typeof value === 'object' && !Array.isArray(value);

function asText(value: unknown, what: string): string {
  if (typeof value !== 'string' || value === '') throw malformed(`${what} is missing`);
  return value;
}

/** As AWS and Prometheus write a time, and Go where a template of Alertmanager's gives it no form. */
const TIME = /^(\d{4}-\d\d-\d\d)[T ](\d\d:\d\d:\d\d(?:\.\d+)?) ?(?:Z|([+-]\d\d):?(\d\d))(?: .*)?$/;

/** Of another form it is refused: `new Date` makes a time of nearly everything that holds a number. */
function asInstant(value: unknown, what: string): Instant {
  const [, day, time, hours = '+00', minutes = '00'] = TIME.exec(asText(value, what)) ?? [];
  const date = new Date(`${day}T${time}${hours}:${minutes}`);
  if (Number.isNaN(date.getTime())) throw malformed(`${what} is not a time`);
  return instant(date);
}
