import type { Instant, SiteName } from '../shared/names.ts';
import { ANY_PODS, nowStale, type Verdict, withSite } from './change.ts';
import type { Decision, LedgerEvent } from './events.ts';
import { observed } from './evidence.ts';
import { claimed, preempting, released } from './holding.ts';
import { isUsable, type Ledger, otherSite, type PendingWorkflow, type SiteRecord } from './ledger.ts';

/** `unchanged`: already so. `refused`: never allowed from this state; nothing was changed. */
export type Transition =
  | { readonly kind: 'changed'; readonly ledger: Ledger }
  | { readonly kind: 'unchanged'; readonly ledger: Ledger; readonly reason: string }
  | { readonly kind: 'refused'; readonly ledger: Ledger; readonly reason: string };

/**
 * The one place where the ledger changes. Pure: the time comes in, the new ledger goes out, its revision one
 * higher, and its epoch too when the event is a decision.
 * @param at time of the change, not of the evidence
 */
export function transition(ledger: Ledger, event: LedgerEvent, at: Instant): Transition {
  const verdict = isDecision(event) ? decided(ledger, event, at) : observed(ledger, event, at);
  if ('same' in verdict) return { kind: 'unchanged', ledger, reason: verdict.same };
  if ('no' in verdict) return { kind: 'refused', ledger, reason: verdict.no };
  const next: Ledger = { ...ledger, ...verdict, revision: ledger.revision + 1 };
  if (!isDecision(event)) return { kind: 'changed', ledger: next };
  return { kind: 'changed', ledger: { ...withEpochOf(next, ledger.epoch + 1), changedAt: at } };
}

const DECISIONS: Readonly<Record<Decision['type'], true>> = {
  'serving-site-lost': true,
  'passive-site-left': true,
  'view-lost': true,
  'question-dropped': true,
  'isolation-wanted': true,
  'site-suspected': true,
  'suspect-settled': true,
  'operation-claimed': true,
  'operation-released': true,
  'resync-proved': true,
  'traffic-moved': true,
  'old-site-left-behind': true,
  'promoted-accepting-loss': true,
};

const isDecision = (event: LedgerEvent): event is Decision => event.type in DECISIONS;

/** The operation that survives a decision is the one that made it: its token moves on with the epoch. */
const withEpochOf = (ledger: Ledger, epoch: number): Ledger => ({
  ...ledger,
  epoch,
  operation: ledger.operation === null ? null : { ...ledger.operation, epoch },
  pending:
    ledger.pending === null || ledger.pending.epoch !== UNNUMBERED
      ? ledger.pending
      : { ...ledger.pending, epoch },
});

/** Stands in a new pending workflow until the decision's epoch is known. */
const UNNUMBERED = -1;

/**
 * One that is to start already keeps its epoch, and so its name: the execution that asks is the one that acts, and a
 * second decision on the way starts no second execution.
 */
const pendingFailover = (
  { pending }: Ledger,
  at: Instant,
  mode: PendingWorkflow['mode'],
  reason: string,
): PendingWorkflow => ({
  ...(pending ?? { workflow: 'failover', epoch: UNNUMBERED, attempt: 1, since: at }),
  mode,
  reason,
});

