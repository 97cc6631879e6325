import type { Command, Result } from '../command.ts';
import { lastReadiness } from '../past.ts';
import { standingLines } from '../standing.ts';

export const NO_LEDGER = [
  'There is no ledger: nothing is known, and automation decides nothing.',
  'Start: npm run ctl -- adopt --serving <the site that serves>',
];

export const status: Command = {
  summary: 'Who serves, how both sites stand, what runs, and what to do next.',
  options: {},
  work: async (context): Promise<Result> => {
    const { store, configuration, edge, paint } = context;
    const [ledger, readiness] = await Promise.all([store.read(), lastReadiness(context)]);
    if (ledger === null) return { code: 1, lines: NO_LEDGER, data: { ledger: null, readiness } };
    return {
      code: 0,
      lines: standingLines({ configuration, ledger, readiness, now: edge.now() }, paint),
      data: { ledger, readiness },
    };
  },
};
