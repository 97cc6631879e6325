import type { LedgerEvent } from '../ledger/events.ts';
import type { Ledger } from '../ledger/ledger.ts';
import type { Instant, SiteName } from '../shared/names.ts';

/**
 * What the age of a site's Data Grid pods says. All pods younger than the oldest one that was trusted: the Data Grid
 * restarted whole, lost its entries and forgot which site it had taken offline.
 *
 * While a site is in sync, or suspect, the age that was trusted is kept to compare with; settling needs it.
 * @param startedAt of the oldest pod, null when that can't be said
 */
export function restartEvents(
  ledger: Ledger,
  site: SiteName,
  startedAt: Instant | null,
): readonly LedgerEvent[] {
  if (startedAt === null) return [];
  const record = ledger.sites[site]!;
  const known = record.dataGridStartedAt;
  if (known === null) return [{ type: 'data-grid-seen', site, startedAt }];
  if (startedAt <= known) return [];
  const other = (Object.keys(ledger.sites) as SiteName[]).find((name) => name !== site)!;
  const forgotten: LedgerEvent[] =
    site === ledger.serving && ledger.sites[other]!.trust === 'stale'
      ? [{ type: 'isolation-lost', site: other }]
      : [];
  switch (record.trust) {
    case 'in-sync':
      return [...forgotten, { type: 'site-suspected', site }];
    case 'suspect':
    case 'resyncing':
      return forgotten;
    case 'stale':
      return [
        { type: 'data-grid-seen', site, startedAt },
        { type: 'containment-lost', site },
      ];
  }
}

/** Whether the pods of now are those that were trusted. Unknown is no. */
export const sameSinceTrusted = (ledger: Ledger, site: SiteName, startedAt: Instant | null): boolean => {
  const known = ledger.sites[site]!.dataGridStartedAt;
  return startedAt !== null && known !== null && startedAt <= known;
};
