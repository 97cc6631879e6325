import {
  DescribeExecutionCommand,
  GetExecutionHistoryCommand,
  type GetExecutionHistoryCommandOutput,
  ListExecutionsCommand,
  StartExecutionCommand,
  StopExecutionCommand,
} from '@aws-sdk/client-sfn';
import { describe, expect, it } from '@jest/globals';
import type { StateMachineDefinition } from 'aws-local-stepfunctions';
import { type FunctionName, functionArn, stateMachineArn } from '../../../lab/aws/machine-files.ts';
import { StepFunctions, type StepFunctionsOptions } from '../../../lab/aws/step-functions.ts';
import { stepFunctionsClient } from '../../../lab/aws/step-functions-client.ts';
import type { StatusChange } from '../../../lab/aws/step-functions-records.ts';
import { onVirtualTime } from '../../../lab/simulated/virtual-time.ts';

const DEPLOYMENT = { deployment: 'sso', region: 'eu-central-1', accountId: '123456789012' };
const ARN = 'arn:aws:states:eu-central-1:123456789012:execution:sso-outer:one';

const task = (name: FunctionName, more: object = {}) => ({
  Type: 'Task',
  Resource: functionArn(DEPLOYMENT, name),
  TimeoutSeconds: 10,
  ...more,
});
const nested = (more: object = {}) => ({
  Type: 'Task',
  Resource: 'arn:aws:states:::states:startExecution.sync:2',
  TimeoutSeconds: 60,
  Parameters: { StateMachineArn: stateMachineArn(DEPLOYMENT, 'inner'), 'Input.$': '$' },
  ...more,
});

interface Lab {
  readonly engine: StepFunctions;
  readonly changes: StatusChange[];
  readonly wait: (seconds: number) => Promise<void>;
}

const wait = (seconds: number) => new Promise<void>((resolve) => setTimeout(resolve, seconds * 1000));

/** Two machines, "outer" and "inner", of the states given; `ledger` is the one function. */
const inLab = (
  machines: { outer: object; inner?: object; timeoutSeconds?: number },
  ledger: (event: unknown) => Promise<unknown>,
  tell: (lab: Lab) => Promise<void>,
  options: Partial<StepFunctionsOptions> = {},
) =>
  onVirtualTime(async () => {
    const definition = (states: object): StateMachineDefinition => ({
      StartAt: Object.keys(states)[0]!,
      TimeoutSeconds: machines.timeoutSeconds ?? 600,
      States: states as StateMachineDefinition['States'],
    });
    const changes: StatusChange[] = [];
    const engine = new StepFunctions({
      deployment: DEPLOYMENT,
      functions: new Proxy({} as StepFunctionsOptions['functions'], { get: () => ledger }),
      definitions: new Map([
        ['outer', definition(machines.outer)],
        ['inner', definition(machines.inner ?? { End: { Type: 'Succeed' } })],
      ]),
      onStatusChange: (change) => changes.push(change),
      ...options,
    });
    await tell({ engine, changes, wait });
  });

const fails = (name: string) => async () => {
  throw Object.assign(new Error('its message'), { name });
};

