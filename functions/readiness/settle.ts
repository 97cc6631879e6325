import type { ClusterOf } from '../kubernetes/cluster.ts';
import type { Ledger } from '../ledger/ledger.ts';
import type { LedgerStore } from '../ledger/store.ts';
import { type Configuration, siteOf } from '../shared/configuration.ts';
import type { SiteName } from '../shared/names.ts';
import { unvouched } from './next-step.ts';
import { lookAtPods, podsOf } from './pod-look.ts';
import { judge, type Proofs } from './settling.ts';

export type SettleOutcome =
  | {
      readonly outcome: 'settled';
      readonly site: SiteName;
      readonly trust: 'in-sync' | 'stale';
      readonly reason: string;
    }
  /** Nothing disproves it, and nothing observed can prove it: a person's word is needed. */
  | {
      readonly outcome: 'needs-a-person';
      readonly site: SiteName;
      readonly reason: string;
      readonly remedy: string;
    }
  | { readonly outcome: 'not-settled'; readonly site: SiteName; readonly reason: string }
  | { readonly outcome: 'superseded' };

/** Longer than the proofs may take. A settle that is redriven later than that has none. */
const PROOFS_HOLD_SECONDS = 1800;

interface SettleEdge {
  readonly configuration: Configuration;
  readonly clusterOf: ClusterOf;
}

type SettleInput = { readonly site: string; readonly epoch: number; readonly at: string } & Proofs;

/** Makes a suspect site in sync or stale, by proofs that were taken under the ledger's present epoch. */
export async function settle(
  { configuration, clusterOf }: SettleEdge,
  store: LedgerStore,
  input: SettleInput,
): Promise<SettleOutcome> {
  const site = siteOf(configuration, input.site);
  const look = await lookAtPods(clusterOf, site);
  if (look.fault !== null) throw look.fault.error;
  const ledger = await store.require();
  const record = ledger.sites[site.name]!;
  if (ledger.epoch !== input.epoch) {
    return settledBefore(ledger, site.name, input.epoch) ?? { outcome: 'superseded' };
  }
  const seconds = (Date.parse(store.now()) - Date.parse(input.at)) / 1000;
  if (!(seconds <= PROOFS_HOLD_SECONDS))
    return { outcome: 'not-settled', site: site.name, reason: `The proofs are of ${input.at}.` };
  const judgement = judge(record, podsOf(look), configuration.backupFailurePolicy, input);
  const { reason } = judgement;
  if (judgement.verdict === 'open') return { outcome: 'not-settled', site: site.name, reason };
  if (judgement.verdict === 'unknown-pods') {
    await store.change(() => [{ type: 'paged', about: unvouched(site.name) }]);
    return { outcome: 'needs-a-person', site: site.name, reason, remedy: remedyOf(ledger, site.name) };
  }
  const to = judgement.verdict;
  const result = await store.change((now) =>
    now.epoch === input.epoch ? [{ type: 'suspect-settled', site: site.name, to }] : 'stop',
  );
  if (result === 'stopped') return { outcome: 'superseded' };
  if (result.kind === 'refused')
    return { outcome: 'not-settled', site: site.name, reason: `${result.reason}.` };
  return { outcome: 'settled', site: site.name, trust: to, reason };
}

const remedyOf = (ledger: Ledger, site: SiteName): string =>
  `If you know that both sites have replicated to each other since both Data Grids were started, start "adopt" with {"serving":"${ledger.serving}","inSync":true}. ` +
  `Else start "failover" with {"lostSite":"${site}"}, which takes ${site} offline at ${ledger.serving}, and then "resync".`;

/** This very settle, whose answer was lost: any other decision leaves the site suspect, or a workflow to be done. */
function settledBefore(ledger: Ledger, site: SiteName, epoch: number): SettleOutcome | null {
  const { trust } = ledger.sites[site]!;
  if (ledger.epoch !== epoch + 1 || ledger.operation !== null || ledger.pending !== null) return null;
  if (trust !== 'in-sync' && trust !== 'stale') return null;
  return { outcome: 'settled', site, trust, reason: 'It was settled a moment ago, and the answer was lost.' };
}
