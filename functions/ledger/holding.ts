import type { Instant } from '../shared/names.ts';
import { type Change, nowStale, type Verdict, withSite } from './change.ts';
import type { Decision } from './events.ts';
import { type Ledger, otherSite, type PastOperation } from './ledger.ts';

const HISTORY_LENGTH = 10;

/** A workflow takes the operation, and what its site is from then on. */
export function claimed(
  ledger: Ledger,
  event: Extract<Decision, { type: 'operation-claimed' }>,
  at: Instant,
): Verdict {
  if (ledger.operation?.owner === event.owner) return { same: `${event.owner} holds the operation already` };
  if (ledger.operation !== null)
    return { no: `${ledger.operation.workflow} runs, held by ${ledger.operation.owner}` };
  if (ledger.pending !== null && event.workflow !== 'failover') return { no: 'a failover is about to start' };
  const operation = { workflow: event.workflow, owner: event.owner, epoch: ledger.epoch, startedAt: at };
  const passiveName = otherSite(ledger, ledger.serving);
  const passive = ledger.sites[passiveName]!;
  switch (event.workflow) {
    case 'failover':
      if (ledger.pending?.mode === 'ask') return { no: 'whether the serving site lives is not decided yet' };
      if (passive.trust !== 'stale' && ledger.pending === null) return { no: 'no loss is recorded' };
      return {
        operation,
        pending: null,
        // Stale from here, before its take-offline is created: until now it could have been promoted back.
        sites: passive.trust === 'stale' ? ledger.sites : withSite(ledger, passiveName, nowStale(at)),
      };
    case 'contain':
      if (passive.trust !== 'stale')
        return { no: `${passiveName} is ${passive.trust}; only a stale site is contained` };
      return { operation };
    case 'resync':
      if (passive.trust === 'in-sync') return { no: `${passiveName} is in sync` };
      if (passive.trust !== 'stale')
        return { no: `${passiveName} is ${passive.trust}; only a stale site is resynchronized` };
      return { operation, sites: withSite(ledger, passiveName, { trust: 'resyncing', trustAt: at }) };
    case 'switchover':
    case 'switchback':
      if (passive.trust !== 'in-sync') return { no: `${passiveName} is ${passive.trust}` };
      if (ledger.sites[ledger.serving]!.trust !== 'in-sync')
        return { no: `${ledger.serving} is not in sync` };
      return { operation };
    default:
      return { no: `${event.workflow} holds no operation` };
  }
}

export function released(
  ledger: Ledger,
  event: Extract<Decision, { type: 'operation-released' }>,
  at: Instant,
): Verdict {
  const { operation } = ledger;
  if (operation === null || operation.owner !== event.owner)
    return { same: `${event.owner} holds no operation` };
  return ending(ledger, at, { result: event.result, detail: event.detail });
}

/** Ends the operation that runs, for a decision that outranks it. */
export const preempting = (ledger: Ledger, at: Instant, why: string): Change =>
  ending(ledger, at, { result: 'superseded', detail: why });

/**
 * The operation is over. A resync that did not get to its proof leaves its site stale, perhaps with the source online
 * there and with Keycloak running: so not contained. Whether it is offline at the source, its steps wrote down.
 */
function ending(ledger: Ledger, at: Instant, how: Pick<PastOperation, 'result' | 'detail'>): Change {
  const { operation } = ledger;
  if (operation === null) return { operation: null, approval: null };
  const { workflow, owner, startedAt } = operation;
  const passive = otherSite(ledger, ledger.serving);
  const abandoned = ledger.sites[passive]!.trust === 'resyncing';
  return {
    operation: null,
    approval: null,
    history: [{ workflow, owner, startedAt, endedAt: at, ...how }, ...ledger.history].slice(
      0,
      HISTORY_LENGTH,
    ),
    ...(abandoned
      ? { sites: withSite(ledger, passive, { trust: 'stale', trustAt: at, contained: false }) }
      : {}),
  };
}
