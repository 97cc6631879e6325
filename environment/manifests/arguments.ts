import { type Options, oddities, typed } from '../typed.ts';

export const USAGE = `Usage: npm run manifests -- [--config <file>] [--out <folder>]

  --config  the configuration, with a section environment; failover.config.json without it
  --out     where the manifests go, a folder for each site; manifests without it

Writes what is applied at each site, numbered in its order, and a README.md with the Secrets that must be there before.
Files that it did not write, or that somebody has changed since, are left alone: then nothing is written.`;

export type Wanted =
  | { readonly kind: 'help' }
  | { readonly kind: 'refused'; readonly mistakes: readonly string[] }
  | { readonly kind: 'manifests'; readonly config: string; readonly out: string };

const OPTIONS: Options = { withValue: ['--config', '--out'], alone: ['--help'] };

/** Every mistake in what was typed, at once. */
export function wanted(words: readonly string[]): Wanted {
  const all = typed(words, OPTIONS);
  if (all.some(({ name }) => name === '--help')) return { kind: 'help' };
  const mistakes = oddities(all, OPTIONS);
  if (mistakes.length > 0) return { kind: 'refused', mistakes };
  const given = (option: string) => all.find(({ name }) => name === option)?.value;
  return {
    kind: 'manifests',
    config: given('--config') ?? 'failover.config.json',
    out: given('--out') ?? 'manifests',
  };
}
