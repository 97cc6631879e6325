import fc from 'fast-check';

/** A place in a JSON value: the keys that lead there. */
type Path = readonly string[];

function pathsIn(value: unknown, at: Path = []): readonly Path[] {
  if (value === null || typeof value !== 'object') return [at];
  return [at, ...Object.entries(value).flatMap(([key, each]) => pathsIn(each, [...at, key]))];
}

type Alteration = (value: unknown) => unknown;

function alteredAt(value: unknown, [key, ...rest]: Path, alteration: Alteration): unknown {
  if (key === undefined) return alteration(value);
  if (value === null || typeof value !== 'object') return value;
  const copy = structuredClone(value) as Record<string, unknown>;
  const changed = alteredAt(copy[key], rest, alteration);
  if (changed === undefined) delete copy[key];
  else copy[key] = changed;
  return copy;
}

/** What JSON.parse can make of a text, and what stands in nobody's example: nulls, lists, nothing, fields of objects. */
const anything = fc.oneof(
  fc.constantFrom<unknown>(null, [], {}, [null], '', 0, -1, true, undefined, 'x', 'ALARM', 'OK', 'firing'),
  fc.constantFrom<unknown>([[]], { toString: 1 }, { length: 3 }, { constructor: null }, [{ name: null }]),
  fc.json({ maxDepth: 3 }).map((text) => JSON.parse(text) as unknown),
);

/** The same but for one to four places, each with another value, another field beside it, or gone. */
export const altered = (value: unknown): fc.Arbitrary<unknown> => {
  const change = fc.tuple(
    fc.constantFrom(...pathsIn(value)),
    fc.oneof(
      anything.map(
        (other): Alteration =>
          () =>
            other,
      ),
      fc.tuple(fc.oneof(fc.string(), fc.constantFrom('__proto__', 'constructor')), anything).map(
        ([name, other]): Alteration =>
          (each) =>
            typeof each === 'object' && each !== null && !Array.isArray(each)
              ? Object.defineProperty({ ...each }, name, {
                  value: other,
                  enumerable: true,
                  configurable: true,
                })
              : each,
      ),
      anything.map(
        (other): Alteration =>
          (each) =>
            Array.isArray(each) ? [...each, other] : other,
      ),
    ),
  );
  return fc
    .array(change, { minLength: 1, maxLength: 4 })
    .map((changes) => changes.reduce((each, [path, how]) => alteredAt(each, path, how), value));
};
