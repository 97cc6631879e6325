import { checkTools } from '../data-grid/tools.ts';
import { drill, REPORT_FOLDER } from './drill.ts';
import { type DrillOptions, HelpWanted, parseOptions, UsageError } from './options.ts';
import { painter } from './printing.ts';
import type { World } from './world.ts';

const print = (line: string) => process.stdout.write(`${line}\n`);
const paint = painter(process.stdout.isTTY === true && process.env['NO_COLOR'] === undefined);

/** Where Java or Maven is missing the drill goes on without real servers, and says so. */
function withWhatIsThere(options: DrillOptions): DrillOptions {
  if (options.simulated) return options;
  const missing = checkTools();
  if (missing.length === 0) return options;
  for (const line of missing) print(paint('yellow', line));
  print('Going on without real servers, as with: npm run drill -- --simulated');
  print('');
  return { ...options, simulated: true };
}

let world: World | null = null;
let interrupted = false;

/** Servers must not outlive the drill, however it ends. */
async function interrupt(): Promise<void> {
  if (interrupted) process.exit(130);
  interrupted = true;
  print('Stopping the world …');
  await world?.stop();
  process.exit(130);
}
process.on('SIGINT', () => void interrupt());
process.on('SIGTERM', () => void interrupt());

try {
  const options = withWhatIsThere(parseOptions(process.argv.slice(2)));
  const holds = await drill(options, {
    print,
    paint,
    folder: REPORT_FOLDER,
    onWorld: (created) => {
      world = created;
    },
  });
  process.exit(holds ? 0 : 1);
} catch (error) {
  if (interrupted) await new Promise(() => {});
  if (error instanceof HelpWanted) {
    print(error.message);
    process.exit(0);
  }
  if (error instanceof UsageError) {
    process.stderr.write(`${error.message}\n`);
    process.exit(2);
  }
  process.stderr.write(`The drill could not be played: ${(error as Error).stack ?? error}\n`);
  process.exit(1);
}
