import { cpus, loadavg } from 'node:os';
import { parseArgs } from 'node:util';
import { buildFunctions, DIST, functionNames } from '../../functions/build.ts';
import { sizeOf, timeImports } from './bundles.ts';
import { roundsOfAnAlarm, timeHotPath } from './hot-path.ts';
import { type Figures, judged, printed } from './printing.ts';
import { countTransitions } from './transitions.ts';

const EVENTS = 1_000;
const IMPORT_RUNS = 7;

function parseOptions(): { readonly json: boolean } {
  try {
    return parseArgs({ options: { json: { type: 'boolean', default: false } } }).values;
  } catch (error) {
    console.error(`${(error as Error).message.split('. ')[0]}. Usage: npm run bench [-- --json]`);
    process.exit(2);
  }
}

const options = parseOptions();

process.env['FAILOVER_LOG'] = 'silent';
await buildFunctions();
const names = functionNames();
// Times first: what virtual time leaves behind would be in them.
const times = timeImports(DIST, names, IMPORT_RUNS);
const figures: Figures = {
  machine: {
    processors: cpus().length,
    model: cpus()[0]?.model ?? 'unknown',
    node: process.version,
    load: loadavg()[0]!,
  },
  bundles: names.map((name) => ({ name, ...sizeOf(`${DIST}${name}`), ...times[name]! })),
  hotPath: await timeHotPath(DIST, EVENTS),
  rounds: await roundsOfAnAlarm(),
  transitions: await countTransitions(),
};
const budgets = judged(figures);
process.stdout.write(
  options.json ? `${JSON.stringify({ ...figures, budgets }, null, 2)}\n` : `${printed(figures, budgets)}\n`,
);
// A size is the same on every machine and a time is not, so a time that is missed is only said.
process.exit(budgets.some(({ kept, binding }) => binding && !kept) ? 1 : 0);
