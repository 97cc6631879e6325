import type { PodSummary } from '../kubernetes/cluster.ts';
import { newestStart, restartedWhole } from '../kubernetes/pod-ages.ts';
import type { LedgerEvent } from '../ledger/events.ts';
import { type Ledger, otherSite } from '../ledger/ledger.ts';
import type { SiteName } from '../shared/names.ts';

/**
 * What the age of a site's Data Grid pods says, compared with the last look. None of them left from then: the Data
 * Grid restarted whole, lost its entries and forgot which site it had taken offline. Each restart is said once, as
 * the look that finds it is the last one of the next.
 * @param pods null: the site's API did not answer
 */
export function restartEvents(
  ledger: Ledger,
  site: SiteName,
  pods: readonly PodSummary[] | null,
): readonly LedgerEvent[] {
  const newest = pods === null ? null : newestStart(pods);
  if (pods === null || newest === null) return [];
  const seen: LedgerEvent = { type: 'data-grid-seen', site, startedAt: newest };
  const record = ledger.sites[site]!;
  // Trusted by somebody's word and not looked at since: one that began after that word is not what it was given for.
  const known = record.dataGridSeen ?? (record.trust === 'in-sync' ? record.trustAt : null);
  if (known === null || !restartedWhole(pods, known)) return [seen];
  // The suspicion first: what is seen after it was not seen of a trusted site.
  const found: LedgerEvent[] = [{ type: 'site-suspected', site }, seen];
  if (site !== ledger.serving) {
    return record.trust === 'stale' ? [seen, { type: 'containment-lost', site }] : found;
  }
  const other = otherSite(ledger, site);
  // Judged by what the other site is once the suspicion has ended whatever ran.
  const { trust } = ledger.sites[other]!;
  const forgotten = trust === 'stale' || trust === 'resyncing';
  return forgotten ? [...found, { type: 'isolation-lost', site: other }] : found;
}
