import {
  DescribeExecutionCommand,
  GetExecutionHistoryCommand,
  type HistoryEvent,
  type SFNClient,
} from '@aws-sdk/client-sfn';
import { TransientError } from '../functions/shared/errors.ts';
import { named } from '../functions/shared/faults.ts';
import { type ExecutionEvent, isEnd, nestedIn, outputIn, type Step, stepOf } from './execution-events.ts';

/** How an execution ended, and all that was seen of it. */
export interface Followed {
  readonly status: 'SUCCEEDED' | 'FAILED' | 'TIMED_OUT' | 'ABORTED';
  readonly startedAt: Date;
  readonly endedAt: Date;
  readonly output: unknown;
  readonly error: string | null;
  readonly cause: string | null;
  /** What its last state but the end gave: there a failed workflow keeps why. */
  readonly lastOutput: unknown;
  readonly steps: readonly Step[];
}

interface FollowEdge {
  readonly sfn: Pick<SFNClient, 'send'>;
  readonly now: () => Date;
  readonly sleep: (milliseconds: number) => Promise<void>;
}

interface Watched {
  readonly executionArn: string;
  readonly depth: number;
  lastId: number;
  /** Tasks fail without saying which state they are of. */
  state: string | null;
  lastOutput: unknown;
  ended: boolean;
}

/** Often while much happens; GetExecutionHistory may be asked 20 times a second in a small region, by everybody. */
const SOON_MILLISECONDS = 1000;
const LATER_MILLISECONDS = 3000;
const SOON_FOR_MILLISECONDS = 120_000;
/** So long it may be impossible to look before that is given up. */
const PATIENCE_MILLISECONDS = 60_000;

/**
 * Looks at an execution, and at those that it starts and waits for, until it has ended.
 * @param onStep each step once, in the order of their times
 */
export async function follow(
  edge: FollowEdge,
  executionArn: string,
  onStep: (step: Step, startedAt: Date) => void,
): Promise<Followed> {
  const root: Watched = newly(executionArn, 0);
  const watched = [root];
  const steps: Step[] = [];
  const began = edge.now().getTime();
  let lookedAt = began;
  for (;;) {
    try {
      // Asked before the history is read, so that of an execution that has ended nothing is missed.
      const { status, startDate, stopDate, output, error, cause } = await edge.sfn.send(
        new DescribeExecutionCommand({ executionArn }),
      );
      const seen = await look(edge.sfn, watched);
      for (const step of seen) onStep(step, startDate!);
      steps.push(...seen);
      lookedAt = edge.now().getTime();
      if (status !== 'RUNNING' && status !== 'PENDING_REDRIVE') {
        return {
          status: status as Followed['status'],
          startedAt: startDate!,
          endedAt: stopDate ?? edge.now(),
          output: output === undefined ? null : JSON.parse(output),
          error: error ?? null,
          cause: cause ?? null,
          lastOutput: root.lastOutput,
          steps,
        };
      }
    } catch (fault) {
      const passing = named(fault) instanceof TransientError;
      if (!passing || edge.now().getTime() - lookedAt > PATIENCE_MILLISECONDS) throw fault;
    }
    const soon = edge.now().getTime() - began < SOON_FOR_MILLISECONDS;
    await edge.sleep(soon ? SOON_MILLISECONDS : LATER_MILLISECONDS);
  }
}

const newly = (executionArn: string, depth: number): Watched => ({
  executionArn,
  depth,
  lastId: 0,
  state: null,
  lastOutput: null,
  ended: false,
});

/** What is new in all of them, and in those that turn up meanwhile. */
async function look(sfn: FollowEdge['sfn'], watched: Watched[]): Promise<readonly Step[]> {
  const steps: Step[] = [];
  // An array that grows while it is walked: whoever turns up is looked at too.
  for (const each of watched) {
    if (each.ended) continue;
    for (const event of await newEvents(sfn, each)) {
      each.lastId = event.id;
      const step = stepOf(event, each);
      if (step !== null) steps.push(step);
      if (step?.kind === 'entered') each.state = step.state;
      each.lastOutput = outputIn(event) ?? each.lastOutput;
      const nested = nestedIn(event);
      if (nested !== null) watched.push(newly(nested, each.depth + 1));
      if (isEnd(event)) each.ended = true;
    }
  }
  return steps.sort((one, other) => one.at.getTime() - other.at.getTime());
}

/** Read from the end backwards, so that a long history is not read again and again. */
async function newEvents(sfn: FollowEdge['sfn'], watched: Watched): Promise<readonly ExecutionEvent[]> {
  const found: HistoryEvent[] = [];
  let nextToken: string | undefined;
  do {
    const page = await sfn.send(
      new GetExecutionHistoryCommand({
        executionArn: watched.executionArn,
        reverseOrder: true,
        maxResults: 100,
        includeExecutionData: true,
        ...(nextToken === undefined ? {} : { nextToken }),
      }),
    );
    const fresh = (page.events ?? []).filter(({ id }) => id! > watched.lastId);
    found.push(...fresh);
    nextToken = fresh.length === (page.events ?? []).length ? page.nextToken : undefined;
  } while (nextToken !== undefined);
  return found.reverse() as readonly ExecutionEvent[];
}
