import type { StepFunctionsOptions } from '../../lab/aws/step-functions.ts';
import type { Execution } from '../../lab/aws/step-functions-records.ts';
import { machines, waysOf } from './graph.ts';

type OnLog = NonNullable<StepFunctionsOptions['onLog']>;

/** Which ways of a machine the tests of a file have taken: each rule and default of each Choice, and each Catch. */
export class Ways {
  readonly #machine: string;
  readonly #taken = new Set<string>();

  constructor(machine: string) {
    this.#machine = machine;
  }

  /** Hears of every state that any execution enters, and of every fault that is caught. */
  readonly onLog: OnLog = (execution, entry) => {
    if (execution.machine !== this.#machine) return;
    if (entry.type === 'StateCaught') this.#taken.add(`${entry.state.name} ✗ ${entry.catch.catcher.Next}`);
    if (entry.type !== 'StateEntered') return;
    const before = execution.log.at(-2);
    if (before?.type === 'StateExited' && before.state.type === 'Choice') {
      this.#taken.add(`${before.state.name} → ${entry.state.name}`);
    }
  };

  notTaken(): readonly string[] {
    return waysOf(machines.get(this.#machine)!)
      .filter(({ kind }) => kind !== 'next')
      .map(({ from, to, kind }) => `${from} ${kind === 'catch' ? '✗' : '→'} ${to}`)
      .filter((way) => !this.#taken.has(way));
  }
}

/** The states that an execution entered, in order. */
export const path = (execution: Execution): readonly string[] =>
  execution.log.flatMap((entry) => (entry.type === 'StateEntered' ? [entry.state.name] : []));

export const tasksOfPath = (execution: Execution): readonly string[] =>
  execution.log.flatMap((entry) =>
    entry.type === 'StateEntered' && entry.state.type === 'Task' ? [entry.state.name] : [],
  );
