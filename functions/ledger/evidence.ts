import type { Instant, SiteName } from '../shared/names.ts';
import { type Verdict, withSite } from './change.ts';
import type { CheckToBe, Evidence } from './events.ts';
import { isArmed, type Ledger, positionsOf, type SiteRecord } from './ledger.ts';

/** What evidence and settings change: never who serves, whom to trust or who holds the operation. */
export function observed(ledger: Ledger, event: Evidence, at: Instant): Verdict {
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
      return checksToBe(ledger, event.checks);
    case 'take-offline-issued':
      return factOfStale(ledger, event.site, { takeOfflineIssued: true });
    case 'isolation-proved':
      return factOfStale(ledger, event.site, { isolated: true });
    case 'isolation-lost':
      return siteFact(ledger, event.site, { isolated: false });
    case 'bridge-cut':
      return bridge(ledger, event.site, true, at);
    case 'bridge-restored':
      return bridge(ledger, event.site, false, at);
    case 'site-contained':
      return factOfStale(ledger, event.site, { contained: true });
    case 'containment-lost':
      return siteFact(ledger, event.site, { contained: false });
    case 'keycloak-size-seen':
      if (event.instances < 1) return { no: `${event.instances} instances are no original size` };
      return siteFact(ledger, event.site, { keycloakInstances: event.instances });
    case 'data-grid-seen':
      return siteFact(ledger, event.site, {
        dataGridSeen: event.startedAt,
        ...(ledger.sites[event.site]!.trust === 'in-sync' ? { dataGridTrusted: event.startedAt } : {}),
      });
    case 'clear-issued': {
      const known = ledger.sites[event.site]!.unansweredClear;
      if (known?.batch === event.batch && known.at === at) return { same: 'known' };
      return factOfStale(ledger, event.site, { unansweredClear: { batch: event.batch, at } });
    }
    case 'clear-deleted': {
      const known = ledger.sites[event.site]!.unansweredClear;
      if (known?.at === at) return { same: 'known' };
      // The one that is known stays so: its Batch may still be there, and then a restart alone does not help.
      return siteFact(ledger, event.site, { unansweredClear: { batch: known?.batch ?? event.batch, at } });
    }
    case 'clear-answered':
      return siteFact(ledger, event.site, { unansweredClear: null });
    case 'pending-retried':
      if (ledger.pending === null) return { same: 'nothing is pending' };
      if (ledger.pending.attempt >= event.attempt)
        return { same: `attempt ${ledger.pending.attempt} is at work` };
      return { pending: { ...ledger.pending, attempt: event.attempt } };
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
      if (ledger.paged[event.about] === at) return { same: 'paged at this moment' };
      return { paged: { ...lately(ledger.paged, at), [event.about]: at } };
    case 'page-over': {
      if (!(event.about in ledger.paged)) return { same: 'not told' };
      const { [event.about]: _over, ...rest } = ledger.paged;
      return { paged: rest };
    }
    case 'armed':
      if (ledger.automation.armed) return { same: 'armed already' };
      return { automation: { armed: true, disarmedUntil: null, disarmedAt: null, why: null } };
    case 'disarmed':
      if (
        !ledger.automation.armed &&
        ledger.automation.disarmedUntil === event.until &&
        ledger.automation.why === event.why
      ) {
        return { same: 'disarmed already' };
      }
      return {
        automation: {
          armed: false,
          disarmedUntil: event.until,
          disarmedAt: (isArmed(ledger, at) ? null : ledger.automation.disarmedAt) ?? at,
          why: event.why,
        },
      };
    case 'move-acknowledged':
      return ledger.moveAcknowledged ? { same: 'acknowledged already' } : { moveAcknowledged: true };
  }
}

const KEPT_PAGES_SECONDS = 86_400;

const lately = (paged: Ledger['paged'], at: Instant): Ledger['paged'] =>
  Object.fromEntries(
    Object.entries(paged).filter(([, said]) => Date.parse(at) - Date.parse(said) < KEPT_PAGES_SECONDS * 1000),
  );

/**
 * What is done only to a site that is recorded as stale: it is recorded first, so that nobody trusts a site that was
 * taken offline or cleared meanwhile.
 */
function factOfStale(ledger: Ledger, site: SiteName, fact: Partial<SiteRecord>): Verdict {
  if (site === ledger.serving) return { no: `${site} serves` };
  const { trust } = ledger.sites[site]!;
  if (trust !== 'stale' && trust !== 'resyncing') return { no: `${site} is ${trust}, not stale` };
  return siteFact(ledger, site, fact);
}

function siteFact(ledger: Ledger, site: SiteName, fact: Partial<SiteRecord>): Verdict {
  const record = ledger.sites[site]!;
  const same = Object.entries(fact).every(([key, value]) => record[key as keyof SiteRecord] === value);
  return same ? { same: 'known' } : { sites: withSite(ledger, site, fact) };
}

const bridge = (ledger: Ledger, site: SiteName, bridgeCut: boolean, at: Instant): Verdict =>
  ledger.sites[site]!.bridgeCut === bridgeCut
    ? { same: 'known' }
    : { sites: withSite(ledger, site, { bridgeCut, bridgeAt: at }) };

function checksToBe(ledger: Ledger, checks: Readonly<Record<SiteName, CheckToBe>>): Verdict {
  const entries = Object.entries(checks) as [SiteName, CheckToBe][];
  const isKnown = entries.every(
    ([site, { version, positions }]) =>
      ledger.checkVersions[site] === version && `${positionsOf(ledger, site)}` === `${positions}`,
  );
  if (isKnown) return { same: 'the same versions' };
  const versions = Object.fromEntries(entries.map(([site, { version }]) => [site, version]));
  const positions = entries.map(([site, check]) => [site, check.positions]);
  return {
    checkVersions: { ...ledger.checkVersions, ...versions },
    checkPositionsOf: { ...ledger.checkPositionsOf, ...versions },
    checkPositions: { ...ledger.checkPositions, ...Object.fromEntries(positions) },
  };
}
