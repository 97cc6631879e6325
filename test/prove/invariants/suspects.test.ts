import { describe, expect, it } from '@jest/globals';
import type { SiteName } from '../../../functions/shared/names.ts';
import { SITE_A, SITE_B } from '../../../lab/configuration.ts';
import { adopted } from '../../../lab/prove/adopted.ts';
import { Suspects } from '../../../lab/prove/invariants/suspects.ts';
import { Stage } from '../../../lab/prove/stage.ts';
import { STORIES } from '../../../lab/prove/stories.ts';
import { onVirtualTime } from '../../../lab/simulated/virtual-time.ts';
import { broken } from './quiet-stage.ts';

describe('a site that may lack something', () => {
  it('suspects a site that restarted empty while it served from when DNS answers with the other one', async () => {
    const suspected: boolean[] = [];
    await broken(async ({ eyes, world }) => {
      let answer: SiteName = SITE_B;
      const suspects = new Suspects({ ...eyes, dns: () => answer }, undefined);
      const look = () => {
        suspects.look();
        suspected.push(suspects.has(SITE_B));
      };
      look();
      world.site(SITE_B).restartDataGrid();
      await world.sleep(60_000);
      look();
      answer = SITE_A;
      look();
      answer = SITE_B;
      look();
      await world.sleep(1_000);
      const subject = 'keycloak: site-b is in sync again';
      world.installation.mailbox.mails.push({ at: eyes.now(), topicArn: '', subject, body: '' });
      look();
    });
    expect(suspected).toEqual([false, false, true, true, false]);
  });

  it('takes the story’s word that a site is suspect until a mail says that it is settled', async () => {
    const settled = STORIES.find(({ suspects }) => suspects !== undefined)!;
    const from = await adopted(settled);
    await onVirtualTime(async () => {
      const stage = new Stage({
        history: { story: settled.name, seed: 1, troubles: [] },
        story: settled,
        from,
        logs: false,
      });
      await stage.start();
      await settled.begin(stage.world, stage.moves);
      const suspected = () => [SITE_A, SITE_B].filter((site) => stage.eyes.isSuspected(site));
      expect(suspected()).toEqual([SITE_B]);
      await stage.world.sleep(120_000);
      expect(suspected()).toEqual([]);
      await stage.stop();
    });
  });
});
