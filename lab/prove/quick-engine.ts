/**
 * The engine of the machines, a seventh quicker. Three functions of it change, and what they give does not: it copies the
 * input of each state, though nobody but one intrinsic function changes what it is given, which copies that instead; and it
 * has an interpreter of JSONPath read paths that name one field after the other. Workers play on it; a history that is
 * replayed, or shrunk, is played on the engine as it is.
 */

const CHANGES: readonly (readonly [from: string, to: string])[] = [
  ['function cloneJSON(value) {', 'function cloneJSON(value) {\n  return value;'],
  // States.JsonMerge, which alone changes what it is given.
  ['return Object.assign(obj1, obj2);', 'return Object.assign({}, obj1, obj2);'],
  [
    'import { JSONPath as jp } from "jsonpath-plus";',
    `import { JSONPath } from "jsonpath-plus";
const FIELDS = new Map();
${fieldsOf}
${valueAt}
const jp = (query) => {
  if (!FIELDS.has(query.path)) FIELDS.set(query.path, fieldsOf(query.path));
  const fields = FIELDS.get(query.path);
  return fields === null || query.json === null ? JSONPath(query) : valueAt(fields, query.json);
};`,
  ],
];

/** Of a path that names one field after the other; null: of another one. */
export function fieldsOf(path: string): readonly string[] | null {
  return /^\$(\.[A-Za-z_]\w*)+$/.test(path) ? path.split('.').slice(1) : null;
}

/** Undefined: there is none. */
export function valueAt(fields: readonly string[], json: unknown): unknown {
  let value = json as Record<string, unknown> | null | undefined;
  for (const field of fields) {
    if (value === null || typeof value !== 'object' || !Object.hasOwn(value, field)) return undefined;
    value = value[field] as Record<string, unknown> | null;
  }
  return value;
}

/** @throws Error where the engine is another one than this was written for */
export function quick(engine: string): string {
  return CHANGES.reduce((source, [from, to]) => {
    if (source.split(from).length !== 2)
      throw new Error(
        `aws-local-stepfunctions has no longer the line "${from}" once: look at lab/prove/quick-engine.ts.`,
      );
    return source.replace(from, () => to);
  }, engine);
}
