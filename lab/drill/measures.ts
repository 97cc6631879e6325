import { expectationsOf } from './expectations.ts';
import { prove } from './proof.ts';
import type { Attempt, DrillRecord, StoryEvent, Write, WriteOutcome } from './record.ts';

/** A write is good again when it can be read back and took no longer than this. */
const FAST_MILLISECONDS = 50;
/** A lucky write is no recovery: most of those that follow within this time must be good too. */
const SETTLED_MILLISECONDS = 5_000;
const SETTLED_SHARE = 0.9;

/**
 * Most is not all. Writes that fail within this time after the first good one still belong to the outage; on real
 * servers a handful does, and it must not be hidden in a share nor taken for a second outage.
 */
export const TAIL_SECONDS = 10;

export type WriteCounts = Readonly<Record<WriteOutcome, number>>;

export interface Measures {
  /** From the loss on, in seconds; null: did not happen. */
  readonly alarmSeconds: number | null;
  readonly decisionSeconds: number | null;
  readonly goodWritesSeconds: number | null;
  /** When the lost site came back by itself: what got well only after that was not mended by anybody. */
  readonly returnSeconds: number | null;
  /** When the last write of the outage began that failed; null: none did. */
  readonly lastFailedSeconds: number | null;
  /** Of the writes between the loss and the end of the outage: good writes, or a failed one shortly after. */
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
  const lastFailedAt = lostAt === null ? null : lastFailed(writes, lostAt, goodAt ?? endedAt);
  const until = goodAt === null ? endedAt : Math.max(goodAt, (lastFailedAt ?? 0) + 1);
  const proofs = record.entries === null ? null : prove(record);
  return {
    alarmSeconds: record.lost === null ? null : sinceLoss(alarmAt(events, lostAt)),
    decisionSeconds: sinceLoss(record.decidedAt),
    goodWritesSeconds: sinceLoss(goodAt),
    lastFailedSeconds: sinceLoss(lastFailedAt),
    returnSeconds: sinceLoss(record.returnedAt),
    meanwhile: countWrites(
      writes.filter(({ at, milliseconds }) => lostAt !== null && at + milliseconds >= lostAt && at < until),
    ),
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

/** When the last failed write began that belongs to the outage. Null: none failed. */
function lastFailed(writes: readonly Write[], from: number, goodAt: number): number | null {
  const failed = writes.filter(
    ({ at, milliseconds, outcome }) =>
      outcome !== 'good' && at + milliseconds >= from && at <= goodAt + TAIL_SECONDS * 1000,
  );
  return failed.length === 0 ? null : Math.max(...failed.map(({ at }) => at));
}

function countWrites(attempts: readonly Attempt[]): WriteCounts {
  const counts = { good: 0, lost: 0, refused: 0, unknown: 0 };
  for (const attempt of attempts) if (attempt.type === 'write') counts[attempt.outcome]++;
  return counts;
}

/** Of the last execution of that workflow that came to its end; nested ones count as part of the outer one. */
function durationOf({ executions }: DrillRecord, workflow: string): number | null {
  const last = executions.findLast((each) => each.workflow === workflow && each.endedAt !== null);
  return last === undefined ? null : seconds(last.endedAt! - last.startedAt);
}

/** When the first alarm went off after the loss. */
export const alarmAt = (events: readonly StoryEvent[], lostAt: number | null): number | null =>
  events.find(
    ({ at, kind, text }) => lostAt !== null && at >= lostAt && kind === 'alarm' && text.includes(' is ALARM'),
  )?.at ?? null;

const seconds = (milliseconds: number): number => Math.round(milliseconds / 100) / 10;
