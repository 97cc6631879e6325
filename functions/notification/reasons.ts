/** What the machine knew; everything is optional, since a mail with a gap is better than none. */
export type Details = Readonly<Record<string, unknown>>;

type Answer = Readonly<Record<string, unknown>>;
export const isAnswer = (value: unknown): value is Answer => value !== null && typeof value === 'object';

export const text = (details: Details, key: string): string => {
  const value = details[key];
  return typeof value === 'string' ? value : '(not known)';
};

export const lastOf = ({ last }: Details): Answer => (isAnswer(last) ? last : {});

/** Of what a step answered; null where it did not, or not in a way that is known. */
export function outcomeOf(answer: unknown): string | null {
  if (!isAnswer(answer)) return null;
  return typeof answer['outcome'] === 'string' ? answer['outcome'] : null;
}

/**
 * Why a step did not give what was wanted, from whatever it answered: an outcome with its reason, that of a
 * Batch within `facts`, or a fault with `Error` and perhaps a `Cause`: a timeout has none.
 */
export function reasonOf(answer: unknown): string {
  if (!isAnswer(answer)) return 'No reason is known.';
  if (typeof answer['Error'] === 'string') return `${answer['Error']}: ${faultOf(answer['Cause'])}`;
  if (typeof answer['reason'] === 'string') return answer['reason'];
  if (isAnswer(answer['fault'])) return reasonOf(answer['fault']);
  if (isAnswer(answer['facts'])) return reasonOf({ outcome: answer['outcome'], ...answer['facts'] });
  const outcome = text(answer, 'outcome');
  return `The last step answered "${outcome}".`;
}

/** Lambda's cause is JSON with the message in it, a nested execution's is JSON with its own Error and Cause. */
export function faultOf(cause: unknown): string {
  if (typeof cause !== 'string') return 'no cause is known';
  try {
    const parsed: unknown = JSON.parse(cause);
    if (!isAnswer(parsed)) return cause;
    if (typeof parsed['errorMessage'] === 'string') return parsed['errorMessage'];
    if (typeof parsed['Error'] === 'string') return `${parsed['Error']}: ${faultOf(parsed['Cause'])}`;
    return typeof parsed['Status'] === 'string' ? `a nested workflow ended as ${parsed['Status']}` : cause;
  } catch {
    return cause;
  }
}

export function remedyOf(answer: unknown): readonly string[] {
  if (!isAnswer(answer)) return [];
  if (typeof answer['remedy'] === 'string') return [answer['remedy']];
  return isAnswer(answer['facts']) ? remedyOf(answer['facts']) : [];
}
