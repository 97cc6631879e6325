import { describe, expect, it } from '@jest/globals';
import { manifestsOf } from '../../environment/manifests/manifests.ts';
import { EXAMPLES, example } from './examples.ts';

describe('the manifests of both sites', () => {
  it.each(EXAMPLES)('those of %s are in the namespace of Keycloak, under the names of the guide', (name) => {
    const [primary, secondary] = manifestsOf(example(name));
    for (const manifests of [primary, secondary]) {
      expect(manifests.map(({ metadata }) => metadata.namespace)).toEqual(manifests.map(() => 'keycloak'));
      expect(manifests.map(({ kind, metadata }) => `${kind} ${metadata.name}`)).toEqual(
        expect.arrayContaining(['ServiceAccount xsite-sa', 'Secret ispn-xsite-sa-token']),
      );
    }
  });
});
