import { isReady } from '../../functions/readiness/report.ts';
import type { Command, Result } from '../command.ts';
import { checkLines, verdictLines } from '../doctor/lines.ts';
import { lookWithItsOwnPermissions } from '../doctor/looking.ts';
import { execute, FOLLOW } from '../executing.ts';
import { UsageError } from '../faults.ts';
import type { Given } from '../options.ts';

const DEPTHS = ['quick', 'whole'] as const;

export const readiness: Command = {
  summary:
    'What the product itself finds on whether a failover would succeed now, without the rest of doctor. Besides looking, it contains or isolates a stale site and settles a suspect one.',
  options: {
    check: {
      takes: 'text',
      meaning: 'quick, without Batches, or whole, which also asks both Data Grids. Default: quick.',
    },
    ...FOLLOW,
  },
  check: depthIn,
  work: async (context): Promise<Result> => {
    const { given, paint } = context;
    const check = depthIn(given);
    if (given.flag('follow') === false) return execute(context, 'readiness', { check });
    const { execution, checks, recovery } = await lookWithItsOwnPermissions(context, check);
    const ready = isReady(checks);
    return {
      code: ready ? 0 : 1,
      lines: ['', ...checkLines(checks, paint), '', ...verdictLines(checks, recovery, paint)],
      data: { ready, checks, recovery, execution },
    };
  },
};

/** @throws UsageError */
function depthIn(given: Given): (typeof DEPTHS)[number] {
  const typed = given.text('check') ?? 'quick';
  const depth = DEPTHS.find((each) => each === typed);
  if (depth !== undefined) return depth;
  throw new UsageError(`--check ${typed}: there is no such look.`, `It is ${DEPTHS.join(' or ')}.`);
}
