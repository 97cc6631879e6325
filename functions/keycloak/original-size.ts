import type { LedgerEvent } from '../ledger/events.ts';
import type { Ledger } from '../ledger/ledger.ts';
import type { SiteConfiguration } from '../shared/configuration.ts';

/**
 * What to note of the number that stands in the Keycloak resource before it is changed to 0. A 0 is what we asked
 * for ourselves, in an earlier attempt or an earlier incident, so it is never an original; any other number was
 * declared by a person or by their GitOps, and the last one declared is what they want back.
 */
export function sizeToRecord(ledger: Ledger, site: SiteConfiguration, seen: number): readonly LedgerEvent[] {
  if (seen < 1 || ledger.sites[site.name]?.keycloakInstances === seen) return [];
  return [{ type: 'keycloak-size-seen', site: site.name, instances: seen }];
}

/** The number to go back to: the one the ledger saw, else the configured one, which is never 0. */
export const originalSize = (ledger: Ledger, site: SiteConfiguration): number =>
  ledger.sites[site.name]?.keycloakInstances ?? site.keycloakInstances;
