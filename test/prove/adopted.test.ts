import { expect, it } from '@jest/globals';
import { adopted, installationOf } from '../../lab/prove/adopted.ts';
import { STORIES } from '../../lab/prove/stories.ts';
import { onVirtualTime } from '../../lab/simulated/virtual-time.ts';
import { createSimulatedWorld, type SimulatedWorld } from '../../lab/simulated/world.ts';

const PRIMARY_SERVES = STORIES.find(({ name }) => name === 'the primary freezes')!;
const SECONDARY_SERVES = STORIES.find(({ name }) => name === 'the secondary serves and freezes')!;

const after = (seconds: number, start: (world: SimulatedWorld) => Promise<void>, story = SECONDARY_SERVES) =>
  onVirtualTime(async () => {
    const world = createSimulatedWorld(installationOf(story));
    await start(world);
    await world.sleep(seconds * 1000);
    const { checks } = world.adopted;
    const told = {
      serving: (await world.ledger())!.serving,
      trust: Object.values((await world.ledger())!.sites).map(({ trust }) => trust),
      answer: await world.resolve(),
      thresholds: checks.map(({ config }) => config.HealthThreshold),
      versions: checks.map(({ version }) => version),
      mails: world.mails().map(({ subject }) => subject),
    };
    await world.stop();
    return told;
  });

it.each([PRIMARY_SERVES, SECONDARY_SERVES])(
  'an installation that another world adopted is left as it is, as where it was adopted: $name',
  async (story) => {
    const from = await adopted(story);
    const there = await after(150, (world) => world.start(), story);
    const here = await after(150, (world) => world.startFrom(from), story);
    expect(there.mails).toEqual(['keycloak: the deployment was adopted']);
    expect(here).toEqual({ ...there, mails: [] });
    expect(here).toMatchObject({ serving: story.serving, trust: ['in-sync', 'in-sync'] });
  },
);

it('is adopted once, whatever is done with what it left', async () => {
  const from = await adopted(SECONDARY_SERVES);
  await after(60, async (world) => {
    await world.startFrom(from);
    await world.startExecution('switchover', {});
  });
  expect(await adopted(SECONDARY_SERVES)).toBe(from);
  const { answer, mails } = await after(60, (world) => world.startFrom(from));
  expect({ answer, mails }).toEqual({ answer: SECONDARY_SERVES.serving, mails: [] });
});
