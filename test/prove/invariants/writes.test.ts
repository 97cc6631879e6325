import { describe, expect, it } from '@jest/globals';
import { SITE_A, SITE_B } from '../../../lab/configuration.ts';
import { checkWrites } from '../../../lab/prove/invariants/writes.ts';
import { broken, withoutProduct } from './quiet-stage.ts';

describe('writes', () => {
  it('finds writes that nothing makes good again', async () => {
    const found = await broken(async (stage) => {
      withoutProduct(stage);
      await stage.world.cutLink();
      await stage.world.sleep(120_000);
      await checkWrites(stage.eyes, stage.clients);
    });
    expect(found).toEqual(['no-worse']);
  });

  it('gives writes five minutes more from a person who adopted, not from one who was refused', async () => {
    const minutesUntilFound = async (output: object) => {
      let minutes = 0;
      const found = await broken(async (stage) => {
        const { eyes, world, clients } = stage;
        withoutProduct(stage);
        await world.cutLink();
        await world.sleep(240_000);
        const now = new Date(eyes.now());
        const { engine } = world.installation;
        const all = engine.listExecutions.bind(engine);
        const adopt = { ...all('adopt')[0]!, machine: 'adopt', startDate: now, stopDate: now, output };
        const status = 'SUCCEEDED' as const;
        engine.listExecutions = (name) => (name === 'adopt' ? [{ ...adopt, status }] : all(name)) as never;
        await checkWrites(eyes, clients);
        minutes = (eyes.now() - now.getTime()) / 60_000;
      });
      expect(found).toEqual(['no-worse']);
      return minutes;
    };
    expect(await minutesUntilFound({ outcome: 'adopted', serving: SITE_A })).toBeGreaterThan(5);
    expect(await minutesUntilFound({ outcome: 'not-safe' })).toBeLessThan(2);
  });

  it('waits for good writes while on-call is told that they may be refused, and what to do about it', async () => {
    const untilThen = (remedy: string) =>
      broken(async (stage) => {
        await stage.world.kill(SITE_B);
        withoutProduct(stage);
        await stage.world.sleep(60_000);
        const body = `site-a serves, and its Data Grid restarted whole. ${remedy}`;
        const mail = { at: stage.eyes.now(), subject: 'keycloak: needs a person', body };
        const { mailbox } = stage.world.installation;
        mailbox.mails.push({ ...mailbox.mails[0]!, ...mail });
        await checkWrites(stage.eyes, stage.clients);
      });
    expect(await untilThen('Bring site-b back.')).toEqual(['no-worse']);
    expect(await untilThen('Until one of these is done, writes at site-a may be refused.')).toEqual([]);
  });
});
