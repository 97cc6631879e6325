import { StartExecutionCommand } from '@aws-sdk/client-sfn';
import { FailoverError } from '../functions/shared/errors.ts';
import { executionArn, stateMachineArn } from '../functions/shared/executions.ts';
import type { Workflow } from '../functions/shared/names.ts';
import { executionUrl } from '../functions/shared/report.ts';
import type { Context, Result } from './command.ts';
import { spoken } from './durations.ts';
import { endingOf } from './endings.ts';
import { explained, RefusedError } from './faults.ts';
import { type Followed, follow } from './following.ts';
import type { Options } from './options.ts';
import { progressLines } from './progress.ts';

export const FOLLOW: Options = {
  follow: {
    takes: 'nothing',
    refusable: true,
    meaning: 'Whether to wait and show each step. Default: yes. The workflow runs either way.',
  },
};

/** Starts a workflow, says at once where it is to be seen, and follows it to its end unless told not to. */
export async function execute(
  context: Context,
  workflow: Workflow,
  input: Readonly<Record<string, unknown>>,
): Promise<Result> {
  if (context.given.flag('follow') === false) {
    const execution = await start(context, workflow, input);
    return { code: 0, lines: [], data: { execution, console: executionUrl(execution), input } };
  }
  const { execution, followed } = await startAndFollow(context, workflow, input);
  const { code, lines } = endingOf(workflow, followed);
  const seconds = (followed.endedAt.getTime() - followed.startedAt.getTime()) / 1000;
  const [first = '', ...others] = lines;
  const marked = context.paint(code === 0 ? 'green' : 'red', first);
  return {
    code,
    lines: ['', marked, ...others, context.paint('dim', `${workflow} took ${spoken(seconds)}.`)],
    data: { execution, console: executionUrl(execution), input, ...dataOf(followed), said: lines, seconds },
  };
}

/** @throws RefusedError, LostSightError when it can't be looked at any more, which does not stop it */
export async function startAndFollow(
  context: Context,
  workflow: Workflow,
  input: Readonly<Record<string, unknown>>,
): Promise<{ readonly execution: string; readonly followed: Followed }> {
  const execution = await start(context, workflow, input);
  return { execution, followed: await followToEnd(context, workflow, execution) };
}

/** A name of one's own, so that a start that is repeated because its answer was lost starts nothing twice. */
async function start(
  { clients, configuration, edge, paint, say }: Context,
  workflow: Workflow,
  input: object,
): Promise<string> {
  const name = `by-hand-${edge
    .now()
    .toISOString()
    .replaceAll(/[^0-9TZ]/g, '')}`;
  try {
    await clients.sfn.send(
      new StartExecutionCommand({
        stateMachineArn: stateMachineArn(configuration, workflow),
        name,
        input: JSON.stringify(input),
      }),
    );
  } catch (fault) {
    if (!(fault instanceof Error) || fault.name !== 'ExecutionAlreadyExists') throw fault;
    throw new RefusedError(`${workflow} was started by somebody else in this moment.`, 'Look at `status`.');
  }
  const execution = executionArn(configuration, workflow, name);
  say(`${paint('bold', workflow)} starts with ${JSON.stringify(input)}`);
  say(executionUrl(execution));
  return execution;
}

async function followToEnd(context: Context, workflow: Workflow, execution: string): Promise<Followed> {
  const { clients, edge, configuration, paint, say } = context;
  const lineOf = progressLines(configuration.deployment, paint);
  try {
    return await follow(
      { sfn: clients.sfn, now: edge.now, sleep: edge.sleep },
      execution,
      (step, startedAt) => {
        const line = lineOf(step, startedAt);
        if (line !== null) say(line);
      },
    );
  } catch (fault) {
    const { what, remedy } = explained(fault, configuration);
    throw new LostSightError(
      `${workflow} was started and goes on, but it can't be followed any more. ${what}`,
      `${remedy} Its end is in the console: ${executionUrl(execution)}`,
    );
  }
}

class LostSightError extends FailoverError {}

const dataOf = ({ status, startedAt, endedAt, output, error, cause, steps }: Followed) => ({
  status,
  startedAt,
  endedAt,
  output,
  error,
  cause,
  steps,
});
