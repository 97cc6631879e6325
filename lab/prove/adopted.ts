import type { CacheName } from '../../functions/shared/names.ts';
import { seededRandom } from '../drill/random.ts';
import { onVirtualTime } from '../simulated/virtual-time.ts';
import { type Adopted, createSimulatedWorld, type SimulatedWorldOptions } from '../simulated/world.ts';
import type { Story } from './stories.ts';

/** Two are enough to tell "every cache" from "the first". */
const CACHES = ['sessions', 'work'] as unknown as readonly CacheName[];
/** As deployed. */
const PACE = { alarmPeriodSeconds: 60, scheduleSeconds: 60 };
const SEED = 1;

/** What adopting depends on. */
export const installationOf = ({ serving, caches }: Story): SimulatedWorldOptions => ({
  caches: caches ?? 'keycloak-26',
  serving,
  unaided: false,
  pace: PACE,
  configuration: { caches: CACHES as CacheName[] },
});

const KEPT = new Map<string, Adopted>();

/**
 * An installation that was adopted and is ready. No trouble comes before that, so it is played once in a process, and
 * always the same: a history does not depend on those before it.
 */
export async function adopted(story: Story): Promise<Adopted> {
  const installation = installationOf(story);
  const key = `${installation.caches} ${installation.serving}`;
  const kept = KEPT.get(key) ?? (await onVirtualTime(() => playedFor(installation)));
  KEPT.set(key, kept);
  return kept;
}

async function playedFor(installation: SimulatedWorldOptions): Promise<Adopted> {
  const random = Math.random;
  Math.random = seededRandom(SEED);
  // When it is ready depends on nobody's patience with Route 53.
  const world = createSimulatedWorld({ ...installation, requestsPerSecond: Number.POSITIVE_INFINITY });
  try {
    await world.start();
    return world.adopted;
  } finally {
    await world.stop();
    Math.random = random;
  }
}
