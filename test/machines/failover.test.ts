import { describe, expect, it } from '@jest/globals';
import { batchManifest } from '../../functions/data-grid/batch.ts';
import { commandsOf } from '../../functions/data-grid/commands.ts';
import { REAL, type Script, TIMED_OUT } from './script.ts';
import { everyStep } from './sweeps.ts';
import { path, Ways } from './ways.ts';
import { A, B, inWorld, type World } from './world.ts';

const ways = new Ways('failover');
const { onLog } = ways;
const story = (script: Script, tell: (world: World) => Promise<void>, configuration = {}) =>
  inWorld({ script, configuration, onLog }, tell);

/** The primary loses its power, and the checkers have seen it. */
const primaryLost = async (world: World) => {
  world.loses(A);
  await world.wait(30);
};

/** The survivor answers ok, and did not take the lost site offline. */
const takeOfflineDoesNotTake = (world: World) => world.lies('the take-offline does not take', B);

describe('a primary that is lost', () => {
  it('is fenced and taken offline at the survivor, on-call hears once, and the database follows', () =>
    story({}, async (world) => {
      await primaryLost(world);
      const { status, output } = await world.run('failover', { lostSite: A });
      expect(status).toBe('SUCCEEDED');
      expect(output).toMatchObject({
        outcome: 'failed-over',
        serving: B,
        lost: A,
        bridge: { outcome: 'cut' },
      });
      expect(world.subjects).toEqual(['site-b serves, site-a is taken offline there']);
      expect(world.mails[0]?.body).toMatch(/site-a was lost: a person calls it lost \(recorded at 20.*Z\)/);
      expect(world.grid.isOnline(B, world.configuration.caches[0]!)).toBe(false);
      const { serving, sites, operation } = await world.ledger();
      expect([serving, operation]).toEqual([B, null]);
      expect(sites[A]).toMatchObject({ trust: 'stale', isolated: true, contained: false, bridgeCut: true });
      await world.wait(20);
      expect(world.aurora.writer).toBe('aurora-b');
    }));

  it('is judged again every three seconds until the checkers have looked, and then acted on', () =>
    story({ Decide: [{ outcome: 'wait' }, { outcome: 'wait' }, REAL] }, async (world) => {
      await primaryLost(world);
      const began = Date.now();
      const end = await world.run('failover', { lostSite: A });
      expect(path(end).filter((state) => state === 'Wait for the health checkers')).toHaveLength(2);
      expect(Date.now() - began).toBeGreaterThan(6_000);
      expect(end.output).toMatchObject({ outcome: 'failed-over' });
    }));

  it('is left to a person when the checkers have not looked for two minutes', () =>
    story({ Decide: { outcome: 'wait', reason: 'nobody has looked since.' } }, async (world) => {
      const end = await world.run('failover');
      expect(end).toMatchObject({ status: 'FAILED', error: 'Told' });
      expect(world.mails[0]?.body).toContain('nobody has looked since.');
      expect((await world.ledger()).operation).toBeNull();
    }));

  it('with the other site lost too moves nothing, and on-call gets the reason and the way out', () =>
    story({}, async (world) => {
      world.loses(B);
      await primaryLost(world);
      expect(await world.run('failover', { lostSite: A })).toMatchObject({ status: 'FAILED', error: 'Told' });
      expect(world.subjects).toEqual(['failover changed nothing: not-safe']);
      expect(world.mails[0]?.body).toContain('promote-accepting-loss');
      expect((await world.ledger()).serving).toBe(A);
    }));
});

describe('a passive site that is lost', () => {
  it('is taken offline at the serving one, and where it still answers it is contained at once', () =>
    story({}, async (world) => {
      const { output } = await world.run('failover', { lostSite: B });
      expect(output).toMatchObject({
        serving: A,
        containment: { outcome: 'contained' },
        database: { outcome: 'already-there' },
      });
      expect(world.mails).toHaveLength(1);
      expect((await world.ledger()).sites[B]).toMatchObject({
        trust: 'stale',
        isolated: true,
        contained: true,
      });
    }));
});

