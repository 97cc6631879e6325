import type { Instant, SiteName } from '../shared/names.ts';
import type { Decision, Evidence, LedgerEvent } from './events.ts';
import { isUsable, type Ledger, otherSite, type PendingWorkflow, type SiteRecord } from './ledger.ts';

/** `unchanged`: already so. `refused`: never allowed from this state; nothing was changed. */
export type Transition =
  | { readonly kind: 'changed'; readonly ledger: Ledger }
  | { readonly kind: 'unchanged'; readonly ledger: Ledger; readonly reason: string }
  | { readonly kind: 'refused'; readonly ledger: Ledger; readonly reason: string };

type Change = Partial<Omit<Ledger, 'deployment' | 'schema' | 'revision' | 'epoch' | 'changedAt'>>;
/** A change, the reason why there is nothing to change (`same`), or why there must not be one (`no`). */
type Verdict = Change | { readonly same: string } | { readonly no: string };

const HISTORY_LENGTH = 10;

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

const pendingFailover = (at: Instant, mode: PendingWorkflow['mode'], reason: string): PendingWorkflow => ({
  workflow: 'failover',
  epoch: UNNUMBERED,
  attempt: 1,
  since: at,
  mode,
  reason,
});

const withSite = (ledger: Ledger, site: SiteName, change: Partial<SiteRecord>): Ledger['sites'] => ({
  ...ledger.sites,
  [site]: { ...ledger.sites[site]!, ...change },
});

/** What holds of a site that lags behind from now on; what it was before is no excuse. */
const lagging = (trust: 'suspect' | 'stale', at: Instant): Partial<SiteRecord> => ({ trust, trustAt: at });

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
        serving: other,
        sites: withSite(ledger, event.lost, {
          reachability: 'unreachable',
          reachabilityAt: at,
          isolated: false,
        }),
        operation: null,
        approval: null,
        pending: pendingFailover(at, 'act', event.reason),
        ...(event.automatic ? { lastAutomaticMoveAt: at, moveAcknowledged: false } : {}),
      };
    }
    case 'passive-site-left': {
      if (event.passive === ledger.serving) return { no: `${event.passive} serves` };
      const passive = ledger.sites[event.passive]!;
      if (passive.trust === 'stale') return { same: `${event.passive} is stale already` };
      return {
        sites: withSite(ledger, event.passive, {
          ...lagging('stale', at),
          isolated: false,
          contained: false,
        }),
        operation: null,
        approval: null,
        pending: pendingFailover(at, 'act', event.reason),
      };
    }
    case 'view-lost': {
      if (ledger.pending !== null) return { same: 'a failover is about to start' };
      if (ledger.operation?.workflow === 'failover') return { same: 'a failover runs' };
      const passive = ledger.sites[otherSite(ledger, ledger.serving)]!;
      if (passive.trust === 'stale') return { same: 'the passive site is stale already' };
      return { ...preempting(ledger, at), pending: pendingFailover(at, 'ask', event.reason) };
    }
    case 'isolation-wanted': {
      if (ledger.pending !== null) return { same: 'a failover is about to start' };
      if (ledger.operation !== null) return { same: `${ledger.operation.workflow} runs` };
      const passiveName = otherSite(ledger, ledger.serving);
      if (ledger.sites[passiveName]!.trust !== 'stale') return { no: `${passiveName} is not stale` };
      return {
        sites: withSite(ledger, passiveName, { isolated: false }),
        pending: pendingFailover(at, 'act', event.reason),
      };
    }
    case 'site-suspected': {
      const { trust } = ledger.sites[event.site]!;
      if (trust !== 'in-sync') return { same: `${event.site} is ${trust}, which is no better` };
      return { operation: null, approval: null, sites: withSite(ledger, event.site, lagging('suspect', at)) };
    }
    case 'suspect-settled': {
      if (ledger.operation !== null) return { no: `${ledger.operation.workflow} runs` };
      const site = ledger.sites[event.site]!;
      if (site.trust !== 'suspect') return { same: `${event.site} is ${site.trust}, not suspect` };
      if (event.to === 'in-sync' && site.takeOfflineIssued) {
        return { no: `${event.site} was taken offline since it was last in sync; only a resync mends that` };
      }
      if (event.to === 'stale' && event.site === ledger.serving) {
        return { no: `${event.site} serves, and the serving site is never called stale` };
      }
      return { sites: withSite(ledger, event.site, { trust: event.to, trustAt: at }) };
    }
    case 'operation-claimed':
      return claimed(ledger, event, at);
    case 'operation-released':
      return released(ledger, event, at);
    case 'resync-proved': {
      if (ledger.operation === null || ledger.sites[event.site]!.trust !== 'resyncing') {
        return { no: `${event.site} is not being resynchronized` };
      }
      return {
        sites: withSite(ledger, event.site, {
          ...IN_SYNC_AGAIN,
          trustAt: at,
          reachabilityAt: at,
          // Its pods of now are the ones that are trusted: readiness takes the next look as the first.
          dataGridStartedAt: null,
        }),
      };
    }
    case 'traffic-moved': {
      if (ledger.operation === null) return { no: 'no operation asked for it' };
      if (event.to === ledger.serving) return { same: `${event.to} serves already` };
      const unusable = Object.entries(ledger.sites).find(([, site]) => site.trust !== 'in-sync');
      if (unusable !== undefined) return { no: `${unusable[0]} is ${unusable[1].trust}` };
      if (!isUsable(ledger.sites[event.to]!)) return { no: `${event.to} is unreachable` };
      return { serving: event.to };
    }
    case 'old-site-left-behind': {
      if (ledger.operation === null) return { no: 'no operation asked for it' };
      if (event.site === ledger.serving) return { no: `${event.site} serves` };
      if (ledger.sites[event.site]!.trust === 'stale') return { same: `${event.site} is stale already` };
      return { sites: withSite(ledger, event.site, { ...lagging('stale', at), isolated: false }) };
    }
    case 'promoted-accepting-loss': {
      const other = otherSite(ledger, event.site);
      const sites = withSite(ledger, event.site, { ...IN_SYNC_AGAIN, trustAt: at });
      return {
        serving: event.site,
        sites: {
          ...sites,
          [other]: { ...sites[other]!, ...lagging('stale', at), isolated: false, contained: false },
        },
        operation: null,
        approval: null,
        pending: pendingFailover(at, 'act', event.reason),
        moveAcknowledged: true,
      };
    }
  }
}