describe('an execution', () => {
  it('calls the function that a state names, with the context that AWS gives it', () =>
    inLab(
      {
        outer: {
          Ask: task('ledger', {
            Parameters: {
              'owner.$': '$$.Execution.Id',
              'machine.$': '$$.StateMachine.Name',
              'given.$': '$$.Execution.Input',
            },
            End: true,
          }),
        },
      },
      async (event) => event,
      async ({ engine }) => {
        engine.startExecution('outer', { a: 1 }, 'one');
        const { status, output } = await engine.ended(ARN);
        expect(status).toBe('SUCCEEDED');
        expect(output).toEqual({ owner: ARN, machine: 'sso-outer', given: { a: 1 } });
      },
    ));

  it('is the same when it is started again by the same name and input while it runs, and refused otherwise', () =>
    inLab(
      { outer: { Wait: { Type: 'Wait', Seconds: 5, End: true } } },
      async () => null,
      async ({ engine }) => {
        const first = engine.startExecution('outer', {}, 'one');
        expect(engine.startExecution('outer', {}, 'one')).toBe(first);
        expect(() => engine.startExecution('outer', { other: true }, 'one')).toThrow(
          expect.objectContaining({ name: 'ExecutionAlreadyExists' }),
        );
        await engine.ended(ARN);
        expect(() => engine.startExecution('outer', {}, 'one')).toThrow(
          expect.objectContaining({ name: 'ExecutionAlreadyExists' }),
        );
      },
    ));

  it('of a machine that does not exist, or under a name that AWS refuses, is refused', () =>
    inLab(
      { outer: { End: { Type: 'Succeed' } } },
      async () => null,
      async ({ engine }) => {
        expect(() => engine.startExecution('nosuch')).toThrow(
          expect.objectContaining({ name: 'StateMachineDoesNotExist' }),
        );
        expect(() => engine.startExecution('outer', {}, 'no spaces')).toThrow(
          expect.objectContaining({ name: 'InvalidName' }),
        );
        expect(() => engine.describeExecution('nosuch')).toThrow(
          expect.objectContaining({ name: 'ExecutionDoesNotExist' }),
        );
      },
    ));

  it('keeps the name and the message of the error that ended it', () =>
    inLab(
      { outer: { Ask: task('ledger', { End: true }) } },
      fails('LedgerConflictError'),
      async ({ engine, changes }) => {
        engine.startExecution('outer', { a: 1 }, 'one');
        expect(await engine.ended(ARN)).toMatchObject({
          status: 'FAILED',
          error: 'LedgerConflictError',
          cause: 'its message',
        });
        expect(changes.map(({ detail }) => detail.status)).toEqual(['RUNNING', 'FAILED']);
        expect(changes[1]).toMatchObject({
          source: 'aws.states',
          'detail-type': 'Step Functions Execution Status Change',
          resources: [ARN],
          detail: {
            executionArn: ARN,
            name: 'one',
            input: '{"a":1}',
            output: null,
            error: 'LedgerConflictError',
            cause: 'its message',
          },
        });
      },
    ));

  it('ends as TIMED_OUT after its own time, without a Catch', () =>
    inLab(
      { outer: { Wait: { Type: 'Wait', Seconds: 100, End: true } }, timeoutSeconds: 20 },
      async () => null,
      async ({ engine, changes }) => {
        engine.startExecution('outer', {}, 'one');
        expect(await engine.ended(ARN)).toMatchObject({ status: 'TIMED_OUT' });
        expect(changes.at(-1)?.detail.status).toBe('TIMED_OUT');
      },
    ));

  it('that is stopped while it waits for a retry calls nothing any more', () => {
    let calls = 0;
    const retrying = task('ledger', {
      Retry: [{ ErrorEquals: ['TransientError'], IntervalSeconds: 30 }],
      End: true,
    });
    return inLab(
      { outer: { Ask: retrying } },
      async () => {
        calls++;
        return fails('TransientError')();
      },
      async ({ engine, wait }) => {
        engine.startExecution('outer', {}, 'one');
        await wait(5);
        engine.stopExecution(ARN, 'Stopped', 'by a person');
        expect(await engine.ended(ARN)).toMatchObject({
          status: 'ABORTED',
          error: 'Stopped',
          cause: 'by a person',
        });
        await wait(60);
        expect(calls).toBe(1);
      },
    );
  });

  it('is redriven from the state where it failed, with the input of that state and of the execution', () => {
    const events: unknown[] = [];
    let broken = true;
    const states = {
      First: task('ledger', { Parameters: { step: 'first' }, ResultPath: '$.first', Next: 'Second' }),
      Second: task('ledger', {
        Parameters: { step: 'second', 'first.$': '$.first', 'given.$': '$$.Execution.Input' },
        End: true,
      }),
    };
    return inLab(
      { outer: states },
      async (event) => {
        events.push(event);
        if ((event as { step: string }).step === 'second' && broken) return fails('ClusterAccessError')();
        return 'done';
      },
      async ({ engine }) => {
        engine.startExecution('outer', { a: 1 }, 'one');
        await engine.ended(ARN);
        broken = false;
        engine.redriveExecution(ARN);
        expect(await engine.ended(ARN)).toMatchObject({ status: 'SUCCEEDED', redriveCount: 1, error: null });
        const second = { step: 'second', first: 'done', given: { a: 1 } };
        expect(events).toEqual([{ step: 'first' }, second, second]);
        expect(() => engine.redriveExecution(ARN)).toThrow(
          expect.objectContaining({ name: 'ExecutionNotRedrivable' }),
        );
      },
    );
  });

  it('whose function answers more than 256 KiB fails past every Catch, as at AWS', () =>
    inLab(
      {
        outer: {
          Ask: task('ledger', { Catch: [{ ErrorEquals: ['States.ALL'], Next: 'Caught' }], End: true }),
          Caught: { Type: 'Succeed' },
        },
      },
      async () => 'x'.repeat(300_000),
      async ({ engine }) => {
        engine.startExecution('outer', {}, 'one');
        expect(await engine.ended(ARN)).toMatchObject({
          status: 'FAILED',
          error: 'States.DataLimitExceeded',
        });
      },
    ));
});

