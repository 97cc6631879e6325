import type { HistoryEvent, HistoryEventType } from '@aws-sdk/client-sfn';
import { faultOf } from '../functions/notification/reasons.ts';

/** AWS gives these of every event. */
export type ExecutionEvent = HistoryEvent & {
  readonly id: number;
  readonly timestamp: Date;
  readonly type: HistoryEventType;
};

/** A state that was entered, or one whose task failed. */
export interface Step {
  readonly kind: 'entered' | 'failed';
  readonly execution: string;
  /** Name of the machine, with its deployment. */
  readonly machine: string;
  readonly depth: number;
  readonly state: string;
  /** `Task`, `Wait`, `Choice`, … of a state that was entered. */
  readonly type: string | null;
  /** Of one that failed: the error and what it says. */
  readonly why: string | null;
  readonly at: Date;
}

interface Of {
  readonly executionArn: string;
  readonly depth: number;
  readonly state: string | null;
}

/** `arn:aws:states:<region>:<account>:execution:<machine>:<name>` */
const machineOf = (executionArn: string): string => executionArn.split(':')[6] ?? executionArn;

export function stepOf(event: ExecutionEvent, { executionArn, depth, state }: Of): Step | null {
  const common = {
    execution: executionArn,
    machine: machineOf(executionArn),
    depth,
    at: event.timestamp,
  };
  const entered = /^(\w+)StateEntered$/.exec(event.type);
  if (entered !== null) {
    const name = event.stateEnteredEventDetails?.name ?? '?';
    return { ...common, kind: 'entered', state: name, type: entered[1]!, why: null };
  }
  const failure =
    event.taskFailedEventDetails ??
    event.taskTimedOutEventDetails ??
    event.lambdaFunctionFailedEventDetails ??
    event.lambdaFunctionTimedOutEventDetails ??
    event.lambdaFunctionScheduleFailedEventDetails;
  if (failure === undefined) return null;
  const why = failure.cause === undefined ? '' : `: ${faultOf(failure.cause)}`;
  return {
    ...common,
    kind: 'failed',
    state: state ?? '?',
    type: null,
    why: `${failure.error ?? 'an error without a name'}${why}`,
  };
}

/** The execution that a task started and waits for. */
export function nestedIn({ taskSubmittedEventDetails }: ExecutionEvent): string | null {
  if (taskSubmittedEventDetails?.resourceType !== 'states') return null;
  const output = parsed(taskSubmittedEventDetails.output);
  const arn = (output as { ExecutionArn?: unknown } | null)?.ExecutionArn;
  return typeof arn === 'string' ? arn : null;
}

export const outputIn = ({ stateExitedEventDetails }: ExecutionEvent): unknown =>
  parsed(stateExitedEventDetails?.output);

export const isEnd = ({ type }: ExecutionEvent): boolean =>
  /^Execution(Succeeded|Failed|Aborted|TimedOut)$/.test(type);

/** AWS cuts what is too long, and that is no JSON any more. */
function parsed(text: string | undefined): unknown {
  try {
    return text === undefined ? null : JSON.parse(text);
  } catch {
    return null;
  }
}
