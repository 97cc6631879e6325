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
  const trigger = message['Trigger'] as Json | undefined;
  const dimensions = trigger?.['Dimensions'];
  return sighted(configuration, {
    name: asText(message['AlarmName'], 'AlarmName'),
    arn: typeof message['AlarmArn'] === 'string' ? message['AlarmArn'] : null,
    state: asText(message['NewStateValue'], 'NewStateValue'),
    at: asInstant(message['StateChangeTime'], 'StateChangeTime'),
    metrics:
      trigger === undefined || message['AlarmRule'] !== undefined
        ? []
        : [
            {
              namespace: String(trigger['Namespace']),
              name: String(trigger['MetricName']),
              dimensions: Array.isArray(dimensions)
                ? Object.fromEntries(
                    dimensions.map((each: Json) => [String(each['name']), String(each['value'])]),
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
  const metrics = (configuration as Json | undefined)?.['metrics'];
  if (!Array.isArray(metrics)) return [];
  return metrics.flatMap((each: Json) => {
    const metric = (each['metricStat'] as Json | undefined)?.['metric'] as Json | undefined;
    if (metric === undefined) return [];
    return [
      {
        namespace: String(metric['namespace']),
        name: String(metric['name']),
        dimensions: (metric['dimensions'] ?? {}) as Record<string, string>,
      },
    ];
  });
}

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
  if (value === null || typeof value !== 'object' || Array.isArray(value))
    throw malformed(`${what} is not an object`);
  return value as Json;
}

function asText(value: unknown, what: string): string {
  if (typeof value !== 'string' || value === '') throw malformed(`${what} is missing`);
  return value;
}

function asInstant(value: unknown, what: string): Instant {
  const text = asText(value, what);
  // As Go writes a time where a template of Alertmanager's gives it no form: 2026-01-05 12:00:00.5 +0000 UTC.
  const go = /^(\d{4}-\d\d-\d\d) (\d\d:\d\d:\d\d(?:\.\d+)?) ([+-]\d\d)(\d\d)/.exec(text);
  const date = new Date(go === null ? text : `${go[1]}T${go[2]}${go[3]}:${go[4]}`);
  if (Number.isNaN(date.getTime())) throw malformed(`${what} is not a time`);
  return instant(date);
}
