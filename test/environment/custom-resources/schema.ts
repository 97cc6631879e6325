/** A JSON Schema. Every field says where it is described, so that a doubt can be settled there. */
export type Schema = Readonly<Record<string, unknown>>;

/** An object that takes these fields and no others. */
export const closed = (
  description: string,
  properties: Readonly<Record<string, Schema>>,
  optional: readonly string[] = [],
): Schema => ({
  type: 'object',
  description,
  properties,
  required: Object.keys(properties).filter((name) => !optional.includes(name)),
  additionalProperties: false,
});

export const text = (description: string, more: Schema = {}): Schema => ({
  type: 'string',
  minLength: 1,
  description,
  ...more,
});

/** One value and no other. */
export const only = (value: unknown, description: string): Schema => ({ const: value, description });

export const oneOf = (values: readonly unknown[], description: string): Schema => ({
  enum: values,
  description,
});

export const wholeNumber = (description: string, more: Schema = {}): Schema => ({
  type: 'integer',
  description,
  ...more,
});

export const listOf = (items: Schema, description: string, more: Schema = {}): Schema => ({
  type: 'array',
  items,
  minItems: 1,
  description,
  ...more,
});

export const texts = (description: string): Schema => ({
  type: 'object',
  description,
  additionalProperties: { type: 'string' },
});

export const KUBERNETES = 'Kubernetes API v1.31';

/** Names in a namespace: RFC 1123 (Kubernetes, object names). */
export const name = (description: string): Schema =>
  text(description, { pattern: '^[a-z0-9]([-a-z0-9]*[a-z0-9])?$', maxLength: 63 });

const META = `${KUBERNETES}, ObjectMeta`;

export const metadata = (
  of: Readonly<Record<string, Schema>> = {},
  optional: readonly string[] = [],
): Schema =>
  closed(META, { name: name(`${META}.name`), namespace: name(`${META}.namespace`), ...of }, optional);

export const annotations = texts(`${META}.annotations`);

/** An object of the API, whole. */
export const resource = (
  apiVersion: string,
  kind: string,
  source: string,
  fields: Readonly<Record<string, Schema>>,
): Schema =>
  closed(source, {
    apiVersion: only(apiVersion, `${KUBERNETES}, TypeMeta.apiVersion; ${source}`),
    kind: only(kind, `${KUBERNETES}, TypeMeta.kind; ${source}`),
    metadata: metadata(),
    ...fields,
  });
