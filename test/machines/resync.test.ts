import { describe, expect, it } from '@jest/globals';
import { batchManifest } from '../../functions/data-grid/batch.ts';
import { commandsOf } from '../../functions/data-grid/commands.ts';
import type { SiteName } from '../../functions/shared/names.ts';
import { REAL, type Script } from './script.ts';
import { everyStep } from './sweeps.ts';
import { path, tasksOfPath, Ways } from './ways.ts';
import { A, B, inWorld, type World } from './world.ts';

const ways = new Ways('resync');
const { onLog } = ways;

/** site-b was lost, is back with old data, and a resync is started as from the console. */
const play = async (world: World, input: unknown = {}) => {
  await world.lostAndFoundB();
  return world.run('resync', input);
};
/** The same after a failover that cut the bridge at site-a. */
const playWithTheBridgeCut = async (world: World) => {
  await world.run('failover', { lostSite: B });
  return world.run('resync');
};
const story = (script: Script, tell: (world: World) => Promise<void>) => inWorld({ script, onLog }, tell);

const NO = { outcome: 'not-proven', reason: 'its log is empty.', remedy: 'Look at the pod.', caches: [] };
const LEFT = {
  outcome: 'left',
  reason: 'What is still there: Batch failover-take-offline-1 at site-a.',
  remedy: 'See `kubectl get batches`.',
};
const BUSY = { outcome: 'busy', reason: 'switchover runs.', serving: A, other: B };
const sending = (...caches: string[]) => ({
  outcome: 'proven',
  done: false,
  failed: [],
  anyFailed: false,
  sending: caches,
  seesOther: true,
});
const failedFor = (...caches: string[]) => ({
  outcome: 'proven',
  done: false,
  failed: caches,
  anyFailed: true,
  sending: [],
  seesOther: true,
});

const times = (states: readonly string[], state: string) => states.filter((each) => each === state).length;
/** A Batch of an execution that is over, which has yet to begin. */
const isLeftOver = async (
  world: World,
  site: SiteName,
  step: 'take-offline' | 'bring-online' | 'push' = 'take-offline',
) => {
  const { caches, deployment } = world.configuration;
  const commands = commandsOf(step, { against: site === A ? B : A, caches });
  const identity = { step, execution: 'before', attempt: 1 } as const;
  await world.site(site).cluster.createBatch(batchManifest(identity, 'infinispan', deployment, commands));
};
const entries = (world: World, site: SiteName) =>
  world.grid.entries(site, world.configuration.caches[0]!).size;
const statuses = (world: World) =>
  world.configuration.caches.map((cache) => [world.grid.isOnline(A, cache), world.grid.isOnline(B, cache)]);

