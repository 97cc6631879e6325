import type { DescribeAlarmsCommandInput } from '@aws-sdk/client-cloudwatch';
import { type Clock, globalClock } from '../clock.ts';
import { NotModelledError, type Service } from '../service.ts';
import { type Alarm, type AlarmSpec, type AlarmState, evaluated, newAlarm, sampled } from './alarm.ts';
import { type AlarmHome, alarmArn, alarmEvent, type SnsEvent, topicArn } from './alarm-event.ts';

export interface CloudWatchOptions extends AlarmHome {
  readonly alarms: readonly AlarmSpec[];
  /** What the topic's subscriber is given on every change of state. */
  readonly deliver: (event: SnsEvent) => void;
  /** 60 unless a rehearsal can't wait; AWS's health-check metric has no shorter one. */
  readonly periodSeconds?: number;
  /** How often the metric is read in a period: its Minimum counts. */
  readonly samplesPerPeriod?: number;
  readonly clock?: Clock;
}

export interface AlarmChange {
  readonly name: string;
  readonly state: AlarmState;
  readonly before: AlarmState;
  readonly at: number;
}

/**
 * CloudWatch with alarms of one evaluated period each, Minimum below 1, as in the Keycloak guide, and actions on
 * every state. AWS evaluates periods of 60 s and the metric arrives some seconds late; here periods may be shorter
 * (the messages still say 60) and nothing is late.
 * Not modelled: the metric data itself (PutMetricData, GetMetricData), more than one period, composite rules (a
 * composite alarm here is one without a metric, over a child that nobody sees), suppressed actions, history, paging,
 * SNS retries: each change is delivered at once and once. A scenario that wants more gives the event again.
 */
export class CloudWatch {
  readonly #options: CloudWatchOptions;
  readonly #clock: Clock;
  readonly #listeners: ((change: AlarmChange) => void)[] = [];
  #alarms: readonly Alarm[];
  #messages = 0;
  #samples = 0;
  #running = false;
  #cancel = () => {};

  constructor(options: CloudWatchOptions) {
    this.#options = options;
    this.#clock = options.clock ?? globalClock;
    const now = new Date(this.#clock.now());
    this.#alarms = options.alarms.map((spec) => newAlarm(spec, now));
  }

  /** CloudWatch in one region, which knows that region's alarms only. */
  service(region: string): Service {
    return {
      name: 'CloudWatch',
      operations: { DescribeAlarms: (input: DescribeAlarmsCommandInput) => this.#describe(region, input) },
    };
  }

  start(): void {
    if (this.#running) return;
    this.#running = true;
    this.#wait();
  }

  stop(): void {
    this.#running = false;
    this.#cancel();
  }

  onChange(listener: (change: AlarmChange) => void): void {
    this.#listeners.push(listener);
  }

  stateOf(name: string): AlarmState | null {
    return this.#alarms.find((alarm) => alarm.spec.name === name)?.state ?? null;
  }

  #wait(): void {
    const { periodSeconds = 60, samplesPerPeriod = 6 } = this.#options;
    this.#cancel = this.#clock.after((periodSeconds * 1000) / samplesPerPeriod, () => {
      this.#alarms = this.#alarms.map(sampled);
      this.#samples += 1;
      if (this.#samples % samplesPerPeriod === 0) this.#evaluate();
      if (this.#running) this.#wait();
    });
  }

  #evaluate(): void {
    const now = new Date(this.#clock.now());
    const before = this.#alarms;
    this.#alarms = before.map((alarm) => evaluated(alarm, now));
    for (const [index, alarm] of this.#alarms.entries()) {
      const { state } = before[index]!;
      if (alarm.state === state) continue;
      const change = { name: alarm.spec.name, state: alarm.state, before: state, at: now.getTime() };
      for (const listener of this.#listeners) listener(change);
      this.#options.deliver(alarmEvent(alarm, state, this.#options, `alarm-message-${++this.#messages}`));
    }
  }

  #describe(region: string, input: DescribeAlarmsCommandInput) {
    const { AlarmNames, AlarmTypes, StateValue, MaxRecords: _, ...rest } = input;
    const others = Object.entries(rest).filter(([, value]) => value !== undefined);
    if (others.length > 0) {
      throw new NotModelledError(`DescribeAlarms with ${others.map(([field]) => field).join(', ')}`);
    }
    const found = this.#alarms.filter(
      ({ spec, state }) =>
        spec.region === region &&
        (AlarmNames === undefined || AlarmNames.includes(spec.name)) &&
        (StateValue === undefined || StateValue === state),
    );
    // AWS leaves composite alarms out unless they are asked for by their type.
    const types = AlarmTypes ?? ['MetricAlarm'];
    const metric = types.includes('MetricAlarm') ? found.filter(({ spec }) => spec.metric !== null) : [];
    const composite = types.includes('CompositeAlarm')
      ? found.filter(({ spec }) => spec.metric === null)
      : [];
    return {
      MetricAlarms: metric.map((alarm) => this.#metricAlarm(alarm)),
      CompositeAlarms: composite.map((alarm) => ({
        ...this.#common(alarm),
        AlarmRule: `ALARM("${alarm.spec.name}-child")`,
      })),
    };
  }

  #common({ spec, state, reason, since }: Alarm) {
    const topic = topicArn(this.#options, spec);
    return {
      AlarmName: spec.name,
      AlarmArn: alarmArn(this.#options, spec),
      ActionsEnabled: true,
      OKActions: [topic],
      AlarmActions: [topic],
      InsufficientDataActions: [topic],
      StateValue: state,
      StateReason: reason,
      StateUpdatedTimestamp: since,
      StateTransitionedTimestamp: since,
    };
  }

  #metricAlarm(alarm: Alarm) {
    const { metric, treatMissingData } = alarm.spec;
    return {
      ...this.#common(alarm),
      MetricName: metric?.name,
      Namespace: metric?.namespace,
      Dimensions: Object.entries(metric?.dimensions ?? {}).map(([Name, Value]) => ({ Name, Value })),
      Statistic: 'Minimum',
      Period: 60,
      EvaluationPeriods: 1,
      DatapointsToAlarm: 1,
      Threshold: 1,
      ComparisonOperator: 'LessThanThreshold',
      TreatMissingData: treatMissingData,
    };
  }
}
