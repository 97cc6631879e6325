import { type Check, fail, type ReadinessReport } from '../../functions/readiness/report.ts';
import { executionUrl } from '../../functions/shared/report.ts';
import type { Command, Context, Result } from '../command.ts';
import { alarmChecks } from '../doctor/alarms.ts';
import { ledgerChecks, machineChecks } from '../doctor/deployed.ts';
import { checkLines, verdictLines } from '../doctor/lines.ts';
import { toldChecks } from '../doctor/told.ts';
import { endingOf } from '../endings.ts';
import { startAndFollow } from '../executing.ts';

export const doctor: Command = {
  summary:
    'Check by check, with a remedy for each: could a failover succeed now, and how long would it take?',
  options: {},
  work: async (context): Promise<Result> => {
    const { paint } = context;
    const ours = [
      ...(await machineChecks(context)),
      ...(await ledgerChecks(context)),
      ...(await toldChecks(context)),
      ...(await alarmChecks(context)),
    ];
    const looked = ours.some(({ id, result }) => id === 'workflows' && result === 'fail')
      ? null
      : await lookWithItsOwnPermissions(context);
    const checks = [...ours, ...(looked?.checks ?? [])];
    const recovery = looked?.report?.recovery ?? null;
    const ready = checks.every(({ result }) => result !== 'fail') && looked !== null;
    return {
      code: ready ? 0 : 1,
      lines: ['', ...checkLines(checks, paint), '', ...verdictLines(checks, recovery, paint)],
      data: { ready, checks, recovery, execution: looked?.execution ?? null },
    };
  },
};

/** What only the product itself can see, by the readiness workflow: as it would see it in an emergency. */
async function lookWithItsOwnPermissions(context: Context): Promise<{
  readonly execution: string;
  readonly checks: readonly Check[];
  readonly report: ReadinessReport | null;
}> {
  const { execution, followed } = await startAndFollow(context, 'readiness', { check: 'whole' });
  const report = reportIn(followed.output);
  if (report !== null) return { execution, checks: report.checks, report };
  const [why = ''] = endingOf('readiness', followed).lines;
  const remedy = `Look at ${executionUrl(execution)}`;
  return {
    execution,
    report,
    checks: [fail('readiness', 'configuration', `Readiness gave no report. ${why}`, remedy)],
  };
}

const reportIn = (output: unknown): ReadinessReport | null =>
  (output as { report?: ReadinessReport } | null)?.report ?? null;
