import type { OperationReport } from '../functions/shared/report.ts';
import { clock, spoken } from './durations.ts';
import type { Paint } from './paint.ts';
import { table } from './table.ts';

/** One line for each operation; its number is what `history <number>` takes. */
export function reportTable(reports: readonly OperationReport[], paint: Paint): readonly string[] {
  const rows = reports.map((report, index) => [
    String(index + 1),
    clock(report.startedAt),
    report.workflow,
    resultOf(report, paint),
    spoken(report.seconds),
    recoveryOf(report, paint),
    report.headline,
  ]);
  return table(['', 'Started', 'Workflow', 'Result', 'Took', 'Writes good after', ''], rows);
}

const resultOf = ({ status, outcome }: OperationReport, paint: Paint): string =>
  paint(status === 'SUCCEEDED' ? 'green' : 'red', outcome);

const recoveryOf = ({ recovery }: OperationReport, paint: Paint): string =>
  recovery === null
    ? '–'
    : `${spoken(recovery.seconds)} ${paint(
        recovery.met ? 'green' : 'red',
        `(target ${spoken(recovery.targetSeconds)}, ${recovery.met ? 'met' : 'missed'})`,
      )}`;

/** One report whole. */
export function reportLines(report: OperationReport, paint: Paint): readonly string[] {
  const part = (title: string, lines: readonly string[]) =>
    lines.length === 0 ? [] : ['', paint('bold', title), ...lines.map((line) => `  ${line}`)];
  const { lossAt, decidedAt, writesGoodAt } = report.times;
  const times = [
    ['The loss', lossAt],
    ['Decided', decidedAt],
    ['Writes good', writesGoodAt],
  ] as const;
  return [
    paint('bold', report.headline),
    report.what,
    ...part('When', [
      `${clock(report.startedAt)} to ${clock(report.endedAt)}: ${spoken(report.seconds)}`,
      ...times.flatMap(([name, at]) => (at === null ? [] : [`${name}: ${clock(at)}`])),
      ...(report.recovery === null ? [] : [`Writes good after ${recoveryOf(report, paint)}`]),
    ]),
    ...part('Result', [`${report.workflow} ${report.status}: ${resultOf(report, paint)}`]),
    ...part('Done', report.done),
    ...part('Not done', report.notDone),
    ...part('Where things stood', report.state),
    ...part('Next', report.next),
    ...(report.steps.length === 0 ? [] : ['', paint('bold', 'Steps'), ...stepTable(report, paint)]),
    ...part(
      'Links',
      report.links.map(({ to, url }) => `${to}: ${url}`),
    ),
  ];
}

const stepTable = ({ steps, startedAt }: OperationReport, paint: Paint): readonly string[] =>
  table(
    [],
    steps.map((step) => [
      `+${((Date.parse(step.startedAt) - Date.parse(startedAt)) / 1000).toFixed(1)} s`,
      step.name,
      spoken(step.seconds),
      step.turns === 1 ? '' : `${step.turns} times`,
      step.result === 'succeeded' ? '' : paint('red', [step.result, step.error].filter(Boolean).join(': ')),
    ]),
  );
