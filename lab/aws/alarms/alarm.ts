export type AlarmState = 'OK' | 'ALARM' | 'INSUFFICIENT_DATA';

export interface AlarmSpec {
  readonly name: string;
  readonly region: string;
  /** Null: a composite alarm, which carries no metric. */
  readonly metric: {
    readonly namespace: string;
    readonly name: string;
    readonly dimensions: Readonly<Record<string, string>>;
  } | null;
  /** The metric's value as CloudWatch would be given it: true is 1, false 0, null no data. */
  readonly read: () => boolean | null;
  /** What a period without data means; `missing`: INSUFFICIENT_DATA. */
  readonly treatMissingData: 'notBreaching' | 'missing';
}

/** One alarm's memory: one period evaluated, one datapoint to alarm, Minimum below 1. */
export interface Alarm {
  readonly spec: AlarmSpec;
  readonly state: AlarmState;
  readonly reason: string;
  /** When the state last changed. */
  readonly since: Date;
  /** What was read in the period that runs. */
  readonly samples: readonly boolean[];
}

export const newAlarm = (spec: AlarmSpec, now: Date): Alarm => ({
  spec,
  state: 'INSUFFICIENT_DATA',
  reason: 'Unchecked: Initial alarm creation',
  since: now,
  samples: [],
});

export function sampled(alarm: Alarm): Alarm {
  const value = alarm.spec.read();
  return value === null ? alarm : { ...alarm, samples: [...alarm.samples, value] };
}

/** The end of a period: its Minimum against the threshold. */
export function evaluated(alarm: Alarm, now: Date): Alarm {
  const { spec, samples } = alarm;
  const { state, reason } = verdict(samples, spec.treatMissingData, now);
  if (state === alarm.state) return { ...alarm, samples: [] };
  return { spec, state, reason, since: now, samples: [] };
}

function verdict(
  samples: readonly boolean[],
  treatMissingData: AlarmSpec['treatMissingData'],
  now: Date,
): { state: AlarmState; reason: string } {
  if (samples.length === 0 && treatMissingData === 'missing') {
    return {
      state: 'INSUFFICIENT_DATA',
      reason: 'Insufficient Data: 1 datapoint was unknown.',
    };
  }
  if (samples.length === 0) {
    return {
      state: 'OK',
      reason:
        'Threshold Crossed: no datapoints were received for 1 period and 1 missing datapoint was treated as [NonBreaching].',
    };
  }
  const breaching = samples.includes(false);
  const point = `${breaching ? '0.0' : '1.0'} (${shortDate(now)})`;
  return breaching
    ? {
        state: 'ALARM',
        reason: `Threshold Crossed: 1 out of the last 1 datapoints [${point}] was less than the threshold (1.0) (minimum 1 datapoint for OK -> ALARM transition).`,
      }
    : {
        state: 'OK',
        reason: `Threshold Crossed: 1 out of the last 1 datapoints [${point}] was not less than the threshold (1.0) (minimum 1 datapoint for ALARM -> OK transition).`,
      };
}

/** `31/12/26 23:59:00` in UTC. */
function shortDate(date: Date): string {
  const [year, month, day] = date.toISOString().slice(2, 10).split('-');
  return `${day}/${month}/${year} ${date.toISOString().slice(11, 19)}`;
}
