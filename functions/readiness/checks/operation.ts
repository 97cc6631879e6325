import { operationHeldSeconds } from '../../ledger/durations.ts';
import type { Facts } from '../facts.ts';
import { type Check, fail, pass, warn } from '../report.ts';
import { ledgerOf } from './ledger-of.ts';

const ID = 'operation-held';
/** The longest time that a workflow may take which waits for nobody's approval: resync's. */
const LONGEST_SECONDS = 14_400;
const ARTICLE = 'See the execution in the Step Functions console, and docs/runbook/operation-held.md.';

/** Whether some workflow holds the operation, and for how long: others wait for it, but a lost site does not. */
export function operationCheck(facts: Facts): readonly Check[] {
  const ledger = ledgerOf(facts);
  if (ledger === null) return [];
  const { operation, pending, approval } = ledger;
  if (operation === null) {
    return pending === null
      ? [pass(ID, 'ledger', 'No workflow holds the operation.')]
      : [warn(ID, 'ledger', `A failover is about to start, since ${pending.since}.`, null)];
  }
  const holds = `${operation.workflow} holds the operation since ${operation.startedAt}`;
  if (approval !== null && approval.owner === operation.owner && approval.answer === 'waiting') {
    return [
      warn(
        ID,
        'ledger',
        `${holds} and waits for an approval until ${approval.deadline}.`,
        'Start "approve" with {}, or with {"decision":"refuse","by":"<your name>"}.',
      ),
    ];
  }
  const seconds = operationHeldSeconds(ledger, facts.at);
  return [
    seconds > LONGEST_SECONDS
      ? fail(ID, 'ledger', `${holds}, longer than any workflow takes.`, ARTICLE)
      : warn(ID, 'ledger', `${holds}.`, `It takes its time. ${ARTICLE}`),
  ];
}