describe('an execution that starts another and waits for it', () => {
  it('gets its output as data', () =>
    inLab(
      {
        outer: { Start: nested({ OutputPath: '$.Output.answer', End: true }) },
        inner: { Ask: task('ledger', { End: true }) },
      },
      async () => ({ answer: 42 }),
      async ({ engine }) => {
        engine.startExecution('outer', {}, 'one');
        expect((await engine.ended(ARN)).output).toBe(42);
        expect(engine.listExecutions('inner')[0]?.parent).toBe(ARN);
      },
    ));

  it('sees its failure as States.TaskFailed, with the other one’s own error in the cause', () =>
    inLab(
      {
        outer: {
          Start: nested({ Catch: [{ ErrorEquals: ['States.TaskFailed'], Next: 'Caught' }], End: true }),
          Caught: { Type: 'Succeed' },
        },
        inner: { Ask: task('ledger', { End: true }) },
      },
      fails('UnparseableLogError'),
      async ({ engine }) => {
        engine.startExecution('outer', {}, 'one');
        const { output } = await engine.ended(ARN);
        expect(output).toMatchObject({ Error: 'States.TaskFailed' });
        expect(JSON.parse((output as { Cause: string }).Cause)).toMatchObject({
          Status: 'FAILED',
          Error: 'UnparseableLogError',
          Cause: 'its message',
        });
      },
    ));

  it.each([
    [
      'is stopped itself',
      async ({ engine, wait }: Lab) => {
        await wait(1);
        engine.stopExecution(ARN);
      },
    ],
    ['gives up on it after the task’s time', async ({ wait }: Lab) => wait(70)],
  ])('stops it when it %s', (_, happens) =>
    inLab(
      { outer: { Start: nested({ End: true }) }, inner: { Wait: { Type: 'Wait', Seconds: 300, End: true } } },
      async () => null,
      async (lab) => {
        lab.engine.startExecution('outer', {}, 'one');
        await happens(lab);
        await lab.engine.ended(ARN);
        const [inner] = lab.engine.listExecutions('inner');
        expect(await lab.engine.ended(inner!.executionArn)).toMatchObject({ status: 'ABORTED' });
      },
    ),
  );
});

describe('a rehearsal', () => {
  it('can make a task fail, answer something else, or shorten a wait', () =>
    inLab(
      { outer: { Wait: { Type: 'Wait', Seconds: 300, Next: 'Ask' }, Ask: task('ledger', { End: true }) } },
      async () => 'the function',
      async ({ engine }) => {
        const began = Date.now();
        engine.startExecution('outer', {}, 'one');
        expect((await engine.ended(ARN)).output).toBe('the rehearsal');
        expect(Date.now() - began).toBeLessThan(1000);
      },
      { waitTimeOverrides: { Wait: 1 }, aroundTask: async () => 'the rehearsal' },
    ));
});

