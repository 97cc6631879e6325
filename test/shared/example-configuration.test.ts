import { readFileSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';
import { parseConfiguration } from '../../functions/shared/configuration.ts';

const EXAMPLE = new URL('../../docs/failover.config.example.json', import.meta.url);
const example = (): Record<string, unknown> => JSON.parse(readFileSync(EXAMPLE, 'utf8'));

describe('the configuration that the docs show', () => {
  it('is one that the functions take', () => {
    expect(parseConfiguration(example()).sites.map(({ name }) => name)).toEqual(['site-a', 'site-b']);
  });

  it('with mistakes is refused with all of them at once, each by its path', () => {
    const wrong = { ...example(), accountId: '12', region: undefined, caches: [] };
    for (const path of ['accountId', 'region', 'caches']) {
      expect(() => parseConfiguration(wrong)).toThrow(new RegExp(`[:;] ${path}: `));
    }
  });

  it('with an alarm about a site that there is not is refused with the names that there are', () => {
    const alarms = [{ name: 'x', kind: 'endpoint-down', site: 'site-c' }];
    expect(() => parseConfiguration({ ...example(), alarms })).toThrow(
      /alarms\.0\.site: .*site-c; sites are site-a, site-b/,
    );
  });
});
