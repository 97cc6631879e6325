import { type Ledger, otherSite, type SiteRecord } from '../../ledger/ledger.ts';
import type { SiteName } from '../../shared/names.ts';
import type { Facts } from '../facts.ts';
import { type Check, fail, pass, warn } from '../report.ts';
import { ledgerOf } from './ledger-of.ts';

export const TRUST = 'in-sync';
const REACHABLE = 'reachable';

/** Whether the ledger would let the passive site take over: only one that is in sync and reachable may. */
export function trustChecks(facts: Facts): readonly Check[] {
  const ledger = ledgerOf(facts);
  if (ledger === null) return [];
  const { serving, sites } = ledger;
  const passive = otherSite(ledger, serving);
  return [
    servingCheck(serving, sites[serving]!, sites[passive]!),
    passiveCheck(ledger, passive, sites[passive]!),
    ...[serving, passive].map((name) => reachableCheck(name, sites[name]!, name === passive)),
  ];
}

function servingCheck(site: SiteName, { trust, trustAt }: SiteRecord, other: SiteRecord): Check {
  if (trust === 'in-sync') return pass(TRUST, site, `${site} serves, and is in sync since ${trustAt}.`);
  return warn(
    TRUST,
    site,
    `${site} serves and is ${trust} since ${trustAt}: it may have lost entries.`,
    remedyOf(other.trust),
  );
}

/** @param other how the passive site stands: where it was shut out it may hold what was lost, and a promotion of the serving one settles nothing */
function remedyOf(other: SiteRecord['trust']): string {
  switch (other) {
    case 'stale':
      return 'Look at the entry counts of both sites: take what it holds for the truth with "resync" and {"acceptCounts":true}, or have the other one serve with "promote-accepting-loss".';
    case 'resyncing':
      return 'Wait for resync: it fills the other one from it.';
    default:
      return 'Take what it holds for the truth with "resync" and {"acceptCounts":true}, or with "promote-accepting-loss".';
  }
}

function passiveCheck({ serving }: Ledger, site: SiteName, record: SiteRecord): Check {
  const { trust, trustAt, isolated, contained } = record;
  const since = `${site} is ${trust} since ${trustAt}`;
  switch (trust) {
    case 'in-sync':
      return pass(TRUST, site, `${since}.`);
    case 'suspect':
      return fail(
        TRUST,
        site,
        `${since}: what happened may have cost it data, so it gets no traffic.`,
        'Readiness settles it by proof within minutes, once both sites answer. Where it can’t, on-call is told what to do.',
      );
    case 'resyncing':
      return fail(
        TRUST,
        site,
        `${since}: it gets no traffic until resync has proven it.`,
        'Wait for resync.',
      );
    case 'stale': {
      const state = [
        isolated ? `taken offline at ${serving}` : `not proven offline at ${serving}`,
        contained ? 'contained' : 'not contained yet',
      ].join(', ');
      return fail(
        TRUST,
        site,
        `${since} (${state}): it lacks data and gets no traffic.`,
        `Once ${site} is back and contained, start "resync" with {}.`,
      );
    }
  }
}

function reachableCheck(site: SiteName, record: SiteRecord, isPassive: boolean): Check {
  const { reachability, reachabilityAt } = record;
  const seen = `${site} was last seen ${reachability} at ${reachabilityAt}.`;
  if (reachability === 'reachable') return pass(REACHABLE, site, seen);
  return isPassive
    ? fail(
        REACHABLE,
        site,
        seen,
        'Only a site that is reachable may take over. See docs/runbook/site-endpoint.md.',
      )
    : warn(REACHABLE, site, seen, 'See docs/runbook/site-endpoint.md.');
}
