import { toJsonSchema } from '@valibot/to-json-schema';
import { POLICY_DESCRIPTIONS } from './policy-descriptions.ts';
import { deploymentSchema } from './schema.ts';

/** The parts of a JSON Schema that lead to the properties of what it describes. */
export interface SchemaNode {
  description?: string;
  readonly properties?: Readonly<Record<string, SchemaNode>>;
  readonly items?: SchemaNode;
  readonly oneOf?: readonly SchemaNode[];
  readonly anyOf?: readonly SchemaNode[];
  readonly additionalProperties?: SchemaNode | boolean;
}

/** What the core passes on unread, and where an editor finds what it is like, from this schema's own file on. */
const ELSEWHERE: Readonly<Record<string, string>> = {
  environment: '../environment/environment.schema.json',
};

/** Every property at any depth with its path, which leaves out the indexes of lists and of alternatives. */
export function propertiesOf(
  node: SchemaNode,
  path: readonly string[] = [],
): readonly [string, SchemaNode][] {
  return [
    ...Object.entries(node.properties ?? {}).flatMap(([name, property]): [string, SchemaNode][] => {
      const there = [...path, name];
      return [[there.join('.'), property], ...propertiesOf(property, there)];
    }),
    ...[node.items, node.additionalProperties, ...(node.oneOf ?? []), ...(node.anyOf ?? [])].flatMap(
      (each) => (each === undefined || typeof each === 'boolean' ? [] : propertiesOf(each, path)),
    ),
  ];
}

export function jsonSchema(): SchemaNode {
  const schema = toJsonSchema(deploymentSchema, { typeMode: 'input', errorMode: 'ignore' }) as SchemaNode;
  for (const [path, property] of propertiesOf(schema)) {
    const description = POLICY_DESCRIPTIONS[path];
    if (description !== undefined) property.description = description;
    const $ref = ELSEWHERE[path];
    if ($ref !== undefined) Object.assign(property, { $ref });
  }
  return schema;
}

/** The text of `infra/failover.config.schema.json`, which lets an editor complete and check the configuration. */
export const jsonSchemaText = (): string => `${JSON.stringify(jsonSchema(), null, 2)}\n`;
