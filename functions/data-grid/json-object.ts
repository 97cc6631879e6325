/**
 * The JSON object that a text is. Null: it is none, or a field stands in it twice, as in two answers that were written
 * into one; `JSON.parse` takes the last of them without a word.
 */
export function jsonObject(text: string): Readonly<Record<string, unknown>> | null {
  try {
    const value: unknown = JSON.parse(text);
    return isObject(value) && fieldsWritten(text) === fieldsIn(value) ? value : null;
  } catch {
    return null;
  }
}

export const isObject = (value: unknown): value is Readonly<Record<string, unknown>> =>
  value !== null && typeof value === 'object' && !Array.isArray(value);

/** Texts followed by a colon; a text may hold a colon and escaped quotes itself. */
const fieldsWritten = (json: string): number =>
  [...json.matchAll(/"(?:[^"\\]|\\.)*"(\s*:)?/g)].filter(([, colon]) => colon !== undefined).length;

const fieldsIn = (value: unknown): number =>
  value === null || typeof value !== 'object'
    ? 0
    : Object.values(value).reduce<number>(
        (sum, each) => sum + fieldsIn(each),
        Array.isArray(value) ? 0 : Object.keys(value).length,
      );
