import type { LedgerStore } from '../ledger/store.ts';
import type { Edge } from '../shared/edge.ts';
import { log } from '../shared/log.ts';
import { assemble } from './assemble.ts';
import { cacheChecks } from './checks/caches.ts';
import { lastWholeLookCheck } from './checks/last-whole-look.ts';
import { ledgerOf } from './checks/ledger-of.ts';
import { replicationChecks } from './checks/replication.ts';
import type { Facts } from './facts.ts';
import { type GatherEdge, gatherFacts } from './gather/facts.ts';
import { measureReport } from './measures.ts';
import type { PodLook } from './pod-look.ts';
import { type Check, type ReadinessReport, warn } from './report.ts';
import { lastWholeReport, storeReport } from './stored.ts';
import type { WholeFacts } from './whole.ts';

type ReporterEdge = GatherEdge & Pick<Edge, 'dynamodb' | 'measure'>;

/** Makes reports, and sees that they are kept, measured and logged. */
export class Reporter {
  readonly #edge: ReporterEdge;
  readonly #store: LedgerStore;

  constructor(edge: ReporterEdge, store: LedgerStore) {
    this.#edge = edge;
    this.#store = store;
  }

  /** @param obstacle why the Data Grids are not asked by Batches, though somebody wanted it */
  async quick(looks: readonly PodLook[], obstacle: string | null): Promise<ReadinessReport> {
    const [facts, lastWhole] = await Promise.all([this.#facts(looks), lastWholeReport(this.#edge)]);
    const ledger = ledgerOf(facts);
    return this.#told(
      assemble(facts, 'quick', [
        ...(ledger === null ? [] : [lastWholeLookCheck(ledger, lastWhole, facts.at)]),
        ...(obstacle === null ? [] : [notAsked(obstacle)]),
      ]),
    );
  }

  /** What was seen under another epoch than the present one, or beside an operation, may be of both. */
  async whole(looks: readonly PodLook[], found: WholeFacts): Promise<ReadinessReport> {
    const facts = await this.#facts(looks);
    const ledger = ledgerOf(facts);
    if (ledger === null || ledger.epoch !== found.epoch || ledger.operation !== null)
      return this.#told(assemble(facts, 'quick', [notAsked('the ledger changed while they were asked')]));
    const { configuration } = this.#edge;
    return this.#told(
      assemble(facts, 'whole', [
        ...replicationChecks(configuration.caches, found),
        ...cacheChecks(configuration, found),
      ]),
    );
  }

  #facts(looks: readonly PodLook[]): Promise<Facts> {
    return gatherFacts(this.#edge, this.#store, looks);
  }

  async #told(report: ReadinessReport): Promise<ReadinessReport> {
    const { ready, depth, checks } = report;
    const reasons = checks.filter(({ result }) => result === 'fail').map(({ what }) => what);
    log(ready ? 'info' : 'warn', ready ? 'ready for failover' : 'not ready for failover', { depth, reasons });
    measureReport(this.#edge.measure, report);
    await storeReport(this.#edge, report);
    return report;
  }
}

const notAsked = (why: string): Check =>
  warn(
    'whole-look',
    'ledger',
    `The Data Grids were not asked by Batches: ${why}.`,
    'Start "readiness" with {"check":"whole"} once that is over.',
  );
