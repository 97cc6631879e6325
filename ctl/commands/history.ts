import type { Command, Result } from '../command.ts';
import { clock, spoken } from '../durations.ts';
import { table } from '../table.ts';
import { NO_LEDGER } from './status.ts';

export const history: Command = {
  summary: 'The operations of the past, newest first.',
  options: {},
  work: async ({ store, paint }): Promise<Result> => {
    const ledger = await store.read();
    if (ledger === null) return { code: 1, lines: NO_LEDGER, data: { operations: [] } };
    const { history: operations } = ledger;
    const rows = operations.map(({ workflow, startedAt, endedAt, result, detail }) => [
      clock(startedAt),
      workflow,
      paint(result === 'succeeded' ? 'green' : 'red', result),
      spoken((Date.parse(endedAt) - Date.parse(startedAt)) / 1000),
      detail,
    ]);
    return {
      code: 0,
      lines:
        rows.length > 0
          ? table(['Started', 'Workflow', 'Result', 'Took', 'Detail'], rows)
          : ['No operation has ended yet.'],
      data: { operations },
    };
  },
};
