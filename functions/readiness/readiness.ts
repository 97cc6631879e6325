import * as v from 'valibot';
import { type ClusterOf, dataGridPods, type PodSummary } from '../kubernetes/cluster.ts';
import { type Ledger, otherSite } from '../ledger/ledger.ts';
import { isArmed, saidLately } from '../ledger/standing.ts';
import { LedgerStore } from '../ledger/store.ts';
import { type SiteConfiguration, siteOf } from '../shared/configuration.ts';
import type { Edge } from '../shared/edge.ts';
import { ClusterUnreachableError } from '../shared/errors.ts';
import { caller, parseInput } from '../shared/input.ts';
import { log } from '../shared/log.ts';
import type { Instant, SiteName } from '../shared/names.ts';
import { restartEvents } from './restarts.ts';
import { judge, proofsSchema } from './settling.ts';

export type ReadinessOutcome =
  /** The stale site answers and is not contained. */
  | { readonly outcome: 'contain'; readonly site: SiteName }
  /** The serving site may have forgotten that the stale one is offline: its take-offline is to be proven again. */
  | { readonly outcome: 'isolate'; readonly reason: string }
  /** A suspect site whose proof can be taken: status in both directions, the view, and the entry counts. */
  | {
      readonly outcome: 'settle';
      readonly site: SiteName;
      readonly serving: SiteName;
      /** Settling is refused once the ledger has moved on from it, or much later. */
      readonly epoch: number;
      readonly at: Instant;
    }
  | { readonly outcome: 'nothing'; readonly reason: string }
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

const inputSchema = v.variant('action', [
  v.strictObject({ action: v.literal('observe'), ...caller, input: v.optional(v.unknown()) }),
  v.strictObject({
    action: v.literal('settle'),
    ...caller,
    site: v.string(),
    epoch: v.number(),
    at: v.string(),
    ...proofsSchema,
  }),
]);

/** The machine's own input: there is nothing to choose. */
const observeInput = v.strictObject({});

/** Longer than the proofs may take. A settle that is redriven later than that has none. */
const PROOFS_HOLD_SECONDS = 1800;

export type ReadinessEdge = Pick<Edge, 'dynamodb' | 'configuration' | 'now'> & {
  readonly clusterOf: ClusterOf;
};

/** Goes on where failover ended: contains the lost site once it answers, isolates again, settles suspects. */
export function createReadiness(edge: ReadinessEdge): (event: unknown) => Promise<ReadinessOutcome> {
  const { configuration } = edge;
  const store = new LedgerStore(edge);

  /** A fault at one site keeps nobody from looking after the other one. */
  async function look(site: SiteConfiguration): Promise<Look> {
    try {
      const pods = await edge.clusterOf(site.name).listPods(dataGridPods(site.cluster.infinispan));
      return { site: site.name, pods, fault: null };
    } catch (error) {
      log('info', 'the pods of a site could not be listed', { site: site.name, cause: String(error) });
      const fault = error instanceof ClusterUnreachableError ? null : { error };
      return { site: site.name, pods: null, fault };
    }
  }

  async function observe(): Promise<ReadinessOutcome> {
    if ((await store.read()) === null)
      return { outcome: 'nothing', reason: 'There is no ledger: nothing is known to look after.' };
    const looks = await Promise.all(configuration.sites.map(look));
    const result = await store.change((ledger) =>
      looks.flatMap(({ site, pods }) => restartEvents(ledger, site, pods)),
    );
    const ledger = result === 'stopped' ? await store.require() : result.ledger;
    const answers = (name: SiteName) => looks.some(({ site, pods }) => site === name && pods !== null);
    const next = nextStep(ledger, answers, store.now());
    const faulty = looks.find(({ fault }) => fault !== null);
    // First what can be done at the other site. The next look finds that done, and tells.
    if (next.outcome === 'nothing' && faulty?.fault) throw faulty.fault.error;
    return next;
  }

  async function settle(
    input: Extract<v.InferOutput<typeof inputSchema>, { action: 'settle' }>,
  ): Promise<ReadinessOutcome> {
    const site = siteOf(configuration, input.site);
    const { pods, fault } = await look(site);
    if (fault !== null) throw fault.error;
    const ledger = await store.require();
    const record = ledger.sites[site.name]!;
    if (ledger.epoch !== input.epoch) {
      return settledBefore(ledger, site.name, input.epoch) ?? { outcome: 'superseded' };
    }
    const seconds = (Date.parse(store.now()) - Date.parse(input.at)) / 1000;
    if (!(seconds <= PROOFS_HOLD_SECONDS))
      return { outcome: 'not-settled', site: site.name, reason: `The proofs are of ${input.at}.` };
    const judgement = judge(record, pods, configuration.backupFailurePolicy, input);
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

  return async (event) => {
    const input = parseInput('readiness', inputSchema, event);
    if (input.action === 'settle') return settle(input);
    parseInput('readiness', observeInput, input.input);
    return observe();
  };
}

interface Look {
  readonly site: SiteName;
  /** Null: its API does not answer, or refused to. */
  readonly pods: readonly PodSummary[] | null;
  readonly fault: { readonly error: unknown } | null;
}

const unvouched = (site: SiteName): string => `unvouched:${site}`;

const remedyOf = (ledger: Ledger, site: SiteName): string =>
  `If you know that both sites have replicated to each other since both Data Grids were started, start "adopt" with {"serving":"${ledger.serving}","inSync":true}. ` +
  `Else start "failover" with {"lostSite":"${site}"}, which takes ${site} offline at ${ledger.serving}, and then "resync".`;

/** This very settle, whose answer was lost: any other decision leaves the site suspect, or a workflow to be done. */
function settledBefore(ledger: Ledger, site: SiteName, epoch: number): ReadinessOutcome | null {
  const { trust } = ledger.sites[site]!;
  if (ledger.epoch !== epoch + 1 || ledger.operation !== null || ledger.pending !== null) return null;
  if (trust !== 'in-sync' && trust !== 'stale') return null;
  return { outcome: 'settled', site, trust, reason: 'It was settled a moment ago, and the answer was lost.' };
}

function nextStep(ledger: Ledger, answers: (site: SiteName) => boolean, at: Instant): ReadinessOutcome {
  if (ledger.operation !== null) return { outcome: 'nothing', reason: `${ledger.operation.workflow} runs.` };
  if (ledger.pending !== null) return { outcome: 'nothing', reason: 'A failover is about to start.' };
  const { serving } = ledger;
  const passiveName = otherSite(ledger, serving);
  const passive = ledger.sites[passiveName]!;
  if (passive.trust === 'stale') {
    // As the sweep does: while disarmed no take-offline is created.
    if (!passive.isolated && answers(serving) && isArmed(ledger, at)) {
      return { outcome: 'isolate', reason: `${passiveName} is not proven offline at ${serving}.` };
    }
    if (!passive.contained && answers(passiveName)) return { outcome: 'contain', site: passiveName };
    return {
      outcome: 'nothing',
      reason: `${passiveName} is ${passive.contained ? 'contained' : 'not to be reached'}.`,
    };
  }
  if (passive.trust === 'suspect' && answers(serving) && answers(passiveName)) {
    // Nothing changes that by itself, and taking the proofs costs five Batches.
    if (passive.dataGridTrusted === null && saidLately(ledger, unvouched(passiveName), at))
      return { outcome: 'nothing', reason: `${passiveName} is suspect until a person decides.` };
    return { outcome: 'settle', site: passiveName, serving, epoch: ledger.epoch, at };
  }
  return { outcome: 'nothing', reason: `${passiveName} is ${passive.trust}.` };
}
