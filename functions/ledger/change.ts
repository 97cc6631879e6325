import type { Instant, SiteName } from '../shared/names.ts';
import type { Ledger, SiteRecord } from './ledger.ts';

export type Change = Partial<Omit<Ledger, 'deployment' | 'schema' | 'revision' | 'epoch' | 'changedAt'>>;
/** A change, the reason why there is nothing to change (`same`), or why there must not be one (`no`). */
export type Verdict = Change | { readonly same: string } | { readonly no: string };

export const withSite = (ledger: Ledger, site: SiteName, change: Partial<SiteRecord>): Ledger['sites'] => ({
  ...ledger.sites,
  [site]: { ...ledger.sites[site]!, ...change },
});

/** The pods of now are the ones that are trusted: the next look is the first. */
export const ANY_PODS = { dataGridSeen: null, dataGridTrusted: null } as const satisfies Partial<SiteRecord>;

/** What holds of a site from the moment it is stale, until it is proven otherwise. */
export const nowStale = (at: Instant): Partial<SiteRecord> => ({
  trust: 'stale',
  trustAt: at,
  isolated: false,
  contained: false,
});
