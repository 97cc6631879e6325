import type { SiteName, Workflow } from '../../../functions/shared/names.ts';
import { otherSiteThan, SITE_A, SITE_B } from '../../configuration.ts';
import type { SimulatedWorld } from '../../simulated/world.ts';
import { isBack, isLost, isResynced, isSuspected, started, when } from '../beforehand.ts';
import type { Story } from '../stories.ts';

const APPROVAL_SECONDS = 40;
const JUST_BACK_SECONDS = 20;
/** All attempts to take the old site offline are given up meanwhile. */
const API_HIDDEN_MILLISECONDS = 200_000;
/** Longer than any of them takes. */
const BROKEN_MILLISECONDS = 600_000;

/** Whoever answers takes long enough for checkers to have looked again. */
async function asked(world: SimulatedWorld, workflow: Workflow, answer: object): Promise<void> {
  await started(world, workflow, { approve: true });
  await world.sleep(APPROVAL_SECONDS * 1000);
  await started(world, 'approve', answer);
}

const REFUSAL = { decision: 'refuse', by: 'whoever is on call' };

/** What may become of either, whoever serves. */
const either = (workflow: 'switchover' | 'switchback', serving: SiteName): readonly Story[] => [
  {
    name: `${workflow} as a dry run`,
    workflow,
    serving,
    begin: (world) => started(world, workflow, { dryRun: true }),
    seconds: 30,
  },
  {
    name: `${workflow} that a person refuses`,
    workflow,
    serving,
    begin: (world) => asked(world, workflow, REFUSAL),
    seconds: 120,
  },
  {
    name: `${workflow} without the database`,
    workflow,
    serving,
    begin: (world) => started(world, workflow, { moveDatabase: false }),
    seconds: 150,
  },
  {
    name: `${workflow} to a site whose endpoint is down`,
    workflow,
    serving,
    stopsAt: 'Tell that nothing was moved',
    begin: async (world) => {
      world.site(otherSiteThan(serving)).breakEndpoint(BROKEN_MILLISECONDS);
      await world.sleep(60_000);
      await started(world, workflow, {});
    },
    seconds: 30,
  },
  {
    name: `${workflow} to a suspect site`,
    workflow,
    serving,
    suspects: otherSiteThan(serving),
    stopsAt: "Tell why it can't begin",
    begin: async (world) => {
      await isSuspected(world, otherSiteThan(serving));
      await started(world, workflow, {});
    },
    seconds: 20,
  },
];

export const PLANNED_MOVES: readonly Story[] = [
  {
    name: 'switchover',
    workflow: 'switchover',
    serving: SITE_A,
    begin: (world) => started(world, 'switchover', {}),
    seconds: 150,
  },
  {
    name: 'switchover with approval',
    workflow: 'switchover',
    serving: SITE_A,
    begin: (world) => asked(world, 'switchover', {}),
    seconds: 240,
  },
  ...either('switchover', SITE_A),
  {
    name: 'switchover, and then the API of the new site is away',
    workflow: 'switchover',
    serving: SITE_A,
    stopsAt: 'Tell that the old site is not isolated',
    begin: async (world) => {
      await started(world, 'switchover', {});
      when(world, 'switchover: Check that the new site passes still', () =>
        world.site(SITE_B).hideApi(API_HIDDEN_MILLISECONDS),
      );
    },
    seconds: 300,
  },
  {
    name: 'switchback',
    workflow: 'switchback',
    serving: SITE_B,
    begin: (world) => started(world, 'switchback', {}),
    seconds: 150,
  },
  {
    name: 'switchback with approval',
    workflow: 'switchback',
    serving: SITE_B,
    begin: (world) => asked(world, 'switchback', {}),
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
    begin: (world) => started(world, 'switchback', { approve: false }),
    seconds: 150,
  },
  ...either('switchback', SITE_B),
  {
    name: 'switchback to a stale site',
    workflow: 'switchback',
    serving: SITE_A,
    before: async (world) => {
      await isLost(world, SITE_A);
      await isBack(world, SITE_A);
    },
    begin: (world) => started(world, 'switchback', { approve: false }),
    seconds: 300,
  },
  {
    name: 'switchback to a site that is just back',
    workflow: 'switchback',
    serving: SITE_A,
    before: (world) => isLost(world, SITE_A),
    begin: async (world) => {
      await world.thaw(SITE_A);
      await world.sleep(JUST_BACK_SECONDS * 1000);
      await started(world, 'switchback', { approve: false });
    },
    seconds: 400,
  },
];
