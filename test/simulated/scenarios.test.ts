import { describe, expect, it } from '@jest/globals';
import { machineDefinitions } from '../../lab/aws/machine-files.ts';
import { measure } from '../../lab/drill/measures.ts';
import { type PlayOptions, play } from '../../lab/drill/play.ts';
import { type About, prove } from '../../lab/drill/proof.ts';
import type { DrillRecord } from '../../lab/drill/record.ts';
import { SCENARIO_NAMES, SCENARIOS, type ScenarioName } from '../../lab/drill/scenarios.ts';
import type { CreateWorld, World } from '../../lab/drill/world.ts';
import { onVirtualTime } from '../../lab/simulated/virtual-time.ts';
import { createSimulatedWorld } from '../../lab/simulated/world.ts';

/** A second of virtual time takes as long as what clients ask for in it. */
const FEWER_REQUESTS = 12;

const simulate = (
  scenario: ScenarioName,
  more: Partial<Pick<PlayOptions, 'unaided' | 'caches' | 'createWorld' | 'requestsPerSecond'>> = {},
): Promise<DrillRecord> => {
  const standard = { createWorld: createSimulatedWorld, caches: 'keycloak-26', unaided: false } as const;
  const requestsPerSecond = FEWER_REQUESTS;
  return onVirtualTime(() =>
    play({ ...standard, requestsPerSecond, scenario: SCENARIOS[scenario], onEvent: () => {}, ...more }),
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
  });

  it('is the same story in each run', async () => {
    const told = async () => {
      const { events, attempts } = await simulate('planned');
      // The names of a Batch's pod and of the approval's question differ by nothing that matters here.
      return { events, attempts: attempts.length };
    };
    expect(await told()).toEqual(await told());
  });
});

describe('the same loss with nobody at the keyboard', () => {
  it('leaves writes refused until the lost site itself is back', async () => {
    const { goodWritesSeconds, returnSeconds, meanwhile } = measure(
      await simulate('freeze', { unaided: true, requestsPerSecond: 35 }),
    );
    expect(goodWritesSeconds).toBeGreaterThan(returnSeconds!);
    expect(meanwhile.refused).toBeGreaterThan(1_000);
  });

  it('loses good writes when the primary comes back empty and is given traffic', async () => {
    const { goodWritesMissing, staleReads } = measure(await simulate('crash', { unaided: true }));
    expect(goodWritesMissing).toBeGreaterThan(0);
    expect(staleReads).toBeGreaterThan(0);
  });
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
  });

  it('because one site can no longer be read in the end', async () => {
    const createWorld = worldWith((world) => ({
      entries: async (site, cache) => {
        if (site === 'site-b') throw new Error('connection refused');
        return world.entries(site, cache);
      },
    }));
    expect(failing(await simulate('planned', { createWorld }))[0]).toEqual([
      'played',
      ['What the sites hold in the end could not be read: connection refused'],
    ]);
  });

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
  });

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
  });

  it('because nothing of ours ran: what the guide leaves to people was not done', async () => {
    const createWorld: CreateWorld = (options) => createSimulatedWorld({ ...options, unaided: true });
    const record = await simulate('freeze', { createWorld });
    expect(failing(record)[0]).toEqual(['played', ['Not within 150 s: site-a is stale in the ledger.']]);
  });
});

describe('what a site that comes back still sends', () => {
  /** With a view that drops the survivor just before the resync looks: then it goes on soonest. */
  const timings = { viewDropMilliseconds: 47_000 };
  /** The resync with states that do nothing but go on to another one. */
  const resyncThatSkips =
    (skipped: Readonly<Record<string, string>>): CreateWorld =>
    (options) => {
      const definitions = new Map(machineDefinitions(createSimulatedWorld(options).configuration));
      const resync = definitions.get('resync')!;
      const passes = Object.entries(skipped).map(([state, Next]) => [state, { Type: 'Pass', Next }] as const);
      for (const state of Object.keys(skipped)) expect(Object.keys(resync.States)).toContain(state);
      definitions.set('resync', { ...resync, States: { ...resync.States, ...Object.fromEntries(passes) } });
      return createSimulatedWorld({ ...options, timings, definitions });
    };

  it('never reaches the survivor, because the resync waits until it has given that up', async () => {
    expect(failing(await simulate('freeze', { createWorld: resyncThatSkips({}) }))).toEqual([]);
  });

  it.each([
    ['until its own view has dropped the survivor', { 'Is the bridge cut': 'Restore the bridge' }],
    ['15 s more', { 'Let it give up what it still sends': 'Restore the bridge' }],
  ])(
    'overwrites newer values there when the resync does not wait %s',
    async (_, skipped) => {
      const record = await simulate('freeze', { createWorld: resyncThatSkips(skipped) });
      expect(failing(record).map(([about]) => about)).toEqual([
        'good-writes',
        'ended-sessions',
        'stale-reads',
        'no-echo',
      ]);
    },
    60_000,
  );
});
