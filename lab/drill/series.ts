import { alarmAt, goodWritesAt } from './measures.ts';
import type { DrillRecord, WriteOutcome } from './record.ts';

/** What became of the writes that began within one second. */
export interface Second {
  /** From the loss on; negative before it. */
  readonly second: number;
  readonly counts: Readonly<Record<WriteOutcome, number>>;
  /** Milliseconds, of good writes only: a refusal is quick and helps nobody. Null: no good write began. */
  readonly median: number | null;
  readonly slowest: number | null;
}

/** A moment that the charts point to. */
export interface Mark {
  readonly seconds: number;
  readonly text: string;
}

/** Times in charts and tables count from the loss, or from the beginning where nothing was lost. */
export const zeroOf = ({ lostAt, startedAt }: DrillRecord): number => lostAt ?? startedAt;

export function perSecond(record: DrillRecord): readonly Second[] {
  const zero = zeroOf(record);
  const bins = new Map<number, { counts: Record<WriteOutcome, number>; latencies: number[] }>();
  for (const attempt of record.attempts) {
    if (attempt.type !== 'write' || attempt.at < record.clientsFrom) continue;
    const second = Math.floor((attempt.at - zero) / 1000);
    const bin = bins.get(second) ?? {
      counts: { good: 0, lost: 0, refused: 0, unknown: 0 },
      latencies: [],
    };
    bins.set(second, bin);
    bin.counts[attempt.outcome]++;
    if (attempt.outcome === 'good') bin.latencies.push(attempt.milliseconds);
  }
  if (bins.size === 0) return [];
  const all = [...bins.keys()];
  const [from, to] = [Math.min(...all), Math.max(...all)];
  return Array.from({ length: to - from + 1 }, (_, index) => {
    const bin = bins.get(from + index);
    const latencies = (bin?.latencies ?? []).sort((one, two) => one - two);
    return {
      second: from + index,
      counts: bin?.counts ?? { good: 0, lost: 0, refused: 0, unknown: 0 },
      median: latencies[Math.floor(latencies.length / 2)] ?? null,
      slowest: latencies.at(-1) ?? null,
    };
  });
}

export function marksOf(record: DrillRecord): readonly Mark[] {
  const zero = zeroOf(record);
  const { lostAt, decidedAt, returnedAt, containedAt, inSyncAt, lost, executions, events, endedAt } = record;
  const writes = record.attempts.filter((attempt) => attempt.type === 'write');
  const ended = (workflow: string) => executions.findLast((each) => each.workflow === workflow)?.endedAt;
  const moments: readonly (readonly [number | null | undefined, string])[] = [
    [lostAt, lost === null ? 'switchover is asked for' : `${lost} is lost`],
    [lost === null ? null : alarmAt(events, lostAt), 'alarm'],
    [decidedAt, 'decided who serves'],
    [lostAt === null || lost === null ? null : goodWritesAt(writes, lostAt, endedAt), 'writes are good'],
    [ended('switchover'), 'switchover has ended'],
    [returnedAt, 'it comes back'],
    [containedAt, 'it is contained'],
    [lost === null ? null : inSyncAt, 'it is in sync'],
    [ended('switchback'), 'switchback has ended'],
  ];
  return moments
    .flatMap(([at, text]) => (at === null || at === undefined ? [] : [{ seconds: (at - zero) / 1000, text }]))
    .sort((one, two) => one.seconds - two.seconds);
}
