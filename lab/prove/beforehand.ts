import { batchManifest } from '../../functions/data-grid/batch.ts';
import { commandsOf } from '../../functions/data-grid/commands.ts';
import type { SiteName, Workflow } from '../../functions/shared/names.ts';
import { SITE_B } from '../configuration.ts';
import type { SimulatedWorld } from '../simulated/world.ts';

/** What comes before a story, and begins it: an earlier loss, a return, a resync, a person's command. */

/** Detection, failover and its end; then the site is back, and contained. */
export const LOSS_SECONDS = 240;
export const RETURN_SECONDS = 150;
const RESYNC_SECONDS = 180;
const LOOK_SECONDS = 5;

/** Looks every few seconds, and goes on as soon as it is so, or the time is over. */
async function until(world: SimulatedWorld, seconds: number, isSo: () => Promise<boolean>): Promise<void> {
  for (let waited = 0; waited < seconds && !(await isSo()); waited += LOOK_SECONDS)
    await world.sleep(LOOK_SECONDS * 1000);
}

/** It freezes, and failover has ended. */
export async function isLost(world: SimulatedWorld, site: SiteName): Promise<void> {
  await world.freeze(site);
  await until(world, LOSS_SECONDS, async () => hasEnded(world, 'failover'));
}

/** It thaws, is contained, and sends nothing any more. */
export async function isBack(world: SimulatedWorld, site: SiteName): Promise<void> {
  await world.thaw(site);
  await until(world, RETURN_SECONDS, async () => {
    const ledger = await world.ledger();
    return ledger!.sites[site]!.contained && ledger!.operation === null && !world.grid.seesOther(site);
  });
}

export async function isResynced(world: SimulatedWorld): Promise<void> {
  await world.startExecution('resync', {});
  await until(world, RESYNC_SECONDS, async () => hasEnded(world, 'resync'));
}

const hasEnded = (world: SimulatedWorld, workflow: Workflow): boolean => {
  const executions = world.engine.listExecutions(workflow);
  return executions.length > 0 && executions.every(({ status }) => status !== 'RUNNING');
};

export async function bWasLostAndIsBack(world: SimulatedWorld): Promise<void> {
  await isLost(world, SITE_B);
  await isBack(world, SITE_B);
}

/** A person starts it. */
export async function started(world: SimulatedWorld, workflow: Workflow, input: object): Promise<void> {
  await world.startExecution(workflow, input);
}

/** Once, as soon as that is told. */
export function when(
  world: SimulatedWorld,
  what: string | ((text: string) => boolean),
  act: () => void,
): void {
  let isDone = false;
  world.onEvent(({ text }) => {
    if (isDone || !(typeof what === 'string' ? text === what : what(text))) return;
    isDone = true;
    act();
  });
}

/** Whatever it holds: nobody knows whether it lacks anything. */
export async function isSuspected(world: SimulatedWorld, site: SiteName): Promise<void> {
  const result = await world.store.change(() => [{ type: 'site-suspected', site }]);
  if (result === 'stopped' || result.kind !== 'changed') throw new Error('The site is not suspect.');
}

/** As events/inputs/promote-accepting-loss.json has it. */
export const PROMOTION = { site: SITE_B, acceptLoss: true, why: 'site-a is gone for good' };

/** A resync of long ago was broken off, and its push has hung since; it begins so much later. */
export async function leavesAPush(
  world: SimulatedWorld,
  site: SiteName,
  against: SiteName,
  seconds: number,
): Promise<void> {
  const { caches, deployment, sites } = world.configuration;
  const identity = { step: 'push', execution: 'long ago', attempt: 1 } as const;
  const { infinispan } = sites.find(({ name }) => name === site)!.cluster;
  world.site(site).delayNextBatch(seconds * 1000);
  await world
    .site(site)
    .cluster.createBatch(
      batchManifest(identity, infinispan, deployment, commandsOf('push', { against, caches })),
    );
}
