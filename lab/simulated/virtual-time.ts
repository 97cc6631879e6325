import { VirtualClock } from './virtual-clock.ts';

/** Begins at the same moment in every run, so that two runs tell the same. */
const BEGINNING = Date.UTC(2026, 0, 5, 12, 0, 0);

/**
 * Tells a story in which time passes only when everybody waits for it: each timer comes due as soon as nothing
 * else is left to do, so minutes take as long as their computing does.
 * @param story everything that happens; its promise ends the virtual time
 * @param look after each moment at which something happened
 * @throws Error when nothing is left to happen and the story has not ended
 */
export async function onVirtualTime<Result>(
  story: () => Promise<Result>,
  look: () => void = () => {},
): Promise<Result> {
  const clock = new VirtualClock(BEGINNING);
  clock.install();
  let ended = false;
  try {
    const told = story().finally(() => {
      ended = true;
    });
    // Unhandled only until it is awaited below.
    told.catch(() => {});
    while (!ended) {
      // Node comes to it when no promise is left that can go on. A turn of the event loop would take longer.
      await new Promise<void>((turn) => process.nextTick(turn));
      if (ended) break;
      look();
      if (clock.waiting === 0) throw new Error('Nothing is left to happen, and the story has not ended.');
      clock.next();
    }
    return await told;
  } finally {
    clock.uninstall();
  }
}
