import { toJsonSchema } from '@valibot/to-json-schema';
import type { SchemaNode } from '../../infra/configuration/json-schema.ts';
import { environmentSchema } from './schema.ts';

export const environmentJsonSchema = (): SchemaNode =>
  toJsonSchema(environmentSchema, { typeMode: 'input', errorMode: 'ignore' }) as SchemaNode;

/** The text of `environment/environment.schema.json`, to which the core's schema refers. */
export const environmentJsonSchemaText = (): string =>
  `${JSON.stringify(environmentJsonSchema(), null, 2)}\n`;
