import { noMoveUntil } from '../../ledger/durations.ts';
import { isArmed } from '../../ledger/ledger.ts';
import type { Facts } from '../facts.ts';
import { type Check, fail, pass, warn } from '../report.ts';
import { ledgerOf } from './ledger-of.ts';

const ARMED = 'armed';
const MOVE = 'automatic-move';

/** Whether automation would move traffic now, had it a reason to. */
export function automationChecks(facts: Facts): readonly Check[] {
  const ledger = ledgerOf(facts);
  if (ledger === null) return [];
  const { configuration, at } = facts;
  const { disarmedUntil, disarmedAt, why } = ledger.automation;
  const until = noMoveUntil(ledger, configuration.automation.minimumSecondsBetweenMoves, at);
  return [
    isArmed(ledger, at)
      ? pass(ARMED, 'ledger', 'Automation is armed.')
      : // A person wanted it so, and its length has an alarm of its own.
        warn(
          ARMED,
          'ledger',
          `Automation is disarmed since ${disarmedAt} ${disarmedUntil === null ? 'until a person arms it' : `until ${disarmedUntil}`} (${why ?? 'no reason given'}): a lost site is paged, and nothing moves by itself.`,
          'Arm it: invoke the function "ledger" with {"action":"arm"}; see docs/runbook/disarmed.md.',
        ),
    until === null
      ? pass(
          MOVE,
          'ledger',
          'Automation may move traffic now, as the last automatic move is long ago or acknowledged.',
        )
      : fail(
          MOVE,
          'ledger',
          `Automation moved traffic at ${ledger.lastAutomaticMoveAt} and does not move it again by itself before ${until}.`,
          'Acknowledge that move: invoke the function "ledger" with events/ledger/acknowledge-move.json.',
        ),
  ];
}
