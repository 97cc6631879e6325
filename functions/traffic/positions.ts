import { isUsable, type Ledger, otherSite } from '../ledger/ledger.ts';
import { type Configuration, primaryOf } from '../shared/configuration.ts';
import type { SiteName } from '../shared/names.ts';

/** Where a site's switch is to stand. `follows`: its endpoint decides. `pinned`: always healthy. `fenced`: always unhealthy. */
export type Position = 'follows' | 'pinned' | 'fenced';

export type Positions = Readonly<Record<SiteName, Position>>;

/**
 * The table on which DNS is built: what Route 53 does by itself, with every part of ours dead, must be right too.
 * When both checks are unhealthy it answers with PRIMARY.
 *
 * | ledger | PRIMARY | SECONDARY | without us |
 * |---|---|---|---|
 * | primary serves, secondary usable | follows | pinned | secondary when primary's endpoint fails |
 * | primary serves, secondary not | follows | fenced | stays with primary |
 * | secondary serves, primary usable | fenced | follows | primary when secondary's endpoint fails |
 * | secondary serves, primary not | fenced | pinned | stays with secondary |
 *
 * With `health-check-path` a secondary that is in sync follows its endpoint, as the guide left it, reachable or not: a
 * check of that kind that is pinned or fenced no longer probes the endpoint, so nobody would see the site come back.
 */
export function positions(ledger: Ledger, configuration: Configuration): Positions {
  const primary = primaryOf(configuration).name;
  const secondary = otherSite(ledger, primary);
  const passive = ledger.sites[otherSite(ledger, ledger.serving)]!;
  const passiveIsUsable = isUsable(passive);
  if (ledger.serving === primary && configuration.traffic.adapter === 'health-check-path') {
    return { [primary]: 'follows', [secondary]: passive.trust === 'in-sync' ? 'follows' : 'fenced' };
  }
  if (ledger.serving === primary) {
    return { [primary]: 'follows', [secondary]: passiveIsUsable ? 'pinned' : 'fenced' };
  }
  return { [primary]: 'fenced', [secondary]: passiveIsUsable ? 'follows' : 'pinned' };
}
