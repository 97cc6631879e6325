import type { Execution } from '../aws/step-functions-records.ts';
import { isDryRun } from './invariants/eyes.ts';
import { outcomeOf } from './invariants/told.ts';

type Engine = {
  describeExecution(executionArn: string): Execution;
  listExecutions(machine?: string): readonly Execution[];
};

/** The executions that a person stopped in the middle: what they had not come to yet is nobody's fault. */
export class Stopped {
  readonly #engine: Engine;
  readonly #stopped: { readonly executionArn: string; readonly machine: string; readonly at: number }[] = [];

  constructor(engine: Engine) {
    this.#engine = engine;
  }

  add({ executionArn, machine }: Pick<Execution, 'executionArn' | 'machine'>): void {
    this.#stopped.push({ executionArn, machine, at: Date.now() });
  }

  /** Until it was redriven and ended well, or its workflow, or a failover, that began later has done so. */
  get isAnyLeft(): boolean {
    return this.#stopped.some(({ executionArn, machine, at }) => {
      if (didItsWork(this.#engine.describeExecution(executionArn))) return false;
      const later = [...this.#engine.listExecutions(machine), ...this.#engine.listExecutions('failover')];
      return !later.some((execution) => didItsWork(execution) && execution.startDate.getTime() >= at);
    });
  }
}

/** One that was outranked meanwhile, or comes while another one is at work, ends well and leaves its work to others. */
const LEFT_TO_OTHERS: ReadonlySet<unknown> = new Set(['superseded', 'nothing-to-do']);

export const leavesItToOthers = ({ status, output }: Pick<Execution, 'status' | 'output'>): boolean =>
  status === 'SUCCEEDED' && LEFT_TO_OTHERS.has(outcomeOf(output));

const didItsWork = (execution: Execution): boolean =>
  execution.status === 'SUCCEEDED' && !leavesItToOthers(execution) && !isDryRun(execution);
