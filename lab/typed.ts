import { type ParseArgsOptionsConfig, parseArgs } from 'node:util';

/** What was typed is wrong; the message is for whoever typed it. */
export class UsageError extends Error {}

/** An option that would do nothing beside another one. */
export interface Ignored {
  readonly option: string;
  readonly beside: string;
  readonly why: string;
}

/**
 * The options that were typed.
 * @param help the command that says how it is used
 * @throws UsageError in one line for an unknown option, a word that is none, a value that is missing or too many
 */
export function typedOptions<Options extends ParseArgsOptionsConfig>(
  args: readonly string[],
  options: Options,
  help: string,
) {
  try {
    const { values, tokens } = parseArgs({ args: [...args], options, tokens: true });
    const names = tokens.filter((token) => token.kind === 'option').map(({ name }) => name);
    const again = names.find((name, index) => names.indexOf(name) !== index && !options[name]?.multiple);
    if (again !== undefined) throw new UsageError(`--${again} is given more than once`);
    return values;
  } catch (error) {
    // Node goes on about how to write a word that begins with a dash.
    const [sentence] = (error as Error).message.split(/\.\s/);
    throw new UsageError(`${sentence!.replace(/\.$/, '')}. How it is used: ${help}`);
  }
}

/** A message for each that was typed though it would do nothing. */
export const ignoredOf = (given: object, rules: readonly Ignored[]): readonly string[] =>
  rules
    .filter(({ option, beside }) => Object.hasOwn(given, option) && Object.hasOwn(given, beside))
    .map(
      ({ option, beside, why }) =>
        `--${option} would do nothing beside --${beside}: ${why}. Leave out one of them.`,
    );

/** @throws UsageError */
export function count(option: string, text: string): number {
  const value = Number(text.replaceAll('_', ''));
  if (Number.isSafeInteger(value) && value > 0) return value;
  throw new UsageError(`--${option} ${text}: a whole number above 0 is wanted.`);
}

/** One a line and in quotes: there are commas in the names. */
export const listed = (names: readonly string[]): string => names.map((name) => `  "${name}"`).join('\n');
