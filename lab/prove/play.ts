import { hash } from 'node:crypto';
import type { Execution } from '../aws/step-functions-records.ts';
import { seededRandom } from '../drill/random.ts';
import { onVirtualTime } from '../simulated/virtual-time.ts';
import { adopted } from './adopted.ts';
import { finale } from './finale.ts';
import type { Ending, History, Told } from './history.ts';
import { checkWrites } from './invariants/writes.ts';
import { isAtRest, stateAtRest } from './rest.ts';
import { Stage } from './stage.ts';
import { STORIES, STORY_NAMES, type Story } from './stories.ts';

/** How long is waited for what was begun, beyond what it takes when nothing troubles it. */
const PATIENCE_SECONDS = 900;

/**
 * Plays one history to its end, on virtual time, and says how it ended.
 * @param logs keep what happens, a line each
 * @param entered gets the states that are entered while calls are troubled, as `<machine>: <state>`
 */
export async function play(history: History, logs = false, entered?: Set<string>): Promise<Told> {
  const story = storyOf(history.story);
  const from = await adopted(story);
  const random = Math.random;
  // The engine's retries and UUIDs draw from it.
  Math.random = seededRandom(history.seed);
  try {
    return await onVirtualTime(
      () => told(new Stage({ history, story, from, logs, entered }), story, logs),
      () => current?.look(),
    );
  } finally {
    Math.random = random;
    current = null;
  }
}

/**
 * Digests of the states from which the way to a good end has been played, each with the excuse under which it was: most
 * histories come to rest in one of a few.
 */
const WAYS_TO_THE_END = new Set<string>();

/** What was `found` elsewhere need not be played here any more. */
export function know(found: readonly string[]): void {
  for (const way of found) WAYS_TO_THE_END.add(way);
}

let current: Stage | null = null;

async function told(stage: Stage, story: Story, logs: boolean): Promise<Told> {
  const { world } = stage;
  try {
    await stage.start();
    current = stage;
    stage.calls.troubling = true;
    stage.note(`The story begins: ${story.name}.`);
    if (story.acceptsLossAt !== undefined)
      stage.sessions.acceptLossAt(story.acceptsLossAt, stage.eyes.entries);
    const { engine } = world.installation;
    const before = engine.listExecutions().length;
    await story.begin(world, stage.moves);
    const begun = engine.listExecutions().slice(before);
    await untilQuiet(stage, story);
    stage.calls.troubling = false;
    const endedByItself = endedWell(stage, story, begun);
    const { everyCall } = stage.calls;
    await checkWrites(stage.eyes, stage.clients);
    stage.note('The troubles are over; on-call goes on from where things stand.');
    const found = await toTheEnd(stage, logs);
    const ending: Ending =
      stage.violations.length > 0 ? 'violation' : endedByItself ? 'success' : 'safe stop';
    return {
      ending,
      violations: stage.violations,
      calls: stage.calls.records,
      everyCall,
      struck: stage.calls.struck,
      found,
      log: stage.log,
    };
  } finally {
    await stage.stop();
  }
}

/**
 * Where the log is read, the whole way is told.
 * @returns ways to the end that were not known
 */
async function toTheEnd(stage: Stage, logs: boolean): Promise<readonly string[]> {
  const passed: string[] = [];
  await finale(stage, async (when) => {
    const state = logs ? null : await stateAtRest(stage);
    if (state === null) return false;
    const way = (excuse: string) => hash('sha1', `${when} ${excuse} ${state}`, 'base64');
    passed.push(way(stage.excuse));
    // What ends well without an excuse does so with one.
    return WAYS_TO_THE_END.has(passed.at(-1)!) || WAYS_TO_THE_END.has(way(''));
  });
  if (stage.violations.length > 0) return [];
  const found = passed.filter((way) => !WAYS_TO_THE_END.has(way));
  know(found);
  return found;
}

const LOOK_SECONDS = 5;

/** Until its workflow has ended and all has come to rest, or its time and patience are over. */
async function untilQuiet(stage: Stage, { workflow, seconds }: Story): Promise<void> {
  const { world } = stage;
  const { engine } = world.installation;
  const hasRun = () => engine.listExecutions(workflow).length > 0;
  await world.sleep((seconds / 2) * 1000);
  for (let waited = seconds / 2; waited < seconds; waited += LOOK_SECONDS) {
    if (hasRun() && (await isAtRest(stage))) return;
    await world.sleep(LOOK_SECONDS * 1000);
  }
  const isRunning = () => engine.listExecutions(workflow).some(({ status }) => status === 'RUNNING');
  // What makes writes good again must not wait for Route 53.
  if (stage.isHeldUp && !isRunning()) await checkWrites(stage.eyes, stage.clients);
  for (let waited = 0; waited < PATIENCE_SECONDS; waited += 30) {
    if (!isRunning() && !stage.isAnythingLate) return;
    await world.sleep(30_000);
  }
}

/**
 * Every execution of the story's workflow did what it is for, or stopped and told why where that is how the story ends, and
 * one has; and what a person began in it besides has ended well.
 */
function endedWell(
  { world }: Stage,
  { workflow, stopsAt }: Story,
  begun: readonly Pick<Execution, 'executionArn'>[],
): boolean {
  const { engine } = world.installation;
  const executions = engine.listExecutions(workflow);
  const others = begun.map(({ executionArn }) => engine.describeExecution(executionArn));
  return (
    executions.length > 0 &&
    executions.every((execution) => hasSucceeded(execution) || stops(execution, stopsAt)) &&
    (stopsAt === undefined || executions.some((execution) => stops(execution, stopsAt))) &&
    others.every(
      (execution) => execution.machine === workflow || execution.parent !== null || hasSucceeded(execution),
    )
  );
}

const hasSucceeded = ({ status }: Execution): boolean => status === 'SUCCEEDED';

const stops = ({ status, log }: Execution, at: string | undefined): boolean =>
  status === 'FAILED' && log.some((entry) => entry.type === 'StateEntered' && entry.state.name === at);

function storyOf(name: string): Story {
  const story = STORIES.find((each) => each.name === name);
  if (story === undefined)
    throw new Error(`There is no story "${name}"; there are: ${STORY_NAMES.join(', ')}.`);
  return story;
}