describe('a stale site that is back', () => {
  it('ends with the source’s entries, both directions online, Keycloak at its size, in sync and told', () =>
    story({}, async (world) => {
      await world.grid.write(B, world.configuration.caches[0]!, 'older', 'only at site-b');
      const end = await play(world);
      expect(end).toMatchObject({ status: 'SUCCEEDED', output: { outcome: 'in-sync', site: B } });
      for (const cache of world.configuration.caches) {
        expect([...world.grid.entries(B, cache)]).toEqual([...world.grid.entries(A, cache)]);
      }
      expect(statuses(world).flat()).not.toContain(false);
      expect(world.site(B).model.keycloak.counts().declared).toBe(2);
      const { sites, operation } = await world.ledger();
      expect([sites[B]?.trust, sites[B]?.contained, operation]).toEqual(['in-sync', false, null]);
      expect(world.subjects).toEqual(['site-b is in sync again']);
    }));

  it.each(['Delete what was left over', 'Delete what was left over before the proof'])(
    'meets nothing that an earlier execution left behind and that "%s" finds, at neither site',
    (state) => {
      const worlds: World[] = [];
      const found = async (_: unknown, proceed: () => Promise<unknown>) => {
        for (const site of [A, B]) await isLeftOver(worlds[0]!, site);
        return proceed();
      };
      return story({ [state]: [found, REAL] }, async (world) => {
        worlds.push(world);
        const end = await play(world);
        expect(end).toMatchObject({ status: 'SUCCEEDED', output: { outcome: 'in-sync', site: B } });
        expect(times(path(end), state)).toBe(2);
        expect(times(path(end), 'Prove it at the source')).toBe(1);
        await world.wait(60);
        expect(statuses(world).flat()).not.toContain(false);
      });
    },
  );

  it('is let back to the source once nothing is left there that would send to it', () =>
    story({}, async (world) => {
      const { batches } = world.site(B).model;
      world.site(B).delayNextBatch(600_000);
      await isLeftOver(world, B, 'push');
      const names = () => batches.all().map(({ metadata }) => metadata.name);
      const [push] = names();
      const left: boolean[] = [];
      world.before('Restore the bridge', () => left.push(names().includes(push!)));
      expect(await play(world)).toMatchObject({ status: 'SUCCEEDED' });
      expect(left).toEqual([false]);
    }));

  it('is cleared on proofs from after whatever was left behind was gone, so that the clear stays there', () => {
    const worlds: World[] = [];
    const bringsOnlineLater = async (_: unknown, proceed: () => Promise<unknown>) => {
      const world = worlds[0]!;
      // Begins once the source is proven offline there, and has ended long before the clear.
      world.site(B).delayNextBatch(6_000);
      await isLeftOver(world, B, 'bring-online');
      return proceed();
    };
    return story({ 'Delete what was left over': [bringsOnlineLater] }, async (world) => {
      worlds.push(world);
      await world.grid.write(A, world.configuration.caches.at(-1)!, 'newest', 'only at site-a');
      world.before('Clear the stale site', () => world.lies('the take-offline does not take', B));
      await play(world);
      expect([...world.grid.entries(A, world.configuration.caches.at(-1)!).keys()]).toContain('newest');
    });
  });

  it('is waited for until the sites see each other again', () =>
    story({}, async (world) => {
      world.grid.cut('the link');
      await world.wait(60);
      await world.lostAndFoundB();
      const execution = world.engine.startExecution('resync');
      await world.wait(60);
      world.grid.heal('the link');
      const end = await world.ended(execution);
      expect(end.output).toMatchObject({ outcome: 'in-sync' });
      expect(times(path(end), 'Wait for the view')).toBeGreaterThan(3);
    }));

  it('behind a cut bridge is let through only when its view has dropped the source, so that nothing held arrives', () =>
    story({}, async (world) => {
      const began = Date.now();
      const end = await playWithTheBridgeCut(world);
      expect(end.output).toMatchObject({ outcome: 'in-sync' });
      expect(times(path(end), 'Wait for its view')).toBeGreaterThan(2);
      expect(Date.now() - began).toBeGreaterThan(44_000);
      expect((await world.ledger()).sites[B]?.bridgeCut).toBe(false);
    }));

  it('behind a cut bridge that never drops the source is left behind it', () =>
    story({ 'Look whether the stale site is alone': NO }, async (world) => {
      expect(await playWithTheBridgeCut(world)).toMatchObject({ status: 'FAILED', error: 'Told' });
      expect(world.subjects.at(-1)).toBe('resync of site-b failed');
      expect((await world.ledger()).sites[B]?.bridgeCut).toBe(true);
      expect(world.mails.at(-1)?.body).toMatch(
        /NetworkPolicy sso-bridge-cut-site-b at site-a.*delete NetworkPolicy sso-bridge-cut-site-b at site-a/s,
      );
      // The remedy works: nothing is waited for any more.
      await world.site(A).cluster.deleteNetworkPolicy('sso-bridge-cut-site-b');
      expect(await world.run('resync')).toMatchObject({ output: { outcome: 'in-sync' } });
    }));

  it('whose bridge was to be cut, which was refused, is not waited for: no policy stands', () =>
    story({}, async (world) => {
      const { cluster } = world.site(A);
      cluster.rules = cluster.rules.map((rule) => ({
        ...rule,
        verbs: rule.verbs.filter((verb) => verb !== 'create' || !rule.resources.includes('networkpolicies')),
      }));
      await world.run('failover', { lostSite: B });
      expect((await world.ledger()).sites[B]?.bridgeCut).toBe(true);
      const end = await world.run('resync');
      expect(end.output).toMatchObject({ outcome: 'in-sync' });
      expect(path(end)).not.toContain('Look whether the stale site is alone');
      expect((await world.ledger()).sites[B]?.bridgeCut).toBe(false);
    }));

  it('whose bridge can’t be looked at stays behind it', () =>
    story(
      { 'Look whether the bridge stands': { outcome: 'unreachable', reason: 'no answer' } },
      async (world) => {
        expect(await playWithTheBridgeCut(world)).toMatchObject({ status: 'FAILED', error: 'Told' });
        expect((await world.ledger()).sites[B]?.bridgeCut).toBe(true);
      },
    ));

  it('and served before the other one was promoted from behind the cut bridge, leaves no policy at either site', () =>
    story({}, async (world) => {
      await world.run('failover', { lostSite: B });
      await world.run('promote-accepting-loss', { site: B, acceptLoss: true });
      await world.wait(60);
      await world.run('failover');
      await world.wait(60);
      const end = await world.run('resync', { acceptCounts: true });
      expect(end.output).toMatchObject({ outcome: 'in-sync', site: A });
      for (const [at, cutOff] of [
        [A, B],
        [B, A],
      ] as const) {
        expect(await world.site(at).cluster.readNetworkPolicy(`sso-bridge-cut-${cutOff}`)).toBe(false);
        expect((await world.ledger()).sites[at]?.bridgeCut).toBe(false);
      }
    }));

  it('is still told as in sync where Route 53 was changed by hand, with the way to settle that', () =>
    story(
      { 'Make Route 53 agree': { outcome: 'drift', reason: 'switch-site-b was changed.' } },
      async (world) => {
        expect(await play(world)).toMatchObject({ status: 'SUCCEEDED' });
        expect(world.mails[0]?.body).toMatch(/switch-site-b was changed\. Start the workflow "adopt"/);
      },
    ));
});

