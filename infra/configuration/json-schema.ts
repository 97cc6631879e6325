import { toJsonSchema } from '@valibot/to-json-schema';
import { deploymentSchema } from './schema.ts';

/** The text of `infra/failover.config.schema.json`, which lets an editor complete and check the configuration. */
export const jsonSchemaText = (): string =>
  `${JSON.stringify(toJsonSchema(deploymentSchema, { typeMode: 'input', errorMode: 'ignore' }), null, 2)}\n`;
