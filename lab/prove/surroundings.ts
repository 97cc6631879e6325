import {
  GetHealthCheckCommand,
  type Route53Client,
  UpdateHealthCheckCommand,
} from '@aws-sdk/client-route-53';
import type { SiteName } from '../../functions/shared/names.ts';
import { inMemoryClient } from '../aws/in-memory-client.ts';
import { SITE_A, SITE_B } from '../configuration.ts';
import type { SimulatedWorld } from '../simulated/world.ts';
import { isLie, type TroubleKind } from './history.ts';
import { FENCED } from './invariants/by-hand.ts';

/** Longer than anybody waits for a Batch. */
const BATCH_HANGS_MILLISECONDS = 200_000;
const BATCHES_HELD_MILLISECONDS = 90_000;
/** Longer than checkers and an alarm take to see it. */
const ENDPOINT_BROKEN_MILLISECONDS = 120_000;

const SITES: readonly SiteName[] = [SITE_A, SITE_B];

/**
 * What happens to that on which the product leans, the sites themselves apart.
 * @param other the site with which DNS does not answer
 */
export async function surroundings(world: SimulatedWorld, kind: TroubleKind, other: SiteName): Promise<void> {
  if (isLie(kind)) {
    // The last cache alone, so that whoever looks at the first one is deceived; a restart concerns them all.
    const caches = world.configuration.caches;
    const concerned = kind === 'the take-offline concerns no cache' ? caches : caches.slice(-1);
    for (const site of SITES) for (const cache of concerned) world.grid.lieNext(kind, site, cache);
    return;
  }
  switch (kind) {
    case 'a person touches a health check':
      await save(world, SITE_A);
      return;
    case 'a person fences the other site by hand':
      await save(world, other, FENCED);
      return;
    case 'the endpoint of the other site breaks for a while':
      world.site(other).breakEndpoint(ENDPOINT_BROKEN_MILLISECONDS);
      return;
    case 'the next Batch hangs':
      for (const site of SITES) world.site(site).delayNextBatch(BATCH_HANGS_MILLISECONDS);
      return;
    case 'no Batch begins for a while':
      for (const site of SITES) world.site(site).holdBatches(BATCHES_HELD_MILLISECONDS);
      return;
    default:
      throw new Error(`Nobody knows how "${kind}" happens.`);
  }
}

/**
 * Somebody saves a switch in the console: its version is another one from then on.
 * @param threshold absent: as it stands
 */
async function save({ installation }: SimulatedWorld, site: SiteName, threshold?: number): Promise<void> {
  const route53 = inMemoryClient<Route53Client>(installation.route53.service);
  const HealthCheckId = `switch-${site}`;
  const { HealthCheck } = await route53.send(new GetHealthCheckCommand({ HealthCheckId }));
  const HealthThreshold = threshold ?? HealthCheck!.HealthCheckConfig!.HealthThreshold;
  await route53.send(new UpdateHealthCheckCommand({ HealthCheckId, HealthThreshold }));
}
