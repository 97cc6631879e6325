import * as v from 'valibot';
import { noteTold, standing, wasToldOf } from '../ledger/standing.ts';
import { LedgerStore } from '../ledger/store.ts';
import type { Edge } from '../shared/edge.ts';
import { parseInput } from '../shared/input.ts';
import { send } from '../shared/mail.ts';
import { WORKFLOWS } from '../shared/names.ts';
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

/** Ends that a workflow which starts every minute by itself would otherwise tell every minute. */
const LASTING: ReadonlySet<About> = new Set(['nothing-moved', 'contain-failed']);

/**
 * Tells on-call by SNS: what happened, where things stand, what to do next. Depends on no site, and tells also
 * when the ledger can't be read.
 */
export function createNotification(
  edge: Pick<Edge, 'sns' | 'dynamodb' | 'configuration' | 'now'>,
): (event: unknown) => Promise<NotificationOutcome> {
  const store = new LedgerStore(edge);
  return async (event) => {
    const { about, workflow, execution, details } = parseInput('notification', inputSchema, event);
    const lasting = LASTING.has(about) ? `${about}:${workflow}:${reasonOf(details['last'])}` : null;
    if (lasting !== null && (await wasToldOf(store, lasting))) return { outcome: 'told-before' };
    const message = compose(about, details, workflow);
    await send(edge, { ...message, standing: await standing(store), execution });
    if (lasting !== null) await noteTold(store, lasting);
    return { outcome: 'told' };
  };
}
