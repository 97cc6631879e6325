import { existsSync, readFileSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';

const ROOT = new URL('../../', import.meta.url);
const textOf = (path: string): string => readFileSync(new URL(path, ROOT), 'utf8');
const SCHEMA = 'infra/failover.config.schema.json';

describe('what an editor reads of an example', () => {
  it.each([
    'infra/examples/existing',
    'infra/examples/new',
    'environment/examples/kubernetes-24',
    'environment/examples/openshift-26',
  ])('is there, seen from %s', (folder) => {
    const { $schema } = JSON.parse(textOf(`${folder}/failover.config.json`));
    const leadsTo = new URL($schema, new URL(`${folder}/`, ROOT));
    expect(leadsTo.href).toBe(new URL(SCHEMA, ROOT).href);
    expect(existsSync(leadsTo)).toBe(true);
  });

  it.each(['README.md', 'docs/deploy.md', 'docs/environment.md'])(
    'is elsewhere for a copy at the root, which %s says where it tells to copy',
    (path) => {
      const text = textOf(path);
      const copy = text.search(/cp infra\/examples|Copy one of `environment\/examples/);
      expect(copy).toBeGreaterThan(0);
      expect(text.slice(copy, copy + 300)).toMatch(/\$schema.*infra\/failover\.config\.schema\.json/s);
    },
  );
});
