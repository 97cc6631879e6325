import { describe, expect, it } from '@jest/globals';
import { REAL, type Script } from './script.ts';
import { everyStep } from './sweeps.ts';
import { path, Ways } from './ways.ts';
import { A, B, inWorld, type World } from './world.ts';

const ways = new Ways('adopt');
const { onLog } = ways;
const story = (script: Script, tell: (world: World) => Promise<void>) => inWorld({ script, onLog }, tell);

describe('adopting a deployment', () => {
  it('writes a ledger from what stands where there is none, and on-call hears what it says', () =>
    story({}, async (world) => {
      world.losesItsLedger();
      expect(await world.run('adopt')).toMatchObject({ output: { outcome: 'adopted', serving: A } });
      const { serving, sites } = await world.ledger();
      expect([serving, sites[B]?.trust]).toEqual([A, 'suspect']);
      expect(world.subjects).toEqual(['the deployment was adopted']);
    }));

  it('takes a person’s word that both sites hold the same', () =>
    story({}, async (world) => {
      world.losesItsLedger();
      await world.run('adopt', { serving: A, inSync: true });
      expect((await world.ledger()).sites[B]?.trust).toBe('in-sync');
    }));

  it('does not make a stale site serve, and names the way that accepts the loss', () =>
    story({}, async (world) => {
      await world.lostAndFoundB();
      expect(await world.run('adopt', { serving: B })).toMatchObject({ status: 'FAILED', error: 'Told' });
      expect(world.mails[0]?.body).toContain('promote-accepting-loss');
      expect((await world.ledger()).serving).toBe(A);
    }));

  it('leaves a check that a person changes while it is at work, and on-call hears to adopt that anew', () =>
    story({}, async (world) => {
      world.before('Adopt', () => world.changesCheck(B));
      expect(await world.run('adopt')).toMatchObject({ status: 'FAILED', error: 'Told' });
      expect(world.mails[0]?.body).toContain('the health check of site-b has version');
      expect(world.mails[0]?.body).toContain('Start "adopt"');
    }));

  it('tries again when another writer came first', () =>
    story({ Adopt: [{ outcome: 'wait', reason: 'another writer came first' }, REAL] }, async (world) => {
      const end = await world.run('adopt');
      expect(end).toMatchObject({ output: { outcome: 'adopted' } });
      expect(path(end)).toContain('Wait for the other writer');
    }));

  it('gives up when other writers always come first', () =>
    story({ Adopt: { outcome: 'wait', reason: 'another writer came first' } }, async (world) => {
      const end = await world.run('adopt');
      expect(end).toMatchObject({ status: 'FAILED', error: 'Told' });
      expect(path(end).filter((state) => state === 'Adopt')).toHaveLength(5);
    }));
});

everyStep('adopt', ways, [
  { play: (world) => world.run('adopt') },
  { play: (world) => world.run('adopt', { unknown: 1 }) },
  {
    options: { script: { Adopt: { outcome: 'not-safe', reason: 'no.' } } },
    play: (world) => world.run('adopt'),
  },
]);

it('every way through it was taken', () => {
  expect(ways.notTaken()).toEqual([]);
});
