import { UsageError } from './faults.ts';
import { nearest } from './suggestion.ts';

/** `site`: a text that names one of the deployment's sites, which is checked once the configuration is read. */
export interface Option {
  readonly takes: 'nothing' | 'text' | 'site' | 'duration';
  readonly meaning: string;
  /** A flag that can also be said no to, by `--no-…`. */
  readonly refusable?: boolean;
}
export type Options = Readonly<Record<string, Option>>;

export const COMMON: Options = {
  config: { takes: 'text', meaning: 'The configuration file. Default: failover.config.json.' },
  json: { takes: 'nothing', meaning: 'One JSON document on the standard output, progress on the other one.' },
  help: { takes: 'nothing', meaning: 'How it is used.' },
};

/** What was typed, each option by its name without dashes. */
export class Given {
  readonly #values: ReadonlyMap<string, string | boolean>;
  readonly words: readonly string[];

  constructor(values: ReadonlyMap<string, string | boolean>, words: readonly string[]) {
    this.#values = values;
    this.words = words;
  }

  text(option: string): string | null {
    const value = this.#values.get(option);
    return typeof value === 'string' ? value : null;
  }

  /** Null: neither the option nor its `--no-…` was typed. */
  flag(option: string): boolean | null {
    const value = this.#values.get(option);
    return typeof value === 'boolean' ? value : null;
  }
}

/**
 * @param command for the messages
 * @param known the command's own options and the common ones
 * @param maximumWords how many words that are no option it takes
 * @throws UsageError
 */
export function parseWords(
  command: string,
  known: Options,
  maximumWords: number,
  typed: readonly string[],
): Given {
  const values = new Map<string, string | boolean>();
  const words: string[] = [];
  const rest = [...typed];
  for (let word = rest.shift(); word !== undefined; word = rest.shift()) {
    if (!word.startsWith('-')) {
      words.push(word);
      continue;
    }
    const [, name = '', equals] = /^--?([^=]*)(?:=(.*))?$/s.exec(word) ?? [];
    const denied = name.startsWith('no-') && known[name] === undefined ? name.slice(3) : null;
    if (denied !== null && known[denied]?.refusable === true && equals === undefined) {
      put(values, denied, false);
      continue;
    }
    const option = word.startsWith('--') ? known[name] : undefined;
    if (option === undefined) throw unknownOption(command, known, word.split('=')[0]!);
    if (option.takes === 'nothing') {
      if (equals !== undefined) throw new UsageError(`--${name} takes no value.`, `Write --${name} alone.`);
      put(values, name, true);
      continue;
    }
    const value = equals ?? rest.shift();
    // A value that looks like an option is one: its own was forgotten.
    if (value === undefined || value === '' || (equals === undefined && value.startsWith('--'))) {
      throw new UsageError(`--${name} needs a value.`, `Write ${written(name, option)}.`);
    }
    put(values, name, value);
  }
  if (words.length > maximumWords) {
    throw new UsageError(
      `${command} takes no word "${words[maximumWords]}".`,
      `Its options: ${names(known).join(', ')}.`,
    );
  }
  return new Given(values, words);
}

function put(values: Map<string, string | boolean>, name: string, value: string | boolean): void {
  if (values.has(name)) throw new UsageError(`--${name} was given twice.`, 'Give it once.');
  values.set(name, value);
}

const PLACEHOLDERS = { nothing: '', text: ' <text>', site: ' <site>', duration: ' <2h, 90m, …>' } as const;

export const written = (name: string, option: Option): string =>
  `--${option.refusable === true ? '[no-]' : ''}${name}${PLACEHOLDERS[option.takes]}`;

const names = (known: Options): readonly string[] =>
  Object.entries(known).flatMap(([name, { refusable }]) => [
    `--${name}`,
    ...(refusable === true ? [`--no-${name}`] : []),
  ]);

function unknownOption(command: string, known: Options, word: string): UsageError {
  const options = names(known);
  const meant = nearest(word, options);
  return new UsageError(
    `${command} has no option ${word}.${meant === null ? '' : ` Did you mean ${meant}?`}`,
    `Its options: ${options.join(', ')}.`,
  );
}
