import { SITE_A, SITE_B } from '../../configuration.ts';
import { bWasLostAndIsBack, PROMOTION, started } from '../beforehand.ts';
import type { Story } from '../stories.ts';

/** A person says what no observation can: which site serves, and what may be lost with the other one. */
export const A_PERSONS_WORD: readonly Story[] = [
  {
    name: 'promote accepting loss',
    acceptsLossAt: SITE_B,
    workflow: 'promote-accepting-loss',
    serving: SITE_A,
    before: async (world) => {
      // site-b is stale when site-a is lost as well.
      await bWasLostAndIsBack(world);
      await world.freeze(SITE_A);
      await world.sleep(100_000);
    },
    begin: (world) => started(world, 'promote-accepting-loss', PROMOTION),
    seconds: 200,
  },
  {
    name: 'adopt',
    workflow: 'adopt',
    serving: SITE_A,
    begin: (world) => started(world, 'adopt', { serving: SITE_A, inSync: true }),
    seconds: 30,
  },
  {
    name: 'adopt for a site that lacks writes',
    workflow: 'adopt',
    serving: SITE_A,
    stopsAt: 'Tell that nothing was changed',
    before: bWasLostAndIsBack,
    begin: (world) => started(world, 'adopt', { serving: SITE_B }),
    seconds: 30,
  },
];
