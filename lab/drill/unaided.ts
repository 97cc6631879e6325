import { type Outline, WARM_UP_SECONDS } from './incident.ts';
import type { Loss } from './scenarios.ts';
import type { Stage } from './stage.ts';

/** The same loss with nobody at the keyboard ends after this, whatever has become of it. */
const LOST_SECONDS = 90;
const RETURNED_SECONDS = 60;

/** Only the guide's records, each following its endpoint: what users feel until somebody reads the manual. */
export async function playUnaided(stage: Stage, loss: Loss, outline: Outline): Promise<void> {
  const { world } = stage;
  stage.tell('Clients write sessions. Nobody is at the keyboard, and nothing of ours runs.');
  await world.sleep(WARM_UP_SECONDS * 1000);
  outline.lostAt = world.now();
  stage.tell(loss.happens, loss.site, 'fault');
  await loss.lose(world);
  await world.sleep(LOST_SECONDS * 1000);
  outline.returnedAt = world.now();
  stage.tell(loss.returns, loss.site, 'fault');
  await loss.giveBack(world);
  await world.sleep(RETURNED_SECONDS * 1000);
  stage.tell('The drill ends here; nobody has come.');
}