/** Ends the operation that runs. A resync that is cut short leaves its site stale, and online at the source perhaps. */
function preempting(ledger: Ledger, at: Instant): Change {
  const passive = otherSite(ledger, ledger.serving);
  const abandoned = ledger.sites[passive]!.trust === 'resyncing';
  return {
    operation: null,
    approval: null,
    ...(abandoned ? { sites: withSite(ledger, passive, { ...lagging('stale', at), isolated: false }) } : {}),
  };
}

const IN_SYNC_AGAIN: Partial<SiteRecord> = {
  trust: 'in-sync',
  reachability: 'reachable',
  contained: false,
  takeOfflineIssued: false,
  isolated: false,
  bridgeCut: false,
  unansweredClear: null,
};

function claimed(
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
        sites:
          passive.trust === 'stale'
            ? ledger.sites
            : withSite(ledger, passiveName, { ...lagging('stale', at), isolated: false, contained: false }),
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

function released(
  ledger: Ledger,
  event: Extract<Decision, { type: 'operation-released' }>,
  at: Instant,
): Verdict {
  const { operation } = ledger;
  if (operation === null || operation.owner !== event.owner)
    return { same: `${event.owner} holds no operation` };
  const past = {
    workflow: operation.workflow,
    owner: operation.owner,
    startedAt: operation.startedAt,
    endedAt: at,
    result: event.result,
    detail: event.detail,
  };
  const byHand = operation.workflow === 'switchover' || operation.workflow === 'switchback';
  return {
    ...preempting(ledger, at),
    history: [past, ...ledger.history].slice(0, HISTORY_LENGTH),
    ...(byHand && event.result === 'succeeded' ? { moveAcknowledged: true } : {}),
  };
}

function observed(ledger: Ledger, event: Evidence, at: Instant): Verdict {
  switch (event.type) {
    case 'reachability-observed': {
      const site = ledger.sites[event.site]!;
      if (event.observedAt <= site.reachabilityAt) return { same: 'older than what is known' };
      if (event.reachability === site.reachability)
        return { same: `${event.site} is ${event.reachability} already` };
      return {
        sites: withSite(ledger, event.site, {
          reachability: event.reachability,
          reachabilityAt: event.observedAt,
        }),
      };
    }
    case 'checks-to-be-written':
      return Object.entries(event.versions).every(
        ([site, version]) => ledger.checkVersions[site as SiteName] === version,
      )
        ? { same: 'the same versions' }
        : { checkVersions: { ...ledger.checkVersions, ...event.versions } };
    case 'take-offline-issued':
      return siteFact(ledger, event.site, { takeOfflineIssued: true });
    case 'isolation-proved':
      if (event.site === ledger.serving) return { no: `${event.site} serves` };
      return siteFact(ledger, event.site, { isolated: true });
    case 'isolation-lost':
      return siteFact(ledger, event.site, { isolated: false });
    case 'bridge-cut':
      return siteFact(ledger, event.site, { bridgeCut: true });
    case 'bridge-restored':
      return siteFact(ledger, event.site, { bridgeCut: false });
    case 'site-contained':
      if (event.site === ledger.serving) return { no: `${event.site} serves` };
      return siteFact(ledger, event.site, { contained: true });
    case 'containment-lost':
      return siteFact(ledger, event.site, { contained: false });
    case 'keycloak-size-seen':
      if (event.instances < 1) return { no: `${event.instances} instances are no original size` };
      return siteFact(ledger, event.site, { keycloakInstances: event.instances });
    case 'data-grid-seen':
      return siteFact(ledger, event.site, { dataGridStartedAt: event.startedAt });
    case 'clear-issued':
      if (event.site === ledger.serving)
        return { no: `${event.site} serves, and the serving site is never cleared` };
      return siteFact(ledger, event.site, { unansweredClear: { batch: event.batch, at } });
    case 'clear-answered':
      return siteFact(ledger, event.site, { unansweredClear: null });
    case 'pending-retried':
      if (ledger.pending === null) return { same: 'nothing is pending' };
      return { pending: { ...ledger.pending, attempt: event.attempt } };
    case 'pending-dropped':
      return ledger.pending === null ? { same: 'nothing is pending' } : { pending: null };
    case 'alert-firing':
      if (event.fingerprint in ledger.firingAlerts) return { same: 'known' };
      return { firingAlerts: { ...ledger.firingAlerts, [event.fingerprint]: event.alert } };
    case 'alert-resolved': {
      if (!(event.fingerprint in ledger.firingAlerts)) return { same: 'not known' };
      const { [event.fingerprint]: _resolved, ...rest } = ledger.firingAlerts;
      return { firingAlerts: rest };
    }
    case 'approval-asked': {
      if (ledger.operation?.owner !== event.token.owner) return { no: 'the operation is no longer held' };
      if (ledger.approval?.owner === event.token.owner) return { same: 'asked already' };
      const { workflow, owner } = event.token;
      const { question, deadline } = event;
      return {
        approval: { workflow, owner, question, askedAt: at, deadline, answer: 'waiting', answeredBy: null },
      };
    }
    case 'approval-answered':
      if (ledger.approval === null) return { same: 'nothing waits for an approval' };
      if (ledger.approval.answer !== 'waiting')
        return { same: `answered already: ${ledger.approval.answer}` };
      if (at > ledger.approval.deadline) return { no: `the deadline ${ledger.approval.deadline} has passed` };
      return { approval: { ...ledger.approval, answer: event.answer, answeredBy: event.by } };
    case 'paged':
      return { paged: { about: event.about, at } };
    case 'armed':
      if (ledger.automation.armed) return { same: 'armed already' };
      return { automation: { armed: true, disarmedUntil: null, why: null } };
    case 'disarmed':
      return { automation: { armed: false, disarmedUntil: event.until, why: event.why } };
    case 'move-acknowledged':
      return ledger.moveAcknowledged ? { same: 'acknowledged already' } : { moveAcknowledged: true };
  }
}

function siteFact(ledger: Ledger, site: SiteName, fact: Partial<SiteRecord>): Verdict {
  const record = ledger.sites[site]!;
  const same = Object.entries(fact).every(([key, value]) => record[key as keyof SiteRecord] === value);
  return same ? { same: 'known' } : { sites: withSite(ledger, site, fact) };
}

/** Several events of one moment as one change: one write, one revision. Refused as a whole if one is refused. */
export function transitions(ledger: Ledger, events: readonly LedgerEvent[], at: Instant): Transition {
  let next = ledger;
  for (const event of events) {
    const step = transition(next, event, at);
    if (step.kind === 'refused') return { kind: 'refused', ledger, reason: step.reason };
    next = step.ledger;
  }
  if (next === ledger) return { kind: 'unchanged', ledger, reason: 'all of it is recorded already' };
  return { kind: 'changed', ledger: { ...next, revision: ledger.revision + 1 } };
}