function decided(ledger: Ledger, event: Decision, at: Instant): Verdict {
  switch (event.type) {
    case 'serving-site-lost': {
      if (event.lost !== ledger.serving) return { same: `${event.lost} does not serve` };
      const other = otherSite(ledger, event.lost);
      if (!isUsable(ledger.sites[other]!)) {
        const { trust, reachability } = ledger.sites[other]!;
        return { no: `${other} is ${trust} and ${reachability}, so it can't take over` };
      }
      return {
        ...preempting(ledger, at, `${event.lost} was lost`),
        serving: other,
        sites: withSite(ledger, event.lost, {
          reachability: 'unreachable',
          reachabilityAt: at,
          isolated: false,
          contained: false,
        }),
        pending: pendingFailover(ledger, at, 'act', event.reason),
        ...(event.automatic ? { lastAutomaticMoveAt: at } : {}),
        ...(event.automatic || event.takesBack === true ? { moveAcknowledged: false } : {}),
      };
    }
    case 'passive-site-left': {
      if (event.passive === ledger.serving) return { no: `${event.passive} serves` };
      const passive = ledger.sites[event.passive]!;
      if (passive.trust === 'stale') return { same: `${event.passive} is stale already` };
      return {
        ...preempting(ledger, at, `${event.passive} left the cross-site view`),
        sites: withSite(ledger, event.passive, nowStale(at)),
        pending: pendingFailover(ledger, at, 'act', event.reason),
      };
    }
    case 'view-lost': {
      if (ledger.pending !== null) return { same: 'a failover is about to start' };
      if (ledger.operation?.workflow === 'failover') return { same: 'a failover runs' };
      const passive = ledger.sites[otherSite(ledger, ledger.serving)]!;
      if (passive.trust === 'stale') return { same: 'the passive site is stale already' };
      // A resync that is cut short leaves its site stale. Then nothing is left to ask: the serving site is the only
      // one with the data, and needs the other one offline to take writes.
      const mode = passive.trust === 'resyncing' ? 'act' : 'ask';
      return {
        ...preempting(ledger, at, 'the sites left the cross-site view'),
        pending: pendingFailover(ledger, at, mode, event.reason),
      };
    }
    case 'question-dropped':
      return ledger.pending?.mode === 'ask' ? { pending: null } : { same: 'nothing is asked' };
    case 'isolation-wanted': {
      if (ledger.pending !== null) return { same: 'a failover is about to start' };
      if (ledger.operation !== null) return { same: `${ledger.operation.workflow} runs` };
      const passiveName = otherSite(ledger, ledger.serving);
      if (ledger.sites[passiveName]!.trust !== 'stale') return { no: `${passiveName} is not stale` };
      // A proof that it is offline stays one: it may be wanted for the bridge alone.
      return { pending: pendingFailover(ledger, at, 'act', event.reason) };
    }
    case 'site-suspected': {
      const { trust } = ledger.sites[event.site]!;
      const again = trust === 'suspect' && ledger.operation !== null;
      if (trust !== 'in-sync' && !again) return { same: `${event.site} is ${trust}, which is no better` };
      const ended = preempting(ledger, at, `the Data Grid of ${event.site} restarted whole`);
      const sites = ended.sites ?? ledger.sites;
      // What runs took the site for what it was before: a resync that accepted its entries accepted other ones.
      if (again) return { ...ended, sites };
      return {
        ...ended,
        sites: { ...sites, [event.site]: { ...sites[event.site]!, trust: 'suspect', trustAt: at } },
      };
    }
    case 'suspect-settled': {
      if (ledger.operation !== null) return { no: `${ledger.operation.workflow} runs` };
      if (ledger.pending !== null) return { no: 'a failover is about to start' };
      const site = ledger.sites[event.site]!;
      if (site.trust !== 'suspect') return { same: `${event.site} is ${site.trust}, not suspect` };
      if (event.to === 'in-sync' && site.takeOfflineIssued) {
        return { no: `${event.site} was taken offline since it was last in sync; only a resync mends that` };
      }
      if (event.to === 'stale' && event.site === ledger.serving) {
        return { no: `${event.site} serves, and the serving site is never called stale` };
      }
      return event.to === 'stale'
        ? { sites: withSite(ledger, event.site, nowStale(at)) }
        : {
            sites: withSite(ledger, event.site, { trust: 'in-sync', trustAt: at }),
            firingAlerts: withoutViewAlerts(ledger),
          };
    }
    case 'operation-claimed':
      return claimed(ledger, event, at);
    case 'operation-released':
      return released(ledger, event, at);
    case 'resync-proved': {
      const { startedAt } = event;
      const { trust } = ledger.sites[event.site]!;
      if (trust === 'in-sync') return { same: `${event.site} is in sync already` };
      if (ledger.operation === null || trust !== 'resyncing') {
        return { no: `${event.site} is not being resynchronized` };
      }
      return {
        firingAlerts: withoutViewAlerts(ledger),
        sites: withSite(withSourceTrusted(ledger, at), event.site, {
          ...IN_SYNC_AGAIN,
          ...(startedAt === undefined ? ANY_PODS : { dataGridSeen: startedAt, dataGridTrusted: startedAt }),
          trustAt: at,
          reachabilityAt: at,
        }),
      };
    }
    case 'traffic-moved': {
      if (ledger.operation === null) return { no: 'no operation asked for it' };
      if (event.to === ledger.serving) return { same: `${event.to} serves already` };
      const unusable = Object.entries(ledger.sites).find(([, site]) => site.trust !== 'in-sync');
      if (unusable !== undefined) return { no: `${unusable[0]} is ${unusable[1].trust}` };
      if (!isUsable(ledger.sites[event.to]!)) return { no: `${event.to} is unreachable` };
      // Somebody has seen to what automation did before.
      return { serving: event.to, moveAcknowledged: true };
    }
    case 'old-site-left-behind': {
      if (ledger.operation === null) return { no: 'no operation asked for it' };
      if (event.site === ledger.serving) return { no: `${event.site} serves` };
      if (ledger.sites[event.site]!.trust === 'stale') return { same: `${event.site} is stale already` };
      return { sites: withSite(ledger, event.site, nowStale(at)) };
    }
    case 'promoted-accepting-loss': {
      const other = otherSite(ledger, event.site);
      const { bridgeCut, unansweredClear, trust } = ledger.sites[event.site]!;
      if (event.site === ledger.serving && trust === 'in-sync')
        return { same: `${event.site} serves already, and is in sync` };
      if (leavesSuspect(ledger, event.site))
        return { same: `${event.site} serves already, and what it lost itself is not accepted by that` };
      return {
        ...preempting(ledger, at, `${event.site} was promoted by hand`),
        serving: event.site,
        sites: {
          ...ledger.sites,
          // What may still happen to it, and what still keeps it from being reached, is not undone by being promoted.
          [event.site]: {
            ...ledger.sites[event.site]!,
            ...IN_SYNC_AGAIN,
            ...ANY_PODS,
            bridgeCut,
            unansweredClear,
            trustAt: event.saidAt ?? at,
            reachabilityAt: at,
          },
          [other]: { ...ledger.sites[other]!, ...nowStale(at) },
        },
        pending: pendingFailover(ledger, at, 'act', event.reason),
        moveAcknowledged: true,
      };
    }
  }
}

