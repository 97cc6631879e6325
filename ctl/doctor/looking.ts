import { type Check, fail, type ReadinessReport } from '../../functions/readiness/report.ts';
import { executionUrl } from '../../functions/shared/report.ts';
import type { Context } from '../command.ts';
import { endingOf } from '../endings.ts';
import { startAndFollow } from '../executing.ts';

interface Look {
  readonly execution: string;
  readonly checks: readonly Check[];
  readonly recovery: ReadinessReport['recovery'] | null;
}

/** What only the product itself can see, by the readiness workflow: as it would see it in an emergency. */
export async function lookWithItsOwnPermissions(context: Context, check: 'quick' | 'whole'): Promise<Look> {
  const { execution, followed } = await startAndFollow(context, 'readiness', { check });
  const report = (followed.output as { report?: ReadinessReport } | null)?.report;
  if (report !== undefined) return { execution, checks: report.checks, recovery: report.recovery };
  const [why = ''] = endingOf('readiness', followed).lines;
  const remedy = `Look at ${executionUrl(execution)}`;
  return {
    execution,
    checks: [fail('readiness', 'configuration', `Readiness gave no report. ${why}`, remedy)],
    recovery: null,
  };
}
