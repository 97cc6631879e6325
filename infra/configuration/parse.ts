import * as v from 'valibot';
import { ConfigurationError } from '../../functions/shared/errors.ts';
import { CHECKS } from './checks.ts';
import { type Right, rightOf, type Where } from './right.ts';
import { type DeploymentConfiguration, deploymentSchema } from './schema.ts';

/** What a file is like: one of several kinds, by its field `installation`. */
type FileSchema<T> = v.GenericSchema<unknown, T> & { readonly options: readonly object[] };

/**
 * Checks a deployment's configuration whole: every mistake with its path and what would be right, all at once.
 * @throws ConfigurationError
 */
export const parseDeployment = (value: unknown, file = 'failover.config.json'): DeploymentConfiguration =>
  parseFile<DeploymentConfiguration>(value, file, deploymentSchema, CHECKS);

/**
 * The same by any schema of the file, and any rules over several of its values.
 * @throws ConfigurationError
 */
export function parseFile<T>(
  value: unknown,
  file: string,
  schema: FileSchema<T>,
  checks: readonly ((right: Right<T>) => readonly string[])[],
): T {
  const result = v.safeParse(schema, value);
  const issues = result.issues ?? [];
  const right = rightOf<T>(result.output, issues.map(notRight));
  const mistakes = [
    ...issues.flatMap((issue) => mistakesOf(schema, value, issue)),
    ...(right === null ? [] : checks.flatMap((check) => check(right))),
  ];
  if (!result.success || mistakes.length > 0) {
    throw new ConfigurationError(
      [`${file} is not usable:`, ...mistakes.map((mistake) => `  ${mistake}`), ''].join('\n'),
      'Correct these fields.',
    );
  }
  return result.output;
}

type Issue = v.BaseIssue<unknown>;

const whereOf = ({ path }: Issue): Where => (path ?? []).map(({ key }) => key);

/** Without its kind no field of an object was looked at, so that none of them is right. */
const notRight = (issue: Issue): Where => {
  const where = whereOf(issue);
  return issue.type === 'variant' && issue.expected !== 'Object' ? where.slice(0, -1) : where;
};

/** One, but of unknown fields, of which valibot names the first of an object: all of that object. */
function mistakesOf(schema: Node, value: unknown, issue: Issue): readonly string[] {
  if (issue.kind !== 'schema' || issue.expected !== 'never') return [mistakeOf(issue)];
  const object = issue.path!.at(-1)!.input as object;
  const above = whereOf(issue).slice(0, -1);
  const fields = fieldsAt(schema, value, above);
  return Object.keys(object)
    .filter((name) => !fields.includes(name) && (name !== '$schema' || above.length > 0))
    .map(
      (name) => `${[...above, name].join('.')}: there is no such field; the fields are ${fields.join(', ')}`,
    );
}

function mistakeOf(issue: Issue): string {
  const where = v.getDotPath(issue) ?? 'the file';
  if (issue.type === 'union') return `${where}: ${issue.message}`;
  if (issue.received === 'undefined') return `${where}: is missing; it must be ${wordsOf(issue)}`;
  if (issue.kind === 'schema') return `${where}: is ${issue.received}; it must be ${wordsOf(issue)}`;
  // Of a text or a list valibot says the length, which nobody wrote.
  const found =
    issue.type === 'min_length' || issue.type === 'min_entries' || issue.type === 'length'
      ? issue.received === '0'
        ? 'is empty; it'
        : `has ${issue.received}; it`
      : issue.received;
  return `${where}: ${found} ${/^must /.test(issue.message) ? issue.message : `must be ${issue.message}`}`;
}

const KINDS: Readonly<Record<string, string>> = {
  string: 'a text',
  number: 'a number',
  boolean: 'true or false',
  Array: 'a list',
  Object: 'an object',
};

/** A missing field is reported by its own name as what is expected. */
function wordsOf({ expected, type }: Issue): string {
  if (type === 'strict_object' && /^"/.test(expected ?? '')) return 'given';
  return (
    KINDS[expected ?? ''] ?? (expected ?? 'something else').replaceAll(' | ', ' or ').replace(/^\(|\)$/g, '')
  );
}

/** The parts of valibot's schemas that lead to a field. */
interface Node {
  readonly key?: string;
  readonly options?: readonly Node[];
  readonly literal?: unknown;
  readonly entries?: Readonly<Record<string, Node>>;
  readonly item?: Node;
  readonly value?: Node;
  readonly wrapped?: Node;
}

function fieldsAt(schema: Node, value: unknown, path: readonly unknown[]): readonly string[] {
  let node = chosen(schema, value);
  let there = value;
  for (const key of path) {
    there = (there as Record<string, unknown>)[String(key)];
    node = chosen(node.item ?? node.value ?? node.entries?.[String(key)] ?? {}, there);
  }
  return Object.keys(node.entries ?? {}).filter((name) => name !== '$schema');
}

/** Of several kinds the one that the value says it is, else the first. */
function chosen(node: Node, value: unknown): Node {
  if (node.wrapped !== undefined) return chosen(node.wrapped, value);
  const { key, options } = node;
  if (key === undefined || options === undefined) return node;
  const kind = (value as Record<string, unknown> | null)?.[key];
  return options.find((option) => option.entries?.[key]?.literal === kind) ?? options[0]!;
}
