import { parseArgs } from 'node:util';

export const USAGE = `Usage: npm run manifests -- [--config <file>] [--out <folder>]

  --config  the configuration, with a section environment; failover.config.json without it
  --out     where the manifests go, a folder for each site; manifests without it

Writes what is applied at each site, numbered in its order, and a README.md with the Secrets that must be there before.
Files that it did not write, or that somebody has changed since, are left alone: then nothing is written.`;

export type Wanted =
  | { readonly kind: 'help' }
  | { readonly kind: 'refused'; readonly mistakes: readonly string[] }
  | { readonly kind: 'manifests'; readonly config: string; readonly out: string };

const DEFAULTS = { config: 'failover.config.json', out: 'manifests' } as const;
const isValued = (name: string): name is keyof typeof DEFAULTS => Object.hasOwn(DEFAULTS, name);

/** Every mistake in what was typed, at once. */
export function wanted(words: readonly string[]): Wanted {
  const { tokens } = parseArgs({
    args: [...words],
    options: { config: { type: 'string' }, out: { type: 'string' }, help: { type: 'boolean' } },
    strict: false,
    tokens: true,
  });
  if (tokens.some((token) => token.kind === 'option' && token.name === 'help')) return { kind: 'help' };
  const mistakes: string[] = [];
  const given = new Map<string, string>();
  for (const token of tokens) {
    if (token.kind === 'positional') mistakes.push(`${token.value}: it belongs to no option.`);
    if (token.kind !== 'option') continue;
    const { name, rawName, value = '' } = token;
    if (!isValued(name))
      mistakes.push(`${rawName}: there is no such option; they are --config, --out, --help.`);
    else if (given.has(name)) mistakes.push(`${rawName} is given more than once; once is right.`);
    // A folder may begin with a dash, but then what follows is far more likely the next option.
    else if (value === '' || (value.startsWith('-') && !token.inlineValue))
      mistakes.push(`${rawName} needs a value, as ${DEFAULTS[name]}.`);
    else given.set(name, value);
  }
  if (mistakes.length > 0) return { kind: 'refused', mistakes };
  return { kind: 'manifests', ...DEFAULTS, ...Object.fromEntries(given) };
}