describe('a start by hand', () => {
  it('with nothing lost does nothing and sends nothing', () =>
    story({}, async (world) => {
      const { status, output } = await world.run('failover');
      expect([status, output]).toEqual(['SUCCEEDED', expect.objectContaining({ outcome: 'nothing-to-do' })]);
      expect(world.mails).toEqual([]);
    }));

  it('as a dry run says what it would do and writes nothing', () =>
    story({}, async (world) => {
      await primaryLost(world);
      const before = await world.ledger();
      const { output } = await world.run('failover', { lostSite: A, dryRun: true });
      expect(output).toMatchObject({ outcome: 'planned', plan: expect.any(Array) });
      expect(await world.ledger()).toEqual(before);
      expect(world.mails).toEqual([]);
    }));

  it('with a field that does not exist is told which ones do', () =>
    story({}, async (world) => {
      expect(await world.run('failover', { site: A })).toMatchObject({ status: 'FAILED', error: 'Told' });
      expect(world.mails).toHaveLength(1);
      expect(world.mails[0]?.body).toContain('lostSite, dryRun');
    }));

  it('while another workflow holds the operation is told to wait for it', () =>
    story(
      { 'failover: Claim the operation': { outcome: 'busy', reason: 'resync runs.', holder: 'it' } },
      async (world) => {
        expect(await world.run('failover', { lostSite: B })).toMatchObject({
          status: 'FAILED',
          error: 'Told',
        });
        expect(world.mails[0]?.body).toContain('resync runs.');
      },
    ));

  it('of a second one for the same loss leaves the work to one of them', () =>
    story({}, async (world) => {
      await primaryLost(world);
      const first = world.engine.startExecution('failover', { lostSite: A }, 'first');
      await world.wait(1);
      const second = await world.run('failover');
      const ends = [await world.ended(first), second].map(
        ({ output }) => (output as { outcome: string }).outcome,
      );
      // Which of them decides first is Route 53's matter, which answers five requests a second.
      expect(ends.sort()).toEqual(['failed-over', 'nothing-to-do']);
      expect(world.mails).toHaveLength(1);
    }));
});

describe('a take-offline that is not proven', () => {
  it('is tried again, and on-call hears at once that writes may still be refused', () =>
    story({}, async (world) => {
      await primaryLost(world);
      takeOfflineDoesNotTake(world);
      expect(await world.run('failover', { lostSite: A })).toMatchObject({ status: 'SUCCEEDED' });
      expect(world.subjects).toEqual([
        'writes at site-b may still be refused',
        'site-b serves, site-a is taken offline there',
      ]);
      expect(world.mails[0]?.body).toContain('the status of work toward site-a is online');
    }));

  it('in five attempts is told as urgent with the command for it, and the operation is free for the next', () =>
    story({}, async (world) => {
      await primaryLost(world);
      world.before('Take the lost site offline', () => takeOfflineDoesNotTake(world));
      const end = await world.run('failover', { lostSite: A });
      expect(end).toMatchObject({ status: 'FAILED', error: 'Told' });
      expect(path(end).filter((state) => state === 'Take the lost site offline')).toHaveLength(5);
      expect(world.subjects.at(-1)).toBe('URGENT: writes at site-b are refused');
      expect(world.mails.at(-1)?.body).toContain('site take-offline --all-caches --site=site-a');
      const { operation, sites } = await world.ledger();
      expect([operation, sites[A]?.isolated]).toEqual([null, false]);
    }));

  it('as the survivor’s own API is silent keeps nobody from containing the lost site, each minute anew', () =>
    story({}, async (world) => {
      world.before('Take the lost site offline', () => world.site(A).hideApi(300_000));
      const end = await world.run('failover', { lostSite: B });
      expect(end).toMatchObject({ status: 'FAILED', error: 'Told' });
      expect(world.subjects.at(-1)).toBe('URGENT: writes at site-a may be refused');
      const { operation, sites } = await world.ledger();
      expect([operation, sites[B]?.contained]).toEqual([null, true]);
      // The next one leaves it so, and tries the isolation all the sooner.
      const next = await world.run('failover');
      expect(path(next)).not.toContain('Contain it all the same');
    }));

  it('and a lost site that can’t be contained either are both told', () =>
    story(
      {
        'Take the lost site offline': { outcome: 'not-proven', reason: 'work is online.' },
        'Contain it all the same': { outcome: 'not-proven', reason: 'A Keycloak pod is left.' },
      },
      async (world) => {
        expect(await world.run('failover', { lostSite: B })).toMatchObject({ error: 'Told' });
        expect(world.subjects.slice(-2)).toEqual([
          'URGENT: writes at site-a are refused',
          'site-b is not contained',
        ]);
        expect(world.mails.at(-1)?.body).toContain('A Keycloak pod is left.');
        expect((await world.ledger()).operation).toBeNull();
      },
    ));

  it('is left to a newer decision that comes while the lost site is contained', () =>
    story(
      {
        'Take the lost site offline': { outcome: 'not-proven', reason: 'work is online.' },
        'Contain it all the same': { outcome: 'superseded' },
      },
      async (world) => {
        const { output } = await world.run('failover', { lostSite: B });
        expect(output).toMatchObject({ outcome: 'superseded' });
      },
    ));
});

