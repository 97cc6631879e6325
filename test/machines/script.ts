import type { StepFunctionsOptions, TaskCall } from '../../lab/aws/step-functions.ts';

/** The function itself answers. */
export const REAL = Symbol('the function itself');
/** What Step Functions hands to a Catch when a task took too long: an error without a cause. */
export const TIMED_OUT: Error = Object.assign(new Error(), { name: 'States.Timeout', message: undefined });

/** What a task answers instead of its function: an outcome, or an error that it throws. */
type Scripted = object | typeof REAL | ((task: TaskCall, proceed: () => Promise<unknown>) => unknown);

/** By the state's name, or `machine: state`: one answer for every time, or a list, the last of which stays. */
export type Script = Readonly<Record<string, Scripted | readonly Scripted[]>>;

/**
 * Has single tasks answer what a test says, and leaves all others to their functions. It is for ways through a machine
 * that the simulated world brings about by the rarest of chances, or not at all: a budget that runs out though nothing is
 * wrong, the same refusal each time, a fault that no function is known to have.
 */
export function answering(script: Script): NonNullable<StepFunctionsOptions['aroundTask']> {
  const calls = new Map<string, number>();
  return async (task, proceed) => {
    const { execution, state } = task;
    const key = `${execution.machine}: ${state}`;
    const scripted = script[key] ?? script[state];
    if (scripted === undefined) return proceed();
    const call = calls.get(key) ?? 0;
    calls.set(key, call + 1);
    const answer = (
      Array.isArray(scripted) ? scripted[Math.min(call, scripted.length - 1)] : scripted
    ) as Scripted;
    if (answer === REAL) return proceed();
    if (typeof answer === 'function') return answer(task, proceed);
    if (answer instanceof Error) throw answer;
    // A task that starts another machine answers with an execution, and this is its output.
    return { ...(answer as object), Output: answer };
  };
}
