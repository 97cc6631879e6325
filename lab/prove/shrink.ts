import type { History, Told } from './history.ts';
import { play } from './play.ts';

/**
 * The smallest history found that breaks the same invariant: troubles are left out one by one for as long as it
 * still breaks.
 */
export async function shrink(history: History, invariant: string): Promise<History> {
  let smallest = history;
  for (let index = 0; index < smallest.troubles.length; ) {
    const troubles = smallest.troubles.filter((_, each) => each !== index);
    const candidate = { ...smallest, troubles };
    if (await breaks(candidate, invariant)) smallest = candidate;
    else index += 1;
  }
  return smallest;
}

const breaks = async (history: History, invariant: string): Promise<boolean> => {
  const told: Told = await play(history);
  return told.violations.some((each) => each.invariant === invariant);
};