describe('a push that a resync left hanging at the survivor', () => {
  /** It begins so much later. */
  const hangs = async (world: World, seconds: number) => {
    const { caches, deployment } = world.configuration;
    const identity = { step: 'push', execution: 'before', attempt: 1 } as const;
    const manifest = batchManifest(
      identity,
      'infinispan',
      deployment,
      commandsOf('push', { against: B, caches }),
    );
    world.site(A).delayNextBatch(seconds * 1000);
    await world.site(A).cluster.createBatch(manifest);
    await world.wait(2);
  };
  const online = (world: World) =>
    world.configuration.caches.filter((cache) => world.grid.isOnline(A, cache));
  const taken = (end: Parameters<typeof path>[0]) =>
    path(end).filter((state) => state === 'Take the lost site offline').length;

  it('is deleted, so that it does not bring the lost site online there, and that is proven again', () =>
    story({}, async (world) => {
      await hangs(world, 60);
      const end = await world.run('failover', { lostSite: B });
      expect([end.status, taken(end)]).toEqual(['SUCCEEDED', 2]);
      expect(world.subjects).toEqual(['site-a serves, site-b is taken offline there']);
      await world.wait(120);
      expect([online(world), (await world.ledger()).sites[B]?.isolated]).toEqual([[], true]);
    }));

  it('and began right after the proof has undone nothing by the time that on-call hears', () =>
    story({}, async (world) => {
      const seen: number[] = [];
      const look = () => seen.push(online(world).length);
      await hangs(world, 15);
      world.before('Delete what would undo it', async () => {
        if (seen.length === 0) await world.wait(20);
        look();
      });
      world.before('Tell on-call', look);
      const end = await world.run('failover', { lostSite: B });
      expect([end.status, taken(end)]).toEqual(['SUCCEEDED', 2]);
      const { length } = world.configuration.caches;
      expect([seen[0], seen.at(-1)]).toEqual([length, 0]);
    }));

  it.each([
    [20, 'once the API answers again', 2, ['site-a serves, site-b is taken offline there']],
    [
      300,
      'no more where the API stays away',
      1,
      [
        'site-a serves, site-b was taken offline there and may be online again',
        'site-a serves, and something is left to do',
      ],
    ],
  ])(
    'and began right after the proof, with the API away for %i s, is found %s',
    (seconds, _, proofs, subjects) =>
      story({}, async (world) => {
        let isHidden = false;
        await hangs(world, 15);
        world.before('Delete what would undo it', () => {
          if (!isHidden) world.site(A).hideApi(seconds * 1000);
          isHidden = true;
        });
        const end = await world.run('failover', { lostSite: B });
        expect([end.status, taken(end), world.subjects]).toEqual(['SUCCEEDED', proofs, subjects]);
        expect(online(world).length > 0).toBe(proofs === 1);
        expect((await world.ledger()).sites[B]?.isolated).toBe(proofs > 1);
      }),
  );

  it('is proven again where the look after its deletion fails', () =>
    story({ 'Delete what would undo it': [REAL, new Error('The API is gone.'), REAL] }, async (world) => {
      await hangs(world, 60);
      const end = await world.run('failover', { lostSite: B });
      expect([end.status, taken(end)]).toEqual(['SUCCEEDED', 2]);
      expect((await world.ledger()).sites[B]?.isolated).toBe(true);
    }));

  it('and can’t be proven again holds nothing else up, and the ledger says so to the sweep', () =>
    story(
      {
        'Take the lost site offline': [REAL, { outcome: 'not-proven', reason: 'work is online.' }],
      },
      async (world) => {
        await hangs(world, 60);
        const end = await world.run('failover', { lostSite: B });
        expect([end.status, taken(end)]).toEqual(['SUCCEEDED', 6]);
        expect(end.output).toMatchObject({
          bridge: { outcome: 'cut' },
          containment: { outcome: 'contained' },
        });
        expect(world.subjects).toEqual([
          'writes at site-a may still be refused',
          'URGENT: writes at site-a are refused',
          'site-a serves, and something is left to do',
        ]);
        expect(world.mails[1]?.body).toContain('work is online.');
        expect(world.mails[2]?.body).toMatch(/could not be proven again.*work is online.*site take-offline/s);
        expect((await world.ledger()).sites[B]?.isolated).toBe(false);
      },
    ));

  it('and is lost each time that it is proven is left to the sweep after ten proofs', () =>
    story({ 'Delete what would undo it': { outcome: 'none-left', isolated: false } }, async (world) => {
      const end = await world.run('failover', { lostSite: B });
      expect([end.status, taken(end)]).toEqual(['SUCCEEDED', 10]);
      expect(world.subjects).toEqual(['site-a serves, and something is left to do']);
      expect(world.mails[0]?.body).toContain('It was proven several times, and each time');
    }));

  it('and a pod that stays are told together where the isolation can’t be proven any more, which the ledger says', () =>
    story(
      {
        'Delete what would undo it': {
          outcome: 'left',
          reason: 'It is there.',
          remedy: 'Delete it by force.',
        },
      },
      async (world) => {
        let proofs = 0;
        world.before('Take the lost site offline', () => {
          proofs += 1;
          if (proofs === 1) return;
          for (const cache of world.configuration.caches) world.grid.bringOnline(A, cache);
          world.lies('the take-offline does not take', A);
        });
        const end = await world.run('failover', { lostSite: B });
        expect(end.status).toBe('SUCCEEDED');
        expect(world.mails.at(-1)?.body).toMatch(/could not be proven again.*Delete it by force/s);
        expect((await world.ledger()).sites[B]?.isolated).toBe(false);
      },
    ));

  it('holds nothing up where its pod does not go, and on-call hears of it', () =>
    story(
      {
        'Delete what would undo it': {
          outcome: 'left',
          reason: 'Pod failover-push-1 is there.',
          remedy: 'Delete it by force.',
        },
      },
      async (world) => {
        const began = Date.now();
        const end = await world.run('failover', { lostSite: B });
        expect([end.status, taken(end)]).toEqual(['SUCCEEDED', 4]);
        expect(Date.now() - began).toBeLessThan(60_000);
        expect(world.subjects).toEqual([
          'site-a serves, site-b was taken offline there and may be online again',
          'site-a serves, and something is left to do',
        ]);
        expect(world.mails[1]?.body).toMatch(/failover-push-1 is there.*Delete it by force/s);
      },
    ));
});

