import type { CacheName, SiteName } from '../shared/names.ts';
import type { Step } from './commands.ts';

/** Where and for what a step's Batch ran. */
export interface StepContext {
  readonly step: Step;
  /** The site at which it ran. */
  readonly site: SiteName;
  readonly against: SiteName;
  readonly caches: readonly CacheName[];
  /** The Data Grid pods before the Batch was created. */
  readonly pods: string | null;
}