describe('a start by hand', () => {
  it('with both sites in sync does nothing', () =>
    story({}, async (world) => {
      expect(await world.run('resync')).toMatchObject({ output: { outcome: 'nothing-to-do' } });
      expect(world.mails).toEqual([]);
    }));

  it('as a dry run says what it would do, and the site stays stale', () =>
    story({}, async (world) => {
      expect(await play(world, { dryRun: true })).toMatchObject({
        output: { outcome: 'planned', serving: A, other: B, sites: { outcome: 'ready' } },
      });
      expect((await world.ledger()).sites[B]?.trust).toBe('stale');
    }));

  it('as a dry run names what would keep it from its work', () =>
    story({}, async (world) => {
      await world.lostAndFoundB();
      world.loses(B);
      expect(await world.run('resync', { dryRun: true })).toMatchObject({
        output: {
          outcome: 'planned',
          sites: { outcome: 'not-ready', findings: [expect.stringMatching(/^site-b: /)] },
        },
      });
    }));

  it('while a contain runs, which readiness starts by itself, waits for it and goes on', () =>
    story({}, async (world) => {
      await world.lostAndFoundB();
      const contain = world.engine.startExecution('contain');
      await world.wait(1);
      expect(await world.run('resync')).toMatchObject({ output: { outcome: 'in-sync' } });
      expect(await world.ended(contain)).toMatchObject({ output: { outcome: 'contained' } });
      expect(world.subjects).toEqual(['site-b is contained', 'site-b is in sync again']);
    }));

  it('while another workflow holds the operation waits for twenty minutes, and then says so once', () =>
    story({ 'resync: Claim the operation': BUSY }, async (world) => {
      await world.lostAndFoundB();
      const began = Date.now();
      expect(await world.run('resync')).toMatchObject({ status: 'FAILED', error: 'Told' });
      expect(Date.now() - began).toBeGreaterThan(19 * 60_000);
      expect(world.subjects).toEqual(['resync changed nothing: busy']);
      expect(world.mails[0]?.body).toContain('switchover runs.');
    }));

  it('whose turn comes when the roles have changed clears nothing, says so, and leaves the operation free', () =>
    story({ 'resync: Claim the operation': [{ ...BUSY, serving: B, other: A }, REAL] }, async (world) => {
      await world.lostAndFoundB();
      await world.grid.write(B, world.configuration.caches[0]!, 'older', 'only at site-b');
      expect(await world.run('resync')).toMatchObject({
        status: 'SUCCEEDED',
        output: { outcome: 'superseded' },
      });
      expect(world.subjects).toEqual(['resync changed nothing: superseded']);
      expect(world.mails[0]?.body).toContain(
        'site-a was to be resynchronized, and now site-a serves. Nothing was done.',
      );
      expect(world.mails[0]?.body).toContain('if site-b is to be cleared and filled from site-a');
      expect(entries(world, B)).toBe(1);
      const { sites, operation } = await world.ledger();
      expect([sites[B], operation]).toMatchObject([{ trust: 'stale', isolated: true }, null]);
    }));

  it('as a dry run while another workflow runs says so at once', () =>
    story({ 'resync: Claim the operation': BUSY }, async (world) => {
      const began = Date.now();
      expect(await play(world, { dryRun: true })).toMatchObject({ status: 'FAILED', error: 'Told' });
      expect(Date.now() - began).toBeLessThan(60_000);
    }));
});

