import type { StateMachine } from 'aws-local-stepfunctions';

type ExecutionStatus = 'RUNNING' | 'SUCCEEDED' | 'FAILED' | 'TIMED_OUT' | 'ABORTED';

/** One entry of an execution's log, as aws-local-stepfunctions writes it. */
export type LogEntry =
  ReturnType<StateMachine['run']>['eventLogs'] extends AsyncGenerator<infer Entry> ? Entry : never;

/** What `DescribeExecution` tells, and the log. */
export interface Execution {
  readonly executionArn: string;
  readonly stateMachineArn: string;
  /** Name of the file in `statemachines/`. */
  readonly machine: string;
  readonly name: string;
  readonly input: unknown;
  readonly startDate: Date;
  /** ARN of the execution that started it by `startExecution.sync:2`. */
  readonly parent: string | null;
  readonly status: ExecutionStatus;
  readonly stopDate: Date | null;
  readonly output: unknown;
  readonly error: string | null;
  readonly cause: string | null;
  readonly redriveCount: number;
  readonly log: readonly LogEntry[];
}

/** The event that EventBridge carries when an execution changes its status. */
export interface StatusChange {
  readonly version: '0';
  readonly id: string;
  readonly 'detail-type': 'Step Functions Execution Status Change';
  readonly source: 'aws.states';
  readonly account: string;
  readonly time: string;
  readonly region: string;
  readonly resources: readonly [string];
  readonly detail: {
    readonly executionArn: string;
    readonly stateMachineArn: string;
    readonly name: string;
    readonly status: ExecutionStatus;
    readonly startDate: number;
    readonly stopDate: number | null;
    /** JSON text, as in the API. */
    readonly input: string;
    readonly output: string | null;
    readonly error: string | null;
    readonly cause: string | null;
    readonly redriveCount: number;
  };
}

export function statusChange(execution: Execution, id: string, at: Date): StatusChange {
  const { executionArn, stateMachineArn, name, status, startDate, stopDate, error, cause, redriveCount } =
    execution;
  const [, , , region, account] = executionArn.split(':');
  return {
    version: '0',
    id,
    'detail-type': 'Step Functions Execution Status Change',
    source: 'aws.states',
    account: account!,
    time: at.toISOString(),
    region: region!,
    resources: [executionArn],
    detail: {
      executionArn,
      stateMachineArn,
      name,
      status,
      startDate: startDate.getTime(),
      stopDate: stopDate?.getTime() ?? null,
      input: JSON.stringify(execution.input),
      output: status === 'SUCCEEDED' ? JSON.stringify(execution.output) : null,
      error,
      cause,
      redriveCount,
    },
  };
}

/** Errors of the API, by the names that the SDK gives them. */
export class StepFunctionsError extends Error {
  constructor(
    name:
      | 'ExecutionAlreadyExists'
      | 'ExecutionDoesNotExist'
      | 'StateMachineDoesNotExist'
      | 'ExecutionNotRedrivable'
      | 'InvalidName',
    message: string,
  ) {
    super(message);
    this.name = name;
  }
}
