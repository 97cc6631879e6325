import * as v from 'valibot';
import { ConfigurationError } from '../../functions/shared/errors.ts';
import { CHECKS } from './checks.ts';
import { rightOf, type Where } from './right.ts';
import {
  type DeploymentConfiguration,
  deploymentSchema,
  existingInstallation,
  newInstallation,
} from './schema.ts';

/**
 * Checks a deployment's configuration whole: every mistake with its path and what would be right, all at once.
 * @throws ConfigurationError
 */
export function parseDeployment(value: unknown, file = 'failover.config.json'): DeploymentConfiguration {
  const result = v.safeParse(deploymentSchema, value);
  const issues = result.issues ?? [];
  const wrong = issues.map(whereOf);
  // Without a kind of installation no field was looked at.
  const right = wrong.some(([first]) => first === 'installation')
    ? null
    : rightOf<DeploymentConfiguration>(result.output, wrong);
  const mistakes = [
    ...issues.flatMap((issue) => mistakesOf(value, issue)),
    ...(right === null ? [] : CHECKS.flatMap((check) => check(right))),
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

/** One, but of unknown fields, of which valibot names the first of an object: all of that object. */
function mistakesOf(value: unknown, issue: Issue): readonly string[] {
  if (issue.kind !== 'schema' || issue.expected !== 'never') return [mistakeOf(issue)];
  const object = issue.path!.at(-1)!.input as object;
  const above = whereOf(issue).slice(0, -1);
  const fields = fieldsAt(value, above);
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
  readonly entries?: Readonly<Record<string, Node>>;
  readonly item?: Node;
  readonly wrapped?: Node;
}

function fieldsAt(value: unknown, path: readonly unknown[]): readonly string[] {
  const { installation } = (value ?? {}) as { installation?: unknown };
  let node: Node = (installation === 'new' ? newInstallation : existingInstallation) as Node;
  for (const key of path) {
    node = unwrapped(node);
    node = node.item ?? node.entries?.[String(key)] ?? {};
  }
  return Object.keys(unwrapped(node).entries ?? {}).filter((name) => name !== '$schema');
}

const unwrapped = (node: Node): Node => (node.wrapped === undefined ? node : unwrapped(node.wrapped));
