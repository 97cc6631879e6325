import * as v from 'valibot';
import type { Configuration } from '../shared/configuration.ts';
import { siteOf } from '../shared/configuration.ts';
import { InvalidInputError } from '../shared/errors.ts';
import { caller, operationToken, parseInput } from '../shared/input.ts';
import type { CacheName, SiteName } from '../shared/names.ts';
import { LOOKING_STEPS, PARTIAL_STEPS, STEPS, type Step } from './commands.ts';

const literal = <const Action extends string>(action: Action) => v.literal(action);
// A machine without variables has to hand on every field, so a null stands for an absent one.
const absentable = <const Schema extends v.GenericSchema>(schema: Schema) => v.nullish(schema, null);

const step = {
  operation: absentable(operationToken),
  site: v.string(),
  step: v.picklist(STEPS),
  against: v.string(),
  caches: absentable(v.pipe(v.array(v.string()), v.minLength(1, 'at least one cache, or none at all'))),
};

const counts = v.record(v.string(), v.pipe(v.number(), v.integer(), v.minValue(0)));

const inputSchema = v.variant('action', [
  v.strictObject({
    action: literal('create-batch'),
    ...step,
    /** What the proofs before a clear rest on. */
    pods: absentable(v.strictObject({ site: absentable(v.string()), against: absentable(v.string()) })),
    execution: v.pipe(v.string(), v.minLength(1)),
    attempt: v.pipe(v.number(), v.integer(), v.minValue(0)),
  }),
  v.strictObject({
    action: literal('look-at-batch'),
    ...caller,
    ...step,
    /** As `create-batch` answered. */
    pods: absentable(v.string()),
    batch: v.pipe(v.string(), v.minLength(1)),
    looks: v.pipe(v.number(), v.integer(), v.minValue(0)),
    /** When it was created. */
    since: absentable(v.string()),
  }),
  v.strictObject({
    action: literal('delete-batch'),
    ...caller,
    site: v.string(),
    batch: v.pipe(v.string(), v.minLength(1)),
  }),
  v.strictObject({ action: literal('delete-leftovers'), operation: operationToken }),
  v.strictObject({ action: literal('delete-clears'), ...caller, site: v.string() }),
  v.strictObject({ action: literal('delete-bring-onlines'), operation: operationToken, site: v.string() }),
  v.strictObject({ action: literal('cut-bridge'), operation: operationToken, site: v.string() }),
  v.strictObject({ action: literal('restore-bridge'), operation: operationToken, site: v.string() }),
  v.strictObject({ action: literal('look-at-bridge'), operation: operationToken, site: v.string() }),
  v.strictObject({ action: literal('look-over'), ...caller }),
  v.strictObject({ action: literal('check-target'), operation: operationToken, site: v.string() }),
  v.strictObject({
    action: literal('check-pods'),
    operation: operationToken,
    site: v.string(),
    /** As they were at an earlier proof. */
    pods: v.string(),
  }),
  v.strictObject({
    action: literal('compare-counts'),
    ...caller,
    operation: absentable(operationToken),
    source: v.string(),
    target: v.string(),
    sourceCounts: counts,
    sourceCountsAfter: absentable(counts),
    targetCounts: counts,
  }),
  v.strictObject({
    action: literal('check-source'),
    operation: operationToken,
    source: v.string(),
    target: v.string(),
    sourceCounts: counts,
    targetCounts: counts,
    acceptCounts: v.nullish(v.boolean(), false),
  }),
]);

export type DataGridInput = v.InferOutput<typeof inputSchema>;
export type InputOf<Action extends DataGridInput['action']> = Extract<DataGridInput, { action: Action }>;

/** @throws InvalidInputError naming the fields, steps or actions that exist */
export const parseDataGridInput = (event: unknown): DataGridInput =>
  parseInput('data-grid', inputSchema, event);

/** A step whose names were all found in the configuration. */
export interface CheckedStep {
  readonly step: Step;
  readonly site: SiteName;
  readonly against: SiteName;
  readonly caches: readonly CacheName[];
  readonly operation: v.InferOutput<typeof operationToken> | null;
}

/**
 * @throws ConfigurationError for a site that does not exist
 * @throws InvalidInputError for a cache that is not configured, for a step of two times the same site, for caches
 *   at a step that is only safe for all of them, and for a changing step without an operation
 */
export function checkedStep(
  configuration: Configuration,
  input: InputOf<'create-batch'> | InputOf<'look-at-batch'>,
): CheckedStep {
  const site = siteOf(configuration, input.site).name;
  const against = siteOf(configuration, input.against).name;
  if (site === against) {
    throw new InvalidInputError(
      `The step "${input.step}" names ${site} as both "site" and "against".`,
      'Name the other site as "against".',
    );
  }
  if (input.operation === null && !LOOKING_STEPS.has(input.step)) {
    throw new InvalidInputError(
      `The step "${input.step}" changes the Data Grid, and no operation asks for it.`,
      `Without "operation" there are only: ${[...LOOKING_STEPS].join(', ')}.`,
    );
  }
  if (input.caches !== null && !PARTIAL_STEPS.has(input.step)) {
    throw new InvalidInputError(
      `The step "${input.step}" is only safe for all caches at once.`,
      `"caches" is for: ${[...PARTIAL_STEPS].join(', ')}.`,
    );
  }
  return {
    step: input.step,
    site,
    against,
    caches: cachesOf(configuration, input.caches),
    operation: input.operation,
  };
}

function cachesOf(configuration: Configuration, asked: readonly string[] | null): readonly CacheName[] {
  if (asked === null) return configuration.caches;
  const unknown = asked.filter((cache) => !(configuration.caches as readonly string[]).includes(cache));
  if (unknown.length > 0) {
    throw new InvalidInputError(
      `These caches are not configured: ${unknown.join(', ')}.`,
      `Caches are ${configuration.caches.join(', ')}.`,
    );
  }
  return [...new Set(asked)] as CacheName[];
}
