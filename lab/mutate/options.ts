import { typedOptions, UsageError } from '../typed.ts';
import { GROUPS, type Group } from './groups.ts';

export const HELP = `npm run mutate                                changes the modules below in one place at a time, and runs their tests
npm run mutate -- --only ledger/guard         of one group alone
npm run mutate -- --only ledger               of the groups of a folder
npm run mutate -- --only ledger/change.ts     of the group that holds this module

Ends with 0 when the tests notice enough changes of each module, 1 when they do not, 2 when what was typed is wrong.

Groups, and their modules:
${Object.entries(GROUPS)
  .map(([name, { modules }]) => `  ${[name, ...modules.map((module) => `  ${module}`)].join('\n  ')}`)
  .join('\n')}`;

/**
 * The groups that were asked for, by name, folder or module; a module's path may lack `functions/`.
 * @throws UsageError
 */
export function parseMutateOptions(args: readonly string[]): readonly (readonly [string, Group])[] | 'help' {
  const { only, help } = typedOptions(
    args,
    { only: { type: 'string' }, help: { type: 'boolean' } },
    'npm run mutate -- --help',
  );
  if (help) return 'help';
  const all = Object.entries(GROUPS);
  if (only === undefined) return all;
  const chosen = all.filter(
    ([name, { modules }]) =>
      name === only ||
      name.startsWith(`${only}/`) ||
      modules.some((module) => module === only || module === `functions/${only}`),
  );
  if (chosen.length > 0) return chosen;
  throw new UsageError(
    `--only "${only}": there is no such group, folder or module. Groups: ${Object.keys(GROUPS).join(', ')}. Modules: npm run mutate -- --help`,
  );
}