describe('a resync that can’t go on before anything was pushed', () => {
  it.each<[string, string, (world: World) => unknown, RegExp]>([
    [
      'because the site can’t be contained',
      'Contain the stale site',
      (world) => world.site(B).hideApi(60_000),
      /did not answer/,
    ],
    [
      'because the sites do not see each other',
      'Take the source offline at the stale site',
      async (world) => {
        world.grid.cut('the link');
        await world.wait(60);
      },
      /do not see each other/,
    ],
    [
      'because the source is not offline there',
      'Take the source offline at the stale site',
      async (world) => {
        await world.restartsWhole(B);
        world.lies('the take-offline does not take', B);
      },
      /status of work toward site-a is online/,
    ],
    [
      'because the source is not online there',
      'Bring the source online at the stale site',
      (world) => world.lies('the bring-online does not take', B),
      /status of work toward site-a is offline/,
    ],
  ])(
    '%s is told, leaves the site stale and offline at the source, and the operation free',
    (_, task, happens, why) =>
      story({}, async (world) => {
        world.before(task, () => happens(world));
        expect(await play(world)).toMatchObject({ status: 'FAILED', error: 'Told' });
        await leftStale(world, why);
      }),
  );

  const leftStale = async (world: World, why: RegExp) => {
    expect(world.subjects).toEqual(['resync of site-b failed']);
    expect(world.mails[0]?.body).toMatch(why);
    const { sites, operation } = await world.ledger();
    expect([sites[B]?.trust, operation]).toEqual(['stale', null]);
    expect(statuses(world).map(([atSource]) => atSource)).toEqual([false, false]);
  };

  it.each<[string, Script, RegExp]>([
    [
      // The world's own has forgotten by then that site-b is offline: see "the last copy".
      'because the source may have lost its data',
      {
        'Check that the source holds its data': {
          outcome: 'not-safe',
          reason: 'The pods of site-a restarted.',
          remedy: 'Start with {"acceptCounts": true}.',
        },
      },
      /pods of site-a restarted.*acceptCounts/s,
    ],
    [
      'because the bridge stays',
      { 'Restore the bridge': { outcome: 'unreachable', reason: 'no answer' } },
      /no answer/,
    ],
    [
      'because the stale site can’t be counted',
      { 'Count the entries at the stale site': NO },
      /log is empty/,
    ],
    [
      'because what an earlier execution left behind does not go',
      { 'Delete what was left over': LEFT },
      /failover-take-offline-1 at site-a.*kubectl get batches/s,
    ],
    [
      'because a site does not say what was left behind',
      { 'Delete what was left over': { outcome: 'unreachable', reason: 'site-a is silent.' } },
      /site-a is silent/,
    ],
    ['because the clear is not proven', { 'Clear the stale site': NO }, /log is empty/],
    ['because an old push lingers', { 'Cancel what lingers of a push': NO }, /log is empty/],
  ])(
    '%s is told, leaves the site stale and offline at the source, and the operation free',
    (_, script, why) =>
      story(script, async (world) => {
        expect(await play(world)).toMatchObject({ status: 'FAILED', error: 'Told' });
        await leftStale(world, why);
      }),
  );

  it('because the source restarted is not started over by a second try, unless its counts are accepted', () =>
    story({}, async (world) => {
      await world.lostAndFoundB();
      await world.restartsWhole(A);
      expect(await world.run('resync')).toMatchObject({ error: 'Told' });
      expect(await world.run('resync', { acceptCounts: true })).toMatchObject({
        output: { outcome: 'in-sync' },
      });
    }));
});

