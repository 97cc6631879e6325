import type { GuideVersion } from '../../environment/configuration/guide.ts';
import type { Seen } from '../deploy/checks.ts';
import { WRITE_WITHOUT_BACKUP } from './guide.ts';

/** What a write came to while the other site did not answer. */
export interface WriteWithoutBackup {
  /** Null: no answer in time. */
  readonly status: number | null;
  readonly milliseconds: number;
  /** Whether the site where it was written has it afterwards: neither a 204 nor an error tells. */
  readonly stored: boolean;
}

/**
 * What a write may take beyond the backup's timeout. Below 15 s for the 13 s of 24: that is what Infinispan waits where no
 * timeout is set.
 */
const SLACK_MILLISECONDS = 1_900;

/**
 * Holds when the write waited for the manifest's own timeout, and was then accepted and stored (24), or refused and rolled
 * back (26).
 * @param timeoutMilliseconds as the cache has it; null: it has none
 */
export function judge(
  version: GuideVersion,
  timeoutMilliseconds: number | null,
  { status, milliseconds, stored }: WriteWithoutBackup,
): Seen {
  const wanted = WRITE_WITHOUT_BACKUP[version];
  const answer = status === null ? 'no answer' : `HTTP ${status}`;
  const seen = `${answer} after ${Math.round(milliseconds)} ms, ${stored ? 'stored' : 'not stored'}`;
  if (timeoutMilliseconds === null) return { holds: false, seen: `${seen}; the cache has no timeout` };
  const latest = timeoutMilliseconds + SLACK_MILLISECONDS;
  return {
    holds:
      (wanted === 'accepted' ? status === 204 && stored : status === 500 && !stored) &&
      milliseconds >= timeoutMilliseconds &&
      milliseconds <= latest,
    seen: `${seen}; from ${timeoutMilliseconds} to ${latest} ms`,
  };
}
