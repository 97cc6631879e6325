import type { Step } from './execution-events.ts';
import type { Paint } from './paint.ts';

/** A state that comes again is told again no sooner than this. */
const AGAIN_MILLISECONDS = 30_000;
/** Choice and Pass take no time and tell nobody anything. */
const TOLD = new Set(['Task', 'Wait', 'Parallel', 'Map', 'Succeed', 'Fail']);

/** Turns steps into lines for a person, and loops into a line now and then. */
export function progressLines(
  deployment: string,
  paint: Paint,
): (step: Step, startedAt: Date) => string | null {
  const told = new Map<string, { times: number; at: number }>();
  return (step, startedAt) => {
    const time = `+${((step.at.getTime() - startedAt.getTime()) / 1000).toFixed(1)} s`.padStart(11);
    const where =
      step.depth === 0 ? '' : `${'  '.repeat(step.depth)}${withoutDeployment(deployment, step.machine)}: `;
    if (step.kind === 'failed') {
      return `${time}  ${where}${paint('yellow', `${step.state} failed: ${step.why}`)}`;
    }
    if (!TOLD.has(step.type ?? '')) return null;
    const key = `${step.execution}/${step.state}`;
    const before = told.get(key);
    const times = (before?.times ?? 0) + 1;
    if (before !== undefined && step.at.getTime() - before.at < AGAIN_MILLISECONDS) {
      told.set(key, { ...before, times });
      return null;
    }
    told.set(key, { times, at: step.at.getTime() });
    const again = times === 1 ? '' : ` (${times} times now)`;
    const line = `${where}${step.state}${again}`;
    return `${time}  ${step.depth === 0 ? line : paint('dim', line)}`;
  };
}

const withoutDeployment = (deployment: string, machine: string): string =>
  machine.startsWith(`${deployment}-`) ? machine.slice(deployment.length + 1) : machine;