describe('the last copy', () => {
  it.each([{}, { acceptCounts: true }])(
    'is not cleared where the source restarts whole after it was counted, with %j',
    (input) => {
      let restarted = false;
      // Without acceptCounts any moment before the check; with it, after the check, which then has nothing to compare.
      const before =
        'acceptCounts' in input ? 'Clear the stale site' : 'Take the source offline at the stale site';
      return story({}, async (world) => {
        world.before(before, async () => {
          if (!restarted) await world.restartsWhole(A);
          restarted = true;
        });
        for (let key = 0; key < 20; key++) {
          await world.grid.write(A, world.configuration.caches[0]!, `key-${key}`, 'value');
        }
        await world.lostAndFoundB();
        expect(await world.run('resync', input)).toMatchObject({ status: 'FAILED', error: 'Told' });
        expect(world.subjects).toEqual(['resync of site-b failed']);
        expect(world.mails[0]?.body).toMatch(/restarted/);
        expect(entries(world, A)).toBe(0);
        expect(entries(world, B)).toBe(20);
      });
    },
  );

  it('a clear whose answer was lost on its way is seen once more, and the resync goes on', () => {
    let lost = false;
    return story(
      {
        'run-batch: Look at the Batch': async (_, proceed) => {
          const answer = (await proceed()) as { outcome: string; step?: string };
          if (lost || answer.step !== 'clear') return answer;
          lost = true;
          throw Object.assign(new Error('no answer'), { name: 'Lambda.ServiceException' });
        },
      },
      async (world) => {
        expect(await play(world)).toMatchObject({ output: { outcome: 'in-sync' } });
        expect(lost).toBe(true);
        expect((await world.ledger()).sites[B]?.unansweredClear).toBeNull();
      },
    );
  });
});

