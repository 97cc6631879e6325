import { describe, expect, it } from '@jest/globals';
import { everyStep } from './sweeps.ts';
import { path, Ways } from './ways.ts';
import { A, B, inWorld, REAL, type Script, type World } from './world.ts';

const ways = new Ways('promote-accepting-loss');
const { onLog } = ways;
const story = (script: Script, tell: (world: World) => Promise<void>) => inWorld({ script, onLog }, tell);

const PROMOTE_B = { site: 'site-b', acceptLoss: true, why: 'site-a is gone for good' };
const promote = (world: World, input: unknown = PROMOTE_B) => world.run('promote-accepting-loss', input);

describe('promoting a site by hand', () => {
  it('makes a stale site serve when its name and the loss are typed out', () =>
    story({}, async (world) => {
      await world.lostAndFoundB();
      world.loses(A);
      await world.wait(30);
      expect(await promote(world)).toMatchObject({ output: { outcome: 'promoted', site: B } });
      const { serving, sites, pending, operation } = await world.ledger();
      expect([serving, sites[A]?.trust]).toEqual([B, 'stale']);
      // It is started at once, and may have claimed by now.
      expect((operation ?? pending)?.workflow).toBe('failover');
      expect(world.subjects).toEqual(['a site was promoted by hand, loss accepted']);
    }));

  it.each([{}, { site: 'site-b' }, { site: 'site-b', acceptLoss: false }])(
    'with %j moves nothing and says what has to be typed',
    (input) =>
      story({}, async (world) => {
        expect(await promote(world, input)).toMatchObject({ status: 'FAILED', error: 'Told' });
        expect(world.mails[0]?.body).toContain('acceptLoss');
        expect((await world.ledger()).serving).toBe(A);
      }),
  );

  it('tries again when another writer came first', () =>
    story({ Promote: [{ outcome: 'wait', reason: 'another writer' }, REAL] }, async (world) => {
      expect(await promote(world)).toMatchObject({ output: { outcome: 'promoted' } });
    }));

  it('gives up when other writers always come first', () =>
    story({ Promote: { outcome: 'wait', reason: 'another writer' } }, async (world) => {
      const end = await promote(world);
      expect(end).toMatchObject({ status: 'FAILED', error: 'Told' });
      expect(path(end).filter((state) => state === 'Promote')).toHaveLength(5);
    }));
});

everyStep('promote-accepting-loss', ways, [
  { play: promote },
  { play: (world) => promote(world, {}) },
  { options: { script: { Promote: { outcome: 'not-safe', reason: 'no.' } } }, play: promote },
]);

it('every way through it was taken', () => {
  expect(ways.notTaken()).toEqual([]);
});
