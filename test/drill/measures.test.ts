import { describe, expect, it } from '@jest/globals';
import { goodWritesAt, measure } from '../../lab/drill/measures.ts';
import type { Write, WriteOutcome } from '../../lab/drill/record.ts';
import { targetRows } from '../../lab/drill/targets.ts';
import { LOST_AT, recordWith, write } from './records.ts';

/** Ten writes a second for some seconds. */
const writes = (from: number, to: number, outcome: WriteOutcome, milliseconds = 5): Write[] =>
  Array.from({ length: (to - from) * 10 }, (_, index) =>
    write(`key-${from}-${index}`, 'value', outcome, {
      at: LOST_AT + from * 1000 + index * 100,
      milliseconds,
    }),
  );

describe('when writes are good again', () => {
  it('is the first fast, good write that others follow', () => {
    const all = [...writes(0, 30, 'refused', 4_500), ...writes(30, 60, 'good')];
    expect(goodWritesAt(all, LOST_AT, LOST_AT + 60_000)).toBe(LOST_AT + 30_000);
  });

  it('is not a lucky write amid refused ones, nor a slow one', () => {
    const lucky = write('lucky', 'value', 'good', { at: LOST_AT + 5_000 });
    const all = [
      lucky,
      ...writes(0, 30, 'refused'),
      ...writes(30, 40, 'good', 200),
      ...writes(40, 60, 'good'),
    ];
    expect(goodWritesAt(all, LOST_AT, LOST_AT + 60_000)).toBe(LOST_AT + 40_000);
  });

  it('is never, when they begin too near to the end to tell', () => {
    const all = [...writes(0, 57, 'refused'), ...writes(57, 60, 'good')];
    expect(goodWritesAt(all, LOST_AT, LOST_AT + 60_000)).toBeNull();
  });
});

describe('the measures of an incident', () => {
  const record = recordWith(
    {},
    {
      attempts: [
        ...writes(-10, 0, 'good'),
        ...writes(0, 10, 'unknown', 5_000),
        ...writes(10, 26, 'refused', 4_500),
        ...writes(26, 100, 'good'),
        ...writes(100, 101, 'refused'),
      ],
      events: [
        { at: LOST_AT - 5_000, kind: 'alarm', text: 'Alarm site-a-endpoint is ALARM.' },
        { at: LOST_AT + 12_000, kind: 'alarm', text: 'Alarm site-b-left-view is INSUFFICIENT_DATA.' },
        { at: LOST_AT + 21_500, kind: 'alarm', text: 'Alarm site-a-endpoint is ALARM.' },
      ],
      executions: [
        { workflow: 'resync', status: 'SUCCEEDED', startedAt: LOST_AT + 90_000, endedAt: LOST_AT + 120_000 },
      ],
      entries: null,
    },
  );

  it('count from the loss', () => {
    expect(measure(record)).toMatchObject({
      alarmSeconds: 21.5,
      decisionSeconds: 22,
      goodWritesSeconds: 26,
      resyncSeconds: 30,
      switchbackSeconds: null,
      goodWritesMissing: null,
    });
  });

  it('keep refused writes, those without an answer and those afterwards apart', () => {
    const { meanwhile, afterwards } = measure(record);
    expect(meanwhile).toEqual({ good: 0, lost: 0, refused: 160, unknown: 100 });
    expect(afterwards).toEqual({ good: 740, lost: 0, refused: 10, unknown: 0 });
  });

  const tail = (second: number, outcome: WriteOutcome = 'refused') =>
    write(`late-${second}`, 'value', outcome, { at: LOST_AT + second * 1000 });
  const withTail = (...late: Write[]) =>
    measure({ ...record, attempts: [...writes(0, 26, 'refused'), ...writes(26, 100, 'good'), ...late] });

  it('count to the outage what fails within ten seconds after the first good write, and say until when', () => {
    const measures = withTail(tail(27), tail(29, 'lost'), tail(36, 'unknown'));
    expect(measures.goodWritesSeconds).toBe(26);
    expect(measures.lastFailedSeconds).toBe(36);
    expect(measures.meanwhile).toMatchObject({ refused: 261, lost: 1, unknown: 1 });
    expect(measures.afterwards).toMatchObject({ refused: 0, lost: 0, unknown: 0 });
  });

  it('count to what came afterwards what fails later than that', () => {
    const measures = withTail(tail(36.1), tail(50, 'lost'));
    expect(measures.lastFailedSeconds).toBe(25.9);
    expect(measures.meanwhile).toMatchObject({ good: 0, refused: 260, lost: 0 });
    expect(measures.afterwards).toMatchObject({ refused: 1, lost: 1 });
  });

  it('name no last failed write where none failed', () => {
    const measures = measure({ ...record, attempts: writes(0, 100, 'good') });
    expect([measures.goodWritesSeconds, measures.lastFailedSeconds]).toEqual([0, null]);
  });

  it('say when nothing but the return of the site mended it', () => {
    const attempts = [...writes(0, 70, 'refused'), ...writes(70, 180, 'good')];
    const unaided = recordWith({}, { attempts, unaided: true, entries: null });
    const row = targetRows(unaided).find(({ what }) => what.startsWith('Loss to good writes'))!;
    expect(row.actual(measure(unaided))).toBe('70 s; the site was back after 60 s');
  });
});
