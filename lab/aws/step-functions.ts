import {
  ExecutionAbortedError,
  ExecutionError,
  ExecutionTimeoutError,
  StateMachine,
  type StateMachineDefinition,
} from 'aws-local-stepfunctions';
import { ExecutionHistory } from './execution-history.ts';
import {
  type Deployment,
  FUNCTIONS,
  type FunctionName,
  functionArn,
  machineDefinitions,
  stateMachineArn,
} from './machine-files.ts';
import {
  type Execution,
  type LogEntry,
  type StatusChange,
  StepFunctionsError,
  statusChange,
} from './step-functions-records.ts';

/**
 * Stands in for AWS Step Functions: runs the files of `statemachines/` on aws-local-stepfunctions, in real time
 * or on virtual time (it uses `setTimeout` and `Date` alone).
 *
 * Not modelled: the limit of 25,000 history events, quotas and throttling, IAM, executions that last
 * beyond this process, Lambda's own time limit and service faults (a function that throws an error named `Lambda.…`
 * stands for those).
 */

export interface StepFunctionsOptions {
  readonly deployment: Deployment;
  readonly functions: Readonly<Record<FunctionName, (event: unknown) => Promise<unknown>>>;
  /** Every change of status, as EventBridge carries it; the rule that picks some is the listener's. */
  readonly onStatusChange?: (event: StatusChange) => void;
  /** Every entry of every execution's log, as it is written. */
  readonly onLog?: (execution: Execution, entry: LogEntry) => void;
  /** Milliseconds by the name of the Wait state. Never 0, which the engine takes for absent: use 1. */
  readonly waitTimeOverrides?: Readonly<Record<string, number>>;
  /** Around every task: where a test or a scenario makes one slow, fail or answer something else. */
  readonly aroundTask?: (task: TaskCall, proceed: () => Promise<unknown>) => Promise<unknown>;
  /** Instead of the files of `statemachines/`. */
  readonly definitions?: ReadonlyMap<string, StateMachineDefinition>;
}

/** A task that is about to run. */
export interface TaskCall {
  readonly execution: Execution;
  readonly state: string;
  readonly input: unknown;
}

type Running = { -readonly [Key in keyof Execution]: Execution[Key] } & {
  log: LogEntry[];
  history: ExecutionHistory;
  abort: () => void;
  /** Asked to stop, or out of time at that moment: no task begins any more. */
  stopped: boolean;
  deadline: number;
  ended: Promise<void>;
  /** Executions that this one started and waits for, by the state that did. */
  children: Map<string, Running>;
};

/** Each is made once: it keeps nothing of a run. */
const MADE = new WeakMap<StateMachineDefinition, StateMachine>();
const NESTED = 'arn:aws:states:::states:startExecution.sync:2';
const REDRIVE = 'Go on where it failed';
/** A task's result may have 256 KiB; more is an error that no Catch of `States.ALL` sees. */
const RESULT_LIMIT = 262_144;

export class StepFunctions {
  readonly #options: StepFunctionsOptions;
  readonly #definitions: ReadonlyMap<string, StateMachineDefinition>;
  readonly #executions = new Map<string, Running>();
  readonly #functionOf: ReadonlyMap<string, (event: unknown) => Promise<unknown>>;
  #count = 0;
  #events = 0;

