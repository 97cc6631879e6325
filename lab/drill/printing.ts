import { drillTitle, simulatedMark, type Unaided, unaidedNotes } from './comparison.ts';
import type { Measures } from './measures.ts';
import { paceOf } from './pace.ts';
import type { Proof } from './proof.ts';
import type { DrillRecord, StoryEvent } from './record.ts';
import { targetRows } from './targets.ts';

export type Print = (line: string) => void;

const CODES = { bold: 1, dim: 2, red: 31, green: 32, yellow: 33, blue: 34, cyan: 36 } as const;
type Colour = keyof typeof CODES;

/** Leaves the text as it is where nobody would see colours. */
export type Paint = (colour: Colour, text: string) => string;

export const painter =
  (colours: boolean): Paint =>
  (colour, text) =>
    colours ? `\u001b[${CODES[colour]}m${text}\u001b[0m` : text;

const COLOURS: Readonly<Partial<Record<StoryEvent['kind'], Colour>>> = {
  story: 'bold',
  fault: 'red',
  alarm: 'yellow',
  'health-check': 'yellow',
  'traffic-write': 'cyan',
  decision: 'cyan',
  mail: 'blue',
  state: 'dim',
  batch: 'dim',
};

/** Prints what happens as it happens; seconds count from the loss on. */
export function timelinePrinter(print: Print, paint: Paint): (event: StoryEvent) => void {
  let lostAt: number | null = null;
  return ({ at, kind, text }) => {
    if (kind === 'fault') lostAt ??= at;
    const time = lostAt === null ? '' : `+${((at - lostAt) / 1000).toFixed(1)} s`;
    const colour = COLOURS[kind];
    print(`${time.padStart(9)}  ${colour === undefined ? text : paint(colour, text)}`);
  };
}

export function printProofs(proofs: readonly Proof[], print: Print, paint: Paint): void {
  print('');
  print(paint('bold', 'Proof'));
  for (const { passed, name, detail, failed, examples } of proofs) {
    const mark = passed ? paint('green', ' holds') : paint('red', ' FAILS');
    print(`${mark}  ${name} ${paint('dim', `(${detail})`)}`);
    for (const example of examples) print(`        ${example}`);
    if (failed > examples.length) print(`        … and ${failed - examples.length} more`);
  }
}

export function printTargets(
  record: DrillRecord,
  measures: Measures,
  unaided: Unaided | null,
  print: Print,
  paint: Paint,
): void {
  const rows = targetRows(record).map(({ what, target, actual }) => [
    what,
    actual(measures),
    ...(unaided === null ? [] : [actual(unaided.measures)]),
    target,
  ]);
  const head = [
    'Times and counts',
    drillTitle(record),
    ...(unaided === null ? [] : [`unaided${simulatedMark(unaided)}`]),
    'target',
  ];
  const widths = head.map((title, column) =>
    Math.max(title.length, ...rows.map((row) => row[column]?.length ?? 0)),
  );
  const line = (cells: readonly string[]) =>
    `  ${cells.map((cell, column) => cell.padEnd(widths[column]!)).join('   ')}`.trimEnd();
  print('');
  print(paint('bold', line(head)));
  for (const row of rows) print(line(row));
  print('');
  for (const sentence of [...unaidedNotes(record, unaided), ...paceOf(record.recordTtlSeconds)])
    print(paint('dim', `  ${sentence}`));
}
