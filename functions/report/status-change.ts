import * as v from 'valibot';
import { callerOf, innermost, NO_CAUSE, workflowOf } from '../shared/endings.ts';
import { parseInput } from '../shared/input.ts';
import { type Instant, instant } from '../shared/names.ts';
import type { EndStatus } from '../shared/report.ts';

/** `Step Functions Execution Status Change`; EventBridge adds fields as it likes. Too long a text is left out. */
const schema = v.object({
  source: v.literal('aws.states'),
  detail: v.object({
    executionArn: v.string(),
    status: v.picklist(['SUCCEEDED', 'FAILED', 'TIMED_OUT', 'ABORTED']),
    startDate: v.number(),
    stopDate: v.number(),
    input: v.nullish(v.string(), null),
    output: v.nullish(v.string(), null),
    error: v.nullish(v.string(), null),
    cause: v.nullish(v.string(), null),
  }),
});

export interface Ended {
  readonly workflow: string;
  readonly execution: string;
  readonly status: EndStatus;
  readonly startedAt: Instant;
  readonly endedAt: Instant;
  readonly output: Readonly<Record<string, unknown>>;
  readonly error: string;
  readonly cause: string;
  /** The execution whose operation it worked for; null: one that is not named; undefined: its own. */
  readonly caller: string | null | undefined;
}

/** @throws InvalidInputError */
export function readStatusChange(deployment: string, event: unknown): Ended {
  const { detail } = parseInput('report', schema, event);
  const { executionArn: execution, status, startDate, stopDate, input, output, error, cause } = detail;
  return {
    workflow: workflowOf(deployment, execution),
    execution,
    status,
    startedAt: instant(new Date(startDate)),
    endedAt: instant(new Date(stopDate)),
    output: objectIn(output),
    ...innermost(error ?? status, cause ?? NO_CAUSE),
    caller: callerOf(input),
  };
}

function objectIn(text: string | null): Readonly<Record<string, unknown>> {
  if (text === null) return {};
  try {
    const parsed: unknown = JSON.parse(text);
    return parsed !== null && typeof parsed === 'object' ? (parsed as Record<string, unknown>) : {};
  } catch {
    return {};
  }
}
