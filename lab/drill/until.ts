import type { World } from './world.ts';

/** Something that the story waits for did not happen in time. */
export class TooLateError extends Error {
  constructor(what: string, seconds: number) {
    super(`Not within ${seconds} s: ${what}.`);
    this.name = 'TooLateError';
  }
}

const LOOK_MILLISECONDS = 250;

/**
 * @param what in words, for the error
 * @throws TooLateError
 */
export async function until(
  world: Pick<World, 'now' | 'sleep'>,
  what: string,
  seconds: number,
  holds: () => Promise<boolean>,
): Promise<void> {
  const deadline = world.now() + seconds * 1000;
  while (!(await holds())) {
    if (world.now() >= deadline) throw new TooLateError(what, seconds);
    await world.sleep(LOOK_MILLISECONDS);
  }
}
