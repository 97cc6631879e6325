import * as v from 'valibot';
import { type Ledger, otherSite } from '../ledger/ledger.ts';
import { LedgerStore } from '../ledger/store.ts';
import type { Edge } from '../shared/edge.ts';
import { caller, parseInput } from '../shared/input.ts';
import { log } from '../shared/log.ts';
import type { SiteName } from '../shared/names.ts';
import type { GatherEdge } from './gather/facts.ts';
import { measureLedger } from './measures.ts';
import { type NextStep, nextStep } from './next-step.ts';
import { lookAtPods, type PodLook, podsOf } from './pod-look.ts';
import type { ReadinessReport } from './report.ts';
import { Reporter } from './reporter.ts';
import { restartEvents } from './restarts.ts';
import { type SettleOutcome, settle } from './settle.ts';
import { proofsSchema } from './settling.ts';
import { wholeSchema } from './whole.ts';

export type ReadinessOutcome =
  /** `report` is null where none was due. */
  | (NextStep & { readonly report: ReadinessReport | null })
  /** Both Data Grids are to be asked by Batches, and the report comes after that. */
  | {
      readonly outcome: 'prove';
      readonly serving: SiteName;
      readonly passive: SiteName;
      readonly epoch: number;
      readonly report: null;
    }
  | { readonly outcome: 'reported'; readonly report: ReadinessReport }
  | SettleOutcome;

/**
 * - `quick`: without Batches.
 * - `whole`: with them, unless an operation is held or something is to be done first.
 * - `while-not-in-sync`: reports, quickly, only while a site is not in sync.
 */
const CHECKS = ['quick', 'whole', 'while-not-in-sync'] as const;

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
  v.strictObject({ action: v.literal('report-whole'), ...caller, ...wholeSchema }),
]);

const machineInput = v.strictObject({ check: v.optional(v.picklist(CHECKS), 'quick') });
type Check = v.InferOutput<typeof machineInput>['check'];

export type ReadinessEdge = GatherEdge & Pick<Edge, 'dynamodb' | 'now' | 'measure'>;

/**
 * Goes on where failover ended (contains the lost site once it answers, isolates again, settles suspects), and tells
 * whether a failover would succeed now.
 */
export function createReadiness(edge: ReadinessEdge): (event: unknown) => Promise<ReadinessOutcome> {
  const { configuration } = edge;
  const store = new LedgerStore(edge);
  const reporter = new Reporter(edge, store);
  const look = () => Promise.all(configuration.sites.map((site) => lookAtPods(edge.clusterOf, site)));

  async function observe(check: Check): Promise<ReadinessOutcome> {
    if ((await store.read()) === null) {
      const reason = 'There is no ledger: nothing is known to look after.';
      const report = check === 'while-not-in-sync' ? null : await reporter.quick(await look(), null);
      return { outcome: 'nothing', reason, report };
    }
    const looks = await look();
    const result = await store.change((ledger) =>
      looks.flatMap((each) => restartEvents(ledger, each.site, podsOf(each))),
    );
    const ledger = result === 'stopped' ? await store.require() : result.ledger;
    measureLedger(edge.measure, ledger, configuration, store.now());
    const answers = (name: SiteName) => looks.some((each) => each.site === name && podsOf(each) !== null);
    const next = nextStep(ledger, answers, store.now());
    switch (check) {
      case 'quick':
        return { ...next, report: await reportBeside(next, looks, null) };
      case 'whole': {
        const obstacle = obstacleToBatches(ledger, next);
        if (obstacle !== null) return { ...next, report: await reportBeside(next, looks, obstacle) };
        const { serving, epoch } = ledger;
        return { outcome: 'prove', serving, passive: otherSite(ledger, serving), epoch, report: null };
      }
      case 'while-not-in-sync': {
        const report = isInSync(ledger) ? null : await reportBeside(next, looks, null);
        const faulty = looks.find(({ fault }) => fault !== null);
        // First what can be done at the other site. The next look finds that done, and tells.
        if (next.outcome === 'nothing' && faulty?.fault) throw faulty.fault.error;
        return { ...next, report };
      }
    }
  }

  /** Looking after a site never waits for a report that can't be made. */
  async function reportBeside(
    next: NextStep,
    looks: readonly PodLook[],
    obstacle: string | null,
  ): Promise<ReadinessReport | null> {
    try {
      return await reporter.quick(looks, obstacle);
    } catch (error) {
      if (next.outcome === 'nothing') throw error;
      log('error', 'no readiness report could be made', { cause: String(error) });
      return null;
    }
  }

  return async (event) => {
    const input = parseInput('readiness', inputSchema, event);
    switch (input.action) {
      case 'observe':
        return observe(parseInput('readiness', machineInput, input.input).check);
      case 'settle':
        return settle(edge, store, input);
      case 'report-whole':
        return { outcome: 'reported', report: await reporter.whole(await look(), input) };
    }
  };
}

const isInSync = ({ sites }: Ledger): boolean =>
  Object.values(sites).every(({ trust }) => trust === 'in-sync');

/** Why the Data Grids are not asked by Batches now. Null: they may be. */
function obstacleToBatches({ operation, pending, serving, sites }: Ledger, next: NextStep): string | null {
  if (operation !== null) return `${operation.workflow} holds the operation since ${operation.startedAt}`;
  if (pending !== null) return `a failover is about to start since ${pending.since}`;
  const other = (Object.keys(sites) as SiteName[]).find((name) => name !== serving)!;
  const { trust } = sites[other]!;
  if (next.outcome !== 'nothing' || trust !== 'in-sync') return `${other} is ${trust}`;
  return null;
}
