import type { GetExecutionHistoryCommandInput, HistoryEvent, HistoryEventType } from '@aws-sdk/client-sfn';
import type { Execution, LogEntry } from './step-functions-records.ts';

const PAGE = 100;

/** @param data how inputs and outputs are told */
type Made = (data: Data) => Omit<HistoryEvent, 'id'>;
type Data = (
  field: 'input' | 'output',
  value: unknown,
) => { readonly input?: string; readonly output?: string };

const withData: Data = (field, value) => ({ [field]: JSON.stringify(value ?? null) });
const withoutData: Data = () => ({});

interface Submission {
  readonly state: string;
  readonly nested: Pick<Execution, 'executionArn' | 'startDate'>;
}

/**
 * What `GetExecutionHistory` tells of an execution, made of the engine's log as it is written: states entered and
 * left, nested executions submitted, tasks that failed and were tried again, and how it began and ended.
 * Not modelled: when tasks are first scheduled, are started and succeed, map iterations, `previousEventId` by cause (it
 * is the event before), the limit of 25,000 events.
 */
export class ExecutionHistory {
  /** Made when somebody asks: most executions are never looked into. */
  readonly #events: Made[] = [];
  #submissions: readonly Submission[] = [];
  #entered: string | null = null;

  log(entry: LogEntry): void {
    if (entry.type === 'ExecutionStarted') {
      this.#add((data) => ({
        type: entry.type,
        timestamp: new Date(entry.timestamp),
        executionStartedEventDetails: data('input', entry.input),
      }));
    } else if (entry.type === 'StateEntered') {
      const { name, type, input } = entry.state;
      this.#entered = name;
      this.#add((data) => ({
        type: `${type}StateEntered` as HistoryEventType,
        timestamp: new Date(entry.timestamp),
        stateEnteredEventDetails: { name, ...data('input', input) },
      }));
    } else if (entry.type === 'StateExited') {
      const { name, type, output } = entry.state;
      this.#add((data) => ({
        type: `${type}StateExited` as HistoryEventType,
        timestamp: new Date(entry.timestamp),
        stateExitedEventDetails: { name, ...data('output', output) },
      }));
    } else if (entry.type === 'StateFailed' && entry.state.type === 'Task') {
      this.#add(() => ({
        type: 'TaskFailed',
        timestamp: new Date(entry.timestamp),
        taskFailedEventDetails: {
          resourceType: 'lambda',
          resource: 'invoke',
          error: entry.Error,
          ...(entry.Cause === undefined || entry.Cause === null ? {} : { cause: String(entry.Cause) }),
        },
      }));
    } else if (entry.type === 'StateRetried' && entry.state.type === 'Task') {
      this.#add(() => ({
        type: 'TaskScheduled',
        timestamp: new Date(entry.timestamp),
        taskScheduledEventDetails: {
          resourceType: 'lambda',
          resource: 'invoke',
          region: 'eu-west-1',
          parameters: '{}',
        },
      }));
    }
    this.#submit();
  }

  /** The engine runs a task a little before its log says that the state was entered. */
  submitted(state: string, nested: Submission['nested']): void {
    this.#submissions = [...this.#submissions, { state, nested }];
    this.#submit();
  }

  redriven(timestamp: Date): void {
    this.#add(() => ({ type: 'ExecutionRedriven', timestamp }));
  }

  ended({ status, output, error, cause, stopDate }: Execution): void {
    const fault = { ...(error === null ? {} : { error }), ...(cause === null ? {} : { cause }) };
    const timestamp = stopDate!;
    if (status === 'SUCCEEDED') {
      this.#add((data) => ({
        type: 'ExecutionSucceeded',
        timestamp,
        executionSucceededEventDetails: data('output', output),
      }));
    } else if (status === 'FAILED') {
      this.#add(() => ({ type: 'ExecutionFailed', timestamp, executionFailedEventDetails: fault }));
    } else if (status === 'TIMED_OUT') {
      this.#add(() => ({ type: 'ExecutionTimedOut', timestamp, executionTimedOutEventDetails: fault }));
    } else if (status === 'ABORTED') {
      this.#add(() => ({ type: 'ExecutionAborted', timestamp, executionAbortedEventDetails: fault }));
    }
  }

  page({ reverseOrder, maxResults, nextToken, includeExecutionData }: GetExecutionHistoryCommandInput) {
    const ids = this.#events.map((_, index) => index + 1);
    const ordered = reverseOrder === true ? ids.toReversed() : ids;
    // Events that come later must not move a page that was begun: in reverse it goes on below an id.
    const from =
      nextToken === undefined
        ? 0
        : ordered.findIndex((id) =>
            reverseOrder === true ? id < Number(nextToken) : id > Number(nextToken),
          );
    const shown = from < 0 ? [] : ordered.slice(from, from + (maxResults || PAGE));
    const data = includeExecutionData === false ? withoutData : withData;
    const events = shown.map(
      (id) => ({ ...this.#events[id - 1]!(data), id, previousEventId: id - 1 }) as HistoryEvent,
    );
    const last = shown.at(-1);
    return {
      events,
      ...(last === undefined || last === ordered.at(-1) ? {} : { nextToken: String(last) }),
    };
  }

  #submit(): void {
    const due = this.#submissions.filter(({ state }) => state === this.#entered);
    this.#submissions = this.#submissions.filter(({ state }) => state !== this.#entered);
    for (const { nested } of due) {
      const { executionArn, startDate } = nested;
      this.#add((data) => ({
        type: 'TaskSubmitted',
        timestamp: startDate,
        taskSubmittedEventDetails: {
          resourceType: 'states',
          resource: 'startExecution.sync:2',
          ...data('output', { ExecutionArn: executionArn, StartDate: startDate.getTime() }),
        },
      }));
    }
  }

  #add(event: Made): void {
    this.#events.push(event);
  }
}
