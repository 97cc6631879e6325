import * as v from 'valibot';
import type { Configuration } from '../shared/configuration.ts';
import { type Instant, instant, type OperationToken } from '../shared/names.ts';
import { guard, recordFor } from './guard.ts';
import type { LedgerStore } from './store.ts';

export const approvalAnswer = v.strictObject({
  decision: v.optional(v.picklist(['approve', 'refuse']), 'approve'),
  by: v.optional(v.pipe(v.string(), v.maxLength(100)), 'not named'),
});

export type ApprovalOutcome =
  | { readonly outcome: 'waiting'; readonly deadline: Instant }
  | { readonly outcome: 'approved' | 'refused'; readonly by: string }
  | { readonly outcome: 'expired' }
  | { readonly outcome: 'superseded' }
  | { readonly outcome: 'answered'; readonly decision: 'approved' | 'refused'; readonly workflow: string }
  | { readonly outcome: 'nothing-to-do'; readonly reason: string };

export async function askApproval(
  store: LedgerStore,
  configuration: Configuration,
  token: OperationToken,
  question: string,
): Promise<ApprovalOutcome> {
  const deadline = instant(new Date(Date.parse(store.now()) + configuration.approval.deadlineSeconds * 1000));
  const recorded = await recordFor(store, token, { type: 'approval-asked', token, question, deadline });
  if (recorded === 'superseded' || recorded.refused !== null) return { outcome: 'superseded' };
  return { outcome: 'waiting', deadline: recorded.ledger.approval!.deadline };
}

export async function readApproval(store: LedgerStore, token: OperationToken): Promise<ApprovalOutcome> {
  const ledger = await guard(store, token);
  if (ledger === 'superseded' || ledger.approval === null) return { outcome: 'superseded' };
  const { answer, answeredBy, deadline } = ledger.approval;
  if (answer !== 'waiting') return { outcome: answer, by: answeredBy ?? 'not named' };
  return store.now() > deadline ? { outcome: 'expired' } : { outcome: 'waiting', deadline };
}

export async function answerApproval(
  store: LedgerStore,
  answer: v.InferOutput<typeof approvalAnswer>,
): Promise<ApprovalOutcome> {
  const given = answer.decision === 'approve' ? 'approved' : 'refused';
  const result = await store.change(() => [{ type: 'approval-answered', answer: given, by: answer.by }]);
  if (result === 'stopped') return { outcome: 'superseded' };
  if (result.kind === 'changed') {
    const { approval } = result.ledger;
    return { outcome: 'answered', decision: given, workflow: approval?.workflow ?? 'unknown' };
  }
  return { outcome: 'nothing-to-do', reason: `${result.reason}.` };
}