describe('a site that changes while its Keycloak starts, after the push', () => {
  const whileKeycloakStarts = (
    happens: (world: World) => Promise<void>,
    tell: (world: World) => Promise<void>,
  ) => {
    let happened = false;
    return story({}, async (world) => {
      world.before('Look whether Keycloak is ready', async () => {
        if (!happened) await happens(world);
        happened = true;
      });
      await tell(world);
    });
  };

  it.each<[string, (world: World) => Promise<void>]>([
    [
      'because its Data Grid restarts whole and comes back empty',
      async (world) => {
        await world.restartsWhole(B);
        await world.wait(40);
      },
    ],
    [
      'because the link between the sites is cut',
      async (world) => {
        world.grid.cut('link');
        await world.wait(50);
      },
    ],
  ])('is not recorded as in sync: %s', (_, happens) =>
    whileKeycloakStarts(happens, async (world) => {
      expect(await play(world)).toMatchObject({ status: 'FAILED', error: 'Told' });
      expect(world.subjects).toEqual(['resync of site-b failed, it is taken offline again']);
      const { sites, operation } = await world.ledger();
      expect([sites[B]?.trust, sites[B]?.isolated, operation]).toEqual(['stale', true, null]);
      expect(statuses(world).map(([atSource]) => atSource)).toEqual([false, false]);
    }),
  );

  it('is not recorded as in sync where one of its pods restarted and the counts look equal all the same', () =>
    whileKeycloakStarts(
      async (world) => world.site(B).restartPod(),
      async (world) => {
        expect(await play(world)).toMatchObject({ status: 'FAILED', error: 'Told' });
        expect(world.mails[0]?.body).toMatch(/restarted since the resync began to fill it/);
        expect((await world.ledger()).sites[B]?.trust).toBe('stale');
      },
    ));

  it('that only lost sight of the other one for a moment is proven at the next try', () =>
    whileKeycloakStarts(
      async (world) => {
        world.grid.cut('link');
        await world.wait(50);
        world.grid.heal('link');
      },
      async (world) => {
        const end = await play(world);
        expect(end).toMatchObject({ output: { outcome: 'in-sync' } });
        expect(path(end)).toContain('Wait for the next proof');
      },
    ));
});

it('gives Keycloak a quarter of an hour to become ready', () => {
  const began: number[] = [];
  return story(
    {
      'Look whether Keycloak is ready': () => {
        began.push(Date.now());
        return { outcome: 'not-ready', reason: 'one of two' };
      },
    },
    async (world) => {
      await play(world);
      expect(began.at(-1)! - began[0]!).toBeGreaterThanOrEqual(14 * 60_000);
    },
  );
});

describe('a push', () => {
  it('is polled until it ends', () =>
    story({ 'Ask how the push stands': [sending('sessions'), sending('sessions'), REAL] }, async (world) => {
      const end = await play(world);
      expect(end).toMatchObject({ status: 'SUCCEEDED' });
      expect(times(path(end), 'Wait for the push')).toBe(2);
    }));

  it('that fails for one cache is done again for that one alone', () =>
    story({}, async (world) => {
      world.lies('the push fails', A);
      const end = await play(world);
      expect(end).toMatchObject({ status: 'SUCCEEDED' });
      const again = world.engine
        .listExecutions('run-batch')
        .map(({ input }) => input as { step: string; caches: unknown });
      expect(again.filter(({ step }) => step === 'push').map(({ caches }) => caches)).toEqual([
        null,
        ['work'],
      ]);
    }));

  it('that is refused for one cache is done again for that one alone', () =>
    story({ 'Push the state': { ...NO, caches: ['work'] } }, async (world) => {
      await world.lostAndFoundB();
      const end = await world.run('resync');
      expect(times(path(end), 'Push the failed caches again')).toBeGreaterThan(0);
    }));
});

