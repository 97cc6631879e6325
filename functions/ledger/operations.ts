import * as v from 'valibot';
import { siteOf } from '../shared/configuration.ts';
import type { Edge } from '../shared/edge.ts';
import { caller, operationToken, parseInput } from '../shared/input.ts';
import { type Instant, instant, type OperationToken } from '../shared/names.ts';
import {
  type ApprovalOutcome,
  answerApproval,
  approvalAnswer,
  askApproval,
  readApproval,
} from './approval.ts';
import type { LedgerEvent } from './events.ts';
import { decidedBefore, recordFor } from './guard.ts';
import type { Ledger } from './ledger.ts';
import { type ClaimOutcome, claim } from './operation.ts';
import { LedgerStore } from './store.ts';
import { WORKFLOW_INPUTS } from './workflow-inputs.ts';

export type LedgerOutcome =
  | ClaimOutcome
  | ApprovalOutcome
  | { readonly outcome: 'released' }
  | { readonly outcome: 'recorded'; readonly operation: OperationToken }
  | { readonly outcome: 'armed' }
  | { readonly outcome: 'disarmed'; readonly until: Instant | null }
  | { readonly outcome: 'acknowledged' }
  | { readonly outcome: 'status'; readonly ledger: Ledger };

/** Facts that a workflow records in a step of their own, each about one site. */
const FACTS = {
  isolated: 'isolation-proved',
  contained: 'site-contained',
  'in-sync': 'resync-proved',
  isolating: 'old-site-left-behind',
} as const;

const inputSchema = v.variant('action', [
  v.strictObject({
    action: v.literal('claim'),
    workflow: v.picklist(Object.keys(WORKFLOW_INPUTS) as (keyof typeof WORKFLOW_INPUTS)[]),
    owner: v.string(),
    input: v.unknown(),
  }),
  v.strictObject({
    action: v.literal('release'),
    operation: operationToken,
    result: v.picklist(['succeeded', 'failed']),
    detail: v.string(),
  }),
  v.strictObject({
    action: v.literal('record'),
    operation: operationToken,
    fact: v.picklist(Object.keys(FACTS) as (keyof typeof FACTS)[]),
    site: v.string(),
    /** With `in-sync`: start of the youngest Data Grid pod that the proof is about. */
    startedAt: v.optional(v.pipe(v.string(), v.isoTimestamp())),
  }),
  v.strictObject({ action: v.literal('ask-approval'), operation: operationToken, question: v.string() }),
  v.strictObject({ action: v.literal('read-approval'), operation: operationToken }),
  v.strictObject({ action: v.literal('answer-approval'), ...caller, input: v.unknown() }),
  v.strictObject({ action: v.literal('arm') }),
  v.strictObject({
    action: v.literal('disarm'),
    /** Absent: until a person arms it again. */
    forSeconds: v.optional(v.pipe(v.number(), v.integer(), v.minValue(1))),
    why: v.pipe(v.string(), v.minLength(1)),
  }),
  v.strictObject({ action: v.literal('acknowledge-move') }),
  v.strictObject({ action: v.literal('status') }),
]);

/** The steps that change the ledger alone: claiming, recording, releasing, approval, arming. */
export function createLedger(
  edge: Pick<Edge, 'dynamodb' | 'sfn' | 'configuration' | 'now'>,
): (event: unknown) => Promise<LedgerOutcome> {
  const { configuration, sfn } = edge;
  const store = new LedgerStore(edge);
  const setting = async (event: LedgerEvent) => {
    await store.change(() => [event]);
  };
  return async (event) => {
    const step = parseInput('ledger', inputSchema, event);
    switch (step.action) {
      case 'claim': {
        const input = parseInput(step.workflow, WORKFLOW_INPUTS[step.workflow], step.input);
        return claim({ configuration, store, sfn }, step.workflow, step.owner, input);
      }
      case 'release': {
        const { owner } = step.operation;
        // Not guarded by the epoch: whoever still holds the operation may let go of it, whatever has moved on.
        const result = await store.change(() => [
          { type: 'operation-released', owner, result: step.result, detail: step.detail },
        ]);
        if (result === 'stopped') return { outcome: 'superseded' };
        const before = result.ledger.history.find((past) => past.owner === owner);
        return result.kind === 'changed' || before?.result === step.result
          ? { outcome: 'released' }
          : { outcome: 'superseded' };
      }
      case 'record': {
        const { name: site } = siteOf(configuration, step.site);
        const { startedAt } = step;
        const event: LedgerEvent =
          step.fact === 'in-sync' && startedAt !== undefined
            ? { type: 'resync-proved', site, startedAt: startedAt as Instant }
            : { type: FACTS[step.fact], site };
        const recorded = await recordFor(store, step.operation, event);
        if (recorded === 'superseded') {
          const ledger = await store.require();
          return decidedBefore(ledger, step.operation, event, store.now())
            ? { outcome: 'recorded', operation: { ...step.operation, epoch: ledger.epoch } }
            : { outcome: 'superseded' };
        }
        if (recorded.refused !== null) {
          return {
            outcome: 'not-safe',
            reason: `${recorded.refused}.`,
            remedy: 'Look at the ledger before going on.',
          };
        }
        return { outcome: 'recorded', operation: { ...step.operation, epoch: recorded.ledger.epoch } };
      }
      case 'ask-approval':
        return askApproval(store, configuration, step.operation, step.question);
      case 'read-approval':
        return readApproval(store, step.operation);
      case 'answer-approval':
        return answerApproval(store, parseInput('approve', approvalAnswer, step.input));
      case 'arm':
        await setting({ type: 'armed' });
        return { outcome: 'armed' };
      case 'disarm': {
        const { forSeconds, why } = step;
        const until =
          forSeconds === undefined ? null : instant(new Date(edge.now().getTime() + forSeconds * 1000));
        await setting({ type: 'disarmed', until, why });
        return { outcome: 'disarmed', until };
      }
      case 'acknowledge-move':
        await setting({ type: 'move-acknowledged' });
        return { outcome: 'acknowledged' };
      case 'status':
        return { outcome: 'status', ledger: await store.require() };
    }
  };
}
