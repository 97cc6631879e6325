import { expect, it } from '@jest/globals';
import type { CacheName } from '../../functions/shared/names.ts';
import { SITE_B } from '../../lab/configuration.ts';
import { onVirtualTime } from '../../lab/simulated/virtual-time.ts';
import { createSimulatedWorld } from '../../lab/simulated/world.ts';

const SESSIONS = 'sessions' as CacheName;
const login = { method: 'PUT', cache: SESSIONS, key: 'one', value: 'one 1' } as const;

/** Asked while the site is frozen, and answered once it goes on. */
const askedOfAFrozenSite = (instances: number) =>
  onVirtualTime(async () => {
    const world = createSimulatedWorld({
      caches: 'keycloak-26',
      serving: SITE_B,
      unaided: true,
      configuration: { caches: [SESSIONS] },
    });
    try {
      await world.start();
      await world.site(SITE_B).cluster.setKeycloakInstances(instances);
      await world.sleep(30_000);
      await world.freeze(SITE_B);
      const answer = world.request(SITE_B, login, 20_000);
      await world.sleep(1_000);
      await world.thaw(SITE_B);
      return await answer;
    } finally {
      await world.stop();
    }
  });

it('a frozen site carries out what it was asked once it goes on, where a Keycloak is left to do so', async () => {
  expect(await askedOfAFrozenSite(2)).toMatchObject({ kind: 'answered', status: 204 });
  expect(await askedOfAFrozenSite(0)).toEqual({ kind: 'refused' });
});
