import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { SITE_A, SITE_B } from '../../lab/configuration.ts';
import { Client, type ClientOptions } from '../../lab/prove/clients.ts';
import { Sessions } from '../../lab/prove/sessions.ts';
import type { SimulatedWorld } from '../../lab/simulated/world.ts';

const EVERY_MILLISECONDS = 1_000;

/** DNS turns from site-a, which answers nobody any more, to site-b once the client has written for the first time. */
async function writesOf(how: Pick<ClientOptions, 'kind' | 'keepsMilliseconds'>, seconds: number) {
  const asked: string[] = [];
  const world = {
    configuration: { caches: ['sessions'], traffic: { recordTtlSeconds: 10 } },
    grid: { policy: { timeoutMilliseconds: 0 } },
    now: () => Date.now(),
    sleep: (milliseconds: number) => new Promise((resolve) => setTimeout(resolve, milliseconds)),
    resolve: async () => (asked.length === 0 ? SITE_A : SITE_B),
    request: async (site: string) => {
      asked.push(site);
      return site === SITE_A && asked.length > 1
        ? { kind: 'refused' }
        : { kind: 'answered', status: 204, value: null };
    },
  } as unknown as SimulatedWorld;
  const client = new Client(world, new Sessions(), {
    ...how,
    name: 'one',
    everyMilliseconds: EVERY_MILLISECONDS,
    random: () => 0.5,
  });
  client.start();
  await jest.advanceTimersByTimeAsync(seconds * 1000);
  client.stop();
  return { atLost: asked.filter((site) => site === SITE_A).length, keptAnswer: client.keptAnswer };
}

describe('a client whose resolver keeps answers longer than the record says', () => {
  beforeEach(() => {
    jest.useFakeTimers();
  });
  afterEach(() => {
    jest.useRealTimers();
  });

  const keeps = { kind: 'keeps answers', keepsMilliseconds: 60_000 } as const;

  it('goes to the site that DNS has left until that time is over, though it is refused there', async () => {
    expect(await writesOf(keeps, 59)).toEqual({ atLost: 60, keptAnswer: SITE_A });
  });

  it('goes where DNS answers afterwards', async () => {
    const { atLost, keptAnswer } = await writesOf(keeps, 90);
    expect(atLost).toBe(61);
    expect(keptAnswer).toBe(SITE_B);
  });

  it('is not the one that asks again as soon as it is refused', async () => {
    expect(await writesOf({ kind: 'by DNS' }, 59)).toEqual({ atLost: 2, keptAnswer: null });
  });
});
