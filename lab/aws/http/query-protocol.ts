import { xml } from '../xml.ts';

type Node = { [key: string]: Node | string };

/** `Filters.Filter.1.Values.Value.1=x` as the input that the SDK's command had. */
export function queryInput(form: URLSearchParams): unknown {
  const root: Node = {};
  for (const [path, value] of form) {
    if (path === 'Action' || path === 'Version') continue;
    const keys = path.split('.');
    let node = root;
    for (const key of keys.slice(0, -1)) {
      node[key] ??= {};
      node = node[key] as Node;
    }
    node[keys.at(-1)!] = value;
  }
  return plain(root);
}

/** A list is an element's name over its numbered members. */
function plain(node: Node | string): unknown {
  if (typeof node === 'string') return node;
  const [member, ...others] = Object.values(node);
  if (others.length === 0 && typeof member === 'object' && Object.keys(member).every(isNumber)) {
    return Object.values(member).map(plain);
  }
  return Object.fromEntries(Object.entries(node).map(([key, each]) => [key, plain(each)]));
}

const isNumber = (key: string): boolean => /^\d+$/.test(key);

export const queryBody = (operation: string, output: object): string =>
  xml(`${operation}Response`, {
    [`${operation}Result`]: output,
    ResponseMetadata: { RequestId: 'lab' },
  });
