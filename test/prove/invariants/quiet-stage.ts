import type { Route53Client } from '@aws-sdk/client-route-53';
import { UpdateHealthCheckCommand } from '@aws-sdk/client-route-53';
import type { CacheName } from '../../../functions/shared/names.ts';
import { inMemoryClient } from '../../../lab/aws/in-memory-client.ts';
import { SITE_A, SITE_B } from '../../../lab/configuration.ts';
import { adopted } from '../../../lab/prove/adopted.ts';
import type { DataWatch } from '../../../lab/prove/invariants/data.ts';
import { Stage } from '../../../lab/prove/stage.ts';
import { STORIES } from '../../../lab/prove/stories.ts';
import { onVirtualTime } from '../../../lab/simulated/virtual-time.ts';

export const SESSIONS = 'sessions' as CacheName;
const story = STORIES.find(({ name }) => name === 'adopt')!;

/** Plays on a quiet world, and says which invariants were broken. */
export async function broken(sabotage: (stage: Stage) => Promise<void>): Promise<readonly string[]> {
  let stage: Stage | null = null;
  const history = { story: story.name, seed: 1, troubles: [] };
  const from = await adopted(story);
  return onVirtualTime(
    async () => {
      const quiet = new Stage({ history, story, from, logs: false });
      await quiet.start();
      await quiet.world.sleep(60_000);
      stage = quiet;
      try {
        await sabotage(quiet);
        return quiet.violations.map(({ invariant }) => invariant);
      } finally {
        await quiet.stop();
      }
    },
    () => stage?.look(),
  );
}

export const threshold = async ({ world }: Stage, site: string, HealthThreshold: number): Promise<void> => {
  const route53 = inMemoryClient<Route53Client>(world.installation.route53.service);
  await route53.send(new UpdateHealthCheckCommand({ HealthCheckId: `switch-${site}`, HealthThreshold }));
};

export const tellOfDrift = ({ eyes, world }: Pick<Stage, 'eyes' | 'world'>): void => {
  const body = 'the health check of site-a has version 3, the ledger 2.';
  world.installation.mailbox.mails.push({ at: eyes.now(), topicArn: '', subject: 'drift', body });
};

/**
 * An older write comes over the bridge to where a newer one was acknowledged.
 * @param come what happens before; it calls `send` when the write comes
 * @returns whether the newer one is owed still
 */
export async function isStillOwed(
  come: (stage: Stage, send: (watch: DataWatch) => void) => Promise<void>,
): Promise<boolean> {
  const key = 'of the story';
  let isOwed = false;
  await broken(async (stage) => {
    const { sessions } = stage;
    const older = sessions.attempt(SESSIONS, key, false);
    const newer = sessions.attempt(SESSIONS, key, false);
    sessions.acknowledge(key, newer, SITE_A);
    const values = { key, value: older.value, before: newer.value };
    await come(stage, (watch) =>
      watch.stored({ at: SITE_A, from: SITE_B, by: 'write', cache: SESSIONS, ...values }),
    );
    isOwed = sessions.isOld(key, older.value);
  });
  return isOwed;
}

/** The product does nothing any more: what is broken stays so. */
export const withoutProduct = ({ world }: Stage): void => world.installation.stop();
