import { writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { environmentJsonSchemaText } from './json-schema.ts';

writeFileSync(
  fileURLToPath(new URL('../environment.schema.json', import.meta.url)),
  environmentJsonSchemaText(),
);
