import * as v from 'valibot';
import type { Ledger } from '../ledger/ledger.ts';
import { noteOver, noteTold, readStanding, wasToldOf } from '../ledger/standing.ts';
import { LedgerStore } from '../ledger/store.ts';
import type { Edge } from '../shared/edge.ts';
import { startedByItself } from '../shared/executions.ts';
import { parseInput } from '../shared/input.ts';
import { send } from '../shared/mail.ts';
import { type Instant, type SiteName, WORKFLOWS, type Workflow } from '../shared/names.ts';
import { OperationNotes } from '../shared/operation-notes.ts';
import { reportOf } from '../shared/report.ts';
import { ABOUTS, type About, compose } from './messages.ts';
import { isInDoubt } from './parts.ts';
import { type Details, isAnswer, lastOf, outcomeOf, reasonOf, text } from './reasons.ts';

export type NotificationOutcome =
  | { readonly outcome: 'told' }
  /** On-call heard the same a short while ago, from an execution that the sweep or the schedule started. */
  | { readonly outcome: 'told-before' }
  /** It is not so: a resync has begun by now, which tells of itself; or the site is proven offline already. */
  | { readonly outcome: 'over' };

const inputSchema = v.variant('action', [
  v.strictObject({
    action: v.literal('tell'),
    about: v.picklist(ABOUTS),
    workflow: v.picklist(WORKFLOWS),
    /** ARN of the execution that tells. */
    execution: v.string(),
    details: v.record(v.string(), v.unknown()),
  }),
]);

type Tell = v.InferOutput<typeof inputSchema>;

/**
 * Ends of workflows that start every minute by themselves, for hours while a site does not answer: each is the same
 * for as long as the loss is, whatever the reason names this time. `site`: the detail that names the lost site.
 */
const OF_A_LOSS: Partial<Readonly<Record<About, 'site' | 'lost'>>> = {
  'contain-failed': 'site',
  'isolation-delayed': 'lost',
  'isolation-failed': 'lost',
  'failover-isolated': 'lost',
  'failover-done': 'lost',
};

/** Only while the isolation is in doubt, of which the sweep starts a failover every minute. */
const OF_A_DOUBT: readonly About[] = ['failover-isolated', 'failover-done'];
/** What may be over when it is told, as where an execution is redriven. */
const OF_WHAT_PASSES: readonly About[] = ['failover-isolated', 'isolation-delayed', 'settled'];
const OF_ISOLATION: readonly About[] = ['isolation-delayed', 'isolation-failed'];

const startsByItself = (workflow: Workflow, execution: string): boolean =>
  workflow === 'readiness' || startedByItself(execution);

/** The next loss of the same site is another one. Null: the ledger knows no such site. */
function ofLossIn({ sites }: Ledger, about: About, site: unknown): string | null {
  const lost = sites[site as SiteName];
  return lost === undefined ? null : `${about}:${site}:${lost.trustAt}`;
}

/** Where a planned move is redriven once it is done, another site may serve by then. */
const isLeftSince = ({ about, details }: Tell, ledger: Ledger | null): boolean =>
  (about === 'switchover-done' || about === 'switchback-done') &&
  ledger !== null &&
  ledger.serving !== details['to'];

/** What came of each thing that follows the isolation. */
const outcomesOf = (details: Details): string =>
  ['leftovers', 'bridge', 'containment', 'database'].map((part) => outcomeOf(details[part])).join(',');

/** When what failover acts on was recorded. */
function lossAt({ decision }: Details): Instant | null {
  const since = isAnswer(decision) ? text(decision, 'since') : '';
  return Number.isNaN(Date.parse(since)) ? null : (new Date(since).toISOString() as Instant);
}

/**
 * Tells on-call by SNS: what happened, where things stand, what to do next. Depends on no site, and tells also
 * when the ledger can't be read.
 */
export function createNotification(
  edge: Pick<Edge, 'sns' | 'dynamodb' | 'configuration' | 'now'>,
): (event: unknown) => Promise<NotificationOutcome> {
  const store = new LedgerStore(edge);
  const notes = new OperationNotes(edge);

  /** What is said of a condition that lasts, under one name for as long as it is the same one. Null: always told. */
  async function lastingOf({ about, workflow, execution, details }: Tell): Promise<string | null> {
    if (!startsByItself(workflow, execution)) return null;
    if (about === 'nothing-moved') return `${about}:${workflow}:${reasonOf(details['last'])}`;
    const named = OF_A_LOSS[about];
    if (named === undefined || (OF_A_DOUBT.includes(about) && !isInDoubt(details))) return null;
    const ledger = await store.read().catch(() => null);
    const loss = ledger === null ? null : ofLossIn(ledger, about, details[named]);
    // Another kind of doubt, or of what is left to do, is other news.
    return loss !== null && OF_A_DOUBT.includes(about) ? `${loss}:${outcomesOf(details)}` : loss;
  }

  /**
   * An isolation ends with a resync; and while it is proven, writes wait for nothing. A site that was settled as in sync may
   * have been lost since, where readiness is redriven. That an isolation has failed is told all the same, as is all where
   * the ledger can't be read.
   */
  async function isOver({ about, details }: Tell): Promise<boolean> {
    if (!OF_WHAT_PASSES.includes(about)) return false;
    const ledger = await store.read().catch(() => null);
    if (about === 'settled') {
      const { site, trust } = lastOf(details);
      return ledger !== null && trust === 'in-sync' && ledger.sites[site as SiteName]?.trust !== 'in-sync';
    }
    const lost = ledger?.sites[details['lost'] as SiteName];
    if (lost === undefined) return false;
    return (
      lost.trust === 'resyncing' ||
      lost.trust === 'in-sync' ||
      (about === 'isolation-delayed' && lost.isolated)
    );
  }

  /** Once it is isolated, a failure of the next isolation is another one, also of the same loss; so is a doubt. */
  async function noteIsolated({ details }: Tell): Promise<void> {
    const ledger = await store.read().catch(() => null);
    if (ledger === null) return;
    const over: readonly About[] = isInDoubt(details) ? OF_ISOLATION : [...OF_ISOLATION, ...OF_A_DOUBT];
    const ofThis = over.flatMap((about) => ofLossIn(ledger, about, details['lost']) ?? []);
    await noteOver(
      store,
      Object.keys(ledger.paged).filter((about) => ofThis.some((start) => about.startsWith(start))),
    );
  }

  return async (event) => {
    const tell = parseInput('notification', inputSchema, event);
    const { about, workflow, execution, details } = tell;
    if (await isOver(tell)) return { outcome: 'over' };
    const lasting = await lastingOf(tell);
    const isMuted = lasting !== null && (await wasToldOf(store, lasting));
    // The operation's own report says the doubt all the same.
    if (isMuted && !OF_A_DOUBT.includes(about)) return { outcome: 'told-before' };
    const { ledger, lines } = await readStanding(store);
    const { article, ...told } = compose(isLeftSince(tell, ledger) ? 'left-since' : about, details, workflow);
    const links = { execution, ...(article === undefined ? {} : { article }) };
    const report = reportOf(edge.configuration, told, lines, links);
    if (!isMuted) await send(edge, report);
    await notes.told(execution, report, lossAt(details));
    if (lasting !== null && !isMuted) await noteTold(store, lasting);
    if (about === 'failover-isolated') await noteIsolated(tell);
    return { outcome: isMuted ? 'told-before' : 'told' };
  };
}
