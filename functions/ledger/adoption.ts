import type { Configuration } from '../shared/configuration.ts';
import type { Instant, SiteName } from '../shared/names.ts';
import { ANY_PODS } from './change.ts';
import type { Ledger, SiteRecord, Trust } from './ledger.ts';

export interface Adoption {
  readonly serving: SiteName;
  /** Trust of the passive site: `in-sync` only when a person vouches for it, else `suspect` until settled. */
  readonly passiveTrust: Extract<Trust, 'in-sync' | 'suspect'>;
  /** When the person said so. A Data Grid that started after that is not what the word was given for. */
  readonly saidAt?: Instant;
  readonly checkVersions: Readonly<Record<SiteName, number>>;
  /** Absent, or of a site: not known. */
  readonly checkPositions?: Readonly<Record<SiteName, readonly string[]>>;
  /**
   * Route 53 answers with another site than the earlier ledger says, so that ledger is not of now: what it calls in
   * sync need not be.
   */
  readonly contradicted?: boolean;
}

/** The way in on a live system: the ledger of what stands, all that is not known left unknown. */
export function adopted(
  configuration: Configuration,
  adoption: Adoption,
  before: Ledger | null,
  at: Instant,
): Ledger {
  const record = (site: SiteName): SiteRecord => ({
    trust: site === adoption.serving ? 'in-sync' : adoption.passiveTrust,
    trustAt: adoption.saidAt ?? at,
    reachability: 'reachable',
    reachabilityAt: at,
    contained: false,
    takeOfflineIssued: false,
    isolated: false,
    bridgeCut: before?.sites[site]?.bridgeCut ?? false,
    bridgeAt: before?.sites[site]?.bridgeAt ?? null,
    keycloakInstances: before?.sites[site]?.keycloakInstances ?? null,
    // Whoever vouches for a site vouches for its pods of then; of a site that nobody vouches for, none was trusted.
    ...ANY_PODS,
    unansweredClear: before?.sites[site]?.unansweredClear ?? null,
  });
  // What an earlier ledger knows to be stale stays stale: adopting settles who wrote a check, not who is in sync.
  const kept = (site: SiteName): SiteRecord => {
    const known = before?.sites[site];
    if (known === undefined || adoption.passiveTrust === 'in-sync') return record(site);
    if (site === adoption.serving) {
      // Nor does it bring back what the site lost that is to serve, as long as nobody vouches for it: a restart that readiness
      // has not seen yet is still to be seen.
      return known.trust === 'in-sync' || (before?.serving === site && known.trust === 'suspect')
        ? { ...known, reachability: 'reachable', reachabilityAt: at }
        : record(site);
    }
    // Whoever made the other site serve did so outside of this ledger, which knows of no proof since.
    const moved = before?.serving !== adoption.serving || adoption.contradicted === true;
    if (known.trust === 'in-sync' && moved) return { ...known, trust: 'suspect', trustAt: at };
    // The failover that was shutting it out goes on no more. It notes the cut of the bridge before it makes it, and contains
    // the site after that: until then the proof is asked for anew, and the cut with it.
    const isCutInDoubt = configuration.bridgeCut.enabled && !known.contained;
    if (known.trust === 'stale' && before?.operation?.workflow === 'failover' && isCutInDoubt)
      return { ...known, isolated: false };
    if (known.trust !== 'resyncing') return known;
    return { ...known, trust: 'stale', trustAt: at, isolated: false, contained: false };
  };
  const names = configuration.sites.map((site) => site.name);
  return {
    deployment: configuration.deployment,
    schema: 1,
    revision: (before?.revision ?? 0) + 1,
    epoch: (before?.epoch ?? 0) + 1,
    changedAt: at,
    serving: adoption.serving,
    sites: Object.fromEntries(names.map((site) => [site, kept(site)])),
    operation: null,
    // A loss that is recorded and not acted on yet is still to be acted on.
    pending:
      before?.serving === adoption.serving && adoption.passiveTrust !== 'in-sync' ? before.pending : null,
    automation: before?.automation ?? { armed: true, disarmedUntil: null, disarmedAt: null, why: null },
    checkVersions: adoption.checkVersions,
    checkPositions: adoption.checkPositions ?? {},
    checkPositionsOf: adoption.checkVersions,
    lastAutomaticMoveAt: before?.lastAutomaticMoveAt ?? null,
    moveAcknowledged: before?.moveAcknowledged ?? false,
    approval: null,
    firingAlerts: before?.firingAlerts ?? {},
    paged: {},
    history: before?.history ?? [],
  };
}
