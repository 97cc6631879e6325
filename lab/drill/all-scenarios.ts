import { checkTools } from '../data-grid/tools.ts';
import { drill, REPORT_FOLDER } from './drill.ts';
import { painter } from './printing.ts';
import { SCENARIO_NAMES } from './scenarios.ts';
import type { World } from './world.ts';

/** Every scenario on real servers, one after the other; what is printed between is each one's own timeline. */
const print = (line: string) => process.stdout.write(`${line}\n`);

const missing = checkTools();
if (missing.length > 0) {
  for (const line of missing) process.stderr.write(`${line}\n`);
  process.exit(1);
}

let world: World | null = null;
const interrupt = async () => {
  await world?.stop();
  process.exit(130);
};
process.on('SIGINT', () => void interrupt());
process.on('SIGTERM', () => void interrupt());

const failed: string[] = [];
for (const scenario of SCENARIO_NAMES) {
  const holds = await drill(
    { scenario, caches: 'keycloak-26', simulated: false, unaided: false },
    {
      print,
      paint: painter(false),
      folder: REPORT_FOLDER,
      onWorld: (created) => {
        world = created;
      },
    },
  ).catch((error: Error) => {
    print(`${scenario} could not be played: ${error.stack ?? error.message}`);
    return false;
  });
  if (!holds) failed.push(scenario);
  print('');
}
for (const scenario of failed) print(`failed: ${scenario}`);
print(`${SCENARIO_NAMES.length - failed.length} passed, ${failed.length} failed`);
process.exit(failed.length === 0 ? 0 : 1);
