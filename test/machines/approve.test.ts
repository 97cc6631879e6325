import { describe, expect, it } from '@jest/globals';
import { everyStep } from './sweeps.ts';
import { Ways } from './ways.ts';
import { inWorld, type World } from './world.ts';

const ways = new Ways('approve');
const { onLog } = ways;
const story = (tell: (world: World) => Promise<void>) => inWorld({ onLog }, tell);

/** A switchover that waits for its approval. */
const waiting = async (world: World) => {
  const execution = world.engine.startExecution('switchover', { approve: true, isolate: false });
  await world.wait(5);
  return execution;
};

describe('an approval', () => {
  it('is given by starting it with {}', () =>
    story(async (world) => {
      const execution = await waiting(world);
      expect(await world.run('approve')).toMatchObject({
        output: { outcome: 'answered', decision: 'approved', workflow: 'switchover' },
      });
      expect(await world.ended(execution)).toMatchObject({ output: { outcome: 'switched-over' } });
    }));

  it('is refused by saying so, with a name', () =>
    story(async (world) => {
      const execution = await waiting(world);
      await world.run('approve', { decision: 'refuse', by: 'operations' });
      expect((await world.ledger()).approval).toMatchObject({ answer: 'refused', answeredBy: 'operations' });
      expect(await world.ended(execution)).toMatchObject({ output: { outcome: 'not-approved' } });
    }));

  it('that nobody waits for changes nothing', () =>
    story(async (world) => {
      expect(await world.run('approve')).toMatchObject({ output: { outcome: 'nothing-to-do' } });
    }));

  it('with a decision that does not exist is refused, with those that do', () =>
    story(async (world) => {
      expect(await world.run('approve', { decision: 'maybe' })).toMatchObject({
        status: 'FAILED',
        error: 'Told',
      });
      expect(world.mails[0]?.body).toMatch(/approve.*refuse/s);
    }));
});

everyStep('approve', ways, [
  { play: (world) => world.run('approve') },
  { play: (world) => world.run('approve', { unknown: 1 }) },
]);

it('every way through it was taken', () => {
  expect(ways.notTaken()).toEqual([]);
});
