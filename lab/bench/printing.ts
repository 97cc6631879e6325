import type { BundleSize, BundleTime } from './bundles.ts';
import type { HotPath } from './hot-path.ts';
import type { Transitions } from './transitions.ts';

/** What an alarm waits for: the function on its way to the traffic write. */
const HOT_PATH = 'reconcile';
const HOT_PATH_BYTES = 450_000;
const HOT_PATH_IMPORT_MILLISECONDS = 120;
export const ROUNDS = 3;
/** List price in most regions, eu-west-1 among them. */
const DOLLARS_PER_THOUSAND_TRANSITIONS = 0.025;

export interface Figures {
  readonly machine: {
    readonly processors: number;
    readonly model: string;
    readonly node: string;
    /** Processes that wanted a processor during the last minute. */
    readonly load: number;
  };
  readonly bundles: readonly (BundleSize & BundleTime & { readonly name: string })[];
  readonly hotPath: HotPath;
  readonly rounds: readonly (readonly string[])[];
  readonly transitions: readonly Transitions[];
}

export interface Budget {
  readonly what: string;
  readonly measured: string;
  readonly budget: string;
  readonly kept: boolean;
  /** The same on every machine, so that missing it is a fault. */
  readonly binding: boolean;
}

export function judged({ bundles, rounds }: Figures): readonly Budget[] {
  const { importedBytes, importMilliseconds } = bundles.find(({ name }) => name === HOT_PATH)!;
  return [
    {
      what: `${HOT_PATH}, what is imported at once`,
      measured: kilobytes(importedBytes),
      budget: kilobytes(HOT_PATH_BYTES),
      kept: importedBytes <= HOT_PATH_BYTES,
      binding: true,
    },
    {
      what: `${HOT_PATH}, time to import it`,
      measured: milliseconds(importMilliseconds),
      budget: milliseconds(HOT_PATH_IMPORT_MILLISECONDS),
      kept: importMilliseconds <= HOT_PATH_IMPORT_MILLISECONDS,
      binding: false,
    },
    {
      what: 'rounds of AWS calls until the traffic write',
      measured: String(rounds.length),
      budget: String(ROUNDS),
      kept: rounds.length === ROUNDS,
      binding: true,
    },
  ];
}

export function printed(figures: Figures, budgets: readonly Budget[]): string {
  const { machine, bundles, hotPath, rounds, transitions } = figures;
  const busy = machine.load > machine.processors ? ': BUSY, so times are longer than they are' : '';
  return [
    `${machine.processors} × ${machine.model}, Node ${machine.node.replace('v', '')}, load ${machine.load.toFixed(1)}${busy}`,
    '',
    ...table(
      ['bundle', 'imported at once', 'when needed', 'import', 'processor', 'process, × an empty one'],
      bundles.map((each) => [
        each.name,
        kilobytes(each.importedBytes),
        kilobytes(each.laterBytes),
        milliseconds(each.importMilliseconds),
        milliseconds(each.processorMilliseconds),
        each.ratio.toFixed(1),
      ]),
    ),
    '',
    `From the alarm's event to the write at Route 53, ${hotPath.events} events (built bundle, stand-ins on loopback, same process):`,
    `  p50 ${milliseconds(hotPath.p50Milliseconds)}, p99 ${milliseconds(hotPath.p99Milliseconds)}, the first ${milliseconds(hotPath.firstMilliseconds)}`,
    'Rounds of AWS calls until then:',
    ...rounds.map((round, index) => `  ${index + 1}. ${round.join(', ')}`),
    '',
    ...table(
      ['workflow', 'transitions', 'with nested', 'price of one'],
      transitions.map(({ workflow, own, all }) => [workflow, String(own), String(all), price(all)]),
    ),
    `  (states entered on a way without faults; $${DOLLARS_PER_THOUSAND_TRANSITIONS} per 1,000)`,
    '',
    ...budgets.map(
      ({ what, measured, budget, kept }) =>
        `${kept ? 'kept  ' : 'MISSED'} ${what}: ${measured}, budget ${budget}`,
    ),
  ].join('\n');
}

const kilobytes = (bytes: number): string => `${Math.round(bytes / 1_000)} kB`;
const milliseconds = (time: number): string => `${time.toFixed(time < 10 ? 1 : 0)} ms`;
const price = (transitions: number): string =>
  `$${((transitions / 1_000) * DOLLARS_PER_THOUSAND_TRANSITIONS).toFixed(5)}`;

function table(head: readonly string[], rows: readonly (readonly string[])[]): readonly string[] {
  const widths = head.map((title, column) =>
    Math.max(title.length, ...rows.map((row) => row[column]!.length)),
  );
  return [head, ...rows].map((row) =>
    row
      .map((cell, column) => (column === 0 ? cell.padEnd(widths[column]!) : cell.padStart(widths[column]!)))
      .join('  ')
      .trimEnd(),
  );
}
