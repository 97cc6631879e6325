import { describe, expect, it } from '@jest/globals';
import { type Script, TIMED_OUT } from './script.ts';
import { everyStep } from './sweeps.ts';
import { path, Ways } from './ways.ts';
import { A, B, inWorld, type World } from './world.ts';

const ways = new Ways('run-batch');
const { onLog } = ways;
const story = (script: Script, tell: (world: World) => Promise<void>) => inWorld({ script, onLog }, tell);

const STATUS = { operation: null, site: A, step: 'status', against: B, caches: null, pods: null, attempt: 1 };
const RUNNING = {
  outcome: 'running',
  phase: 'Initializing',
  reason: 'the Infinispan resource is not WellFormed',
  overdue: false,
};

describe('a step of the Data Grid', () => {
  it('ends with what its log proves, and leaves no Batch behind', () =>
    story({}, async (world) => {
      const { status, output } = await world.run('run-batch', STATUS);
      expect(status).toBe('SUCCEEDED');
      expect(output).toMatchObject({ outcome: 'proven', step: 'status', allOnline: true });
      expect(world.site(A).model.batches.all()).toEqual([]);
    }));

  it('can be asked for some caches alone', () =>
    story({}, async (world) => {
      const { output } = await world.run('run-batch', { ...STATUS, caches: ['work'] });
      expect(output).toMatchObject({ statuses: { work: 'online' } });
    }));

  it('at a site that does not answer ends as unreachable within seconds', () =>
    story({}, async (world) => {
      world.site(A).cluster.fault = 'silent';
      const began = Date.now();
      expect((await world.run('run-batch', STATUS)).output).toMatchObject({ outcome: 'unreachable' });
      expect(Date.now() - began).toBeLessThan(10_000);
    }));

  it('that never leaves Initializing is deleted after two minutes, with what it waited for', () =>
    story({}, async (world) => {
      world.site(A).holdBatches(600_000);
      const began = Date.now();
      const { output } = await world.run('run-batch', STATUS);
      expect(output).toMatchObject({
        outcome: 'timed-out',
        reason: expect.stringContaining('last seen in phase Initializing'),
      });
      expect(Date.now() - began).toBeLessThan(130_000);
      expect(world.site(A).model.batches.all()).toEqual([]);
    }));

  it('at an API that takes its time to answer has its two minutes all the same, and ends within its own limit', () =>
    inWorld(
      {
        onLog,
        aroundTask: async ({ state }, proceed) => {
          if (state === 'Look at the Batch') await new Promise((resolve) => setTimeout(resolve, 15_000));
          return proceed();
        },
      },
      async (world) => {
        world.site(A).holdBatches(600_000);
        expect(await world.run('run-batch', STATUS)).toMatchObject({ output: { outcome: 'timed-out' } });
      },
    ));

  it('whose answer was lost on its way is seen once more, because the Batch is deleted only afterwards', () => {
    let lost = false;
    return story(
      {
        'Look at the Batch': async (_, proceed) => {
          const answer = (await proceed()) as { outcome: string };
          if (lost || answer.outcome !== 'proven') return answer;
          lost = true;
          throw Object.assign(new Error('no answer'), { name: 'Lambda.Unknown' });
        },
      },
      async (world) => {
        expect(await play(world)).toMatchObject({ output: { outcome: 'proven', step: 'take-offline' } });
        expect(lost).toBe(true);
        expect(world.site(A).model.batches.all()).toEqual([]);
      },
    );
  });

  it('keeps its proof where the Batch can’t be deleted', () =>
    story({ 'Delete the Batch that ended': new Error('gone') }, async (world) => {
      expect(await play(world)).toMatchObject({ output: { outcome: 'proven' } });
    }));

  it('that is superseded while its Batch runs deletes it and ends quietly', () =>
    story({}, async (world) => {
      const operation = await lostB(world);
      const execution = world.engine.startExecution('run-batch', {
        ...STATUS,
        step: 'take-offline',
        operation,
      });
      await world.wait(1.5);
      await world.knows({
        type: 'operation-released',
        owner: operation.owner,
        result: 'failed',
        detail: 'newer',
      });
      expect(await world.ended(execution)).toMatchObject({ output: { outcome: 'superseded' } });
      expect(world.site(A).model.batches.all()).toEqual([]);
    }));
});

describe('a fault', () => {
  it('after the Batch was created deletes it and goes to the caller under its own name', () =>
    story(
      { 'Look at the Batch': Object.assign(new Error('unreadable'), { name: 'UnparseableLogError' }) },
      async (world) => {
        const operation = await lostB(world);
        const end = await world.run('run-batch', { ...STATUS, operation, step: 'take-offline' });
        expect(end).toMatchObject({ status: 'FAILED', error: 'UnparseableLogError', cause: 'unreadable' });
        expect(path(end).at(-3)).toBe('Delete what is left');
        expect(world.mails).toEqual([]);
      },
    ));

  it('that is a timeout goes to the caller too, although it has no cause', () =>
    story({ 'Create the Batch': TIMED_OUT }, async (world) => {
      expect(await world.run('run-batch', STATUS)).toMatchObject({
        status: 'FAILED',
        error: 'States.Timeout',
        cause: 'no cause is given',
      });
    }));
});

const lostB = async (world: World) => {
  await world.lostAndFoundB();
  return world.claimedBefore('contain');
};

const play = async (world: World) =>
  world.run('run-batch', { ...STATUS, operation: await lostB(world), step: 'take-offline' });

everyStep('run-batch', ways, [
  { play },
  { options: { script: { 'Look at the Batch': RUNNING } }, play },
  {
    options: {
      script: { 'Look at the Batch': Object.assign(new Error('unreadable'), { name: 'NeverSeenError' }) },
    },
    play,
  },
]);

it('every way through it was taken', () => {
  expect(ways.notTaken()).toEqual([]);
});