describe('a serving site that is dead while the other one is stale', () => {
  it('is told once in half an hour, though the sweep starts the failover again every minute', () =>
    story({}, async (world) => {
      await world.lostAndFoundB({ isolated: false });
      world.loses(A);
      const started = async (minute: number) =>
        world.ended(world.engine.startExecution('failover', {}, `failover-e${minute}-1`));
      expect(await started(10)).toMatchObject({ status: 'FAILED', error: 'Told' });
      const { length } = world.mails;
      expect(world.subjects).toContain('URGENT: writes at site-a may be refused');
      expect(await started(11)).toMatchObject({ status: 'FAILED', error: 'Told' });
      expect(world.mails).toHaveLength(length);
      // Whoever starts it by hand gets an answer.
      await world.run('failover');
      expect(world.mails.length).toBeGreaterThan(length);
    }));
});

describe('a bridge whose cut takes too long', () => {
  it('is cut at the next attempt', () =>
    story({ 'Cut the bridge': [TIMED_OUT, REAL] }, async (world) => {
      const { output } = await world.run('failover', { lostSite: B });
      expect(output).toMatchObject({ bridge: { outcome: 'cut' } });
      expect(world.subjects).toEqual(['site-a serves, site-b is taken offline there']);
    }));

  it('is tried three times and told, and holds nothing else up for longer', () =>
    story({ 'Cut the bridge': TIMED_OUT }, async (world) => {
      const end = await world.run('failover', { lostSite: B });
      expect(path(end).filter((state) => state === 'Cut the bridge')).toHaveLength(3);
      expect(end.output).toMatchObject({
        bridge: { outcome: 'failed' },
        containment: { outcome: 'contained' },
      });
      expect(world.subjects.at(-1)).toBe('site-a serves, and something is left to do');
    }));
});

