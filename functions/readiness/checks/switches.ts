import { positions } from '../../traffic/positions.ts';
import { writePlan } from '../../traffic/write-plan.ts';
import type { Facts } from '../facts.ts';
import { type Check, fail, pass, warn } from '../report.ts';
import { switchStates } from './traffic-of.ts';

export const UNCHANGED = 'switch-unchanged';
const POSITION = 'switch-position';

const IN_WORDS = {
  follows: 'follows its endpoint',
  pinned: 'is pinned healthy',
  fenced: 'is fenced',
  unknown: 'stands where we never put it',
} as const;

/** Whether each site's switch stands where the ledger wants it, and was changed by nobody else. */
export function switchChecks(facts: Facts): readonly Check[] {
  const { configuration, ledger, traffic } = facts;
  const names = configuration.sites.map(({ name }) => name);
  const states = switchStates(facts);
  if (states === null) {
    return names.flatMap((name) => {
      const { position } = traffic[name]!;
      return position.kind === 'fault' ? [fail(POSITION, name, position.what, position.remedy)] : [];
    });
  }
  if (ledger.kind === 'fault' || ledger.value === null) return [];
  const wanted = positions(ledger.value, configuration);
  const { drift } = writePlan(ledger.value, states, wanted);
  return names.flatMap((name) => {
    const { position, version } = states[name]!;
    const changed = drift.find(({ site }) => site === name);
    if (changed !== undefined) {
      return [
        fail(
          UNCHANGED,
          name,
          `The switch of ${name} was changed by hand (${changed.reason}): automation opens nothing behind such a change.`,
          'Find out who changed it. When it is meant to stay, start "adopt" with {"serving":"<the site that serves>"}; see docs/runbook/drift.md.',
        ),
      ];
    }
    return [
      pass(UNCHANGED, name, `Nobody but us changed the switch of ${name} (version ${version}).`),
      position === wanted[name]
        ? pass(POSITION, name, `The switch of ${name} ${IN_WORDS[position]}, as the ledger wants it.`)
        : warn(
            POSITION,
            name,
            `The switch of ${name} ${IN_WORDS[position]}, and the ledger wants that it ${IN_WORDS[wanted[name]!]}.`,
            'reconcile writes it within a minute. When it stays so, see the log of reconcile.',
          ),
    ];
  });
}
