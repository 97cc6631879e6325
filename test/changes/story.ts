import { changesOf } from '../../functions/changes/changes-of.ts';
import type { LedgerEvent } from '../../functions/ledger/events.ts';
import type { Ledger } from '../../functions/ledger/ledger.ts';
import { A, B, execution, having, inSync, moment } from '../ledger/example.ts';

export const FAILOVER = execution('failover', 'failover-e2-1');
export const SWITCHOVER = execution('switchover', 'by-hand');
const LOSS = 'alarm sso-endpoint-site-a says that its endpoint is down';

const lost = having(inSync(), moment(10), {
  type: 'serving-site-lost',
  lost: A,
  automatic: true,
  reason: LOSS,
});
const failingOver = having(lost, moment(11), {
  type: 'operation-claimed',
  workflow: 'failover',
  owner: FAILOVER,
});
const movesByHand = having(inSync(), moment(0), {
  type: 'operation-claimed',
  workflow: 'switchover',
  owner: SWITCHOVER,
});
const asks = having(movesByHand, moment(1), {
  type: 'approval-asked',
  token: { workflow: 'switchover', epoch: movesByHand.epoch, owner: SWITCHOVER },
  question: 'Move traffic from site-a to site-b?',
  deadline: moment(86_401),
});

interface Turn {
  readonly before: Ledger | null;
  readonly after: Ledger;
}

const turn = (before: Ledger, second: number, ...events: readonly LedgerEvent[]): Turn => ({
  before,
  after: having(before, moment(second), ...events),
});

/** Each turn of the ledger that the samples under events/product/ tell of. */
export const TURNS = {
  adopted: { before: null, after: inSync() },
  lost: { before: inSync(), after: lost },
  claimed: { before: lost, after: failingOver },
  released: turn(failingOver, 52, {
    type: 'operation-released',
    owner: FAILOVER,
    result: 'succeeded',
    detail: 'the lost site is proven offline at the survivor',
  }),
  asked: { before: movesByHand, after: asks },
  answered: turn(asks, 60, { type: 'approval-answered', answer: 'approved', by: 'Robin' }),
  disarmed: turn(inSync(), 0, { type: 'disarmed', until: moment(7200), why: 'maintenance of site-b' }),
  looked: turn(
    inSync(),
    30,
    { type: 'paged', about: 'x' },
    { type: 'data-grid-seen', site: B, startedAt: moment(-9000) },
    { type: 'checks-to-be-written', checks: { [A]: { version: 4, positions: ['fenced'] } } },
  ),
} as const satisfies Readonly<Record<string, Turn>>;

export const told = ({ before, after }: Turn) => changesOf(before, after);
