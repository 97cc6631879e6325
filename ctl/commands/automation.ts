import type { LedgerEvent } from '../../functions/ledger/events.ts';
import { instant } from '../../functions/shared/names.ts';
import type { Command, Context, Result } from '../command.ts';
import { clock, secondsOf } from '../durations.ts';
import { RefusedError, UsageError } from '../faults.ts';
import type { Given } from '../options.ts';

/** @throws RefusedError, LedgerUnknownError */
async function record({ store }: Context, event: LedgerEvent): Promise<boolean> {
  const result = await store.change(() => [event]);
  if (result === 'stopped' || result.kind === 'refused') {
    const reason = result === 'stopped' ? 'stopped' : result.reason;
    throw new RefusedError(`The ledger does not take it: ${reason}.`, 'Look at `status`.');
  }
  return result.kind === 'changed';
}

/** @throws UsageError */
function pauseIn(given: Given): { readonly why: string; readonly seconds: number | null } {
  const why = given.text('why');
  if (why === null) throw new UsageError('disarm needs a reason.', 'Write --why "maintenance of site-b".');
  const typed = given.text('for');
  const seconds = typed === null ? null : secondsOf(typed);
  if (typed !== null && seconds === null) {
    throw new UsageError(`--for ${typed}: that is no length of time.`, 'Write 30m, 2h, 1h30m or 1d.');
  }
  return { why, seconds };
}

const disarm: Command = {
  summary: 'Automation moves nothing and starts nothing; it goes on looking, and telling.',
  options: {
    for: { takes: 'duration', meaning: 'For how long. Default: until arm.' },
    why: { takes: 'text', meaning: 'The reason, which whoever is woken reads. Needed.' },
  },
  check: pauseIn,
  work: async (context): Promise<Result> => {
    const { edge, given } = context;
    const { why, seconds } = pauseIn(given);
    const until = seconds === null ? null : instant(new Date(edge.now().getTime() + seconds * 1000));
    await record(context, { type: 'disarmed', until, why });
    return {
      code: 0,
      lines: [
        `Automation is disarmed ${until === null ? 'until somebody arms it' : `until ${clock(until)}`}: ${why}`,
        'It moves nothing and starts nothing until then. Route 53 by itself still fails over to a site in sync.',
        'To arm it again: npm run ctl -- arm',
      ],
      data: { outcome: 'disarmed', until, why },
    };
  },
};

const arm: Command = {
  summary: 'Automation acts again.',
  options: {},
  work: async (context): Promise<Result> => {
    const changed = await record(context, { type: 'armed' });
    return {
      code: 0,
      lines: [changed ? 'Automation is armed.' : 'Automation was armed already.'],
      data: { outcome: 'armed' },
    };
  },
};

const acknowledge: Command = {
  summary: 'The last automatic move was seen: the next one need not wait for the minimum time between two.',
  options: {},
  work: async (context): Promise<Result> => {
    const changed = await record(context, { type: 'move-acknowledged' });
    return {
      code: 0,
      lines: [
        changed
          ? 'The last automatic move is acknowledged: automation may move traffic again at once.'
          : 'No automatic move waits to be acknowledged.',
      ],
      data: { outcome: 'acknowledged' },
    };
  },
};

export const AUTOMATION_COMMANDS = { arm, disarm, acknowledge } as const;
