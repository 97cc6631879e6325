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

const API_HIDDEN_MILLISECONDS = 60_000;
/** Longer than anybody waits for a Batch. */
const BATCH_HANGS_MILLISECONDS = 200_000;
const BATCHES_HELD_MILLISECONDS = 90_000;

const SITES: readonly SiteName[] = [SITE_A, SITE_B];

/** What happens to that on which the product leans, the sites themselves apart. */
export async function surroundings(world: SimulatedWorld, kind: TroubleKind): Promise<void> {
  if (isLie(kind)) {
    // The last cache alone, so that whoever looks at the first one is deceived; a restart concerns them all.
    const caches = world.configuration.caches;
    const concerned = kind === 'the take-offline concerns no cache' ? caches : caches.slice(-1);
    for (const site of SITES) for (const cache of concerned) world.grid.lieNext(kind, site, cache);
    return;
  }
  switch (kind) {
    case 'a person touches a health check':
      await touch(world);
      return;
    case 'the APIs of the clusters vanish for a while':
      for (const site of SITES) world.site(site).hideApi(API_HIDDEN_MILLISECONDS);
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

/** Somebody saves the switch of the primary in the console as it stands: its version is another one from then on. */
async function touch({ installation }: SimulatedWorld): Promise<void> {
  const route53 = inMemoryClient<Route53Client>(installation.route53.service);
  const HealthCheckId = `switch-${SITE_A}`;
  const { HealthCheck } = await route53.send(new GetHealthCheckCommand({ HealthCheckId }));
  const { HealthThreshold } = HealthCheck!.HealthCheckConfig!;
  await route53.send(new UpdateHealthCheckCommand({ HealthCheckId, HealthThreshold }));
}
