import { primaryOf, type SiteConfiguration } from '../../shared/configuration.ts';
import type { Facts } from '../facts.ts';
import { type Check, fail, pass } from '../report.ts';
import { verdictOf } from './traffic-of.ts';

const ID = 'dns-answer';

/**
 * With which site the failover records answer now, by the switches and the endpoints behind them, and whether the
 * ledger says the same. When both checks are unhealthy, Route 53 answers with the primary.
 */
export function dnsAnswerCheck(facts: Facts): readonly Check[] {
  const { configuration, ledger } = facts;
  if (ledger.kind === 'fault' || ledger.value === null) return [];
  const { serving } = ledger.value;
  const primary = primaryOf(configuration);
  const secondary = configuration.sites.find(({ name }) => name !== primary.name)!;
  const first = isHealthy(facts, primary);
  const second = isHealthy(facts, secondary);
  // The secondary's check only matters where the primary's is unhealthy.
  if (first === null || (!first && second === null)) {
    return [
      fail(
        ID,
        'traffic',
        'It is not known with which site DNS answers: a switch or an endpoint can’t be told.',
        'See what the checks of the switches and the endpoints say.',
      ),
    ];
  }
  const answer = !first && second ? secondary.name : primary.name;
  const both = !first && !second ? ', as both checks are unhealthy' : '';
  if (answer === serving)
    return [pass(ID, 'traffic', `DNS answers with ${answer}${both}, which serves by the ledger.`)];
  return [
    fail(
      ID,
      'traffic',
      `DNS answers with ${answer}${both}, and by the ledger ${serving} serves.`,
      `Within a minute reconcile makes Route 53 agree, unless a check was changed by hand or the endpoint of ${serving} fails: see those checks, and docs/runbook/drift.md.`,
    ),
  ];
}

/** Null: it is not known. */
function isHealthy(facts: Facts, site: SiteConfiguration): boolean | null {
  const { position } = facts.traffic[site.name]!;
  if (position.kind === 'fault') return null;
  switch (position.value.position) {
    case 'pinned':
      return true;
    case 'fenced':
      return false;
    case 'unknown':
      return null;
    case 'follows': {
      const verdict = verdictOf(facts, site);
      if (verdict.kind === 'fault') return null;
      return verdict.value === 'passing' ? true : verdict.value === 'failing' ? false : null;
    }
  }
}