describe('what does not work out after writes are good again', () => {
  it('stops nothing, and is told together at the end', () =>
    story(
      {
        'Cut the bridge': new Error('no policies here'),
        'Contain the lost site': { outcome: 'not-proven', reason: 'its log is empty' },
        'Move the database writer': { outcome: 'failed', reason: 'no instance there' },
      },
      async (world) => {
        expect(await world.run('failover', { lostSite: B })).toMatchObject({ status: 'SUCCEEDED' });
        expect(world.subjects).toEqual([
          'site-a serves, site-b is taken offline there',
          'site-a serves, and something is left to do',
        ]);
        expect(world.mails[1]?.body).toMatch(/no policies here.*not-proven.*no instance there/s);
      },
    ));

  it('nor does a step that took too long, of which nobody knows the cause', () =>
    story(
      {
        'Cut the bridge': TIMED_OUT,
        'Contain the lost site': TIMED_OUT,
        'Move the database writer': TIMED_OUT,
      },
      async (world) => {
        expect(await world.run('failover', { lostSite: 'site-b' })).toMatchObject({
          output: { outcome: 'failed-over' },
        });
        const [, mail] = world.mails;
        expect(mail?.body).toContain('Bridge: failed (States.Timeout: no cause is known)');
        expect(mail?.body).toContain('Database: failed (States.Timeout: no cause is known)');
      },
    ));

  it('leaves the database where it is when it is not to be moved', () =>
    story(
      {},
      async (world) => {
        const { output } = await world.run('failover', { lostSite: B });
        expect(output).toMatchObject({ database: { outcome: 'not-asked' } });
      },
      { database: { clusterIdentifier: 'keycloak', moveWriter: false } },
    ));
});

describe('an execution that no Catch sees the end of', () => {
  it('is told and its operation released when a person stops it', () =>
    story({}, async (world) => {
      await primaryLost(world);
      const execution = world.engine.startExecution('failover', { lostSite: A });
      await world.wait(2);
      expect((await world.ledger()).operation?.owner).toBe(execution.executionArn);
      world.engine.stopExecution(execution.executionArn);
      await world.ended(execution);
      expect(world.subjects).toEqual(['failover was stopped: ABORTED']);
      expect((await world.ledger()).operation).toBeNull();
    }));

  it('and is redriven after that touches nothing, because its operation was released', () =>
    story({ 'Take the lost site offline': [new Error('the first time'), REAL] }, async (world) => {
      await primaryLost(world);
      const execution = world.engine.startExecution('failover', { lostSite: A });
      await world.wait(3);
      world.engine.stopExecution(execution.executionArn);
      await world.ended(execution);
      world.engine.redriveExecution(execution.executionArn);
      expect(await world.ended(execution)).toMatchObject({ output: { outcome: 'superseded' } });
    }));

  it('and is redriven while it still holds its operation reaches the same end', () =>
    inWorld({ onLog, withoutRule: true }, async (world) => {
      await primaryLost(world);
      const execution = world.engine.startExecution('failover', { lostSite: A });
      await world.wait(2);
      world.engine.stopExecution(execution.executionArn);
      await world.ended(execution);
      world.engine.redriveExecution(execution.executionArn);
      const end = await world.ended(execution);
      expect(end).toMatchObject({ status: 'SUCCEEDED', redriveCount: 1, output: { outcome: 'failed-over' } });
      expect(world.subjects).toEqual(['site-b serves, site-a is taken offline there']);
    }));
});

everyStep('failover', ways, [
  {
    play: async (world) => {
      await primaryLost(world);
      takeOfflineDoesNotTake(world);
      return world.run('failover', { lostSite: A });
    },
  },
  {
    play: async (world) => {
      world.before('Take the lost site offline', () => world.lies('the take-offline does not take', A));
      return world.run('failover', { lostSite: B });
    },
  },
  { play: (world) => world.run('failover', { unknown: 1 }) },
  {
    options: { script: { 'failover: Claim the operation': { outcome: 'busy', reason: 'resync runs.' } } },
    play: (world) => world.run('failover', { lostSite: B }),
  },
  {
    options: { script: { Decide: { outcome: 'not-safe', reason: 'no site is safe.' } } },
    play: (world) => world.run('failover'),
  },
  {
    options: { script: { 'Cut the bridge': { outcome: 'unreachable', reason: 'no answer' } } },
    play: (world) => world.run('failover', { lostSite: B }),
  },
  {
    options: { script: { 'Delete what would undo it': { outcome: 'left', reason: 'it is there' } } },
    play: (world) => world.run('failover', { lostSite: B }),
  },
  {
    options: {
      script: {
        'Take the lost site offline': { outcome: 'not-proven', reason: 'work is online.' },
        'Contain it all the same': { outcome: 'not-proven', reason: 'A Keycloak pod is left.' },
      },
    },
    play: (world) => world.run('failover', { lostSite: B }),
  },
  {
    options: {
      script: {
        'Delete what would undo it': { outcome: 'none-left', isolated: false },
        'Take the lost site offline': [REAL, { outcome: 'not-proven', reason: 'work is online.' }],
      },
    },
    play: (world) => world.run('failover', { lostSite: B }),
  },
]);

it('every way through it was taken', () => {
  expect(ways.notTaken()).toEqual([]);
});
