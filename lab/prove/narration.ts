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

/** How the histories of a story, or of a workflow, ended. */
export interface Row {
  readonly name: string;
  readonly histories: number;
  /** In so many of them no trouble came about, as one that answers what is so anyway. */
  readonly untroubled: number;
  readonly success: number;
  readonly safeStop: number;
  readonly violation: number;
}

const COLUMNS = ['histories', 'untroubled', 'success', 'safe stop', 'violation'];

/** @param of what a row tells of */
export function table(of: string, rows: readonly Row[]): string {
  const head = [of, ...COLUMNS];
  const body = rows.map(({ name, histories, untroubled, success, safeStop, violation }) =>
    [name, histories, untroubled, success, safeStop, violation].map(String),
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

/** Rows of one name become one. */
export const summedUp = (rows: readonly Row[]): readonly Row[] =>
  [...Map.groupBy(rows, ({ name }) => name)].map(([name, alike]) =>
    alike.reduce(
      (sum, row) => ({
        name,
        histories: sum.histories + row.histories,
        untroubled: sum.untroubled + row.untroubled,
        success: sum.success + row.success,
        safeStop: sum.safeStop + row.safeStop,
        violation: sum.violation + row.violation,
      }),
      { name, histories: 0, untroubled: 0, success: 0, safeStop: 0, violation: 0 },
    ),
  );
