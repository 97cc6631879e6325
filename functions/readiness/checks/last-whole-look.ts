import type { Ledger } from '../../ledger/ledger.ts';
import type { Instant } from '../../shared/names.ts';
import { type Check, fail, pass, type ReadinessReport, unknown, warn } from '../report.ts';

const ID = 'last-whole-look';
/** The hourly one failed to come twice. */
const OLD_SECONDS = 2 * 3600 + 600;
const LOOK = 'Start "readiness" with {"check":"whole"}.';

/** What stands on the answer of a Batch. */
const OF_BATCHES: ReadonlySet<string> = new Set([
  'cache-backups',
  'cache-failure-policy',
  'cache-statistics',
  'caches-described',
  'caches-exist',
  'caches-same',
  'entry-counts',
  'replicates',
]);

/** What the Batches found an hour ago holds until they look again: a quick look sees nothing of it. */
export function lastWholeLookCheck(ledger: Ledger, whole: ReadinessReport | null, at: Instant): Check {
  if (whole === null) return unknown(ID, 'ledger', 'Nobody has asked both Data Grids by Batches yet.', LOOK);
  const changedSince = Object.values(ledger.sites).some(({ trustAt }) => trustAt > whole.at);
  if (changedSince) {
    const what = `What the Batches found at ${whole.at} is outdated: a site's trust has changed since.`;
    return unknown(ID, 'ledger', what, LOOK);
  }
  const found = whole.checks.filter(({ id, result }) => OF_BATCHES.has(id) && result === 'fail');
  if (found.length > 0) {
    const each = found.map(({ what }) => what).join(' ');
    return fail(ID, 'ledger', `At ${whole.at} the Batches found: ${each}`, found[0]!.remedy ?? LOOK);
  }
  const what = `At ${whole.at} both Data Grids said that they replicate to each other`;
  return (Date.parse(at) - Date.parse(whole.at)) / 1000 > OLD_SECONDS
    ? warn(ID, 'ledger', `${what}, and nobody has asked them since.`, LOOK)
    : pass(ID, 'ledger', `${what}.`);
}
