import * as v from 'valibot';
import { noteTold, standing, wasToldOf } from '../ledger/standing.ts';
import { LedgerStore } from '../ledger/store.ts';
import type { Edge } from '../shared/edge.ts';
import { startedByItself } from '../shared/executions.ts';
import { parseInput } from '../shared/input.ts';
import { send } from '../shared/mail.ts';
import { type SiteName, WORKFLOWS, type Workflow } from '../shared/names.ts';
import { ABOUTS, type About, compose, reasonOf } from './messages.ts';

export type NotificationOutcome =
  | { readonly outcome: 'told' }
  /** On-call heard the same a short while ago, from an execution that the sweep or the schedule started. */
  | { readonly outcome: 'told-before' };

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

/** Ends that a workflow which starts every minute by itself would otherwise tell every minute. */
const LASTING: ReadonlySet<About> = new Set(['nothing-moved', 'contain-failed']);
/** The same of a failover: a serving site that does not answer can't take the other one offline, for hours. */
const NOT_ISOLATED: ReadonlySet<About> = new Set(['isolation-delayed', 'isolation-failed']);

const startsByItself = (workflow: Workflow, execution: string): boolean =>
  workflow === 'readiness' || startedByItself(execution);

/**
 * Tells on-call by SNS: what happened, where things stand, what to do next. Depends on no site, and tells also
 * when the ledger can't be read.
 */
export function createNotification(
  edge: Pick<Edge, 'sns' | 'dynamodb' | 'configuration' | 'now'>,
): (event: unknown) => Promise<NotificationOutcome> {
  const store = new LedgerStore(edge);

  /** What is said of a condition that lasts, under one name for as long as it is the same one. Null: always told. */
  async function lastingOf({ about, workflow, execution, details }: Tell): Promise<string | null> {
    if (!startsByItself(workflow, execution)) return null;
    if (LASTING.has(about)) return `${about}:${workflow}:${reasonOf(details['last'])}`;
    const ledger = NOT_ISOLATED.has(about) ? await store.read().catch(() => null) : null;
    const lost = ledger?.sites[details['lost'] as SiteName];
    // The next loss of the same site is another one.
    return lost === undefined ? null : `${about}:${details['lost']}:${lost.trustAt}`;
  }

  return async (event) => {
    const tell = parseInput('notification', inputSchema, event);
    const { about, workflow, execution, details } = tell;
    const lasting = await lastingOf(tell);
    if (lasting !== null && (await wasToldOf(store, lasting))) return { outcome: 'told-before' };
    const message = compose(about, details, workflow);
    await send(edge, { ...message, standing: await standing(store), execution });
    if (lasting !== null) await noteTold(store, lasting);
    return { outcome: 'told' };
  };
}
