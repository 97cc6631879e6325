import type { Settings } from './guide.ts';

/**
 * Reads `{"work":{"distributed-cache":{…}}}`, as the server describes a cache. What is empty says nothing.
 * @throws SyntaxError, Error when it is not of that form
 */
export function settingsIn(description: string, cache: string): Settings {
  const described = (JSON.parse(description) as Record<string, unknown>)[cache];
  if (described === undefined) throw new Error(`The server described something else than ${cache}.`);
  return Object.fromEntries(flat(described, ''));
}

function flat(value: unknown, path: string): readonly (readonly [string, string])[] {
  if (typeof value !== 'object' || value === null) return [[path, String(value)]];
  return Object.entries(value).flatMap(([key, each]) => flat(each, path === '' ? key : `${path}.${key}`));
}

/** Where a cache is not as the guide says, one sentence each: what differs, what lacks, what nobody asked for. */
export function differences(guide: Settings, server: Settings): readonly string[] {
  const paths = [...new Set([...Object.keys(guide), ...Object.keys(server)])].sort();
  return paths
    .filter((path) => guide[path] !== server[path])
    .map((path) => `${path} is ${server[path] ?? 'not set'}, the guide says ${guide[path] ?? 'nothing'}`);
}
