import type { Configuration } from '../../shared/configuration.ts';
import { type Check, fail, pass, warn } from '../report.ts';
import type { Description } from '../whole.ts';
import type { DescribedSite } from './described-site.ts';

const POLICY = 'cache-failure-policy';
const TRANSACTIONS = 'cache-transactions';

/** What becomes of a write that does not reach the other site, by the caches' own configuration. */
export function failurePolicyChecks(
  configured: Configuration['backupFailurePolicy'],
  site: DescribedSite,
): readonly Check[] {
  if (site.caches.size === 0) return [];
  return [policyCheck(configured, site), ...transactionsCheck(site)];
}

const policyOf = ({ backups }: Description, against: string) =>
  backups.find((backup) => backup.site === against)?.failurePolicy;

function policyCheck(
  configured: Configuration['backupFailurePolicy'],
  { site, against, caches }: DescribedSite,
): Check {
  const others = [...caches].flatMap(([cache, description]) => {
    const policy = policyOf(description, against);
    return policy === undefined || policy === configured ? [] : [`${cache} (${policy})`];
  });
  if (others.length > 0) {
    return fail(
      POLICY,
      site,
      `These caches of ${site} have another failure policy than ${configured}, which the configuration says: ${others.join(', ')}. With it a site may be trusted that lacks writes, or the other way round.`,
      configured === 'FAIL'
        ? 'Set failure-policy="FAIL" on their backups, or backupFailurePolicy to "WARN" in failover.config.json.'
        : 'Set backupFailurePolicy in failover.config.json to what all caches have.',
    );
  }
  return configured === 'FAIL'
    ? pass(POLICY, site, `Each cache of ${site} refuses a write that does not reach ${against} (FAIL).`)
    : warn(
        POLICY,
        site,
        `Each cache of ${site} answers a write with success that does not reach ${against} (WARN): a failover may lose it.`,
        'Set failure-policy="FAIL" on their backups where that is not wanted.',
      );
}

/** Measured: with FAIL such a write is answered with success and is at neither site. */
function transactionsCheck({ site, caches }: DescribedSite): readonly Check[] {
  const silent = [...caches]
    .filter(([, { transactions }]) => transactions === 'NON_XA')
    .map(([cache]) => cache);
  if (silent.length === 0) return [];
  return [
    warn(
      TRANSACTIONS,
      site,
      `These caches of ${site} have transactions of mode NON_XA, with which a write that does not reach the other site is answered with success and stored nowhere: ${silent.join(', ')}.`,
      'Set their transaction mode to NON_DURABLE_XA, as Keycloak’s guide does: such a write is refused then.',
    ),
  ];
}
