import type { PastOperation } from '../../functions/ledger/ledger.ts';
import type { OperationReport } from '../../functions/shared/report.ts';
import type { Command, Context, Result } from '../command.ts';
import { clock, spoken } from '../durations.ts';
import { RefusedError } from '../faults.ts';
import type { Paint } from '../paint.ts';
import { pastOperations } from '../past.ts';
import { reportLines, reportTable } from '../report-lines.ts';
import { table } from '../table.ts';
import { NO_LEDGER } from './status.ts';

export const history: Command = {
  summary: 'The operations of the past, newest first; with a number or an id, one of them whole.',
  options: {},
  word: 'number or id',
  work: async (context): Promise<Result> => {
    const [wanted] = context.given.words;
    const reports = await pastOperations(context);
    if (wanted === undefined && reports.length === 0) return asTheLedgerKnows(context);
    if (wanted === undefined) {
      return { code: 0, lines: reportTable(reports, context.paint), data: { operations: reports } };
    }
    const report = reportNamed(reports, wanted);
    return { code: 0, lines: reportLines(report, context.paint), data: { operation: report } };
  },
};

/** @throws RefusedError when there is no such one */
function reportNamed(reports: readonly OperationReport[], wanted: string): OperationReport {
  const found = /^\d+$/.test(wanted)
    ? reports[Number(wanted) - 1]
    : reports.find(({ id, execution }) => id === wanted || execution.endsWith(wanted));
  if (found !== undefined) return found;
  throw new RefusedError(
    `There is no report ${wanted} among the last ${reports.length}.`,
    'npm run ctl -- history lists them with their numbers.',
  );
}

/** Of operations that ended before reports were kept, the ledger has the last ten. */
async function asTheLedgerKnows({ store, paint }: Context): Promise<Result> {
  const ledger = await store.read();
  if (ledger === null) return { code: 1, lines: NO_LEDGER, data: { operations: [] } };
  const { history: operations } = ledger;
  const lines = operations.length > 0 ? ledgerTable(operations, paint) : ['No operation has ended yet.'];
  return { code: 0, lines, data: { operations } };
}

const ledgerTable = (operations: readonly PastOperation[], paint: Paint): readonly string[] =>
  table(
    ['Started', 'Workflow', 'Result', 'Took', ''],
    operations.map(({ workflow, startedAt, endedAt, result, detail }) => [
      clock(startedAt),
      workflow,
      paint(result === 'succeeded' ? 'green' : 'red', result),
      spoken((Date.parse(endedAt) - Date.parse(startedAt)) / 1000),
      detail,
    ]),
  );
