import type { Context } from './command.ts';
import type { ControlEdge } from './edge.ts';
import { RefusedError, UsageError } from './faults.ts';

interface Confirmation {
  /** By the option, which was typed. */
  readonly confirmed: boolean;
  /** How it is confirmed without a keyboard. */
  readonly remedy: string;
}

/** @throws UsageError where an option has to confirm, as nobody is at the keyboard, and does not */
export function requireConfirmable(
  { ask }: Pick<ControlEdge, 'ask'>,
  { confirmed, remedy }: Confirmation,
): void {
  if (ask === null && !confirmed) throw new UsageError('Nobody is at the keyboard to be asked.', remedy);
}

/**
 * Asks for a word at the keyboard; where there is none, an option has to hold it.
 * @throws UsageError without keyboard and option, RefusedError when another word was typed
 */
export async function confirm(
  { edge }: Context,
  wanted: Confirmation & { readonly word: string; readonly question: string },
): Promise<void> {
  requireConfirmable(edge, wanted);
  if (wanted.confirmed || edge.ask === null) return;
  const typed = await edge.ask(wanted.question);
  if (typed.trim() !== wanted.word) {
    throw new RefusedError(
      `"${typed.trim()}" is not "${wanted.word}": nothing was done.`,
      'Start again if it is wanted.',
    );
  }
}
