import * as v from 'valibot';
import { type ClusterOf, dataGridPods } from '../kubernetes/cluster.ts';
import { oldestStart } from '../kubernetes/pod-ages.ts';
import { type Ledger, otherSite } from '../ledger/ledger.ts';
import { LedgerStore } from '../ledger/store.ts';
import { type SiteConfiguration, siteOf } from '../shared/configuration.ts';
import type { Edge } from '../shared/edge.ts';
import { ClusterUnreachableError } from '../shared/errors.ts';
import { parseInput } from '../shared/input.ts';
import { log } from '../shared/log.ts';
import type { Instant, SiteName } from '../shared/names.ts';
import { restartEvents, sameSinceTrusted } from './restarts.ts';

export type ReadinessOutcome =
  /** The stale site answers and is not contained. */
  | { readonly outcome: 'contain'; readonly site: SiteName }
  /** The serving site may have forgotten that the stale one is offline: its take-offline is to be proven again. */
  | { readonly outcome: 'isolate'; readonly reason: string }
  /** A suspect site whose proof can be taken: status in both directions, and the view. */
  | { readonly outcome: 'settle'; readonly site: SiteName; readonly serving: SiteName }
  | { readonly outcome: 'nothing'; readonly reason: string }
  | {
      readonly outcome: 'settled';
      readonly site: SiteName;
      readonly trust: 'in-sync' | 'stale';
      readonly reason: string;
    }
  | { readonly outcome: 'not-settled'; readonly site: SiteName; readonly reason: string };

/** What run-batch answered; only what settling reads is checked. */
const proof = v.object({
  outcome: v.string(),
  allOnline: v.optional(v.boolean()),
  sites: v.optional(v.array(v.string())),
});

const inputSchema = v.variant('action', [
  /** `{}` as input of the machine: look every time. `scheduled`: only when it is due. */
  v.strictObject({ action: v.literal('observe'), input: v.optional(v.unknown()) }),
  v.strictObject({
    action: v.literal('settle'),
    site: v.string(),
    /** Status of the site at the serving one, and of the serving one at the site. */
    toward: proof,
    back: proof,
    view: proof,
  }),
]);

const observeInput = v.strictObject({ scheduled: v.optional(v.boolean(), false) });

/** While everything is in sync, one look in five minutes is enough; else every minute, as the schedule calls. */
const MINUTES_BETWEEN_LOOKS = 5;

export type ReadinessEdge = Pick<Edge, 'dynamodb' | 'configuration' | 'now'> & {
  readonly clusterOf: ClusterOf;
};

/** Goes on where failover ended: contains the lost site once it answers, isolates again, settles suspects. */
export function createReadiness(edge: ReadinessEdge): (event: unknown) => Promise<ReadinessOutcome> {
  const { configuration } = edge;
  const store = new LedgerStore(edge);

  /** Null: the site's API does not answer, or its pods do not all run. */
  async function startOf(
    site: SiteConfiguration,
  ): Promise<{ readonly answers: boolean; readonly startedAt: Instant | null }> {
    try {
      const pods = await edge.clusterOf(site.name).listPods(dataGridPods(site.cluster.infinispan));
      return { answers: true, startedAt: oldestStart(pods) };
    } catch (error) {
      if (!(error instanceof ClusterUnreachableError)) throw error;
      log('info', 'a site does not answer', { site: site.name, cause: error.message });
      return { answers: false, startedAt: null };
    }
  }

  async function observe(scheduled: boolean): Promise<ReadinessOutcome> {
    const before = await store.read();
    if (before === null)
      return { outcome: 'nothing', reason: 'There is no ledger: nothing is known to look after.' };
    if (scheduled && !isDue(before, edge.now()))
      return { outcome: 'nothing', reason: 'Everything is in sync; not due.' };
    const looks = await Promise.all(configuration.sites.map(startOf));
    const result = await store.change((ledger) =>
      configuration.sites.flatMap((site, index) => restartEvents(ledger, site.name, looks[index]!.startedAt)),
    );
    const ledger = result === 'stopped' ? before : result.ledger;
    const answers = (name: SiteName) =>
      looks[configuration.sites.findIndex((site) => site.name === name)]!.answers;
    return nextStep(ledger, answers);
  }

  async function settle(
    input: Extract<v.InferOutput<typeof inputSchema>, { action: 'settle' }>,
  ): Promise<ReadinessOutcome> {
    const site = siteOf(configuration, input.site);
    const { startedAt } = await startOf(site);
    const ledger = await store.require();
    const toward = input.toward.outcome === 'proven' && input.toward.allOnline === true;
    const back = input.back.outcome === 'proven' && input.back.allOnline === true;
    const view = input.view.outcome === 'proven';
    if (
      input.toward.outcome === 'unreachable' ||
      input.back.outcome === 'unreachable' ||
      startedAt === null
    ) {
      return { outcome: 'not-settled', site: site.name, reason: `${site.name} could not be asked.` };
    }
    const record = ledger.sites[site.name]!;
    const faults = [
      ...(record.takeOfflineIssued ? ['it was taken offline since it was last in sync'] : []),
      ...(sameSinceTrusted(ledger, site.name, startedAt)
        ? []
        : ['its Data Grid pods are not those that were trusted']),
      ...(toward && back ? [] : ['its caches are not proven online in both directions']),
      ...(view ? [] : ['the sites are not proven to see each other']),
    ];
    const to = faults.length === 0 ? 'in-sync' : 'stale';
    const result = await store.change((now) =>
      now.epoch === ledger.epoch ? [{ type: 'suspect-settled', site: site.name, to }] : 'stop',
    );
    if (result === 'stopped')
      return { outcome: 'not-settled', site: site.name, reason: 'The ledger moved on meanwhile.' };
    if (result.kind === 'refused')
      return { outcome: 'not-settled', site: site.name, reason: `${result.reason}.` };
    const reason =
      to === 'in-sync' ? 'View and status are online in both directions.' : `${faults.join('; ')}.`;
    return { outcome: 'settled', site: site.name, trust: to, reason };
  }

  return async (event) => {
    const input = parseInput('readiness', inputSchema, event);
    if (input.action === 'settle') return settle(input);
    return observe(parseInput('readiness', observeInput, input.input).scheduled);
  };
}

const isDue = (ledger: Ledger, now: Date): boolean =>
  Object.values(ledger.sites).some((site) => site.trust !== 'in-sync' || site.dataGridStartedAt === null) ||
  now.getUTCMinutes() % MINUTES_BETWEEN_LOOKS === 0;

function nextStep(ledger: Ledger, answers: (site: SiteName) => boolean): ReadinessOutcome {
  if (ledger.operation !== null) return { outcome: 'nothing', reason: `${ledger.operation.workflow} runs.` };
  if (ledger.pending !== null) return { outcome: 'nothing', reason: 'A failover is about to start.' };
  const { serving } = ledger;
  const passiveName = otherSite(ledger, serving);
  const passive = ledger.sites[passiveName]!;
  if (passive.trust === 'stale') {
    if (!passive.isolated && answers(serving)) {
      return { outcome: 'isolate', reason: `${passiveName} is not proven offline at ${serving}.` };
    }
    if (!passive.contained && answers(passiveName)) return { outcome: 'contain', site: passiveName };
    return {
      outcome: 'nothing',
      reason: `${passiveName} is ${passive.contained ? 'contained' : 'not to be reached'}.`,
    };
  }
  if (passive.trust === 'suspect' && answers(serving) && answers(passiveName)) {
    return { outcome: 'settle', site: passiveName, serving };
  }
  return { outcome: 'nothing', reason: `${passiveName} is ${passive.trust}.` };
}
