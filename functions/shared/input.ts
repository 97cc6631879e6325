import * as v from 'valibot';
import { InvalidInputError } from './errors.ts';
import { WORKFLOWS } from './names.ts';

/** The token that a machine hands from step to step. */
export const operationToken = v.strictObject({
  workflow: v.picklist(WORKFLOWS),
  epoch: v.pipe(v.number(), v.integer(), v.minValue(0)),
  owner: v.string(),
});

/** Which execution calls, where no operation says it: for the lines of the log alone. */
export const caller = { execution: v.optional(v.string()) };

type ObjectSchema = v.GenericSchema & {
  readonly entries?: Readonly<Record<string, unknown>>;
  readonly options?: unknown;
};

/**
 * Parses what a function or a workflow was given.
 * @param what names the function or workflow in the message
 * @throws InvalidInputError names every wrong field, and for an unknown one those that exist
 */
export function parseInput<const Schema extends v.GenericSchema>(
  what: string,
  schema: Schema,
  value: unknown,
): v.InferOutput<Schema> {
  const result = v.safeParse(schema, value ?? {});
  const isList = Array.isArray(value);
  if (result.success && !isList) return result.output;
  const mistakes = (result.issues ?? []).map((issue) => {
    const path = v.getDotPath(issue);
    if (issue.expected === 'never' && path !== null) return `there is no field "${path}"`;
    if (issue.received === 'undefined' && path !== null) return `"${path}" is missing`;
    return path === null ? issue.message : `"${path}": ${issue.message}`;
  });
  const fields = fieldsOf(schema as ObjectSchema, value);
  throw new InvalidInputError(
    `The input of ${what} is not usable: ${isList ? 'it is a list, not an object' : mistakes.join('; ')}.`,
    fields.length > 0 ? `Fields that exist: ${fields.join(', ')}.` : 'It takes no field: start it with {}.',
  );
}

function fieldsOf(schema: ObjectSchema, value: unknown): readonly string[] {
  if (schema.entries !== undefined) return Object.keys(schema.entries);
  const action = (value as { action?: unknown } | null)?.action;
  const variants = (schema.options ?? []) as readonly ObjectSchema[];
  const own = variants.find(
    (each) => (each.entries?.['action'] as { literal?: unknown } | undefined)?.literal === action,
  );
  return Object.keys(own?.entries ?? { action: null });
}
