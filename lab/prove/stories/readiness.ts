import { type Instant, instant } from '../../../functions/shared/names.ts';
import { SITE_A, SITE_B } from '../../configuration.ts';
import type { SimulatedWorld } from '../../simulated/world.ts';
import { isSuspected, started, when } from '../beforehand.ts';
import type { Story } from '../stories.ts';

/** The cut of the link, and until its alarms are over. */
const MAINTENANCE_MILLISECONDS = 250_000;
const API_HIDDEN_MILLISECONDS = 60_000;

async function isCutOffWhileDisarmed(world: SimulatedWorld, until: Instant | null): Promise<void> {
  await world.store.change(() => [{ type: 'disarmed', until, why: 'maintenance' }]);
  await world.cutLink();
  await world.sleep(100_000);
}

/** A site of which nobody knows whether it lacks anything is settled; and what a person asks of the whole. */
export const READINESS: readonly Story[] = [
  {
    name: 'a suspect site is settled',
    suspects: SITE_B,
    workflow: 'readiness',
    serving: SITE_A,
    begin: (world) => isSuspected(world, SITE_B),
    seconds: 200,
  },
  {
    name: 'a suspect site missed writes',
    workflow: 'readiness',
    serving: SITE_A,
    caches: 'rhbk-24',
    before: (world) => isCutOffWhileDisarmed(world, null),
    begin: async (world) => {
      await world.healLink();
      await world.sleep(150_000);
      await world.store.change(() => [{ type: 'armed' }]);
    },
    seconds: 400,
  },
  {
    name: 'a suspect site missed changes',
    workflow: 'readiness',
    serving: SITE_A,
    caches: 'rhbk-24',
    // Both sites hold the same number of entries, and not the same entries.
    before: async (world, clients) => {
      for (const client of clients) client.changesAlone = true;
      await isCutOffWhileDisarmed(world, instant(new Date(world.now() + MAINTENANCE_MILLISECONDS)));
      for (const client of clients) client.changesAlone = false;
    },
    begin: (world) => world.healLink(),
    seconds: 180,
  },
  {
    name: 'the API of a suspect site is away while it is asked',
    suspects: SITE_B,
    workflow: 'readiness',
    serving: SITE_A,
    begin: async (world) => {
      when(
        world,
        (text) => text.startsWith(`${SITE_B} runs the Batch`),
        () => world.site(SITE_B).hideApi(API_HIDDEN_MILLISECONDS),
      );
      await isSuspected(world, SITE_B);
    },
    seconds: 250,
  },
  {
    name: 'a site is suspect before its Data Grid was looked at',
    suspects: SITE_B,
    workflow: 'readiness',
    serving: SITE_A,
    before: async (world) => {
      await started(world, 'adopt', { serving: SITE_A, inSync: true });
      await world.sleep(1_000);
    },
    begin: (world) => isSuspected(world, SITE_B),
    seconds: 200,
  },
  {
    name: 'readiness of the whole deployment',
    workflow: 'readiness',
    serving: SITE_A,
    begin: (world) => started(world, 'readiness', { check: 'whole' }),
    seconds: 120,
  },
  {
    name: 'readiness of the whole, and the API of a site is away',
    workflow: 'readiness',
    serving: SITE_A,
    begin: async (world) => {
      world.site(SITE_B).hideApi(API_HIDDEN_MILLISECONDS);
      await started(world, 'readiness', { check: 'whole' });
    },
    seconds: 150,
  },
];
