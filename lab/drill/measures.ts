import { expectationsOf } from './expectations.ts';
import { prove } from './proof.ts';
import type { Attempt, DrillRecord, Write, WriteOutcome } from './record.ts';

/** A write is good again when it can be read back and took no longer than this. */
export const FAST_MILLISECONDS = 50;
/** A lucky write is no recovery: most of those that follow within this time must be good too. */
const SETTLED_MILLISECONDS = 5_000;
const SETTLED_SHARE = 0.9;

export type WriteCounts = Readonly<Record<WriteOutcome, number>>;

export interface Measures {
  /** From the loss on, in seconds; null: did not happen. */
  readonly alarmSeconds: number | null;
  readonly decisionSeconds: number | null;
  readonly goodWritesSeconds: number | null;
  /** Of the writes begun between the loss and good writes (or the end, where they never came back). */
  readonly meanwhile: WriteCounts;
  /** Of all writes after that. */
  readonly afterwards: WriteCounts;
  /** Answered by a site with old data, in the whole drill. */
  readonly staleReads: number;
  /** Good writes that are not at both sites at the end, or ended sessions that are. Null: not looked at. */
  readonly goodWritesMissing: number | null;
  readonly resyncSeconds: number | null;
  readonly switchoverSeconds: number | null;
  readonly switchbackSeconds: number | null;
  readonly wholeSeconds: number;
}

export function measure(record: DrillRecord): Measures {
  const { lostAt, events, attempts, startedAt, endedAt } = record;
  const writes = attempts.filter((attempt) => attempt.type === 'write');
  const goodAt = lostAt === null ? null : goodWritesAt(writes, lostAt, endedAt);
  const sinceLoss = (at: number | null | undefined) =>
    lostAt === null || at === null || at === undefined ? null : seconds(at - lostAt);
  const alarm = events.find(
    ({ at, kind, text }) => lostAt !== null && at >= lostAt && kind === 'alarm' && text.includes(' is ALARM'),
  );
  const until = goodAt ?? endedAt;
  const proofs = record.entries === null ? null : prove(record);
  return {
    alarmSeconds: record.lost === null ? null : sinceLoss(alarm?.at),
    decisionSeconds: sinceLoss(record.decidedAt),
    goodWritesSeconds: sinceLoss(goodAt),
    meanwhile: countWrites(writes.filter(({ at }) => lostAt !== null && at >= lostAt && at < until)),
    afterwards: countWrites(writes.filter(({ at }) => at >= until)),
    staleReads: expectationsOf(attempts).staleReads.length,
    goodWritesMissing:
      proofs === null
        ? null
        : proofs
            .filter(({ about }) => about === 'good-writes' || about === 'ended-sessions')
            .reduce((sum, { failed }) => sum + failed, 0),
    resyncSeconds: durationOf(record, 'resync'),
    switchoverSeconds: durationOf(record, 'switchover'),
    switchbackSeconds: durationOf(record, 'switchback'),
    wholeSeconds: seconds(endedAt - startedAt),
  };
}

/** When writes became good: the first fast, good one after `from` that others follow. Null: never. */
export function goodWritesAt(writes: readonly Write[], from: number, until: number): number | null {
  const since = writes.filter(({ at }) => at >= from).sort((one, two) => one.at - two.at);
  for (const [index, write] of since.entries()) {
    if (write.outcome !== 'good' || write.milliseconds >= FAST_MILLISECONDS) continue;
    // Too near to the end to say what follows.
    if (write.at + SETTLED_MILLISECONDS > until) return null;
    let [all, good] = [0, 0];
    for (let next = index; next < since.length && since[next]!.at < write.at + SETTLED_MILLISECONDS; next++) {
      all++;
      if (since[next]!.outcome === 'good') good++;
    }
    if (good >= all * SETTLED_SHARE) return write.at;
  }
  return null;
}

export function countWrites(attempts: readonly Attempt[]): WriteCounts {
  const counts = { good: 0, lost: 0, refused: 0, unknown: 0 };
  for (const attempt of attempts) if (attempt.type === 'write') counts[attempt.outcome]++;
  return counts;
}

/** Of the last execution of that workflow that came to its end; nested ones count as part of the outer one. */
function durationOf({ executions }: DrillRecord, workflow: string): number | null {
  const last = executions.findLast((each) => each.workflow === workflow && each.endedAt !== null);
  return last === undefined ? null : seconds(last.endedAt! - last.startedAt);
}

const seconds = (milliseconds: number): number => Math.round(milliseconds / 100) / 10;

export interface Target {
  readonly what: string;
  /** What is aimed at, in words, and where it comes from. */
  readonly target: string;
  readonly actual: (measures: Measures) => string;
}

const inSeconds = (value: number | null): string => (value === null ? 'not within the drill' : `${value} s`);
const plain = (value: number | null): string => (value === null ? '–' : String(value));

/** Shown against what was measured, never judged. */
export const TARGETS: readonly Target[] = [
  {
    what: 'Loss to alarm',
    target: 'within the checks’ interval',
    actual: ({ alarmSeconds }) => inSeconds(alarmSeconds),
  },
  {
    what: 'Loss to the decision who serves',
    target: 'under 60 s',
    actual: ({ decisionSeconds }) => inSeconds(decisionSeconds),
  },
  {
    what: 'Loss to good writes (read back, under 50 ms)',
    target: 'under 60 s (guide: RTO less than one minute)',
    actual: ({ goodWritesSeconds }) => inSeconds(goodWritesSeconds),
  },
  {
    what: 'Writes refused meanwhile',
    target: 'as few as the times allow',
    actual: ({ meanwhile }) => plain(meanwhile.refused),
  },
  {
    what: 'Writes lost though answered meanwhile',
    target: '0',
    actual: ({ meanwhile }) => plain(meanwhile.lost),
  },
  {
    what: 'Writes without an answer meanwhile',
    target: 'as few as the times allow',
    actual: ({ meanwhile }) => plain(meanwhile.unknown),
  },
  {
    what: 'Writes not good afterwards',
    target: '0',
    actual: ({ afterwards: { lost, refused, unknown } }) => plain(lost + refused + unknown),
  },
  {
    what: 'Good writes gone in the end',
    target: '0 (guide: RPO no data loss)',
    actual: ({ goodWritesMissing }) => plain(goodWritesMissing),
  },
  { what: 'Reads answered with old data', target: '0', actual: ({ staleReads }) => plain(staleReads) },
  {
    what: 'Resync',
    target: '–',
    actual: ({ resyncSeconds }) => (resyncSeconds === null ? '–' : `${resyncSeconds} s`),
  },
  {
    what: 'Switchover',
    target: '–',
    actual: ({ switchoverSeconds }) => (switchoverSeconds === null ? '–' : `${switchoverSeconds} s`),
  },
  {
    what: 'Switchback',
    target: '–',
    actual: ({ switchbackSeconds }) => (switchbackSeconds === null ? '–' : `${switchbackSeconds} s`),
  },
];
