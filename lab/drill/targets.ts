import { type Measures, TAIL_SECONDS, type WriteCounts } from './measures.ts';
import type { DrillRecord } from './record.ts';

/** One line of the table of times: shown against its target, never judged. */
export interface TargetRow {
  readonly what: string;
  /** In words, and where it comes from. Empty: none is set. */
  readonly target: string;
  readonly actual: (measures: Measures) => string;
}

const seconds = (value: number | null): string => (value === null ? 'not within the drill' : `${value} s`);
/** Nothing mended it but the return of the lost site. */
export const cameByItself = (goodWrites: number | null, returned: number | null): boolean =>
  goodWrites !== null && returned !== null && goodWrites >= returned;

const notGood = ({ lost, refused, unknown }: WriteCounts): string => String(lost + refused + unknown);

const LOSS_ROWS: readonly TargetRow[] = [
  { what: 'Loss to alarm', target: '', actual: ({ alarmSeconds }) => seconds(alarmSeconds) },
  {
    what: 'Loss to the decision who serves',
    target: 'under 60 s',
    actual: ({ decisionSeconds }) => (decisionSeconds === null ? '–' : `${decisionSeconds} s`),
  },
  {
    what: 'Loss to good writes (read back, under 50 ms)',
    target: 'under 60 s (guide: recovery in less than one minute)',
    actual: ({ goodWritesSeconds, returnSeconds }) =>
      cameByItself(goodWritesSeconds, returnSeconds)
        ? `${goodWritesSeconds} s; the site was back after ${returnSeconds} s`
        : seconds(goodWritesSeconds),
  },
  {
    what: `Loss to the last failed write of the outage (up to ${TAIL_SECONDS} s after the first good ones)`,
    target: '',
    actual: ({ lastFailedSeconds }) =>
      lastFailedSeconds === null ? 'none failed' : `${lastFailedSeconds} s`,
  },
  {
    what: 'Writes refused meanwhile, up to that last one',
    target: '',
    actual: ({ meanwhile }) => String(meanwhile.refused),
  },
  {
    what: 'Writes without an answer meanwhile',
    target: '',
    actual: ({ meanwhile }) => String(meanwhile.unknown),
  },
  {
    what: 'Writes answered as done, and lost, meanwhile',
    target: '0',
    actual: ({ meanwhile }) => String(meanwhile.lost),
  },
  {
    what: `Writes refused, lost or without an answer later than ${TAIL_SECONDS} s after the first good ones`,
    target: '0',
    actual: ({ afterwards }) => notGood(afterwards),
  },
];

const PLANNED_ROWS: readonly TargetRow[] = [
  {
    what: 'Writes refused, lost or without an answer',
    target: '0',
    actual: ({ meanwhile, afterwards }) => String(Number(notGood(meanwhile)) + Number(notGood(afterwards))),
  },
  { what: 'Switchover', target: '', actual: ({ switchoverSeconds }) => seconds(switchoverSeconds) },
];

const COMMON_ROWS: readonly TargetRow[] = [
  {
    what: 'Good writes that are gone, or not at both sites, in the end',
    target: '0 (guide: no data loss)',
    actual: ({ goodWritesMissing }) =>
      goodWritesMissing === null ? 'not looked at' : String(goodWritesMissing),
  },
  { what: 'Reads answered with old data', target: '0', actual: ({ staleReads }) => String(staleReads) },
];

const RESYNC: TargetRow = {
  what: 'Resync',
  target: '',
  actual: ({ resyncSeconds }) => (resyncSeconds === null ? '–' : `${resyncSeconds} s`),
};

const SWITCHBACK: TargetRow = {
  what: 'Switchback, its approval included',
  target: '',
  actual: ({ switchbackSeconds }) => (switchbackSeconds === null ? '–' : `${switchbackSeconds} s`),
};

export function targetRows({ executions, lost }: DrillRecord): readonly TargetRow[] {
  const ran = (workflow: string) => executions.some((each) => each.workflow === workflow);
  return [
    ...(lost === null ? PLANNED_ROWS : LOSS_ROWS),
    ...COMMON_ROWS,
    ...(ran('resync') ? [RESYNC] : []),
    ...(ran('switchback') ? [SWITCHBACK] : []),
  ];
}
