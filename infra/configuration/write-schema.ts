import { writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { jsonSchemaText } from './json-schema.ts';

writeFileSync(fileURLToPath(new URL('../failover.config.schema.json', import.meta.url)), jsonSchemaText());
