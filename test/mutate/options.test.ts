import { readFileSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';
import { GROUPS } from '../../lab/mutate/groups.ts';
import { HELP, parseMutateOptions } from '../../lab/mutate/options.ts';

const GUIDE = readFileSync(new URL('../../docs/reliability.md', import.meta.url), 'utf8');
/** As the table of docs/reliability.md writes them. */
const WRITTEN = [...GUIDE.matchAll(/^\| `(\S+\.ts)` \| \d+ of \d+ \|/gm)].map(([, module]) => module!);

const groupsOf = (only: string): readonly string[] => {
  const chosen = parseMutateOptions(['--only', only]);
  return chosen === 'help' ? [] : chosen.map(([name]) => name);
};

describe('npm run mutate', () => {
  it('changes the modules of every group', () => {
    expect(parseMutateOptions([])).toEqual(Object.entries(GROUPS));
  });

  it.each([
    ['a group', 'ledger/evidence', ['ledger/evidence']],
    ['a folder', 'reconcile', ['reconcile/events', 'reconcile/decision']],
    ['a module', 'functions/ledger/change.ts', ['ledger/transitions']],
    ['a module without its first folder', 'ledger/change.ts', ['ledger/transitions']],
    ['a module elsewhere', 'environment/typed.ts', ['environment/sizing']],
  ])('of %s alone', (_, only, groups) => {
    expect(groupsOf(only)).toEqual(groups);
  });

  it.each(WRITTEN)('takes %s, as the guide writes it', (module) => {
    const [name, ...others] = groupsOf(module);
    expect(others).toEqual([]);
    expect(GROUPS[name!]!.modules).toContain(`functions/${module}`);
  });

  it('names its groups and modules to whoever asks for help', () => {
    expect(parseMutateOptions(['--help'])).toBe('help');
    for (const [name, { modules }] of Object.entries(GROUPS)) {
      expect(HELP).toContain(`\n  ${name}\n`);
      for (const module of modules) expect(HELP).toContain(`\n    ${module}`);
    }
  });

  it.each([
    [['--only', 'zzz'], /^--only "zzz": there is no such .*\. Groups: traffic\/switches, [^\n]+--help$/],
    [['--only', 'change.ts'], /^--only "change\.ts": there is no such group, folder or module\./],
    [['--olny', 'traffic'], /^Unknown option '--olny'\. How it is used: npm run mutate -- --help$/],
    [['traffic'], /^Unexpected argument 'traffic'\. .*npm run mutate -- --help$/],
  ])('%j is refused in one line', (words, says) => {
    expect(() => parseMutateOptions(words)).toThrow(says);
  });
});
