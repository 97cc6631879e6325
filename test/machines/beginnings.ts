import { adopted } from '../../functions/ledger/adoption.ts';
import type { LedgerEvent } from '../../functions/ledger/events.ts';
import type { LedgerStore } from '../../functions/ledger/store.ts';
import { instant, type SiteName } from '../../functions/shared/names.ts';
import { SITE_A, SITE_B } from '../../lab/configuration.ts';
import type { SimulatedWorld } from '../../lab/simulated/world.ts';

/*
 * States in which stories begin, written down instead of played: hundreds of stories begin in them. That the machines
 * lead there themselves is what `beginnings.test.ts` says.
 */

/** site-a serves, a person has vouched for site-b, and the Data Grids of both were seen. */
export async function adoptedInSync({ store, configuration }: SimulatedWorld): Promise<void> {
  const at = instant(new Date());
  const checkVersions = { [SITE_A]: 1, [SITE_B]: 1 } as Readonly<Record<SiteName, number>>;
  await store.write(
    adopted(configuration, { serving: SITE_A, passiveTrust: 'in-sync', checkVersions }, null, at),
  );
  await knows(
    store,
    [SITE_A, SITE_B].map((site) => ({ type: 'data-grid-seen', site, startedAt: at })),
  );
}

/**
 * site-b was lost, is stale, and is back with old data while site-a has gone on.
 * @param known by default that it is offline at site-a; not that it is contained
 */
export async function lostAndBackB(
  world: SimulatedWorld,
  known: { readonly isolated?: boolean; readonly contained?: boolean },
): Promise<void> {
  const { store, configuration, grid } = world;
  const owner = 'arn:aws:states:eu-central-1:123456789012:execution:sso-failover:before';
  await knows(store, [
    { type: 'passive-site-left', passive: SITE_B, reason: 'the view was lost' },
    { type: 'operation-claimed', workflow: 'failover', owner },
    { type: 'take-offline-issued', site: SITE_B },
    ...(known.isolated === false ? [] : [{ type: 'isolation-proved', site: SITE_B } as const]),
    ...(known.contained === true ? CONTAINED : []),
    { type: 'operation-released', owner, result: 'succeeded', detail: 'before the story' },
  ]);
  for (const cache of configuration.caches) {
    grid.takeOffline(SITE_A, cache);
    await grid.write(SITE_A, cache, 'newer', 'only at site-a');
  }
  if (known.contained !== true) return;
  await world.site(SITE_B).cluster.setKeycloakInstances(0);
  for (const cache of configuration.caches) grid.takeOffline(SITE_B, cache);
}

const CONTAINED: readonly LedgerEvent[] = [
  { type: 'keycloak-size-seen', site: SITE_B, instances: 2 },
  { type: 'site-contained', site: SITE_B },
];

/** @throws Error when the ledger does not take it: no story can have come there */
export async function knows(store: LedgerStore, events: readonly LedgerEvent[]): Promise<void> {
  const result = await store.change(() => events);
  if (result === 'stopped' || result.kind === 'refused') throw new Error(JSON.stringify(result));
}
