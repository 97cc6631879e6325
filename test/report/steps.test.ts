import type { HistoryEvent } from '@aws-sdk/client-sfn';
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { Steps } from '../../functions/report/steps.ts';

// The same run after run; a failure prints what repeats it.
fc.configureGlobal({ seed: 20_260_105 });

const BEGINNING = Date.UTC(2026, 0, 5, 12, 0, 0);

type Line = readonly [second: number, type: string, name?: string];

/** As Step Functions gives it without the execution's data. */
const event = ([second, type, name]: Line, index: number): HistoryEvent =>
  ({
    id: index + 1,
    timestamp: new Date(BEGINNING + second * 1000),
    type,
    ...(/Entered$/.test(type) ? { stateEnteredEventDetails: { name } } : {}),
    ...(/Exited$/.test(type) ? { stateExitedEventDetails: { name } } : {}),
    ...(type === 'LambdaFunctionFailed' ? { lambdaFunctionFailedEventDetails: { error: name } } : {}),
    ...(type === 'TaskFailed' ? { taskFailedEventDetails: { error: name } } : {}),
    ...(type === 'TaskTimedOut' ? { taskTimedOutEventDetails: { error: name } } : {}),
  }) as HistoryEvent;

function stepsOf(...history: readonly Line[]) {
  const steps = new Steps();
  steps.add(history.map(event));
  return steps.all();
}

const task = (begin: number, name: string): Line[] => [
  [begin, 'TaskStateEntered', name],
  [begin, 'LambdaFunctionScheduled'],
  [begin, 'LambdaFunctionStarted'],
];
const clock = (second: number) => new Date(BEGINNING + second * 1000).toISOString();

describe('the steps of an execution', () => {
  it('have the times at which they began and ended; what only decides is none', () => {
    const steps = stepsOf(
      [0, 'ExecutionStarted'],
      [0, 'PassStateEntered', 'Begin'],
      [0, 'PassStateExited', 'Begin'],
      ...task(0, 'Decide'),
      [2, 'LambdaFunctionSucceeded'],
      [2, 'TaskStateExited', 'Decide'],
      [2, 'ChoiceStateEntered', 'What was decided'],
      [2, 'ChoiceStateExited', 'What was decided'],
      [2, 'WaitStateEntered', 'Wait for the records'],
      [62, 'WaitStateExited', 'Wait for the records'],
      [62, 'SucceedStateEntered', 'Done'],
      [62, 'SucceedStateExited', 'Done'],
      [62, 'ExecutionSucceeded'],
    );
    expect(steps).toEqual([
      {
        name: 'Decide',
        kind: 'task',
        result: 'succeeded',
        error: null,
        startedAt: clock(0),
        endedAt: clock(2),
        seconds: 2,
        turns: 1,
        nested: null,
      },
      expect.objectContaining({ name: 'Wait for the records', kind: 'wait', seconds: 60 }),
    ]);
  });

  it('that were done again and again are one, with the time of all turns and the result of the last', () => {
    const [step, ...others] = stepsOf(
      ...task(0, 'Look'),
      [1, 'LambdaFunctionFailed', 'TransientError'],
      [1, 'TaskStateExited', 'Look'],
      ...task(10, 'Look'),
      [13, 'LambdaFunctionSucceeded'],
      [13, 'TaskStateExited', 'Look'],
    );
    expect(others).toEqual([]);
    expect(step).toMatchObject({
      turns: 2,
      seconds: 4,
      result: 'succeeded',
      startedAt: clock(0),
      endedAt: clock(13),
    });
  });

  it('that failed at first and were retried with success have succeeded', () => {
    const [step] = stepsOf(
      ...task(0, 'Claim'),
      [1, 'LambdaFunctionFailed', 'TransientError'],
      [2, 'LambdaFunctionScheduled'],
      [3, 'LambdaFunctionSucceeded'],
      [3, 'TaskStateExited', 'Claim'],
    );
    expect(step).toMatchObject({ result: 'succeeded', error: null, seconds: 3, turns: 1 });
  });

  it.each([
    ['LambdaFunctionFailed', 'ClusterAccessError'],
    ['TaskFailed', 'States.TaskFailed'],
    ['TaskTimedOut', 'States.Timeout'],
  ])('that failed and were caught have failed, by %s', (type, error) => {
    const [step] = stepsOf(...task(0, 'Cut'), [1, type, error], [1, 'TaskStateExited', 'Cut']);
    expect(step).toMatchObject({ result: 'failed', error });
  });

  it('in the middle of which the execution was stopped are unfinished, up to then', () => {
    const [step] = stepsOf(...task(0, 'Push'), [9, 'TaskStateAborted', 'Push'], [9, 'ExecutionAborted']);
    expect(step).toMatchObject({ result: 'unfinished', error: null, seconds: 9, endedAt: clock(9) });
  });

  it('whose fault nobody caught have failed', () => {
    const [step] = stepsOf(...task(0, 'Push'), [9, 'TaskFailed', 'X'], [9, 'ExecutionFailed']);
    expect(step).toMatchObject({ result: 'failed', error: 'X', endedAt: clock(9) });
  });

  it('are the same in whatever pages the history comes, and no history makes it fail', () => {
    const types = ['TaskStateEntered', 'TaskStateExited', 'WaitStateEntered', 'TaskFailed', 'TaskScheduled'];
    const anyEvent = fc.tuple(
      fc.nat(1000),
      fc.constantFrom(...types, 'LambdaFunctionTimedOut', 'ExecutionAborted', 'ExecutionRedriven', ''),
      fc.constantFrom('one', 'two'),
    );
    fc.assert(
      fc.property(fc.array(anyEvent), fc.nat(20), (lines, cut) => {
        const history = lines.map(event);
        const paged = new Steps();
        paged.add(history.slice(0, cut));
        paged.add(history.slice(cut));
        expect(paged.all()).toEqual(stepsOf(...lines));
      }),
    );
  });
});
