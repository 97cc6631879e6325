import { log } from '../shared/log.ts';
import type { Instant } from '../shared/names.ts';
import { type Ledger, otherSite, type SiteRecord } from './ledger.ts';
import type { LedgerStore } from './store.ts';

/** Where things stand, in sentences for a person who was just woken. */
function standingOf(ledger: Ledger): readonly string[] {
  const { serving, operation, automation, approval } = ledger;
  const passive = otherSite(ledger, serving);
  return [
    `${serving} serves; it is ${ledger.sites[serving]!.trust}.`,
    `${passive} is ${describe(ledger.sites[passive]!, serving)}.`,
    operation === null
      ? 'No workflow holds the operation.'
      : `${operation.workflow} runs since ${operation.startedAt}.`,
    ...(approval?.answer === 'waiting' ? [`An approval is waited for until ${approval.deadline}.`] : []),
    ...(automation.armed
      ? []
      : [
          `Automation is disarmed ${automation.disarmedUntil === null ? 'until it is armed' : `until ${automation.disarmedUntil}`}.`,
        ]),
  ];
}

function describe(site: SiteRecord, serving: string): string {
  const trusted = `${site.trust} since ${site.trustAt} and was last seen ${site.reachability}`;
  if (site.trust === 'in-sync' || site.trust === 'suspect') return trusted;
  return [
    trusted,
    site.isolated
      ? `taken offline at ${serving}, proven, so writes there are good`
      : `NOT proven offline at ${serving}, so writes there may be refused or lost`,
    site.contained ? `contained` : `not contained yet`,
    ...(site.bridgeCut ? ['shut out by the cut bridge'] : []),
  ].join('; ');
}

/** The same from the store, and the ledger, if there is one. One that can't be read must not keep anybody from being told. */
export async function readStanding(
  store: LedgerStore,
): Promise<{ readonly ledger: Ledger | null; readonly lines: readonly string[] }> {
  try {
    const ledger = await store.read();
    const none = 'There is no ledger: nothing is known, and automation decides nothing.';
    return { ledger, lines: ledger === null ? [none] : standingOf(ledger) };
  } catch (error) {
    const name = error instanceof Error ? error.name : 'unknown error';
    return { ledger: null, lines: [`The ledger can't be read (${name}).`] };
  }
}

export const standing = async (store: LedgerStore): Promise<readonly string[]> =>
  (await readStanding(store)).lines;

/** A condition that lasts is said again after this time. */
const REPEAT_SECONDS = 1800;

export const saidLately = ({ paged }: Ledger, about: string, now: Instant): boolean => {
  const said = paged[about];
  return said !== undefined && Date.parse(now) - Date.parse(said) < REPEAT_SECONDS * 1000;
};

/** Whether on-call was told of the same a short while ago. Unknown is no: better twice than never. */
export async function wasToldOf(store: LedgerStore, about: string): Promise<boolean> {
  try {
    const ledger = await store.read();
    return ledger !== null && saidLately(ledger, about, store.now());
  } catch {
    return false;
  }
}

export async function noteTold(store: LedgerStore, about: string): Promise<void> {
  try {
    await store.change(() => [{ type: 'paged', about }]);
  } catch (error) {
    log('warn', 'it could not be noted what was told', { cause: String(error) });
  }
}

/** What was told under these names is over. */
export async function noteOver(store: LedgerStore, abouts: readonly string[]): Promise<void> {
  try {
    await store.change(() => abouts.map((about) => ({ type: 'page-over', about }) as const));
  } catch (error) {
    log('warn', 'it could not be noted what is over', { cause: String(error) });
  }
}

/**
 * Tells one loss of the passive site from the next one, however often what is done about it starts again. Null: the
 * ledger can't be read.
 */
export async function currentLoss(store: LedgerStore): Promise<string | null> {
  const ledger = await store.read().catch(() => null);
  if (ledger === null) return null;
  const passive = otherSite(ledger, ledger.serving);
  return `${passive}:${ledger.sites[passive]!.trustAt}`;
}
