import type { Command } from './command.ts';
import { COMMON, type Options, written } from './options.ts';

const USAGE = 'npm run ctl -- <command> [options]';

const EXIT_CODES = `Ends with 0 when what was asked for is so, 1 when it is not (refused, failed, nothing moved, not ready), 2 when what
was typed or the configuration is wrong.`;

/** What every command does, each in a line. */
export const help = (commands: Readonly<Record<string, Command>>): string =>
  [
    USAGE,
    '',
    ...columns(Object.entries(commands).map(([name, { summary }]) => [name, summary])),
    '',
    'Options of every command:',
    ...columns(rows(COMMON)),
    '',
    'More of one of them: npm run ctl -- <command> --help',
    'For programs: npm run --silent ctl -- <command> --json (npm prints lines of its own otherwise)',
    EXIT_CODES,
  ].join('\n');

export const commandHelp = (name: string, { summary, options, word }: Command): string =>
  [
    `npm run ctl -- ${name}${word === undefined ? '' : ` [${word}]`} [options]`,
    '',
    summary,
    '',
    ...columns([...rows(options), ...rows(COMMON)]),
    '',
    EXIT_CODES,
  ].join('\n');

const rows = (options: Options): readonly (readonly [string, string])[] =>
  Object.entries(options).map(([name, option]) => [written(name, option), option.meaning]);

function columns(pairs: readonly (readonly [string, string])[]): readonly string[] {
  const width = Math.max(...pairs.map(([left]) => left.length));
  return pairs.map(([left, right]) => `  ${left.padEnd(width)}  ${right}`);
}
