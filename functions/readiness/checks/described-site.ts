import type { Description } from '../whole.ts';

/** The caches of one site, as its Data Grid describes them. */
export interface DescribedSite {
  readonly site: string;
  readonly against: string;
  /** Of the caches that the configuration names, those that exist. */
  readonly caches: ReadonlyMap<string, Description>;
}
