import type { SiteName } from '../shared/names.ts';

interface RecoveryStep {
  readonly name: 'detection' | 'alarm' | 'decision' | 'take-offline' | 'dns' | 'database';
  readonly seconds: number;
  readonly why: string;
}

/** How long a loss of the serving site lasts for users at most, as this installation is set up. */
export interface Recovery {
  /** Null: who serves, or how its endpoint is probed, is not known. */
  readonly seconds: number | null;
  readonly targetSeconds: number;
  /** The first three lead to the fourth; `dns` begins after the detection, `database` with the loss. */
  readonly steps: readonly RecoveryStep[];
  readonly sentence: string;
}

export interface RecoveryInput {
  readonly lost: SiteName;
  readonly survivor: SiteName;
  readonly intervalSeconds: number;
  readonly failureThreshold: number;
  readonly recordTtlSeconds: number;
  readonly targetSeconds: number;
  /** Whether Aurora's writer is in the zone of the site that is lost. */
  readonly writerIsLost: boolean;
}

/** Route 53's checkers give a connection four seconds and the answer two: an endpoint that hangs is noticed after that. */
const PROBE_TIMEOUT_SECONDS = 6;
/** Health-check metrics have one point a minute, and the alarm looks at one period of a minute. */
const ALARM_SECONDS = 60;
/** From the alarm to the write in Route 53: a cold start and three rounds of calls. */
const DECISION_SECONDS = 5;
/** From the decision to a proven Batch: two on a small machine took four to five seconds; a pod has to be scheduled. */
const TAKE_OFFLINE_SECONDS = 15;
/** Aurora's own failover within a region is typically done in less. */
const DATABASE_SECONDS = 30;

export function recoveryOf(input: RecoveryInput): Recovery {
  const { lost, survivor, intervalSeconds, failureThreshold, recordTtlSeconds, targetSeconds } = input;
  const detection = intervalSeconds * failureThreshold + PROBE_TIMEOUT_SECONDS;
  const writes = detection + ALARM_SECONDS + DECISION_SECONDS + TAKE_OFFLINE_SECONDS;
  const dns = detection + recordTtlSeconds;
  const seconds = Math.max(writes, dns, input.writerIsLost ? DATABASE_SECONDS : 0);
  const failures = failureThreshold === 1 ? 'one failure' : `${failureThreshold} failures in a row`;
  const steps: readonly RecoveryStep[] = [
    {
      name: 'detection',
      seconds: detection,
      why: `checkers probe every ${intervalSeconds} s and want ${failures}; one that hangs is given ${PROBE_TIMEOUT_SECONDS} s`,
    },
    { name: 'alarm', seconds: ALARM_SECONDS, why: 'the metric has one point a minute' },
    { name: 'decision', seconds: DECISION_SECONDS, why: 'reconcile looks, records and writes to Route 53' },
    {
      name: 'take-offline',
      seconds: TAKE_OFFLINE_SECONDS,
      why: `a Batch takes ${lost} offline at ${survivor}, which makes writes good again`,
    },
    {
      name: 'dns',
      seconds: recordTtlSeconds,
      why: 'resolvers keep the old answer for the record’s TTL after the detection',
    },
    ...(input.writerIsLost
      ? [{ name: 'database', seconds: DATABASE_SECONDS, why: 'Aurora moves its writer by itself' } as const]
      : []),
  ];
  const compared = seconds <= targetSeconds ? `within the target of` : `more than the target of`;
  const last =
    writes >= dns
      ? `${detection} s until it is noticed, ${ALARM_SECONDS} s until the alarm, ${DECISION_SECONDS} s to decide, ` +
        `${TAKE_OFFLINE_SECONDS} s until ${lost} is taken offline, while DNS follows within ${dns} s`
      : `${detection} s until it is noticed and ${recordTtlSeconds} s until resolvers ask again, while writes are good after ${writes} s`;
  return {
    seconds,
    targetSeconds,
    steps,
    sentence: `When ${lost} is lost, users are served by ${survivor} after ${seconds} s at most (${last}): ${compared} ${targetSeconds} s.`,
  };
}

export const unknownRecovery = (targetSeconds: number, why: string): Recovery => ({
  seconds: null,
  targetSeconds,
  steps: [],
  sentence: `The recovery time is not known: ${why}`,
});
