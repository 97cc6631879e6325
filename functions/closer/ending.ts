import * as v from 'valibot';
import { parseInput } from '../shared/input.ts';
import { WORKFLOWS } from '../shared/names.ts';

/** How an execution ended, or is about to, whichever way the closer heard of it. */
export interface Ending {
  readonly workflow: string;
  readonly execution: string;
  /** `FAULT`: its own Catch calls. Otherwise the status, for which no Catch runs. */
  readonly status: 'FAULT' | 'FAILED' | 'TIMED_OUT' | 'ABORTED';
  readonly error: string;
  readonly cause: string;
  /** Somebody else tells: a machine that called this one, or the machine's own end. */
  readonly toldElsewhere: boolean;
}

const catchSchema = v.strictObject({
  action: v.literal('close'),
  workflow: v.picklist(WORKFLOWS),
  execution: v.string(),
  error: v.object({ Error: v.string(), Cause: v.optional(v.unknown()) }),
});

/** `Step Functions Execution Status Change`; EventBridge adds fields as it likes. */
const statusSchema = v.object({
  source: v.literal('aws.states'),
  detail: v.object({
    executionArn: v.string(),
    status: v.picklist(['FAILED', 'TIMED_OUT', 'ABORTED']),
    input: v.nullish(v.string(), null),
    error: v.nullish(v.string(), null),
    cause: v.nullish(v.string(), null),
  }),
});

/** What the machines' own Fail states say after on-call was told. */
const TOLD = 'Told';

/** A timeout has none. */
const NO_CAUSE = 'no cause is given';

/** @throws InvalidInputError */
export function readEnding(deployment: string, event: unknown): Ending {
  if (event !== null && typeof event === 'object' && 'source' in event) {
    const { detail } = parseInput('closer', statusSchema, event);
    const { executionArn: execution, status, error, cause } = detail;
    return {
      workflow: workflowOf(deployment, execution),
      execution,
      status,
      error: error ?? status,
      cause: cause ?? NO_CAUSE,
      toldElsewhere: error === TOLD || actsForACaller(detail.input),
    };
  }
  const { workflow, execution, error } = parseInput('closer', catchSchema, event);
  const { Cause = NO_CAUSE } = error;
  const cause = typeof Cause === 'string' ? Cause : JSON.stringify(Cause);
  return {
    workflow,
    execution,
    status: 'FAULT',
    ...innermost(error.Error, cause),
    toldElsewhere: innermost(error.Error, cause).error === TOLD,
  };
}

/** `arn:aws:states:<region>:<account>:execution:<deployment>-<workflow>:<name>` */
function workflowOf(deployment: string, execution: string): string {
  const machine = execution.split(':')[6] ?? execution;
  return machine.startsWith(`${deployment}-`) ? machine.slice(deployment.length + 1) : machine;
}

/** Its caller's task fails with it, and the caller tells. */
function actsForACaller(input: string | null): boolean {
  if (input === null) return false;
  try {
    const parsed: unknown = JSON.parse(input);
    return parsed !== null && typeof parsed === 'object' && ('operation' in parsed || 'against' in parsed);
  } catch {
    return false;
  }
}

/** A nested execution that failed comes as `States.TaskFailed` with its own error inside the cause. */
function innermost(error: string, cause: string): { readonly error: string; readonly cause: string } {
  let parsed: unknown;
  try {
    parsed = JSON.parse(cause);
  } catch {
    return { error, cause };
  }
  if (parsed === null || typeof parsed !== 'object') return { error, cause };
  const { Error: inner, Cause: innerCause, Status: status, errorMessage } = parsed as Record<string, unknown>;
  if (typeof errorMessage === 'string') return { error, cause: errorMessage };
  if (typeof inner === 'string')
    return innermost(inner, typeof innerCause === 'string' ? innerCause : NO_CAUSE);
  return typeof status === 'string'
    ? { error, cause: `a nested workflow ended as ${status}` }
    : { error, cause };
}
