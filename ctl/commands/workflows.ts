import type * as v from 'valibot';
import { WORKFLOW_INPUTS } from '../../functions/ledger/workflow-inputs.ts';
import type { Command } from '../command.ts';
import { execute, FOLLOW } from '../executing.ts';
import type { Given, Option, Options } from '../options.ts';

type Startable = keyof typeof WORKFLOW_INPUTS;
type Field = { [Name in Startable]: keyof (typeof WORKFLOW_INPUTS)[Name]['entries'] }[Startable];

/** `operation` comes only from a calling workflow, never from a person. */
const MEANINGS: Readonly<Record<Exclude<Field, 'operation'>, string>> = {
  dryRun: 'Every check, no change: what it would do.',
  lostSite: 'The site that is lost. Default: whatever the alarms and checks say.',
  approve: 'Whether it waits for approve before traffic moves. Default: as configured.',
  isolate: 'Whether the old site is taken offline at the new one afterwards. Default: as configured.',
  moveDatabase: 'Whether the database writer follows. Default: as configured.',
  acceptCounts: 'Go on although a cache of the source holds far fewer entries than the other one’s.',
};

const SUMMARIES: Readonly<Record<Startable, string>> = {
  failover: 'The survivor serves and takes the lost site offline.',
  switchover: 'Traffic moves to the other site, nothing lost (chapter 10).',
  resync: 'Fills the stale site from the serving one, proven (chapter 11).',
  switchback: 'Traffic returns to the primary, after a resync where one is needed (chapter 12).',
  contain: 'Sees to it that the lost site can neither serve nor write into the survivor.',
};

const REFUSABLE: ReadonlySet<string> = new Set<Field>(['approve', 'isolate', 'moveDatabase']);

const optionOf = (field: string): string =>
  field.replaceAll(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);

interface Shape {
  readonly entries: Readonly<Record<string, { readonly wrapped?: v.GenericSchema }>>;
}

const fieldsOf = (workflow: Startable): readonly [field: Exclude<Field, 'operation'>, option: Option][] =>
  Object.entries((WORKFLOW_INPUTS[workflow] as Shape).entries)
    .filter(([field]) => field !== 'operation')
    .map(([name, { wrapped }]) => {
      const field = name as Exclude<Field, 'operation'>;
      return [
        field,
        {
          takes: wrapped?.type === 'boolean' ? 'nothing' : 'site',
          meaning: MEANINGS[field],
          refusable: REFUSABLE.has(field),
        },
      ];
    });

/** The input that was typed; what was left open, the ledger and the configuration know. */
const inputOf = (workflow: Startable, given: Given): Readonly<Record<string, unknown>> =>
  Object.fromEntries(
    fieldsOf(workflow).flatMap(([field, { takes }]) => {
      const value = takes === 'nothing' ? given.flag(optionOf(field)) : given.text(optionOf(field));
      return value === null ? [] : [[field, value]];
    }),
  );

const optionsOf = (workflow: Startable): Options => ({
  ...Object.fromEntries(fieldsOf(workflow).map(([field, option]) => [optionOf(field), option])),
  ...FOLLOW,
});

/** One command for each workflow that takes an input of its own, with an option for each field of it. */
export const WORKFLOW_COMMANDS: Readonly<Record<Startable, Command>> = Object.fromEntries(
  (Object.keys(SUMMARIES) as Startable[]).map((workflow) => [
    workflow,
    {
      summary: SUMMARIES[workflow],
      options: optionsOf(workflow),
      work: (context) => execute(context, workflow, inputOf(workflow, context.given)),
    } satisfies Command,
  ]),
) as Record<Startable, Command>;
