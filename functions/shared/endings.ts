import type { EndStatus, Told } from './report.ts';

/** How an execution ended that did not end well. `FAULT`: its own Catch tells. */
export type BadEnd = Exclude<EndStatus, 'SUCCEEDED'> | 'FAULT';

/** What the machines' own Fail states say after on-call was told. */
export const TOLD = 'Told';

/** A timeout has none. */
export const NO_CAUSE = 'no cause is given';

export const HOW: Readonly<Record<BadEnd, string>> = {
  FAULT: 'failed',
  FAILED: 'failed',
  TIMED_OUT: 'ran out of time',
  ABORTED: 'was stopped',
};

/** What is said of such an end, but for what to do next. */
export function endingTold(
  workflow: string,
  status: BadEnd,
  error: string,
  cause: string,
): Omit<Told, 'next'> {
  return {
    headline: `${workflow} ${HOW[status]}: ${error}`,
    what: `${workflow} ${HOW[status]}. ${error}: ${cause}`,
    done: ['What its steps did before stays done; the execution lists them.'],
    notDone: [`"${workflow}" did not come to its end.`],
  };
}

/** `arn:aws:states:<region>:<account>:execution:<deployment>-<workflow>:<name>` */
export function workflowOf(deployment: string, execution: string): string {
  const machine = execution.split(':')[6] ?? execution;
  return machine.startsWith(`${deployment}-`) ? machine.slice(deployment.length + 1) : machine;
}

/**
 * What a workflow does for a caller's operation is the caller's to tell and to report.
 * @param input the execution's input as text
 * @returns the caller's execution; null with a caller whose operation is not known; undefined: it acts for itself
 */
export function callerOf(input: string | null): string | null | undefined {
  if (input === null) return undefined;
  let parsed: unknown;
  try {
    parsed = JSON.parse(input);
  } catch {
    return undefined;
  }
  if (parsed === null || typeof parsed !== 'object') return undefined;
  if (!('operation' in parsed || 'against' in parsed)) return undefined;
  const { operation } = parsed as { operation?: { owner?: unknown } | null };
  return typeof operation?.owner === 'string' ? operation.owner : null;
}

/** A nested execution that failed comes as `States.TaskFailed` with its own error inside the cause. */
export function innermost(error: string, cause: string): { readonly error: string; readonly cause: string } {
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
