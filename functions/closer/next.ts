import { otherSite } from '../ledger/ledger.ts';
import type { LedgerStore } from '../ledger/store.ts';
import type { Ending } from './ending.ts';

/** Of these the input is a person's word, for what the sites hold at that time. */
const GIVES_A_WORD: ReadonlySet<string> = new Set(['adopt', 'promote-accepting-loss']);

/** What whoever reads of the end does next. */
export function nextOf({ status, error, workflow }: Ending): readonly string[] {
  if (error === 'InvalidInputError') return [`Start "${workflow}" again with an input that it takes.`];
  const anew = GIVES_A_WORD.has(workflow)
    ? [
        'Its input is your word for what the sites hold when you start it: look at both before you give it anew.',
      ]
    : [];
  if (status === 'ABORTED')
    return [`Whoever stopped it knows why. To go on, start "${workflow}" again.`, ...anew];
  return [
    `Mend what it says, then start "${workflow}" again: it takes up what is left.`,
    ...anew,
    'Where a site stays stale and is not proven offline at the serving one, the sweep sees to that by itself.',
  ];
}

/**
 * A switchover has no place to go on from: started again it moves away from whoever serves by then, which may be the
 * site that it had just moved to.
 */
export async function afterSwitchover(store: LedgerStore, ending: Ending): Promise<readonly string[]> {
  if (ending.error === 'InvalidInputError') return nextOf(ending);
  const ledger = await store.read().catch(() => null);
  if (ledger === null) {
    return ['Find out who serves before you start "switchover" again: it moves traffic away from that site.'];
  }
  const { serving, operation, changedAt } = ledger;
  const other = otherSite(ledger, serving);
  // Nothing but its own decisions leaves it the operation, and after its claim the first of those is the move.
  if (operation?.owner === ending.execution && changedAt !== operation.startedAt) {
    return [
      `Traffic has moved to ${serving} already. Do NOT start "switchover" again: it would move it back to ${other}.`,
      `Mend what it says. Where ${other} was to be isolated and is not: start "failover" with {"lostSite":"${other}"}.`,
    ];
  }
  return [
    `${serving} serves. Started again, "switchover" moves traffic from there to ${other}: only when that is what you want.`,
  ];
}
