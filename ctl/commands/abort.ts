import { StopExecutionCommand } from '@aws-sdk/client-sfn';
import type { Operation } from '../../functions/ledger/ledger.ts';
import { isRunning } from '../../functions/ledger/operation.ts';
import { executionUrl } from '../../functions/shared/report.ts';
import type { Command, Context, Result } from '../command.ts';
import { confirm } from '../confirming.ts';
import { since } from '../durations.ts';

/** The rule on ended executions calls the closer within seconds; the alarm on it would take longer. */
const RELEASE_WITHIN_SECONDS = 60;

const MEANS: Readonly<Partial<Record<Operation['workflow'], string>>> = {
  failover:
    'Traffic stays where it is by now. Where writes are not proven good yet, it is started again within a minute.',
  contain: 'The lost site may be contained in part; readiness starts it again.',
  resync: 'The site that is being filled counts as stale again, and needs a whole resync.',
  switchover: 'Before traffic has moved nothing is changed; after it the new site goes on serving.',
  switchback: 'Before traffic has moved nothing is changed; after it the primary goes on serving.',
};

export const abort: Command = {
  summary: 'Stops the workflow that holds the operation.',
  options: {
    yes: { takes: 'nothing', meaning: 'Stops it without asking.' },
    why: { takes: 'text', meaning: 'The reason, which is kept with the execution.' },
  },
  work: async (context): Promise<Result> => {
    const { store, edge, clients, caller, given, say } = context;
    const { operation } = await store.require();
    if (operation === null) {
      return {
        code: 0,
        lines: ['No workflow holds the operation: there is nothing to stop.'],
        data: { outcome: 'nothing-to-do' },
      };
    }
    const { workflow, owner } = operation;
    if (!(await isRunning(clients.sfn, owner))) {
      return {
        code: 1,
        lines: [
          `${workflow} holds the operation, but its execution does not run any more: there is nothing to stop.`,
          'The next workflow that needs the operation takes it over.',
        ],
        data: { outcome: 'not-running', workflow, execution: owner },
      };
    }
    say(`${workflow} runs since ${since(operation.startedAt, edge.now()).replace(' ago', '')}.`);
    say(executionUrl(owner));
    say('Stopping it undoes nothing: what was done stays done, and no further step begins.');
    if (MEANS[workflow] !== undefined) say(MEANS[workflow]);
    say('The closer releases the operation and tells on-call.');
    const question = 'Stop it? Type yes: ';
    const confirmed = given.flag('yes') === true;
    await confirm(context, { word: 'yes', question, confirmed, remedy: 'Confirm by --yes.' });
    const why = given.text('why') ?? 'no reason given';
    await clients.sfn.send(
      new StopExecutionCommand({ executionArn: owner, error: 'Stopped', cause: `by ${caller.name}: ${why}` }),
    );
    const released = await releasedInTime(context, owner);
    return {
      code: released ? 0 : 1,
      lines: [
        released
          ? `${workflow} is stopped, and the operation is free.`
          : `${workflow} is stopped, but the operation was not released within ${RELEASE_WITHIN_SECONDS} s.`,
        ...(released ? [] : ['Look at the closer’s log; the next workflow takes the operation over.']),
      ],
      data: { outcome: 'stopped', workflow, execution: owner, released },
    };
  },
};

async function releasedInTime({ store, edge }: Context, owner: string): Promise<boolean> {
  for (let waited = 0; waited < RELEASE_WITHIN_SECONDS; waited++) {
    if ((await store.require()).operation?.owner !== owner) return true;
    await edge.sleep(1000);
  }
  return false;
}
