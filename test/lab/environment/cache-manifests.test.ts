import { describe, expect, it } from '@jest/globals';
import { exampleCaches } from '../../../lab/environment/cache-manifests.ts';

const GUIDE_26 = ['actionTokens', 'authenticationSessions', 'loginFailures', 'work'];
const GUIDE_24 = [...GUIDE_26, 'clientSessions', 'offlineClientSessions', 'offlineSessions', 'sessions'];

describe('the Cache manifests that real servers are given', () => {
  it.each([
    ['kubernetes-24', '24', GUIDE_24],
    ['openshift-26', '26', GUIDE_26],
  ])("of %s are all of guide %s's, at both sites, each site's own text", (name, version, names) => {
    const caches = exampleCaches(name);
    expect(caches.version).toBe(version);
    expect([...caches.manifestsAt.keys()]).toEqual(['site-a', 'site-b']);
    for (const [site, manifests] of caches.manifestsAt) {
      expect(manifests.map(({ cache }) => cache).sort()).toEqual([...names].sort());
      for (const { template } of manifests) {
        expect(template).toContain(site === 'site-a' ? 'site-b:' : 'site-a:');
        expect(template).not.toContain(`${site}:`);
      }
    }
  });
});
