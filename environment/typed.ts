/** The options of a command: those with a value, and those that stand alone. */
export interface Options {
  readonly withValue: readonly string[];
  readonly alone: readonly string[];
}

interface Typed {
  readonly name: string;
  /** Null: nothing follows. */
  readonly value: string | null;
}

/**
 * What was typed, option by option. A negative number is a value, though it begins with a dash; what follows a mistyped
 * option is its value.
 */
export function typed(words: readonly string[], { alone }: Options): readonly Typed[] {
  const found: Typed[] = [];
  for (let index = 0; index < words.length; index++) {
    const word = words[index]!;
    const [name, ...rest] = word.split('=') as [string, ...string[]];
    if (rest.length > 0) found.push({ name, value: rest.join('=') });
    else if (name.startsWith('-') && !alone.includes(name) && words[index + 1]?.startsWith('--') === false)
      found.push({ name, value: words[++index]! });
    else found.push({ name, value: null });
  }
  return found;
}

/** What is unknown, has a value or lacks one, or is given more than once. */
export const oddities = (all: readonly Typed[], options: Options): readonly string[] => [
  ...all.flatMap((each) => oddity(each, options)),
  ...twice(all),
];

function oddity({ name, value }: Typed, { withValue, alone }: Options): readonly string[] {
  if (alone.includes(name)) return value === null ? [] : [`${name} takes no value, and has ${value}.`];
  if (withValue.includes(name)) return value === null || value === '' ? [`${name} needs a value.`] : [];
  return name.startsWith('-')
    ? [`${name}: there is no such option; they are ${[...withValue, ...alone].join(', ')}.`]
    : [`${name}: it belongs to no option.`];
}

const twice = (all: readonly Typed[]): readonly string[] =>
  [...new Set(all.map(({ name }) => name))]
    .filter((name) => all.filter((each) => each.name === name).length > 1)
    .map((name) => `${name} is given more than once; once is right.`);
