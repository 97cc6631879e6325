import { describe, expect, it } from '@jest/globals';
import type { SiteRecord } from '../../functions/ledger/ledger.ts';
import { A, B, inWorld, type World } from './world.ts';

/** How everything stands, the moments at which it came to that left out. */
const standing = async (world: World) => {
  const { serving, sites, operation } = await world.ledger();
  const timeless = ({ dataGridSeen, dataGridTrusted, ...rest }: SiteRecord) => ({
    ...rest,
    isSeen: dataGridSeen !== null,
    isTrusted: dataGridTrusted !== null,
    trustAt: null,
    reachabilityAt: null,
    bridgeAt: null,
  });
  const { caches } = world.configuration;
  return {
    serving,
    operation,
    sites: Object.values(sites).map(timeless),
    instances: [A, B].map((site) => world.site(site).keycloakInstances),
    online: [A, B].map((site) => caches.map((cache) => world.grid.isOnline(site, cache))),
    entries: [A, B].map((site) => caches.map((cache) => [...world.grid.entries(site, cache)])),
  };
};

/** Without a bridge that could be cut: one that is stands in the way of a site that is back. */
const standingAfter = (happens: (world: World) => Promise<unknown>) =>
  inWorld({ configuration: { bridgeCut: { enabled: false } } }, async (world) => {
    await happens(world);
    return standing(world);
  });

const isLostAndComesBack = async (world: World) => {
  world.site(B).freeze();
  await world.wait(60);
  await world.run('failover', { lostSite: B });
  for (const cache of world.configuration.caches) await world.grid.write(A, cache, 'newer', 'only at site-a');
  world.site(B).thaw();
};

describe('a state in which stories begin is the one to which the machines lead:', () => {
  it('adopted, and both sites in sync', async () => {
    const adopts = async (world: World) => {
      world.losesItsLedger();
      await world.run('adopt', { serving: A, inSync: true });
      await world.run('readiness');
    };
    expect(await standingAfter(adopts)).toEqual(await standingAfter(async () => {}));
  });

  it('site-b was lost and is back with old data', async () => {
    expect(await standingAfter(isLostAndComesBack)).toEqual(
      await standingAfter((world) => world.lostAndFoundB()),
    );
  });

  it('and is contained', async () => {
    const isContained = async (world: World) => {
      await isLostAndComesBack(world);
      await world.run('contain');
    };
    expect(await standingAfter(isContained)).toEqual(
      await standingAfter((world) => world.lostAndFoundB({ contained: true })),
    );
  });
});
