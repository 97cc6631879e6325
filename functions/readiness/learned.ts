import { FailoverError, TransientError } from '../shared/errors.ts';
import { named } from '../shared/faults.ts';
import { withoutStop } from './fault-words.ts';

/** What to do about an API that does not answer now. */
export const MAY_PASS =
  'It may pass, and the next look tells. When it stays, see what else uses up that API.';

/** Why something could not be learned, in a sentence, and what mends that. */
interface Fault {
  readonly what: string;
  readonly remedy: string;
}

/** A fact, or why there is none: one thing that can't be read keeps nobody from reading the others. */
export type Learned<Value> =
  | { readonly kind: 'known'; readonly value: Value }
  | ({ readonly kind: 'fault' } & Fault);

export const known = <Value>(value: Value): Learned<Value> => ({ kind: 'known', value });

/**
 * @param what is read, as the subject of a sentence: "The health check of site-a"
 * @param remedy for a refusal that names something wrong, such as an id that does not exist
 */
export async function learn<Value>(
  what: string,
  remedy: string,
  read: () => Promise<Value>,
): Promise<Learned<Value>> {
  try {
    return known(await read());
  } catch (error) {
    return { kind: 'fault', ...faultOf(what, remedy, error) };
  }
}

function faultOf(what: string, remedy: string, error: unknown): Fault {
  if (error instanceof FailoverError) return spoken(error);
  const fault = named(error);
  const said = `${what} can't be read: ${fault.name}: ${withoutStop(error instanceof Error ? error.message : fault.message)}.`;
  if (fault instanceof TransientError) {
    const cause = error instanceof Error ? `${error.name}: ${withoutStop(error.message)}` : String(error);
    return {
      what: `${what} can't be read now: ${cause}.`,
      remedy: MAY_PASS,
    };
  }
  if (/AccessDenied|NotAuthorized|Unauthorized/.test(fault.name))
    return { what: said, remedy: 'Deploy the stack again: the role of the function readiness lacks it.' };
  return { what: said, remedy };
}

/** An error of ours says its remedy in its message, too. */
const spoken = (error: FailoverError): Fault => ({
  what: error.message.slice(0, error.message.length - error.remedy.length).trim(),
  remedy: error.remedy,
});
