import { SITE_A, SITE_B } from '../../configuration.ts';
import { bWasLostAndIsBack, isLost, isSuspected, leavesAPush, PROMOTION, started } from '../beforehand.ts';
import type { Story } from '../stories.ts';

const JUST_BACK_SECONDS = 20;
/** Later than anything that a resync waits for. */
const PUSH_OF_BEFORE_SECONDS = 900;
const MANY_SESSIONS_MILLISECONDS = 20_000;

export const RESYNCS: readonly Story[] = [
  {
    name: 'resync',
    workflow: 'resync',
    serving: SITE_A,
    before: bWasLostAndIsBack,
    begin: (world) => started(world, 'resync', {}),
    seconds: 300,
  },
  {
    name: 'resync of a site that is just back',
    workflow: 'resync',
    serving: SITE_A,
    before: (world) => isLost(world, SITE_B),
    // Its view still drops the source in the middle of it, and an alarm says so.
    begin: async (world) => {
      await world.thaw(SITE_B);
      await world.sleep(JUST_BACK_SECONDS * 1000);
      await started(world, 'resync', {});
    },
    seconds: 300,
  },
  {
    name: 'resync of a primary that is just back',
    workflow: 'resync',
    serving: SITE_A,
    before: (world) => isLost(world, SITE_A),
    // Who is connected still writes there, and it keeps what it is to send.
    begin: async (world) => {
      await world.thaw(SITE_A);
      await world.sleep(JUST_BACK_SECONDS * 1000);
      await started(world, 'resync', {});
    },
    seconds: 300,
  },
  {
    name: 'resync as a dry run',
    workflow: 'resync',
    serving: SITE_A,
    before: bWasLostAndIsBack,
    begin: (world) => started(world, 'resync', { dryRun: true }),
    seconds: 30,
  },
  {
    name: 'resync of many sessions',
    workflow: 'resync',
    serving: SITE_A,
    timings: { pushMilliseconds: () => MANY_SESSIONS_MILLISECONDS },
    before: bWasLostAndIsBack,
    begin: (world) => started(world, 'resync', {}),
    seconds: 300,
  },
  {
    name: 'resync, and a push fails',
    workflow: 'resync',
    serving: SITE_A,
    before: bWasLostAndIsBack,
    begin: async (world) => {
      world.grid.lieNext('the push fails', SITE_A, world.configuration.caches.at(-1)!);
      await started(world, 'resync', {});
    },
    seconds: 300,
  },
  {
    name: 'resync, and a push sends nothing',
    workflow: 'resync',
    serving: SITE_A,
    stopsAt: 'Tell that the resync failed after the push began',
    before: bWasLostAndIsBack,
    begin: async (world) => {
      for (const cache of world.configuration.caches) {
        world.grid.lieNext('the push says OK and sends nothing', SITE_A, cache);
        world.grid.lieNext('the take-offline does not take', SITE_A, cache);
      }
      await started(world, 'resync', {});
    },
    seconds: 300,
  },
  {
    name: 'resync, and a push of before is left',
    workflow: 'resync',
    serving: SITE_A,
    before: async (world) => {
      await bWasLostAndIsBack(world);
      await leavesAPush(world, SITE_A, SITE_B, PUSH_OF_BEFORE_SECONDS);
    },
    begin: (world) => started(world, 'resync', {}),
    seconds: 300,
  },
  {
    name: 'resync while the link is broken',
    workflow: 'resync',
    serving: SITE_A,
    stopsAt: 'Tell that the resync failed',
    before: bWasLostAndIsBack,
    begin: async (world) => {
      await world.cutLink();
      await started(world, 'resync', {});
    },
    seconds: 400,
  },
  {
    name: 'resync of a suspect site',
    workflow: 'resync',
    serving: SITE_A,
    suspects: SITE_B,
    stopsAt: "Tell why it can't begin",
    begin: async (world) => {
      await isSuspected(world, SITE_B);
      await started(world, 'resync', {});
    },
    seconds: 20,
  },
  {
    name: 'a second resync waits, and the stale site is promoted',
    workflow: 'resync',
    serving: SITE_A,
    acceptsLossAt: SITE_B,
    before: async (world) => {
      await bWasLostAndIsBack(world);
      for (const _ of ['the first', 'the second']) {
        await started(world, 'resync', {});
        await world.sleep(1_000);
      }
    },
    begin: (world) => started(world, 'promote-accepting-loss', PROMOTION),
    seconds: 200,
  },
];
