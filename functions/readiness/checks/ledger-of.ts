import type { Ledger } from '../../ledger/ledger.ts';
import type { Facts } from '../facts.ts';
import { type Check, fail } from '../report.ts';

/** Null: there is none, or it could not be read. That is a check of its own. */
export const ledgerOf = ({ ledger }: Facts): Ledger | null => (ledger.kind === 'known' ? ledger.value : null);

/** Nothing where the ledger is known: the checks over it say how it stands. */
export function ledgerCheck({ ledger }: Facts): readonly Check[] {
  const id = 'ledger-known';
  if (ledger.kind === 'fault') return [fail(id, 'ledger', ledger.what, ledger.remedy)];
  if (ledger.value !== null) return [];
  return [
    fail(
      id,
      'ledger',
      'There is no ledger: nobody knows who serves, and automation decides nothing.',
      'Start the workflow "adopt" with {"serving":"<the site that serves>"}.',
    ),
  ];
}
