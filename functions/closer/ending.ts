import * as v from 'valibot';
import { type BadEnd, callerOf, innermost, NO_CAUSE, TOLD, workflowOf } from '../shared/endings.ts';
import { parseInput } from '../shared/input.ts';
import { WORKFLOWS } from '../shared/names.ts';

/** How an execution ended, or is about to, whichever way the closer heard of it. */
export interface Ending {
  readonly workflow: string;
  readonly execution: string;
  /** `FAULT`: its own Catch calls. Otherwise the status, for which no Catch runs. */
  readonly status: BadEnd;
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
      toldElsewhere: error === TOLD || callerOf(detail.input) !== undefined,
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
