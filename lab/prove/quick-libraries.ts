/**
 * Two libraries, quicker than they are: they give the same. Workers play on them; a history that is replayed, or shrunk, is
 * played on the libraries as they are.
 */

type Changes = readonly (readonly [from: string, to: string])[];

/**
 * The engine of the machines copies the input of each state, though nobody but one intrinsic function changes what it is
 * given, which copies that instead; and it has an interpreter of JSONPath read paths that name one field after the other.
 */
const ENGINE: Changes = [
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

/** The same item of the ledger is read many times before somebody writes the next one; and each value makes no list of pairs. */
const ITEMS: Changes = [
  [
    'const convertToNative = (data, options) => {\n    for (const [key, value] of Object.entries(data)) {',
    'const convertToNative = (data, options) => {\n    for (const key in data) {\n        const value = data[key];',
  ],
  [
    `const convertMap = (map, options) => Object.entries(map).reduce((acc, [key, value]) => ((acc[key] = convertToNative(value, options)),
    acc), {});`,
    `const convertMap = (map, options) => {
    const native = {};
    for (const key in map) native[key] = convertToNative(map[key], options);
    return native;
};`,
  ],
  [
    'const unmarshall = (data, options) => {',
    `const READ = new WeakMap();
const unmarshall = (data, options) => {
    if (options !== undefined) return unmarshallAnew(data, options);
    if (!READ.has(data)) READ.set(data, unmarshallAnew(data));
    return READ.get(data);
};
const unmarshallAnew = (data, options) => {`,
  ],
];

/** Where each is loaded from. */
const LIBRARIES: readonly (readonly [file: RegExp, changes: Changes])[] = [
  [/\/aws-local-stepfunctions\/build\/main\.node\.esm\.js$/, ENGINE],
  [/\/@aws-sdk\/util-dynamodb\/dist-cjs\/index\.js$/, ITEMS],
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

const changesOf = (url: string): Changes | undefined => LIBRARIES.find(([file]) => file.test(url))?.[1];

/** @param url of a module that is loaded */
export const isQuick = (url: string): boolean => changesOf(url) !== undefined;

/** @throws Error where the library is another one than this was written for */
export function quick(url: string, source: string): string {
  return changesOf(url)!.reduce((changed, [from, to]) => {
    if (changed.split(from).length !== 2)
      throw new Error(`${url} has no longer the line "${from}" once: look at lab/prove/quick-libraries.ts.`);
    return changed.replace(from, () => to);
  }, source);
}
