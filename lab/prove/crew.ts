import { availableParallelism } from 'node:os';
import { Worker } from 'node:worker_threads';
import type { History } from './history.ts';
import type { Played } from './worker.ts';

/** Histories that a worker is given at once: few enough that all end at about the same time. */
const PORTION = 50;

/** Plays histories on every core. They share nothing, so their order says nothing. */
export async function playAll(
  histories: Iterable<History>,
  onPlayed: (played: Played) => void,
  workers = availableParallelism(),
): Promise<void> {
  const left = histories[Symbol.iterator]();
  const portion = (): readonly History[] => {
    const taken: History[] = [];
    while (taken.length < PORTION) {
      const next = left.next();
      if (next.done === true) break;
      taken.push(next.value);
    }
    return taken;
  };
  const work = async () => {
    for (let given = portion(); given.length > 0; given = portion()) await playIn(given, onPlayed);
  };
  await Promise.all(Array.from({ length: workers }, work));
}

function playIn(histories: readonly History[], onPlayed: (played: Played) => void): Promise<void> {
  return new Promise((resolve, reject) => {
    const worker = new Worker(new URL('./worker.ts', import.meta.url), { workerData: { histories } });
    worker.on('message', onPlayed);
    worker.on('error', reject);
    worker.on('exit', () => resolve());
  });
}
