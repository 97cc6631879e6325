import type { Context } from './command.ts';
import { RefusedError, UsageError } from './faults.ts';

/**
 * Asks for a word at the keyboard; where there is none, an option has to hold it.
 * @throws UsageError without keyboard and option, RefusedError when another word was typed
 */
export async function confirm(
  { edge }: Context,
  wanted: {
    readonly word: string;
    readonly question: string;
    readonly confirmed: boolean;
    readonly option: string;
  },
): Promise<void> {
  if (wanted.confirmed) return;
  if (edge.ask === null) {
    throw new UsageError('Nobody is at the keyboard to be asked.', `Confirm by ${wanted.option}.`);
  }
  const typed = await edge.ask(wanted.question);
  if (typed.trim() !== wanted.word) {
    throw new RefusedError(
      `"${typed.trim()}" is not "${wanted.word}": nothing was done.`,
      'Start again if it is wanted.',
    );
  }
}
