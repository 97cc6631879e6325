import { SITE_A, SITE_B } from '../../configuration.ts';
import type { PolicyRule } from '../../kubernetes/role.ts';
import {
  bWasLostAndIsBack,
  isBack,
  isLost,
  isResynced,
  isSuspected,
  LOSS_SECONDS,
  leavesAPush,
  RETURN_SECONDS,
  started,
  when,
} from '../beforehand.ts';
import type { Story } from '../stories.ts';

/** So long an alarm of the bridge's own cut is not taken for another loss. */
const ALARMS_OVER_SECONDS = 200;
const KEPT_BATCHES: PolicyRule = {
  apiGroups: ['infinispan.org'],
  resources: ['batches'],
  verbs: ['create', 'get'],
};
/** About when the isolation is proven. */
const PROVEN_SECONDS = 106;
const SHUT_DOWN_SECONDS = 20;
const API_HIDDEN_SECONDS = 150;
/** Every attempt to cut the bridge is given up meanwhile. */
const EVERY_CUT_SECONDS = 260;
/** One attempt to take a site offline is given up meanwhile. */
const ONE_ATTEMPT_SECONDS = 240;
/** All are, where they fail at once. */
const EVERY_ATTEMPT_SECONDS = 230;

/** A site is lost, or the link; failover, and what contains a site that comes back. */
export const LOSSES: readonly Story[] = [
  {
    name: 'the primary freezes',
    workflow: 'failover',
    serving: SITE_A,
    begin: (world) => world.freeze(SITE_A),
    seconds: LOSS_SECONDS,
  },
  {
    name: 'the primary dies',
    workflow: 'failover',
    serving: SITE_A,
    begin: (world) => world.kill(SITE_A),
    seconds: LOSS_SECONDS,
  },
  {
    name: 'the primary is shut down',
    workflow: 'failover',
    serving: SITE_A,
    // Just before alarms are evaluated: the view has lost it at once, and checkers still say that it is well.
    begin: async (world) => {
      await world.sleep(SHUT_DOWN_SECONDS * 1000);
      world.site(SITE_A).shutDown();
    },
    seconds: LOSS_SECONDS,
  },
  {
    name: 'the secondary serves and freezes',
    workflow: 'failover',
    serving: SITE_B,
    begin: (world) => world.freeze(SITE_B),
    seconds: LOSS_SECONDS,
  },
  {
    name: 'the passive site freezes',
    workflow: 'failover',
    serving: SITE_A,
    begin: (world) => world.freeze(SITE_B),
    seconds: LOSS_SECONDS + 60,
  },
  {
    name: 'the passive site freezes, and a push of before hangs',
    workflow: 'failover',
    serving: SITE_A,
    before: (world) => leavesAPush(world, SITE_A, SITE_B, PROVEN_SECONDS),
    begin: (world) => world.freeze(SITE_B),
    seconds: LOSS_SECONDS + 60,
  },
  {
    name: 'a site is lost a second time',
    workflow: 'failover',
    serving: SITE_A,
    // What the first time ran there could not be deleted, and says still that the site is offline.
    before: async (world) => {
      const { cluster } = world.site(SITE_A);
      const { rules } = cluster;
      cluster.rules = rules.filter(({ resources }) => !resources.includes('batches')).concat(KEPT_BATCHES);
      await isLost(world, SITE_B);
      cluster.rules = rules;
      await isBack(world, SITE_B);
      await isResynced(world);
      await world.sleep(ALARMS_OVER_SECONDS * 1000);
    },
    begin: (world) => world.freeze(SITE_B),
    seconds: LOSS_SECONDS + 60,
  },
  {
    name: 'the link breaks',
    workflow: 'failover',
    serving: SITE_A,
    begin: (world) => world.cutLink(),
    seconds: LOSS_SECONDS + 60,
  },
  {
    name: 'the Data Grid of the primary restarts',
    workflow: 'failover',
    serving: SITE_A,
    begin: async (_, moves) => void moves.restartDataGrid(SITE_A),
    seconds: LOSS_SECONDS,
  },
  {
    name: 'the primary dies, and the other one runs no Batch for a while',
    workflow: 'failover',
    serving: SITE_A,
    begin: async (world) => {
      await world.kill(SITE_A);
      world.site(SITE_B).holdBatches(ONE_ATTEMPT_SECONDS * 1000);
    },
    seconds: LOSS_SECONDS + ONE_ATTEMPT_SECONDS,
  },
  {
    name: 'the link breaks, and neither cluster does its part',
    workflow: 'failover',
    serving: SITE_A,
    stopsAt: 'Tell that writes stay refused',
    begin: async (world) => {
      await world.cutLink();
      world.site(SITE_A).hideApi(EVERY_ATTEMPT_SECONDS * 1000);
      when(world, 'failover: Contain it all the same', () =>
        world.site(SITE_B).holdBatches(ONE_ATTEMPT_SECONDS * 1000),
      );
    },
    seconds: EVERY_ATTEMPT_SECONDS + ONE_ATTEMPT_SECONDS + LOSS_SECONDS,
  },
  {
    name: 'the passive site dies, and then the API of the other one is away',
    workflow: 'failover',
    serving: SITE_A,
    begin: async (world) => {
      await world.kill(SITE_B);
      when(world, 'failover: Delete what would undo it', () =>
        world.site(SITE_A).hideApi(EVERY_CUT_SECONDS * 1000),
      );
    },
    seconds: LOSS_SECONDS + EVERY_CUT_SECONDS,
  },
  {
    name: 'failover as a dry run',
    workflow: 'failover',
    serving: SITE_A,
    begin: (world) => started(world, 'failover', { dryRun: true }),
    seconds: 30,
  },
  {
    name: 'failover of the passive site, though it is well',
    workflow: 'failover',
    serving: SITE_A,
    begin: (world) => started(world, 'failover', { lostSite: SITE_B }),
    seconds: 150,
  },
  {
    name: 'failover to a stale site',
    workflow: 'failover',
    serving: SITE_A,
    stopsAt: 'Tell that nothing was moved',
    before: bWasLostAndIsBack,
    begin: (world) => started(world, 'failover', { lostSite: SITE_A }),
    seconds: 60,
  },
  {
    name: 'failover while a switchover waits for approval',
    workflow: 'failover',
    serving: SITE_A,
    before: (world) => started(world, 'switchover', { approve: true }),
    begin: (world) => started(world, 'failover', { lostSite: SITE_B }),
    seconds: 120,
  },
  {
    name: 'a lost site comes back',
    workflow: 'contain',
    serving: SITE_A,
    before: (world) => isLost(world, SITE_B),
    begin: (world) => world.thaw(SITE_B),
    seconds: RETURN_SECONDS,
  },
  {
    name: 'a lost site comes back without its API',
    workflow: 'contain',
    serving: SITE_A,
    before: (world) => isLost(world, SITE_B),
    begin: async (world) => {
      await world.thaw(SITE_B);
      world.site(SITE_B).hideApi(API_HIDDEN_SECONDS * 1000);
    },
    seconds: API_HIDDEN_SECONDS + RETURN_SECONDS,
  },
  {
    name: 'a lost site comes back, and runs no Batch for a while',
    workflow: 'contain',
    serving: SITE_A,
    before: (world) => isLost(world, SITE_B),
    begin: async (world) => {
      await world.thaw(SITE_B);
      world.site(SITE_B).holdBatches(ONE_ATTEMPT_SECONDS * 1000);
    },
    seconds: ONE_ATTEMPT_SECONDS + RETURN_SECONDS,
  },
  {
    name: 'contain of a site that is away',
    workflow: 'contain',
    serving: SITE_A,
    stopsAt: 'Tell that it is not contained',
    before: (world) => isLost(world, SITE_B),
    begin: (world) => started(world, 'contain', {}),
    seconds: 90,
  },
  {
    name: 'contain as a dry run',
    workflow: 'contain',
    serving: SITE_A,
    before: (world) => isLost(world, SITE_B),
    begin: (world) => started(world, 'contain', { dryRun: true }),
    seconds: 30,
  },
  {
    name: 'contain of a suspect site',
    workflow: 'contain',
    serving: SITE_A,
    suspects: SITE_B,
    stopsAt: 'Tell that it was not contained',
    begin: async (world) => {
      await isSuspected(world, SITE_B);
      await started(world, 'contain', {});
    },
    seconds: 20,
  },
];
