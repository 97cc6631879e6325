/**
 * What of a file is right by itself: a wrong value is null, which no right value is, and what may be left out and is,
 * undefined. So a rule over several values looks at those that are right, whatever is wrong beside them.
 */
export type Right<T> = T extends string | number | boolean | undefined
  ? T
  : { readonly [Key in keyof T]: Right<T[Key]> | null };

/** Where a wrong value is: keys and indexes from the file down; none for the file itself. */
export type Where = readonly unknown[];

type Node = Record<string, unknown>;

/** Null when the file itself is wrong. */
export function rightOf<T>(parsed: unknown, wrong: readonly Where[]): Right<T> | null {
  const file = { right: structuredClone(parsed) };
  for (const where of wrong) {
    const path = ['right', ...where.map(String)];
    let node: Node | null = file;
    for (const key of path.slice(0, -1)) node = inner(node, key);
    if (node !== null) node[path.at(-1)!] = null;
  }
  return file.right as Right<T> | null;
}

const inner = (node: Node | null, key: string): Node | null => {
  const value = node !== null && Object.hasOwn(node, key) ? node[key] : null;
  return typeof value === 'object' ? (value as Node | null) : null;
};