describe('the client of the SDK', () => {
  it('starts, describes, lists and stops', () =>
    inLab(
      { outer: { Wait: { Type: 'Wait', Seconds: 300, End: true } } },
      async () => null,
      async ({ engine }) => {
        const client = stepFunctionsClient(engine);
        const machine = stateMachineArn(DEPLOYMENT, 'outer');
        const started = await client.send(
          new StartExecutionCommand({ stateMachineArn: machine, name: 'one', input: '{"a":1}' }),
        );
        expect(started.executionArn).toBe(ARN);
        expect(await client.send(new DescribeExecutionCommand({ executionArn: ARN }))).toMatchObject({
          status: 'RUNNING',
          input: '{"a":1}',
        });
        await client.send(new StopExecutionCommand({ executionArn: ARN }));
        await engine.ended(ARN);
        const { executions } = await client.send(
          new ListExecutionsCommand({ stateMachineArn: machine, statusFilter: 'ABORTED' }),
        );
        expect(executions?.map(({ executionArn }) => executionArn)).toEqual([ARN]);
        await expect(
          client.send(new DescribeExecutionCommand({ executionArn: 'nosuch' })),
        ).rejects.toMatchObject({ name: 'ExecutionDoesNotExist' });
      },
    ));
});

describe('the history of an execution', () => {
  const history = (engine: StepFunctions, more: object = {}) =>
    stepFunctionsClient(engine).send(new GetExecutionHistoryCommand({ executionArn: ARN, ...more }));
  const told = ({ events }: Pick<GetExecutionHistoryCommandOutput, 'events'>) =>
    events!.map(({ id, type, stateEnteredEventDetails }) =>
      [id, type, stateEnteredEventDetails?.name].filter((each) => each !== undefined).join(' '),
    );

  it('names each state that was entered, what a task started and failed by, and the end', () =>
    inLab(
      {
        outer: {
          Ask: task('ledger', {
            Retry: [{ ErrorEquals: ['TransientError'], IntervalSeconds: 1, MaxAttempts: 1 }],
            Next: 'Run',
          }),
          Run: nested({ Next: 'End' }),
          End: { Type: 'Succeed' },
        },
      },
      (() => {
        let calls = 0;
        return async () => (calls++ === 0 ? fails('TransientError')() : { outcome: 'asked' });
      })(),
      async ({ engine }) => {
        await engine.ended(engine.startExecution('outer', {}, 'one').executionArn);
        const whole = await history(engine);
        expect(told(whole)).toEqual([
          '1 ExecutionStarted',
          '2 TaskStateEntered Ask',
          '3 TaskFailed',
          '4 TaskScheduled',
          '5 TaskStateExited',
          '6 TaskStateEntered Run',
          '7 TaskSubmitted',
          '8 TaskStateExited',
          '9 SucceedStateEntered End',
          '10 SucceedStateExited',
          '11 ExecutionSucceeded',
        ]);
        expect(whole.events![2]!.taskFailedEventDetails).toMatchObject({
          error: 'TransientError',
          cause: 'its message',
        });
        expect(JSON.parse(whole.events![6]!.taskSubmittedEventDetails!.output!)).toMatchObject({
          ExecutionArn: expect.stringContaining(':execution:sso-inner:'),
        });
        const alone = await history(engine, { includeExecutionData: false });
        expect(told(alone)).toEqual(told(whole));
        expect(JSON.stringify(alone)).not.toMatch(/"(input|output)":/);
      },
    ));

  it('is given page by page from its end, without a gap when more has happened in between', () =>
    inLab(
      {
        outer: {
          One: { Type: 'Wait', Seconds: 5, Next: 'Two' },
          Two: { Type: 'Wait', Seconds: 5, End: true },
        },
      },
      async () => ({}),
      async ({ engine, wait }) => {
        const { executionArn } = engine.startExecution('outer', {}, 'one');
        await wait(1);
        const first = await history(engine, { reverseOrder: true, maxResults: 1 });
        await wait(5);
        const second = await history(engine, {
          reverseOrder: true,
          maxResults: 1,
          nextToken: first.nextToken,
        });
        expect([...told(first), ...told(second)]).toEqual(['2 WaitStateEntered One', '1 ExecutionStarted']);
        expect(second.nextToken).toBeUndefined();
        await engine.ended(executionArn);
      },
    ));
});
