import * as v from 'valibot';
import type { LedgerEvent } from '../ledger/events.ts';
import { type Ledger, otherSite, type SiteRecord } from '../ledger/ledger.ts';
import { leavesSuspect } from '../ledger/transition.ts';
import { siteOf } from '../shared/configuration.ts';
import type { Instant } from '../shared/names.ts';
import { readSwitches, recordAndAgree } from '../traffic/agree.ts';
import type { Parts } from './parts.ts';
import { startPending } from './pending.ts';
import { disagreed, isRecorded, type StepOutcome, UNKNOWN } from './step-outcome.ts';

/** Its site is typed out and the loss is said, so that nobody promotes by pressing return. */
export const promotionSchema = v.strictObject({
  site: v.string(),
  acceptLoss: v.literal(true, 'write true: what only the other site holds is lost'),
  why: v.optional(v.pipe(v.string(), v.maxLength(500)), 'no reason given'),
});

/** Within which a word is recorded where nothing fails: a function's first start, and its reads. */
const AT_ONCE_MILLISECONDS = 5_000;

/**
 * Makes a site serve whose trust does not allow it, on a person's word.
 * @param saidAt when the word was given. What the site lost since is not in it.
 */
export async function promote(
  { edge, store, switches }: Parts,
  input: v.InferOutput<typeof promotionSchema>,
  saidAt: Instant | undefined,
): Promise<StepOutcome> {
  const site = siteOf(edge.configuration, input.site).name;
  const seen = await readSwitches(switches, edge.configuration);
  const ledger = await store.read();
  if (ledger === null) return UNKNOWN;
  const { trust, trustAt, dataGridSeen } = ledger.sites[site]!;
  const staysSuspect = leavesSuspect(ledger, site);
  // Nothing is accepted by it, so it is not refused either: its Keycloak may still have to come up.
  const isNoWord = staysSuspect || (ledger.serving === site && trust === 'in-sync');
  // Of a stale site a restart is no news for its trust, and yet what it held may be gone.
  const startedSince = saidAt !== undefined && dataGridSeen !== null && dataGridSeen > saidAt;
  // Nor is it one that a resync which ran by then has cleared it since.
  const isOld = saidAt !== undefined && Date.parse(store.now()) - Date.parse(saidAt) > AT_ONCE_MILLISECONDS;
  const clearedSince = trust === 'resyncing' && isOld;
  if (saidAt !== undefined && (trustAt > saidAt || startedSince || clearedSince) && !isNoWord) {
    const found = foundSince(ledger.sites[site]!, saidAt, startedSince);
    return {
      outcome: 'not-safe',
      reason: `${site} ${found}, and what is lost with the other site was accepted before, at ${saidAt}.`,
      remedy: `Look at both sites: what ${site} held then may be gone. Where it is still the one to serve, start "promote-accepting-loss" anew with {"site":"${site}","acceptLoss":true}.`,
    };
  }
  // A redrive finds it done, which changes nothing, and only makes Route 53 agree.
  const events: LedgerEvent[] = [
    { type: 'promoted-accepting-loss', site, reason: input.why, ...(saidAt === undefined ? {} : { saidAt }) },
  ];
  if (staysSuspect) events.push(...toBeIsolated(ledger));
  const agreement = await recordAndAgree(
    { configuration: edge.configuration, store, switches },
    seen,
    ledger,
    events,
  );
  if (!isRecorded(agreement)) return disagreed(agreement);
  // Writes are refused until the other site is taken offline; the sweep would see to it a minute later.
  await startPending(edge, store, agreement.ledger);
  if (agreement.kind === 'unwritten') throw agreement.error;
  return {
    outcome: 'promoted',
    site,
    ...(agreement.kind === 'drift' ? { drift: agreement.reason } : {}),
    ...(staysSuspect ? { suspect: whichToKeep(agreement.ledger) } : {}),
  };
}

/** What makes a word old that was given at that time. */
function foundSince(
  { trust, trustAt, dataGridSeen }: SiteRecord,
  saidAt: Instant,
  hasStarted: boolean,
): string {
  if (trustAt > saidAt) return `is ${trust} since ${trustAt}`;
  if (hasStarted) return `has a Data Grid pod of ${dataGridSeen}`;
  return `is being resynchronized since ${trustAt} and may have been cleared by now`;
}

/** A site that restarted has forgotten that the other one is offline, and writes at it are refused. */
function toBeIsolated(ledger: Ledger): LedgerEvent[] {
  const { serving, sites } = ledger;
  const other = otherSite(ledger, serving);
  const { isolated, trust } = sites[other]!;
  if (isolated || trust !== 'stale') return [];
  return [{ type: 'isolation-wanted', reason: `${other} is stale, and not proven offline at ${serving}` }];
}

/** What of the taking offline a person has to know. */
function isolationOf(ledger: Ledger): string {
  const { serving, sites, pending, operation } = ledger;
  const other = otherSite(ledger, serving);
  if (sites[other]!.isolated) return '';
  if (pending !== null || operation?.workflow === 'failover')
    return `${other} is taken offline at ${serving} now; you are told. `;
  return `${other} is not proven offline at ${serving}, so writes there may be refused: once ${operation?.workflow ?? 'what runs'} has ended, start "failover" with {"lostSite":"${other}"}. `;
}

function whichToKeep(ledger: Ledger): string {
  const { serving, sites } = ledger;
  const other = otherSite(ledger, serving);
  const lost = `${serving} is suspect since ${sites[serving]!.trustAt}: it may have lost entries itself, and`;
  if (sites[other]!.trust === 'resyncing')
    return `${lost} a resync fills ${other} from it. That goes on: wait for its end.`;
  return (
    `${lost} ${other} may hold them. ${isolationOf(ledger)}` +
    `Look at the entry counts of both. To keep what ${serving} holds now, start "resync" with {"acceptCounts":true}; ` +
    `to keep what ${other} holds, start "promote-accepting-loss" with {"site":"${other}","acceptLoss":true}.`
  );
}
