import * as v from 'valibot';
import type { PodSummary } from '../kubernetes/cluster.ts';
import { noneRestarted, oldestStart } from '../kubernetes/pod-ages.ts';
import type { SiteRecord } from '../ledger/ledger.ts';
import type { Configuration } from '../shared/configuration.ts';

/** What run-batch answered; only what settling reads is checked. */
const proof = v.object({ outcome: v.string(), allOnline: v.optional(v.boolean()) });

export const proofsSchema = {
  /** Status of the site at the serving one, and of the serving one at the site. */
  toward: proof,
  back: proof,
  view: proof,
  /** Comparison of the entry counts: `equal`, `differ`, or why there is none. */
  counts: v.object({ outcome: v.string(), reason: v.optional(v.string()) }),
};

export type Proofs = {
  readonly [Name in keyof typeof proofsSchema]: v.InferOutput<(typeof proofsSchema)[Name]>;
};

interface Judgement {
  /** `open`: it could not be asked, which says nothing. `unknown-pods`: nothing observed can settle it. */
  readonly verdict: 'in-sync' | 'stale' | 'open' | 'unknown-pods';
  readonly reason: string;
}

/**
 * Outcomes of a proof that was taken. Anything else is none, `not-proven` too: it never means that the opposite was
 * shown. A status that was read as offline, and counts that differ, are proven.
 */
const TAKEN: ReadonlySet<string> = new Set(['proven', 'equal', 'differ']);

/**
 * Whether a suspect site lacks anything, by what was proven of it. That both sites see each other and are online in
 * both directions says how it is now. What it was meanwhile is said by pods that are all still those that were
 * trusted, and by a backup policy that refuses what can't be replicated.
 * @param pods null: they could not be listed
 */
export function judge(
  record: SiteRecord,
  pods: readonly PodSummary[] | null,
  policy: Configuration['backupFailurePolicy'],
  { toward, back, view, counts }: Proofs,
): Judgement {
  if (pods === null || oldestStart(pods) === null)
    return { verdict: 'open', reason: 'Its Data Grid pods can’t be listed, or do not all run.' };
  const missing = Object.entries({ toward, back, view, counts }).filter(
    ([, { outcome }]) => !TAKEN.has(outcome),
  );
  if (missing.length > 0) {
    const each = missing.map(([name, { outcome }]) => `${name} (${outcome})`);
    return { verdict: 'open', reason: `These proofs could not be taken: ${each.join(', ')}.` };
  }
  const known = record.dataGridTrusted;
  const online = [toward, back].every((status) => status.allOnline === true);
  const faults = [
    ...(record.takeOfflineIssued ? ['it was taken offline since it was last in sync'] : []),
    ...(known === null || noneRestarted(pods, known)
      ? []
      : ['its Data Grid pods are not those that were trusted']),
    ...(known !== null && policy === 'WARN'
      ? ['its caches go on without a backup that fails, so what was written meanwhile may be missing']
      : []),
    ...(online ? [] : ['its caches are not online in both directions']),
    ...(counts.outcome === 'equal' ? [] : [counts.reason?.replace(/\.$/, '') ?? 'the entry counts differ']),
  ];
  if (faults.length > 0) return { verdict: 'stale', reason: `${faults.join('; ')}.` };
  if (known === null) {
    return {
      verdict: 'unknown-pods',
      reason:
        'View, status and entry counts agree, but nobody saw its Data Grid pods while it was trusted: one that restarted empty, or that missed writes, would look the same.',
    };
  }
  return { verdict: 'in-sync', reason: 'View and status are online in both directions.' };
}
