import type { HistoryEvent } from '@aws-sdk/client-sfn';
import { type Instant, instant } from '../shared/names.ts';
import type { Step } from '../shared/report.ts';

type Mutable = { -readonly [Key in keyof Step]: Step[Key] };

/**
 * What an execution's history says of its steps. Pure but for what it keeps: pages of the history are put in one after
 * the other, so that a long one is never held as a whole. The machines run one state at a time.
 */
export class Steps {
  readonly #steps = new Map<string, Mutable>();
  #open: { readonly step: Mutable; readonly since: Date; error: string | null } | null = null;

  add(events: readonly HistoryEvent[]): void {
    for (const event of events) this.#add(event);
  }

  /** In the order in which they first began. */
  all(): readonly Step[] {
    return [...this.#steps.values()].map((step) => ({ ...step, seconds: tenths(step.seconds) }));
  }

  #add(event: HistoryEvent): void {
    const { type, timestamp, stateEnteredEventDetails, stateExitedEventDetails } = event;
    if (type === undefined || timestamp === undefined) return;
    if (stateEnteredEventDetails?.name !== undefined) {
      this.#leave(timestamp, 'unfinished');
      const kind = KINDS[type];
      if (kind !== undefined) this.#enter(stateEnteredEventDetails.name, kind, timestamp);
    } else if (stateExitedEventDetails !== undefined) {
      this.#leave(timestamp, this.#open?.error === null ? 'succeeded' : 'failed');
    } else if (/^Execution(Failed|TimedOut|Aborted)$/.test(type)) {
      this.#leave(timestamp, this.#open?.error === null ? 'unfinished' : 'failed');
    } else if (this.#open !== null) {
      if (/^(Lambda|Task)\w*(Failed|TimedOut)$/.test(type)) this.#open.error = errorIn(event) ?? type;
      // Tried again, or at last with success.
      if (/^(Lambda|Task)\w*(Scheduled|Succeeded)$/.test(type)) this.#open.error = null;
    }
  }

  #enter(name: string, kind: Step['kind'], at: Date): void {
    const step = this.#steps.get(name) ?? {
      name,
      kind,
      result: 'unfinished' as const,
      error: null,
      startedAt: instant(at),
      endedAt: null,
      seconds: 0,
      turns: 0,
      nested: null,
    };
    step.turns += 1;
    this.#steps.set(name, step);
    this.#open = { step, since: at, error: null };
  }

  #leave(at: Date, result: Step['result']): void {
    if (this.#open === null) return;
    const { step, since, error } = this.#open;
    step.seconds += (at.getTime() - since.getTime()) / 1000;
    Object.assign(step, { result, error, endedAt: instant(at) satisfies Instant });
    this.#open = null;
  }
}

const KINDS: Readonly<Record<string, Step['kind']>> = { TaskStateEntered: 'task', WaitStateEntered: 'wait' };

const tenths = (seconds: number): number => Math.round(seconds * 10) / 10;

function errorIn(event: HistoryEvent): string | null {
  const details =
    event.taskFailedEventDetails ??
    event.taskTimedOutEventDetails ??
    event.lambdaFunctionFailedEventDetails ??
    event.lambdaFunctionTimedOutEventDetails ??
    event.lambdaFunctionScheduleFailedEventDetails ??
    event.lambdaFunctionStartFailedEventDetails ??
    event.taskStartFailedEventDetails ??
    event.taskSubmitFailedEventDetails;
  return details?.error ?? null;
}
