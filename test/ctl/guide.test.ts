import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from '@jest/globals';
import { COMMANDS } from '../../ctl/commands.ts';
import { createLedger } from '../../functions/ledger/operations.ts';
import { stepFunctionsClient } from '../../lab/aws/step-functions-client.ts';
import { atTerminal } from './terminal.ts';

const text = (path: string) => readFileSync(fileURLToPath(new URL(`../../${path}`, import.meta.url)), 'utf8');

/** The table of the guide: what one types, and the file that one would paste into the console instead. */
const ROWS = [
  ...text('docs/deploy.md').matchAll(/^\| `([^`]+)`.*? \| (?:.*?\(\.\.\/(events\/[^)]+)\))?.*\|$/gm),
]
  .map(([, typed, file]) => ({ typed: typed!, file: file ?? null, command: typed!.split(' ')[0]! }))
  .filter(({ command }) => command in COMMANDS);

/** What is not asked where nobody is at the keyboard, or what can't be left to go on by itself. */
const MORE: Readonly<Record<string, string>> = {
  'promote-accepting-loss': '--yes-accept-loss-and-serve site-b --no-follow',
  doctor: '',
};
/** Commands that are no workflow's name. */
const WORKFLOWS: Readonly<Record<string, string>> = { refuse: 'approve', doctor: 'readiness' };

/** A text in quotation marks is one word, as in a shell. */
const words = (typed: string) =>
  typed.replaceAll(/"([^"]*)"/g, (_, quoted: string) => quoted.replaceAll(' ', '_'));

describe('the guide’s table of console and command line', () => {
  it('has every command', () => {
    expect(Object.keys(COMMANDS).filter((name) => !ROWS.some(({ command }) => command === name))).toEqual([]);
  });

  it.each(ROWS.filter(({ file }) => file?.startsWith('events/inputs/')))(
    '$typed starts what $file would',
    ({ typed, file, command }) =>
      atTerminal(async (terminal, world) => {
        await terminal.types(`${words(typed)} ${MORE[command] ?? '--no-follow'}`);
        const workflow = WORKFLOWS[command] ?? command;
        // In the console nobody knows who presses the button.
        const answer = workflow === 'approve' ? { decision: 'approve', by: 'maria' } : {};
        expect(world.engine.listExecutions(workflow).map(({ input }) => input)).toEqual([
          { ...answer, ...JSON.parse(text(file!)) },
        ]);
      }),
  );

  it.each(ROWS.filter(({ file }) => file?.startsWith('events/ledger/')))(
    '$typed does to the ledger what $file would',
    async ({ typed, file }) => {
      const byCommand = await atTerminal(async (terminal, world) => {
        expect(await terminal.types(words(typed))).toBe(0);
        return world.ledger();
      });
      const byFunction = await atTerminal(async (_, world) => {
        const ledger = createLedger({
          configuration: world.configuration,
          now: () => new Date(),
          dynamodb: world.dynamodb,
          sfn: stepFunctionsClient(world.engine),
        });
        await ledger(JSON.parse(text(file!)));
        return world.ledger();
      });
      expect(byCommand).toEqual(byFunction);
    },
  );
});
