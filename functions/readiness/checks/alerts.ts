import type { Facts } from '../facts.ts';
import { type Check, pass, warn } from '../report.ts';
import { ledgerOf } from './ledger-of.ts';

const ID = 'firing-alerts';

/** Alertmanager's alerts that the ledger keeps until they are resolved. */
export function alertChecks(facts: Facts): readonly Check[] {
  const ledger = ledgerOf(facts);
  if (ledger === null) return [];
  const alerts = Object.values(ledger.firingAlerts);
  if (alerts.length === 0) return [pass(ID, 'ledger', 'No alert of Alertmanager fires.')];
  return alerts.map(({ kind, site, since }) =>
    warn(
      ID,
      site,
      `An alert says since ${since} that ${site} ${kind === 'endpoint-down' ? 'is down' : 'left the cross-site view'}.`,
      `See docs/runbook/${kind === 'endpoint-down' ? 'site-endpoint' : 'site-left-view'}.md.`,
    ),
  );
}
