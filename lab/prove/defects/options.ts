import { count, type Ignored, ignoredOf, typedOptions, UsageError } from '../../typed.ts';
import { DEFECTS } from './all.ts';
import type { Defect } from './defect.ts';

export interface DefectsOptions {
  readonly wanted: readonly Defect[];
  /** Of each kind of history: single ones of the likely story, single ones of the others, random ones. */
  readonly atMost: number;
  readonly markdown: boolean;
  /** Names them alone. */
  readonly list: boolean;
}

const AT_MOST = '300';

export const HELP = `npm run prove:defects                          plants each defect in a copy, and looks for it
npm run prove:defects -- --only "same Batch"   those alone whose name has that in it
npm run prove:defects -- --list                names the defects, and plants none
npm run prove:defects -- --at-most 1000        looks longer before it gives up; ${AT_MOST} histories of each kind otherwise
npm run prove:defects -- --markdown            prints the table as docs/reliability.md has it

Ends with 0 when all are found, 1 when one is not, 2 when what was typed is wrong.`;

const IGNORED: readonly Ignored[] = ['at-most', 'markdown'].map((option) => ({
  option,
  beside: 'list',
  why: 'nothing is planted',
}));

/** @throws UsageError */
export function parseDefectsOptions(args: readonly string[]): DefectsOptions | 'help' {
  const given = typedOptions(
    args,
    {
      only: { type: 'string' },
      list: { type: 'boolean' },
      'at-most': { type: 'string' },
      markdown: { type: 'boolean' },
      help: { type: 'boolean' },
    },
    'npm run prove:defects -- --help',
  );
  if (given.help) return 'help';
  const { only = '', 'at-most': atMost = AT_MOST, markdown = false, list = false } = given;
  const wanted = DEFECTS.filter(({ name }) => name.includes(only));
  const mistakes = [
    ...ignoredOf(given, IGNORED),
    ...(wanted.length > 0
      ? []
      : [`--only "${only}": no defect has that in its name. Their names: npm run prove:defects -- --list`]),
  ];
  if (mistakes.length > 0) throw new UsageError(mistakes.join('\n'));
  return { wanted, atMost: count('at-most', atMost), markdown, list };
}
