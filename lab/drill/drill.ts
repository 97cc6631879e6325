import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { onVirtualTime } from '../simulated/virtual-time.ts';
import { createSimulatedWorld } from '../simulated/world.ts';
import { type Unaided, unaidedFile, unaidedOf } from './comparison.ts';
import { measure } from './measures.ts';
import type { DrillOptions } from './options.ts';
import { play } from './play.ts';
import { type Paint, type Print, printProofs, printTargets, timelinePrinter } from './printing.ts';
import { prove } from './proof.ts';
import type { DrillRecord, StoryEvent } from './record.ts';
import { reportHtml, reportJson } from './report.ts';
import { SCENARIOS } from './scenarios.ts';
import type { CreateWorld, World } from './world.ts';

export const REPORT_FOLDER = fileURLToPath(new URL('../../drill-report/', import.meta.url));

export interface DrillEdge {
  readonly print: Print;
  readonly paint: Paint;
  readonly onWorld: (world: World) => void;
  /** Where the report goes; it is made where there is none. */
  readonly folder: string;
  /** The world in memory, as a test may want it. */
  readonly createSimulated?: CreateWorld;
}

/** Plays one drill, prints it, writes the report. @returns whether every proof holds; unaided ones are not judged */
export async function drill(options: DrillOptions, edge: DrillEdge): Promise<boolean> {
  const { print, paint, folder } = edge;
  const { scenario, simulated, unaided, caches } = options;
  print(paint('bold', SCENARIOS[scenario].title));
  print(
    simulated
      ? 'Simulated: the same state machines and functions, two sites in memory, on virtual time.'
      : `Two real Infinispan servers with the caches of ${caches}.`,
  );
  print('');
  const record = await playOnce(options, edge, timelinePrinter(print, paint));
  const measures = measure(record);
  if (unaided) {
    save(folder, unaidedFile(record), JSON.stringify(unaidedOf(record), null, 2));
    printTargets(record, measures, null, print, paint);
  }
  const compared = unaided ? null : await comparison(options, edge);
  if (!unaided) {
    printProofs(prove(record), print, paint);
    printTargets(record, measures, compared, print, paint);
  }
  save(folder, 'report.json', JSON.stringify(reportJson(record, compared), null, 2));
  save(folder, 'report.html', reportHtml(record, compared));
  print('');
  print('The report: drill-report/report.html (and report.json)');
  const holds = unaided ? record.failure === null : prove(record).every(({ passed }) => passed);
  if (!holds) print(paint('red', unaided ? `The drill failed: ${record.failure}` : 'Not every proof holds.'));
  return holds;
}

async function playOnce(
  { scenario, simulated, unaided, caches }: DrillOptions,
  { onWorld, createSimulated = createSimulatedWorld }: Pick<DrillEdge, 'onWorld' | 'createSimulated'>,
  onEvent: (event: StoryEvent) => void,
): Promise<DrillRecord> {
  const playing = { scenario: SCENARIOS[scenario], caches, unaided, onEvent, onWorld };
  if (simulated) return onVirtualTime(() => play({ ...playing, createWorld: createSimulated }));
  const [{ buildFunctions }, { createRealWorld }] = await Promise.all([
    import('../../functions/build.ts'),
    import('../real/world.ts'),
  ]);
  await buildFunctions();
  return play({ ...playing, createWorld: createRealWorld });
}

/** The same loss unaided: from an earlier drill in the same kind of world, else simulated now. */
async function comparison(options: DrillOptions, { folder }: DrillEdge): Promise<Unaided | null> {
  const { scenario, caches, simulated } = options;
  if (scenario === 'planned' || scenario === 'reversed') return null;
  const file = join(folder, unaidedFile({ scenario, caches, world: simulated ? 'simulated' : 'real' }));
  if (existsSync(file)) return JSON.parse(readFileSync(file, 'utf8')) as Unaided;
  return unaidedOf(
    await playOnce({ ...options, simulated: true, unaided: true }, { onWorld: () => {} }, () => {}),
  );
}

function save(folder: string, name: string, text: string): void {
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, name), text);
}
