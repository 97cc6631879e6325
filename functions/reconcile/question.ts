import type { LedgerEvent } from '../ledger/events.ts';
import { isArmed, otherSite } from '../ledger/ledger.ts';
import type { Edge } from '../shared/edge.ts';
import { executionArn, executionName } from '../shared/executions.ts';
import type { Decision, Situation } from './decision.ts';
import { mayRun } from './pending.ts';

/**
 * Failover asks for two minutes, and each sweep starts it once more. A question older than this was not asked for
 * long, and what checkers see now says nothing of then.
 */
const ANSWERABLE_SECONDS = 900;

export const isTooOldToAnswer = ({ ledger: { pending }, at }: Situation): boolean =>
  pending !== null && (Date.parse(at) - Date.parse(pending.since)) / 1000 > ANSWERABLE_SECONDS;

const ANSWERS: ReadonlySet<LedgerEvent['type']> = new Set([
  'serving-site-lost',
  'passive-site-left',
  'view-lost',
]);

/**
 * Lets go of a question that nobody answers: while automation is disarmed, or when it is too old and what is seen now
 * decides nothing. Left, it would block every workflow, and answered later it would make a healthy site stale. The
 * sites did lose each other, so the passive one is suspect until it is settled.
 * @returns nothing while the serving site is down: then the passive one may still be what is left to serve
 */
export async function droppedQuestion(
  edge: Pick<Edge, 'sfn' | 'configuration'>,
  situation: Situation,
  decision: Decision,
): Promise<readonly LedgerEvent[]> {
  const { ledger, evidence, at } = situation;
  const { pending, serving, sites } = ledger;
  if (pending?.mode !== 'ask' || evidence.now(serving) === 'failing') return [];
  if (isArmed(ledger, at)) {
    if (!isTooOldToAnswer(situation) || decision.events.some(({ type }) => ANSWERS.has(type))) return [];
    const name = executionName(pending.workflow, pending.epoch, pending.attempt);
    if (await mayRun(edge.sfn, executionArn(edge.configuration, pending.workflow, name))) return [];
  }
  const passive = otherSite(ledger, serving);
  // Where the serving site is suspect, the passive one is the copy that is trusted.
  const suspected = sites[serving]!.trust === 'in-sync' && sites[passive]!.trust === 'in-sync';
  return [
    { type: 'question-dropped' },
    ...(suspected ? [{ type: 'site-suspected', site: passive } as const] : []),
  ];
}
