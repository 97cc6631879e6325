import { describe, expect, it } from '@jest/globals';
import { parseConfiguration } from '../../functions/shared/configuration.ts';
import type { CacheName } from '../../functions/shared/names.ts';
import { labConfiguration, SITE_A, SITE_B } from '../../lab/configuration.ts';

const nowhere = { apiServer: 'https://127.0.0.1:1' };
const example = () => labConfiguration(['work' as CacheName], { [SITE_A]: nowhere, [SITE_B]: nowhere });

describe('a configuration', () => {
  it('with mistakes is refused with all of them at once, each by its path', () => {
    const wrong = { ...example(), accountId: '12', region: undefined, caches: [] };
    for (const path of ['accountId', 'region', 'caches']) {
      expect(() => parseConfiguration(wrong)).toThrow(new RegExp(`[:;] ${path}: `));
    }
  });

  it('that names no target aims at a recovery within a minute, and refuses one of no time at all', () => {
    expect(example().targets).toEqual({ recoverySeconds: 60 });
    const wrong = { ...example(), targets: { recoverySeconds: 0 } };
    expect(() => parseConfiguration(wrong)).toThrow(/targets\.recoverySeconds: /);
  });

  it('with an alarm about a site that there is not is refused with the names that there are', () => {
    const alarms = [{ name: 'x', kind: 'endpoint-down', site: 'site-c' }];
    expect(() => parseConfiguration({ ...example(), alarms })).toThrow(
      /alarms\.0\.site: .*site-c; sites are site-a, site-b/,
    );
  });
});
