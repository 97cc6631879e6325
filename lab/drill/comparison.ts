import { type Measures, measure } from './measures.ts';
import type { DrillRecord } from './record.ts';
import { type Mark, marksOf, perSecond, type Second, zeroOf } from './series.ts';

/** What is kept of an unaided drill to be compared with. */
export interface Unaided {
  readonly scenario: DrillRecord['scenario'];
  readonly world: DrillRecord['world'];
  readonly caches: DrillRecord['caches'];
  readonly measures: Measures;
  readonly seconds: readonly Second[];
  readonly marks: readonly Mark[];
  readonly lastsSeconds: number;
}

export const unaidedOf = (record: DrillRecord): Unaided => ({
  scenario: record.scenario,
  world: record.world,
  caches: record.caches,
  measures: measure(record),
  seconds: perSecond(record),
  marks: marksOf(record),
  lastsSeconds: Math.round((record.endedAt - zeroOf(record)) / 1000),
});

/** One for each kind of world and set of caches: none may overwrite another, or stand in for it. */
export const unaidedFile = ({
  scenario,
  world,
  caches,
}: Pick<Unaided, 'scenario' | 'world' | 'caches'>): string => `unaided-${scenario}-${world}-${caches}.json`;

type Played = Pick<DrillRecord, 'world'>;

/** After whatever names an unaided drill: nobody may take the simulated one for real servers. */
export const simulatedMark = ({ world }: Played): string => (world === 'simulated' ? ' (simulated)' : '');

/** How the column of the drill itself is called. */
export const drillTitle = (record: DrillRecord): string =>
  record.unaided ? `unaided${simulatedMark(record)}` : 'this drill';

export const SIMULATED_UNAIDED =
  'The unaided drill is simulated: the simulated world does not show every write that real servers lose after a freeze.';

/** What to know of the unaided numbers that are shown; nothing where there are none, or real ones. */
export function unaidedNotes(record: DrillRecord, comparedWith: Unaided | null): readonly string[] {
  const shown: Played | null = record.unaided ? record : comparedWith;
  return shown?.world === 'simulated' ? [SIMULATED_UNAIDED] : [];
}
