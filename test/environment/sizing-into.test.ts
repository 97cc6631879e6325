import { readFileSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';
import { versionIn, withSizing } from '../../environment/sizing/into.ts';
import { size } from '../../environment/sizing/size.ts';
import { textOfJson } from '../../environment/sizing/text-of-json.ts';
import { EXAMPLES, exampleFile } from './examples.ts';

const LOAD = {
  loginsPerSecond: 24,
  clientCredentialsPerSecond: 450,
  refreshesPerSecond: 350,
  sessions: 50_000,
  pods: 4,
};

describe('a size goes into the configuration', () => {
  it('with the number of pods at both sites, and nothing else changes', () => {
    const before = exampleFile('kubernetes-24');
    const { sizing } = size('24', LOAD);
    expect(withSizing(before, size('24', LOAD))).toEqual(
      exampleFile('kubernetes-24', (file) => {
        file.environment.keycloak.sizing = sizing;
        for (const site of file.sites) site.keycloakInstances = 4;
      }),
    );
    expect(before).toEqual(exampleFile('kubernetes-24'));
  });

  it('by the guide that the configuration names', () => {
    expect(versionIn(exampleFile('kubernetes-24'), 'f.json', null)).toBe('24');
    expect(versionIn(exampleFile('openshift-26'), 'f.json', null)).toBe('26');
    expect(versionIn(exampleFile('openshift-26'), 'f.json', '26')).toBe('26');
    expect(() => versionIn(exampleFile('openshift-26'), 'f.json', '24')).toThrow(
      '--keycloak 24: environment.keycloak.version of f.json is 26. Leave --keycloak out, or change the file.',
    );
  });

  it.each([null, {}, { environment: {} }, { environment: { keycloak: {} } }])(
    'not into a file without a section: %j',
    (value) => {
      expect(() => versionIn(value, 'f.json', '24')).toThrow(
        'f.json: environment.keycloak.version is neither 24 nor 26. Copy the section environment of one of environment/examples first.',
      );
    },
  );

  it.each([undefined, {}, [{}, null], [{}, 'site-b']])('not into a file whose sites are %j', (sites) => {
    const file = { environment: { keycloak: { version: '24' } }, sites };
    expect(() => versionIn(file, 'f.json', null)).toThrow(
      'f.json: sites is no list of sites. Copy one of environment/examples first.',
    );
  });

  it.each(EXAMPLES)('and %s keeps its lines', (name) => {
    const text = readFileSync(
      new URL(`../../environment/examples/${name}/failover.config.json`, import.meta.url),
      'utf8',
    );
    expect(textOfJson(JSON.parse(text))).toBe(text);
  });

  it('a list too long for a line, of lists, or empty, is JSON all the same', () => {
    const value = {
      long: Array.from({ length: 30 }, (_, at) => `value ${at}`),
      of: [[1, null], []],
      none: {},
    };
    const text = textOfJson(value);
    expect(JSON.parse(text)).toEqual(value);
    expect(Math.max(...text.split('\n').map(({ length }) => length))).toBeLessThan(110);
    expect(text).toContain('    [1, null],\n    []\n');
  });
});
