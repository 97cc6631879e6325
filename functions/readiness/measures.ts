import { disarmedSeconds, operationHeldSeconds } from '../ledger/durations.ts';
import type { Ledger, Trust } from '../ledger/ledger.ts';
import type { Configuration } from '../shared/configuration.ts';
import { primaryOf } from '../shared/configuration.ts';
import type { Measure } from '../shared/metrics.ts';
import type { Instant, SiteName } from '../shared/names.ts';
import { UNCHANGED } from './checks/switches.ts';
import type { ReadinessReport } from './report.ts';

const TRUST: Readonly<Record<Trust, number>> = { 'in-sync': 3, suspect: 2, resyncing: 1, stale: 0 };

/** What the ledger says, at each look. */
export function measureLedger(
  measure: Measure,
  ledger: Ledger,
  configuration: Configuration,
  at: Instant,
): void {
  measure('OperationHeldSeconds', operationHeldSeconds(ledger, at));
  measure('DisarmedSeconds', disarmedSeconds(ledger, at));
  measure('ServingPrimary', ledger.serving === primaryOf(configuration).name ? 1 : 0);
  for (const [site, { trust, reachability }] of Object.entries(ledger.sites)) {
    measure('SiteTrust', TRUST[trust], site as SiteName);
    measure('SiteReachable', reachability === 'reachable' ? 1 : 0, site as SiteName);
  }
}

export function measureReport(measure: Measure, { ready, checks }: ReadinessReport): void {
  measure('FailoverReady', ready ? 1 : 0);
  const switches = checks.filter(({ id }) => id === UNCHANGED);
  // Switches that could not be read are no sign of anybody's hand, and none of the opposite.
  if (switches.length > 0)
    measure('ChecksChangedByHand', switches.filter(({ result }) => result === 'fail').length);
}