/**
 * Of a promotion: the site serves already, and may have lost entries itself. What only the other one holds is accepted
 * as lost; that one was shut out, so it may be the last to hold those entries, and `resync` asks which are to be kept.
 */
export function leavesSuspect(ledger: Ledger, promoted: SiteName): boolean {
  const { serving, sites } = ledger;
  if (promoted !== serving || sites[serving]!.trust !== 'suspect') return false;
  const { trust } = sites[otherSite(ledger, serving)]!;
  return trust === 'stale' || trust === 'resyncing';
}

/**
 * A proof that the sites see each other outranks the alerts from before it; Alertmanager repeats one that still
 * fires. Kept, one whose end never arrived would make the site stale again for ever.
 */
const withoutViewAlerts = ({ firingAlerts }: Ledger): Ledger['firingAlerts'] =>
  Object.fromEntries(Object.entries(firingAlerts).filter(([, { kind }]) => kind !== 'left-cross-site-view'));

/**
 * A source that is suspect lost entries in a restart. A person accepted what it holds now, and the other site holds
 * the same: so the serving site is the truth again.
 */
const withSourceTrusted = (ledger: Ledger, at: Instant): Ledger =>
  ledger.sites[ledger.serving]!.trust !== 'suspect'
    ? ledger
    : {
        ...ledger,
        sites: withSite(ledger, ledger.serving, { trust: 'in-sync', trustAt: at, ...ANY_PODS }),
      };

const IN_SYNC_AGAIN: Partial<SiteRecord> = {
  trust: 'in-sync',
  reachability: 'reachable',
  contained: false,
  takeOfflineIssued: false,
  isolated: false,
  bridgeCut: false,
  unansweredClear: null,
};

/** Several events of one moment as one change: one write, one revision. Refused as a whole if one is refused. */
export function transitions(ledger: Ledger, events: readonly LedgerEvent[], at: Instant): Transition {
  let next = ledger;
  let same = 'nothing happened';
  for (const event of events) {
    const step = transition(next, event, at);
    if (step.kind === 'refused') return { kind: 'refused', ledger, reason: step.reason };
    if (step.kind === 'unchanged') same = step.reason;
    next = step.ledger;
  }
  if (next === ledger) return { kind: 'unchanged', ledger, reason: same };
  return { kind: 'changed', ledger: { ...next, revision: ledger.revision + 1 } };
}
