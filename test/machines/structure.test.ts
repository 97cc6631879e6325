import { existsSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';
import aslValidator from 'asl-validator';
import * as errors from '../../functions/shared/errors.ts';
import { WORKFLOWS } from '../../functions/shared/names.ts';
import { machineDefinitions, machineFiles, substitutions } from '../../lab/aws/machine-files.ts';
import { cycle, isBudget, isTelling, machines, reachable, statesOf, waysOf } from './graph.ts';

const DEPLOYMENT = { deployment: 'sso', region: 'eu-central-1', accountId: '123456789012' };

/** Errors that AWS's own integrations name, and that stand in the documentation of Step Functions. */
const OF_AWS = /^(States\.(ALL|Timeout|TaskFailed)|Lambda\.\w+|StepFunctions\.ExecutionLimitExceeded)$/;

/** How a function's process ends without having thrown: out of memory, killed, or out of its own time. */
const PROCESS_ENDED = ['Lambda.Unknown', 'Runtime.ExitError', 'Sandbox.Timedout'];

/** Ends of which on-call hears nothing here, each with the reason. */
const QUIET: Readonly<Record<string, string>> = {
  Superseded: 'whoever decided something newer tells',
  'Nothing was changed': 'nothing happened: a dry run, nothing to do, or busy with what tells itself',
  'Nothing is left to do': 'another execution did it, and told',
  'Failed and not told': 'the rule on failed executions calls the closer again',
  'Hand the fault to the caller': 'the caller tells',
  'Hand the fault without a cause to the caller': 'the caller tells',
  'Hand the answer to the caller': 'the caller tells',
  'run-batch: Not created': 'the caller tells',
  'run-batch: Ended': 'the caller tells',
  'run-batch: Not in time': 'the caller tells',
  'contain: Contained': 'routine for a caller; alone it has told',
  'failover: Failed over': 'routine: on-call was told when writes were good again',
  'approve: Answered': 'whoever answered sees it, and the workflow that waits tells',
  'readiness: Observed': 'routine',
  'readiness: Done': 'what it started has told; what is not settled is looked at again',
};

describe.each([...machines])('the machine %s', (name, machine) => {
  const states = statesOf(machine);
  const ways = waysOf(machine);

  it('is a valid machine that needs neither variables nor JSONata', () => {
    const definition = machineDefinitions(DEPLOYMENT).get(name)!;
    const { isValid, errorsText } = aslValidator(definition, { checkArn: true, checkPaths: true });
    expect(isValid ? '' : errorsText('\n')).toBe('');
    const text = machineFiles().get(name)!;
    expect(text).not.toMatch(/"(Assign|QueryLanguage|Output|Arguments)":/);
    // The engine of the lab takes this for never.
    expect(text).not.toMatch(/"IsPresent": false/);
  });

  it('says what it is for, and ends at the latest after a time of its own', () => {
    expect(machine.Comment).toMatch(/\w/);
    expect(machine.TimeoutSeconds).toBeGreaterThan(0);
  });

  it('gives each task a time limit, retries for faults that pass, and a way on from any other', () => {
    for (const [state, { Type, TimeoutSeconds, Retry, Catch }] of states) {
      if (Type !== 'Task') continue;
      expect([state, TimeoutSeconds]).toEqual([state, expect.any(Number)]);
      expect([state, Retry?.length]).toEqual([state, 1]);
      expect([state, Catch?.at(-1)?.ErrorEquals]).toEqual([state, ['States.ALL']]);
    }
  });

  it('retries only errors that the code throws or that AWS names', () => {
    for (const [, { Retry = [], Catch = [] }] of states) {
      for (const error of [...Retry, ...Catch].flatMap(({ ErrorEquals }) => ErrorEquals)) {
        expect(error in errors || OF_AWS.test(error) || PROCESS_ENDED.includes(error) ? '' : error).toBe('');
      }
    }
  });

  it('calls a function again whose process ended in the middle', () => {
    for (const [state, { Type, Resource, Retry }] of states) {
      if (Type !== 'Task' || !String(Resource).includes('Function')) continue;
      expect([state, Retry![0]!.ErrorEquals]).toEqual([state, expect.arrayContaining(PROCESS_ENDED)]);
    }
  });

  it('gives each loop a budget', () => {
    const budgets = new Set(states.filter(([, state]) => isBudget(state)).map(([state]) => state));
    expect(cycle(ways.filter(({ from }) => !budgets.has(from)))).toBeNull();
  });

  it('counts in each loop what its budget compares', () => {
    const counted = new Set(
      states
        .filter(
          ([, { Type, Parameters }]) =>
            Type === 'Pass' && String(Parameters?.['count.$']).startsWith('States.MathAdd('),
        )
        .map(([, { ResultPath }]) => `${ResultPath}.count`),
    );
    for (const [, state] of states.filter(([, each]) => isBudget(each))) {
      expect([...counted]).toContain(state.Choices![0]!['Variable']);
    }
  });

  it('reaches each state, and each way out of a Choice leads somewhere else', () => {
    expect(states.map(([state]) => state).filter((state) => !reachable(machine, ways).has(state))).toEqual(
      [],
    );
    for (const [state, { Type }] of states) {
      if (Type !== 'Choice') continue;
      const targets = ways.filter(({ from }) => from === state).map(({ to }) => to);
      expect([state, new Set(targets).size]).toEqual([state, targets.length]);
    }
  });

  it('tells on-call of every end but a routine one', () => {
    const untold = ways.filter(({ from, kind }) => !(isTelling(machine.States[from]!) && kind === 'next'));
    const silent = [...reachable(machine, untold)].filter((state) => {
      const { Type, End } = machine.States[state]!;
      return Type === 'Succeed' || Type === 'Fail' || End === true;
    });
    expect(silent.filter((end) => !(end in QUIET) && !(`${name}: ${end}` in QUIET))).toEqual([]);
  });

  it('waits longer for a machine that it starts than that one may take', () => {
    for (const [state, { Parameters, TimeoutSeconds }] of states) {
      const started = /^\$\{(\w+)Machine\}$/.exec(String(Parameters?.['StateMachineArn']))?.[1];
      if (started === undefined) continue;
      const file = started.replace(/(?<!^)[A-Z]/g, (letter) => `-${letter}`).toLowerCase();
      // Writes are refused meanwhile, and what is to be tried again waits for it.
      if (state === 'Contain it all the same') continue;
      expect(TimeoutSeconds).toBeGreaterThan(machines.get(file)!.TimeoutSeconds!);
    }
  });

  it('tells each function for which execution it works, so that each line of its log can', () => {
    const silent = [...states]
      .filter(([, state]) => state.Type === 'Task' && /Function\}$/.test(state.Resource ?? ''))
      .filter(([, { Parameters = {} }]) => {
        const { 'execution.$': execution, 'owner.$': owner, 'operation.$': operation } = Parameters;
        return ![execution, owner].includes('$$.Execution.Id') && operation === undefined;
      });
    expect(silent.map(([state]) => state)).toEqual([]);
  });

  it('names only functions and machines that exist', () => {
    const known = substitutions(DEPLOYMENT, [...machines.keys()]);
    for (const [, placeholder] of machineFiles()
      .get(name)!
      .matchAll(/\$\{(\w+)\}/g)) {
      expect(Object.keys(known)).toContain(placeholder);
    }
  });

  it('has a test that takes every way through it', () => {
    expect(existsSync(new URL(`./${name}.test.ts`, import.meta.url))).toBe(true);
  });
});

it('there is a machine for each workflow, and one that runs Batches for them', () => {
  expect([...machines.keys()].sort()).toEqual([...WORKFLOWS, 'run-batch'].sort());
});