  constructor(options: StepFunctionsOptions) {
    this.#options = options;
    this.#definitions = options.definitions ?? machineDefinitions(options.deployment);
    this.#functionOf = new Map(
      FUNCTIONS.map((name) => [functionArn(options.deployment, name), options.functions[name]]),
    );
  }

  /**
   * @param machine its file's name in `statemachines/`, or its ARN
   * @param name absent: one is made up. The same name and input while it runs give the same execution.
   * @throws StepFunctionsError `ExecutionAlreadyExists`, `StateMachineDoesNotExist`
   */
  startExecution(machine: string, input: unknown = {}, name?: string): Execution {
    return this.#start(this.#nameOf(machine), input, name ?? `execution-${++this.#count}`, null);
  }

  /** @throws StepFunctionsError `ExecutionDoesNotExist` */
  describeExecution(executionArn: string): Execution {
    return this.#find(executionArn);
  }

  /** @throws StepFunctionsError `ExecutionDoesNotExist` */
  historyOf(executionArn: string): ExecutionHistory {
    return this.#find(executionArn).history;
  }

  /** @throws StepFunctionsError `StateMachineDoesNotExist` */
  describeStateMachine(machine: string): { readonly name: string; readonly stateMachineArn: string } {
    const name = this.#nameOf(machine);
    return { name, stateMachineArn: stateMachineArn(this.#options.deployment, name) };
  }

  /** All, or those of one machine, oldest first. */
  listExecutions(machine?: string): readonly Execution[] {
    const all = [...this.#executions.values()];
    if (machine === undefined) return all;
    const name = this.#nameOf(machine);
    return all.filter((each) => each.machine === name);
  }

  /** Ends it as ABORTED, with what it waits for. One that has ended is left as it is. */
  stopExecution(executionArn: string, error: string | null = null, cause: string | null = null): void {
    this.#stop(this.#find(executionArn), error, cause);
  }

  /**
   * Starts a failed, timed-out or aborted execution again from the state where it ended, with that state's input.
   * @throws StepFunctionsError `ExecutionDoesNotExist`, `ExecutionNotRedrivable`
   */
  redriveExecution(executionArn: string): Execution {
    const execution = this.#find(executionArn);
    if (execution.status === 'RUNNING' || execution.status === 'SUCCEEDED') {
      throw new StepFunctionsError('ExecutionNotRedrivable', `${executionArn} is ${execution.status}.`);
    }
    const last = execution.log.findLast((entry) => entry.type === 'StateEntered');
    if (last === undefined || !('state' in last)) {
      throw new StepFunctionsError('ExecutionNotRedrivable', `${executionArn} entered no state.`);
    }
    // The engine knows no redrive: a Pass that gives the state its input again goes before it.
    const definition = this.#definitions.get(execution.machine)!;
    const machine = new StateMachine(
      {
        ...definition,
        StartAt: REDRIVE,
        States: {
          ...definition.States,
          [REDRIVE]: { Type: 'Pass', Result: last.state.input, Next: last.state.name },
        },
      },
      { validationOptions: { noValidate: true } },
    );
    Object.assign(execution, { error: null, cause: null, stopDate: null });
    execution.redriveCount += 1;
    execution.history.redriven(new Date());
    this.#run(execution, machine);
    return execution;
  }

  /** Resolves when the execution has ended, however it ended. */
  async ended(executionArn: string): Promise<Execution> {
    const execution = this.#find(executionArn);
    await execution.ended;
    return execution;
  }

  #nameOf(machine: string): string {
    const { deployment } = this.#options;
    if (this.#definitions.has(machine)) return machine;
    for (const name of this.#definitions.keys()) {
      if (machine === stateMachineArn(deployment, name)) return name;
    }
    throw new StepFunctionsError('StateMachineDoesNotExist', `There is no state machine ${machine}.`);
  }

  #find(executionArn: string): Running {
    const execution = this.#executions.get(executionArn);
    if (execution !== undefined) return execution;
    throw new StepFunctionsError('ExecutionDoesNotExist', `There is no execution ${executionArn}.`);
  }

  #machine(name: string): StateMachine {
    const definition = this.#definitions.get(name)!;
    // Validating one takes a fifth of a second, and a test of its own does it for the files.
    const validationOptions = { noValidate: true };
    const machine = MADE.get(definition) ?? new StateMachine(definition, { validationOptions });
    MADE.set(definition, machine);
    return machine;
  }

  #start(machine: string, input: unknown, name: string, parent: string | null): Running {
    if (!/^[A-Za-z0-9_-]{1,80}$/.test(name)) {
      throw new StepFunctionsError('InvalidName', `"${name}" is no name of an execution.`);
    }
    const arn = stateMachineArn(this.#options.deployment, machine);
    const executionArn = `${arn.replace(':stateMachine:', ':execution:')}:${name}`;
    const known = this.#executions.get(executionArn);
    if (known !== undefined) {
      if (known.status === 'RUNNING' && JSON.stringify(known.input) === JSON.stringify(input)) return known;
      throw new StepFunctionsError(
        'ExecutionAlreadyExists',
        `There is an execution ${executionArn} already.`,
      );
    }
    const execution: Running = {
      executionArn,
      stateMachineArn: arn,
      machine,
      name,
      input: copy(input),
      startDate: new Date(),
      parent,
      status: 'RUNNING',
      stopDate: null,
      output: null,
      error: null,
      cause: null,
      redriveCount: 0,
      log: [],
      history: new ExecutionHistory(),
      abort: () => {},
      stopped: false,
      deadline: Number.POSITIVE_INFINITY,
      ended: Promise.resolve(),
      children: new Map(),
    };
    this.#executions.set(executionArn, execution);
    this.#run(execution, this.#machine(machine));
    return execution;
  }

  #run(execution: Running, machine: StateMachine): void {
    const { TimeoutSeconds = Number.POSITIVE_INFINITY } = this.#definitions.get(execution.machine)!;
    Object.assign(execution, {
      status: 'RUNNING',
      stopped: false,
      deadline: Date.now() + TimeoutSeconds * 1000,
    });
    const { result, abort, eventLogs } = machine.run(execution.input as never, {
      overrides: {
        taskResourceLocalHandlers: this.#handlers(execution),
        waitTimeOverrides: { ...this.#options.waitTimeOverrides },
      },
      context: {
        Execution: {
          Id: execution.executionArn,
          Name: execution.name,
          RedriveCount: execution.redriveCount,
        },
        StateMachine: { Id: execution.stateMachineArn, Name: execution.stateMachineArn.split(':').at(-1) },
      },
    });
    execution.abort = abort;
    this.#announce(execution);
    const logged = this.#follow(execution, eventLogs);
    execution.ended = result.then(
      (output) => this.#end(execution, logged, { status: 'SUCCEEDED', output }),
      (error: unknown) => this.#end(execution, logged, ending(error, execution)),
    );
  }

  async #follow(execution: Running, entries: AsyncGenerator<LogEntry>): Promise<void> {
    for await (const entry of entries) {
      if ('state' in entry && entry.state.name === REDRIVE) continue;
      execution.log.push(entry);
      execution.history.log(entry);
      // AWS stops the execution that a task waits for when the task gives up on it.
      if (entry.type === 'StateFailed' && entry.Error === 'States.Timeout') {
        const child = execution.children.get(entry.state.name);
        if (child !== undefined) this.#stop(child, null, null);
      }
      this.#options.onLog?.(execution, entry);
    }
  }

  async #end(execution: Running, logged: Promise<void>, how: Partial<Execution>): Promise<void> {
    Object.assign(execution, how, { stopDate: new Date() });
    for (const child of execution.children.values()) this.#stop(child, null, null);
    await logged;
    execution.history.ended(execution);
    this.#announce(execution);
  }

  #stop(execution: Running, error: string | null, cause: string | null): void {
    if (execution.status !== 'RUNNING') return;
    Object.assign(execution, { error, cause, stopped: true });
    execution.abort();
  }

  #announce(execution: Execution): void {
    this.#options.onStatusChange?.(statusChange(execution, `event-${++this.#events}`, new Date()));
  }

  #handlers(execution: Running): Record<string, (input: unknown) => Promise<never>> {
    const { States } = this.#definitions.get(execution.machine)!;
    const handlers: Record<string, (input: unknown) => Promise<never>> = {};
    for (const [name, state] of Object.entries(States)) {
      if (state.Type !== 'Task') continue;
      const work =
        state.Resource === NESTED
          ? (input: unknown) => this.#nested(execution, name, input)
          : this.#functionOf.get(state.Resource);
      if (work === undefined) throw new Error(`${execution.machine}: nothing runs ${state.Resource}.`);
      handlers[name] = async (input) => {
        // The engine runs a task once more when it is stopped, or out of time, while it waits for a retry.
        if (execution.stopped || Date.now() >= execution.deadline) throw new ExecutionAbortedError();
        const proceed = () => work(copy(input));
        const { aroundTask } = this.#options;
        const result =
          aroundTask === undefined ? proceed() : aroundTask({ execution, state: name, input }, proceed);
        return carried(await result) as never;
      };
    }
    return handlers;
  }

  async #nested(parent: Running, state: string, parameters: unknown): Promise<unknown> {
    const { StateMachineArn, Input, Name } = parameters as Record<string, unknown>;
    const name = typeof Name === 'string' ? Name : `execution-${++this.#count}`;
    const child = this.#start(this.#nameOf(String(StateMachineArn)), Input ?? {}, name, parent.executionArn);
    parent.children.set(state, child);
    parent.history.submitted(state, child);
    await child.ended;
    if (parent.children.get(state) === child) parent.children.delete(state);
    const description = {
      ExecutionArn: child.executionArn,
      StateMachineArn: child.stateMachineArn,
      Name: child.name,
      Status: child.status,
      StartDate: child.startDate.getTime(),
      StopDate: child.stopDate?.getTime(),
    };
    if (child.status === 'SUCCEEDED') return { ...description, Input: child.input, Output: child.output };
    const failed = new Error(
      JSON.stringify({
        ...description,
        Input: JSON.stringify(child.input),
        ...(child.error === null ? {} : { Error: child.error }),
        ...(child.cause === null ? {} : { Cause: child.cause }),
      }),
    );
    failed.name = 'States.TaskFailed';
    throw failed;
  }
}

/** As JSON carries it: what a Lambda function gets and gives has gone through text. */
const copy = (value: unknown): unknown => JSON.parse(JSON.stringify(value ?? null));

/** A task's result, as JSON carries it. */
function carried(result: unknown): unknown {
  const text = JSON.stringify(result ?? null);
  if (text.length <= RESULT_LIMIT) return JSON.parse(text);
  const error = new Error('The result of a task is larger than 256 KiB.');
  error.name = 'States.DataLimitExceeded';
  throw Object.assign(error, { isRetryable: false, isCatchable: false });
}

function ending(error: unknown, execution: Execution): Partial<Execution> {
  if (error instanceof ExecutionTimeoutError) return { status: 'TIMED_OUT', error: 'States.Timeout' };
  if (error instanceof ExecutionAbortedError) return { status: 'ABORTED' };
  const fault = error instanceof ExecutionError ? error.cause : error;
  if (!(fault instanceof Error)) return { status: 'FAILED', error: 'States.Runtime', cause: String(fault) };
  return { status: 'FAILED', error: fault.name, cause: fault.message || execution.cause };
}