describe('a resync that fails after the push began', () => {
  const takenOfflineAgain = async (world: World) => {
    expect(world.subjects).toEqual(['resync of site-b failed, it is taken offline again']);
    expect(statuses(world).map(([atSource]) => atSource)).toEqual([false, false]);
    const { sites, operation } = await world.ledger();
    expect([sites[B]?.trust, sites[B]?.bridgeCut, operation]).toEqual(['stale', true, null]);
  };
  /** A person at a Data Grid takes it offline, writes go on meanwhile, and it is brought online. */
  const missesWrites = async (world: World) => {
    const [cache] = world.configuration.caches;
    world.grid.takeOffline(A, cache!);
    for (let key = 0; key < 20; key++) await world.grid.write(A, cache!, `missed-${key}`, 'a session');
    world.grid.bringOnline(A, cache!);
  };

  it.each<[string, at: string, tasks: readonly string[], (world: World, task: string) => unknown]>([
    [
      'because a cache fails three times',
      'Ask how the push stands',
      ['Push the state', 'Push the failed caches again'],
      (world) => world.lies('the push fails', A),
    ],
    [
      'because the counts stay different',
      'Compare the counts',
      ['Push the state'],
      async (world) => {
        for (let key = 0; key < 20; key++) {
          await world.grid.write(A, world.configuration.caches.at(-1)!, `key-${key}`, 'a session');
        }
        world.lies('the push says OK and sends nothing', A);
      },
    ],
    [
      'because Keycloak can’t be asked',
      'Scale Keycloak up',
      ['Scale Keycloak up'],
      (world) => world.site(B).hideApi(60_000),
    ],
    [
      'because the source does not say online',
      'Prove it at the source',
      ['Prove it at the source'],
      (world) => world.grid.takeOffline(A, world.configuration.caches[0]!),
    ],
    [
      'because the site does not say online',
      'Prove it at the stale site',
      ['Prove it at the stale site'],
      (world) => world.grid.takeOffline(B, world.configuration.caches[0]!),
    ],
    [
      'because the source no longer says online',
      'Prove it at the source again',
      ['Prove it at the source', 'Prove it at the source again'],
      (world, task) =>
        task === 'Prove it at the source'
          ? world.grid.bringOnline(A, world.configuration.caches[0]!)
          : world.grid.takeOffline(A, world.configuration.caches[0]!),
    ],
    [
      'because the counts of the proof differ',
      'Compare the counts of the proof',
      ['Look whether Keycloak is ready'],
      missesWrites,
    ],
    [
      'because its pods can’t be seen',
      'Look whether its pods are the same',
      ['Look whether its pods are the same'],
      (world) => world.site(B).hideApi(600_000),
    ],
  ])('%s is told, and the site is taken offline at the source again', (_, at, tasks, happens) =>
    story({}, async (world) => {
      for (const task of tasks) world.before(task, () => happens(world, task));
      const end = await play(world);
      expect(end).toMatchObject({ status: 'FAILED', error: 'Told' });
      const steps = tasksOfPath(end);
      expect(steps[steps.indexOf('Tell that the resync failed after the push began') - 1]).toBe(at);
      await takenOfflineAgain(world);
    }),
  );

  it.each<[string, Script]>([
    [
      'because the source no longer sees the site to which it pushes, whatever the push says',
      { 'Ask how the push stands': { ...sending('work'), seesOther: false } },
    ],
    ['because nothing of the push is proven', { 'Push the state': NO }],
    ['because the push does not end', { 'Ask how the push stands': sending('work') }],
    [
      'because a failed push can’t be cancelled',
      { 'Ask how the push stands': failedFor('work'), 'Cancel the push of the failed caches': NO },
    ],
    [
      'because the source can’t be counted any more',
      {
        'Compare the counts': { outcome: 'differ', caches: ['work'], reason: 'x' },
        'Count the source again': NO,
      },
    ],
    ['because the stale site can’t be counted any more', { 'Count the stale site again': NO }],
    ['because the source can’t be counted a last time', { 'End the push': NO }],
    [
      'because Keycloak does not become ready',
      { 'Look whether Keycloak is ready': { outcome: 'not-ready', reason: 'one of two' } },
    ],
    [
      'because something that was left behind may still act after the proof',
      { 'Delete what was left over before the proof': LEFT },
    ],
    [
      'because the ledger does not take it',
      { 'Record it as in sync': { outcome: 'not-safe', reason: 'site-b is stale.' } },
    ],
  ])('%s is told, and the site is taken offline at the source again', (_, script) =>
    story(script, async (world) => {
      expect(await play(world)).toMatchObject({ status: 'FAILED', error: 'Told' });
      await takenOfflineAgain(world);
    }),
  );

  it('tells first: the mail is out before the site is taken offline again', () =>
    story({ 'Push the state': NO }, async (world) => {
      const states = path(await play(world));
      expect(states.indexOf('Tell that the resync failed after the push began')).toBeLessThan(
        states.indexOf('Take the stale site offline again'),
      );
      expect(states.at(-2)).toBe('Release it as failed');
    }));

  it.each([new Error('gone'), { outcome: 'unreachable' }])(
    'and can’t cut the bridge again takes the site offline and tries again, three times at most',
    (answer) =>
      story({ 'Push the state': NO, 'Cut the bridge again': answer }, async (world) => {
        const states = path(await play(world));
        expect(times(states, 'Cut the bridge again')).toBe(3);
        expect(times(states, 'Take the stale site offline again')).toBe(3);
        expect(states.at(-2)).toBe('Release it as failed');
      }),
  );

  it('and finds the source’s cluster silent as it would cut the bridge cuts it once that answers', () =>
    story({ 'Push the state': NO }, async (world) => {
      let cuts = 0;
      world.before('Cut the bridge again', () => {
        if (++cuts === 1) world.site(A).hideApi(10_000);
      });
      await play(world);
      expect(cuts).toBe(2);
      expect((await world.ledger()).sites[B]).toMatchObject({ isolated: true, bridgeCut: true });
      expect(world.site(A).model.etcd().policies).toHaveLength(1);
    }));

  it('and is outranked before it could take the site offline leaves the bridge to whoever did', () =>
    story(
      { 'Push the state': NO, 'Take the stale site offline again': { outcome: 'superseded' } },
      async (world) => {
        const states = path(await play(world));
        expect(states).not.toContain('Cut the bridge again');
        expect(states.at(-2)).toBe('Release it as failed');
      },
    ));

  it.each([NO, new Error('gone')])('and can’t take it offline either leaves that to the sweep', (answer) =>
    story(
      { 'Scale Keycloak up': { outcome: 'unreachable' }, 'Take the stale site offline again': answer },
      async (world) => {
        const end = await play(world);
        expect(times(path(end), 'Take the stale site offline again')).toBe(3);
        const { sites, operation } = await world.ledger();
        expect([sites[B]?.isolated, operation]).toEqual([false, null]);
      },
    ),
  );

  it('because a person stops it leaves behind a ledger from which the sweep isolates again', () =>
    story({ 'Ask how the push stands': sending('work') }, async (world) => {
      await world.lostAndFoundB();
      const execution = world.engine.startExecution('resync');
      while (!path(execution).includes('Wait for the push')) await world.wait(1);
      world.engine.stopExecution(execution.executionArn);
      await world.ended(execution);
      expect(world.subjects).toEqual(['resync was stopped: ABORTED']);
      const { sites, operation } = await world.ledger();
      expect([sites[B]?.trust, sites[B]?.isolated, operation]).toEqual(['stale', false, null]);
    }));

  it('counts again a few times, because writes go on between two counts', () =>
    story(
      { 'Compare the counts': [{ outcome: 'differ', caches: ['work'], reason: 'differ' }, REAL] },
      async (world) => {
        expect(await play(world)).toMatchObject({ status: 'SUCCEEDED' });
      },
    ));
});

everyStep('resync', ways, [
  {
    play: (world) => {
      world.lies('the push fails', A);
      return play(world);
    },
  },
  { play: playWithTheBridgeCut },
  { options: { script: { 'Push the state': NO } }, play },
  { options: { script: { 'Clear the stale site': NO } }, play },
  {
    options: { script: { 'resync: Claim the operation': BUSY } },
    play,
  },
  {
    options: {
      script: { 'resync: Claim the operation': [{ ...BUSY, serving: B, other: A }, REAL] },
    },
    play,
  },
  { play: (world) => world.run('resync', { unknown: 1 }) },
  { play: (world) => play(world, { dryRun: true }) },
  {
    options: {
      script: { 'Compare the counts': [{ outcome: 'differ', caches: ['work'], reason: 'differ' }, REAL] },
    },
    play,
  },
]);

it('every way through it was taken', () => {
  expect(ways.notTaken()).toEqual([]);
});
