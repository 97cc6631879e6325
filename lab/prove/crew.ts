import { availableParallelism } from 'node:os';
import { Worker } from 'node:worker_threads';
import type { History } from './history.ts';
import type { Played, Sent } from './worker.ts';

/** Given to a worker ahead, so that it never waits for the next one. */
const AHEAD = 4;
/** Four times what Node gives: a history's objects are garbage by its end, and a quarter of the collections is enough. */
const YOUNG_GENERATION_MEGABYTES = 192;

/**
 * Plays histories on every core. They share nothing but which ways to the end were played,
 * which stand for each other, so their order says nothing.
 * @param onPlayed false: enough was seen, and no other one is begun
 */
export async function playAll(
  histories: Iterable<History>,
  // biome-ignore lint/suspicious/noConfusingVoidType: who wants all of them answers nothing
  onPlayed: (played: Played) => boolean | void,
  workers = availableParallelism(),
): Promise<void> {
  const left = histories[Symbol.iterator]();
  let enough = false;
  const next = (): History | null => {
    if (enough) return null;
    const { done, value } = left.next();
    return done === true ? null : value;
  };
  const heard = (played: Played) => {
    if (onPlayed(played) === false) enough = true;
  };
  const crew = Array.from({ length: workers }, () => newWorker());
  await Promise.all(crew.map((worker) => work(worker, crew, next, heard)));
}

const newWorker = () =>
  new Worker(new URL('./worker.ts', import.meta.url), {
    execArgv: [...process.execArgv, '--import', new URL('./quick-libraries-hook.ts', import.meta.url).href],
    resourceLimits: { maxYoungGenerationSizeMb: YOUNG_GENERATION_MEGABYTES },
  });

const send = (worker: Worker, what: Sent): void => worker.postMessage(what);

function work(
  worker: Worker,
  crew: readonly Worker[],
  next: () => History | null,
  heard: (played: Played) => void,
): Promise<void> {
  return new Promise((resolve, reject) => {
    let given = 0;
    const give = () => {
      const history = next();
      if (history === null) return;
      given += 1;
      send(worker, { play: history });
    };
    const endWhenIdle = () => {
      if (given === 0) void worker.terminate().then(() => resolve());
    };
    worker.on('error', reject);
    worker.on('message', (played: Played) => {
      given -= 1;
      if (played.found.length > 0)
        for (const other of crew) if (other !== worker) send(other, { know: played.found });
      heard(played);
      give();
      endWhenIdle();
    });
    for (let count = 0; count < AHEAD; count++) give();
    endWhenIdle();
  });
}
