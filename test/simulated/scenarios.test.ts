import { describe, expect, it } from '@jest/globals';
import { measure } from '../../lab/drill/measures.ts';
import { play } from '../../lab/drill/play.ts';
import { type About, prove } from '../../lab/drill/proof.ts';
import type { DrillRecord } from '../../lab/drill/record.ts';
import { SCENARIO_NAMES, SCENARIOS, type ScenarioName } from '../../lab/drill/scenarios.ts';
import type { CreateWorld, World, WorldOptions } from '../../lab/drill/world.ts';
import { onVirtualTime } from '../../lab/simulated/virtual-time.ts';
import { createSimulatedWorld } from '../../lab/simulated/world.ts';

const simulate = (
  scenario: ScenarioName,
  more: { unaided?: boolean; caches?: WorldOptions['caches']; createWorld?: CreateWorld } = {},
): Promise<DrillRecord> => {
  const { unaided = false, caches = 'keycloak-26', createWorld = createSimulatedWorld } = more;
  return onVirtualTime(() =>
    play({ createWorld, scenario: SCENARIOS[scenario], caches, unaided, onEvent: () => {} }),
  );
};

const failing = (record: DrillRecord): readonly (readonly [About, readonly string[]])[] =>
  prove(record)
    .filter(({ passed }) => !passed)
    .map(({ about, examples }) => [about, examples]);

describe('each scenario, simulated from the loss to the end', () => {
  it.each(SCENARIO_NAMES)(
    '%s: every proof holds',
    async (scenario) => {
      const record = await simulate(scenario);
      expect(failing(record)).toEqual([]);
      expect(measure(record).afterwards).toMatchObject({ lost: 0, refused: 0, unknown: 0 });
    },
    60_000,
  );

  it('holds with the caches of the guide for RHBK 24 too', async () => {
    expect(failing(await simulate('freeze', { caches: 'rhbk-24' }))).toEqual([]);
  }, 60_000);

  it('is the same story in each run', async () => {
    const told = async () => {
      const { events, attempts } = await simulate('planned');
      // The names of a Batch's pod and of the approval's question differ by nothing that matters here.
      return { events, attempts: attempts.length };
    };
    expect(await told()).toEqual(await told());
  }, 60_000);
});

describe('the same loss with nobody at the keyboard', () => {
  it('leaves writes refused until the lost site itself is back', async () => {
    const { goodWritesSeconds, returnSeconds, meanwhile } = measure(
      await simulate('freeze', { unaided: true }),
    );
    expect(goodWritesSeconds).toBeGreaterThan(returnSeconds!);
    expect(meanwhile.refused).toBeGreaterThan(1_000);
  }, 60_000);

  it('loses good writes when the primary comes back empty and is given traffic', async () => {
    const { goodWritesMissing, staleReads } = measure(await simulate('crash', { unaided: true }));
    expect(goodWritesMissing).toBeGreaterThan(0);
    expect(staleReads).toBeGreaterThan(0);
  }, 60_000);
});

/** The simulated world, but for what a test replaces. */
const worldWith =
  (changes: (world: World) => Partial<World>): CreateWorld =>
  (options) => {
    const world = createSimulatedWorld(options);
    const changed: Partial<World> = changes(world);
    return new Proxy(world, {
      get: (target, name) => {
        const own = changed[name as keyof World] ?? target[name as keyof World];
        return typeof own === 'function' ? own.bind(target) : own;
      },
    });
  };

describe('when something is wrong, the proof fails', () => {
  it('because one good write is missing at one site', async () => {
    const createWorld = worldWith((world) => ({
      entries: async (site, cache) => {
        const entries = new Map(await world.entries(site, cache));
        if (site === 'site-a') entries.delete([...entries.keys()].find((key) => key.startsWith('session-'))!);
        return entries;
      },
    }));
    const found = failing(await simulate('secondary', { createWorld })).map(([about]) => about);
    expect(found).toEqual(['good-writes', 'same-entries']);
  }, 60_000);

  it('because a person sends traffic to the lost site as soon as it is back', async () => {
    let returned = false;
    const createWorld = worldWith((world) => ({
      thaw: async (site) => {
        returned = true;
        await world.thaw(site);
      },
      resolve: async () => (returned ? ('site-a' as never) : world.resolve()),
    }));
    const found = failing(await simulate('freeze', { createWorld })).map(([about]) => about);
    expect(found).toContain('no-traffic');
  }, 60_000);

  it('because Keycloak was left at another size', async () => {
    let asked = 0;
    const createWorld = worldWith((world) => ({
      keycloakInstances: async (site) => {
        const instances = await world.keycloakInstances(site);
        return ++asked > 2 && site === 'site-b' ? 1 : instances;
      },
    }));
    expect(failing(await simulate('secondary', { createWorld }))).toEqual([
      ['keycloak', ['site-b has 1 instead of 2']],
    ]);
  }, 60_000);

  it('because nothing of ours ran: what the guide leaves to people was not done', async () => {
    const createWorld: CreateWorld = (options) => createSimulatedWorld({ ...options, unaided: true });
    const record = await simulate('freeze', { createWorld });
    expect(failing(record)[0]).toEqual(['played', ['Not within 150 s: site-a is stale in the ledger.']]);
  }, 60_000);
});
