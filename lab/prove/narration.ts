import type { CallRecord, History, Told } from './history.ts';

/** One line that says all that a history depends on; `--replay` takes it back. */
export const onOneLine = (history: History): string => JSON.stringify(history);

/** A history in plain words. */
function inWords({ story, seed, troubles }: History, calls: readonly CallRecord[]): string {
  const told = troubles.map(({ at, kind }) => {
    const key = calls[at - 1]?.key;
    return `at call ${at}${key === undefined ? '' : ` (${key})`}: ${kind}`;
  });
  return `${story}, seed ${seed}; ${told.length === 0 ? 'nothing goes wrong' : told.join('; ')}`;
}

export function report(history: History, { violations, calls, log }: Told): string {
  return [
    inWords(history, calls),
    ...violations.map(
      ({ invariant, what, at }) =>
        `  ${invariant} was broken ${(at / 1000).toFixed(0)} s after it began: ${what}`,
    ),
    `  npm run prove -- --replay '${onOneLine(history)}'`,
    ...log.map((line) => `  ${line}`),
  ].join('\n');
}

interface Row {
  readonly name: string;
  readonly calls: number;
  readonly histories: number;
  readonly success: number;
  readonly safeStop: number;
  readonly violation: number;
}

export function table(rows: readonly Row[]): string {
  const head = ['story', 'calls', 'histories', 'success', 'safe stop', 'violation'];
  const body = rows.map(({ name, calls, histories, success, safeStop, violation }) =>
    [name, calls, histories, success, safeStop, violation].map(String),
  );
  const widths = head.map((title, column) =>
    Math.max(title.length, ...body.map((cells) => cells[column]!.length)),
  );
  const line = (cells: readonly string[]) =>
    cells
      .map((cell, column) => (column === 0 ? cell.padEnd(widths[column]!) : cell.padStart(widths[column]!)))
      .join('  ');
  return [head, ...body].map(line).join('\n');
}
