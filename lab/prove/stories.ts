import { type Instant, instant, type SiteName, type Workflow } from '../../functions/shared/names.ts';
import { SITE_A, SITE_B } from '../configuration.ts';
import type { PolicyRule } from '../kubernetes/role.ts';
import type { SimulatedWorld } from '../simulated/world.ts';
import {
  bWasLostAndIsBack,
  isBack,
  isLost,
  isResynced,
  LOSS_SECONDS,
  leavesAPush,
  RETURN_SECONDS,
} from './beforehand.ts';
import type { Client } from './clients.ts';
import type { Moves } from './moves.ts';

/** What a story does with the world, in the words of an incident. */
export interface Story {
  readonly name: string;
  /** The workflow whose every call is troubled. */
  readonly workflow: Workflow;
  readonly serving: SiteName;
  /** Those of the guide for RHBK 24 go on without a backup that fails. Absent: those of Keycloak 26. */
  readonly caches?: 'rhbk-24';
  /** What came before: not troubled. */
  readonly before?: (world: SimulatedWorld, clients: readonly Client[]) => Promise<void>;
  /** From here on calls are counted, and troubled. */
  readonly begin: (world: SimulatedWorld, moves: Pick<Moves, 'restartDataGrid'>) => Promise<void>;
  /** A person accepts with it the loss of what this site lacks. */
  readonly acceptsLossAt?: SiteName;
  /** It begins with this site suspected, whatever it holds: it is shut out until it is settled. */
  readonly suspects?: SiteName;
  /** How long it is watched: at least half of that, and until what was begun has come to rest. */
  readonly seconds: number;
}

/** So long an alarm of the bridge's own cut is not taken for another loss. */
const ALARMS_OVER_SECONDS = 200;
const KEPT_BATCHES: PolicyRule = {
  apiGroups: ['infinispan.org'],
  resources: ['batches'],
  verbs: ['create', 'get'],
};
/** About when the isolation is proven. */
const PUSH_BEGINS_SECONDS = 106;
const SHUT_DOWN_SECONDS = 20;
const JUST_BACK_SECONDS = 20;
const API_HIDDEN_SECONDS = 150;
const APPROVAL_SECONDS = 40;
/** The cut of the link, and until its alarms are over. */
const MAINTENANCE_MILLISECONDS = 250_000;

/** Whoever answers takes long enough for checkers to have looked again. */
async function approved(world: SimulatedWorld, workflow: Workflow): Promise<void> {
  await world.startExecution(workflow, { approve: true });
  await world.sleep(APPROVAL_SECONDS * 1000);
  await world.startExecution('approve', {});
}

async function isCutOffWhileDisarmed(world: SimulatedWorld, until: Instant | null): Promise<void> {
  await world.store.change(() => [{ type: 'disarmed', until, why: 'maintenance' }]);
  await world.cutLink();
  await world.sleep(100_000);
}

export const STORIES: readonly Story[] = [
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
    before: (world) => leavesAPush(world, SITE_A, SITE_B, PUSH_BEGINS_SECONDS),
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
    name: 'the Data Grid of the primary restarts',
    workflow: 'failover',
    serving: SITE_A,
    begin: async (_, moves) => void moves.restartDataGrid(SITE_A),
    seconds: LOSS_SECONDS,
  },
  {
    name: 'resync',
    workflow: 'resync',
    serving: SITE_A,
    before: bWasLostAndIsBack,
    begin: async (world) => void (await world.startExecution('resync', {})),
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
      await world.startExecution('resync', {});
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
      await world.startExecution('resync', {});
    },
    seconds: 300,
  },
  {
    name: 'switchover',
    workflow: 'switchover',
    serving: SITE_A,
    begin: async (world) => void (await world.startExecution('switchover', {})),
    seconds: 150,
  },
  {
    name: 'switchover with approval',
    workflow: 'switchover',
    serving: SITE_A,
    begin: (world) => approved(world, 'switchover'),
    seconds: 240,
  },
  {
    name: 'switchback',
    workflow: 'switchback',
    serving: SITE_B,
    begin: async (world) => void (await world.startExecution('switchback', {})),
    seconds: 150,
  },
  {
    name: 'switchback with approval',
    workflow: 'switchback',
    serving: SITE_B,
    begin: (world) => approved(world, 'switchback'),
    seconds: 240,
  },
  {
    name: 'switchback after a loss',
    workflow: 'switchback',
    serving: SITE_A,
    before: async (world) => {
      await isLost(world, SITE_A);
      await isBack(world, SITE_A);
      await isResynced(world);
    },
    begin: async (world) => void (await world.startExecution('switchback', { approve: false })),
    seconds: 150,
  },
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
    begin: async (world) => void (await world.startExecution('promote-accepting-loss', PROMOTION)),
    seconds: 200,
  },
  {
    name: 'adopt',
    workflow: 'adopt',
    serving: SITE_A,
    begin: async (world) => void (await world.startExecution('adopt', { serving: SITE_A, inSync: true })),
    seconds: 30,
  },
  {
    name: 'a suspect site is settled',
    suspects: SITE_B,
    workflow: 'readiness',
    serving: SITE_A,
    begin: async (world) => {
      const result = await world.store.change(() => [{ type: 'site-suspected', site: SITE_B }]);
      if (result === 'stopped' || result.kind !== 'changed') throw new Error('The site is not suspect.');
    },
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
];

export const STORY_NAMES: readonly string[] = STORIES.map(({ name }) => name);

export const workflowOf = (name: string): Workflow => STORIES.find((story) => story.name === name)!.workflow;

/** As events/inputs/promote-accepting-loss.json has it. */
const PROMOTION = { site: SITE_B, acceptLoss: true, why: 'site-a is gone for good' };
