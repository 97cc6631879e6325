import { type Check, unknown } from '../../functions/readiness/report.ts';
import type { Context } from '../command.ts';
import { explained } from '../faults.ts';

/** What the caller may not look at is not known; that is no reason to know less of the rest. */
export async function unlessRefused(
  { configuration }: Context,
  id: string,
  about: string,
  look: () => Promise<readonly Check[]>,
): Promise<readonly Check[]> {
  try {
    return await look();
  } catch (fault) {
    const { what, remedy } = explained(fault, configuration);
    return [unknown(id, about, what, remedy)];
  }
}
