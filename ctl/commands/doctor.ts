import { isReady } from '../../functions/readiness/report.ts';
import type { Command, Result } from '../command.ts';
import { alarmChecks } from '../doctor/alarms.ts';
import { ledgerChecks, machineChecks } from '../doctor/deployed.ts';
import { checkLines, verdictLines } from '../doctor/lines.ts';
import { lookWithItsOwnPermissions } from '../doctor/looking.ts';
import { toldChecks } from '../doctor/told.ts';

export const doctor: Command = {
  summary:
    'Check by check, with a remedy for each: could a failover succeed now, and how long would it take? Starts readiness, which besides looking contains or isolates a stale site and settles a suspect one.',
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
      : await lookWithItsOwnPermissions(context, 'whole');
    const checks = [...ours, ...(looked?.checks ?? [])];
    const recovery = looked?.recovery ?? null;
    const ready = isReady(checks) && looked !== null;
    return {
      code: ready ? 0 : 1,
      lines: ['', ...checkLines(checks, paint), '', ...verdictLines(checks, recovery, paint)],
      data: { ready, checks, recovery, execution: looked?.execution ?? null },
    };
  },
};
