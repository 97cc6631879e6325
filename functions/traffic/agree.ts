import type { LedgerEvent } from '../ledger/events.ts';
import type { Ledger } from '../ledger/ledger.ts';
import type { LedgerStore } from '../ledger/store.ts';
import { transitions } from '../ledger/transition.ts';
import type { Configuration } from '../shared/configuration.ts';
import { TransientError } from '../shared/errors.ts';
import type { SiteName } from '../shared/names.ts';
import { positions } from './positions.ts';
import type { Switches, SwitchStates } from './switches.ts';
import { isOpen, type WritePlan, writePlan } from './write-plan.ts';

/** Both sites' switches, read at once. */
export async function readSwitches(switches: Switches, configuration: Configuration): Promise<SwitchStates> {
  const names = configuration.sites.map((site) => site.name);
  const states = await Promise.all(names.map((site) => switches.read(site)));
  return Object.fromEntries(names.map((site, index) => [site, states[index]!]));
}

export type Agreement =
  | { readonly kind: 'agreed'; readonly ledger: Ledger; readonly written: readonly SiteName[] }
  /** Somebody else changed the ledger or a check first; theirs is newer, and the next sweep looks again. */
  | { readonly kind: 'overtaken'; readonly reason: string }
  | { readonly kind: 'refused'; readonly reason: string }
  | {
      readonly kind: 'drift';
      readonly ledger: Ledger;
      readonly written: readonly SiteName[];
      readonly reason: string;
    }
  /** Recorded, and Route 53 did not take it. It holds: what follows must not wait for Route 53, and the sweep writes it. */
  | { readonly kind: 'unwritten'; readonly ledger: Ledger; readonly error: unknown }
  /** A check that a person changed keeps DNS from following what was decided, so nothing was written at all. */
  | { readonly kind: 'shut'; readonly reason: string };

export interface AgreeEdge {
  readonly configuration: Configuration;
  readonly store: LedgerStore;
  readonly switches: Switches;
}

/**
 * One ledger write for the events and for the versions that the checks will have, then the checks' writes, then
 * read back. The checks were read before or together with the ledger, never after it.
 *
 * A check that a person changed is not opened. A site that would serve behind one that is shut is not recorded as
 * serving: the ledger would say so, the site that served would be stale, and DNS would answer with it all the same.
 * @param events what was decided; none: only make Route 53 agree with the ledger as it is
 */
export async function recordAndAgree(
  { configuration, store, switches }: AgreeEdge,
  seen: SwitchStates,
  ledger: Ledger,
  events: readonly LedgerEvent[],
): Promise<Agreement> {
  const at = store.now();
  const decided = transitions(ledger, events, at);
  if (decided.kind === 'refused') return { kind: 'refused', reason: decided.reason };
  const plan = writePlan(decided.ledger, seen, positions(decided.ledger, configuration));
  const stays = shutBehindDrift(ledger, decided.ledger, plan, seen);
  if (stays !== null) return { kind: 'shut', reason: stays };
  const all: LedgerEvent[] = [...events];
  if (Object.keys(plan.toRecord).length > 0)
    all.push({ type: 'checks-to-be-written', checks: plan.toRecord });
  const recorded = transitions(ledger, all, at);
  if (recorded.kind === 'changed' && !(await store.write(recorded.ledger))) {
    return { kind: 'overtaken', reason: 'another writer changed the ledger first' };
  }
  try {
    const first = await carryOut(switches, plan);
    if (first !== null)
      return { kind: 'overtaken', reason: `the health check of ${first} was changed first by somebody else` };
  } catch (error) {
    return { kind: 'unwritten', ledger: recorded.ledger, error };
  }
  const written = plan.writes.map((write) => write.site);
  if (plan.drift.length > 0) {
    return {
      kind: 'drift',
      ledger: recorded.ledger,
      written,
      reason: reasonOf(plan),
    };
  }
  return { kind: 'agreed', ledger: recorded.ledger, written };
}

/**
 * @returns the site whose check somebody else changed first
 * @throws TransientError when a check, read back, does not stand where it was put
 */
async function carryOut(switches: Switches, plan: WritePlan): Promise<SiteName | null> {
  for (const write of plan.writes) {
    if ((await switches.write(write.site, write.position, write.version)) === 'changed-meanwhile')
      return write.site;
  }
  await readBack(switches, plan);
  return null;
}

const reasonOf = ({ drift }: WritePlan): string => drift.map((each) => each.reason).join('; ');

/** With drift nothing is opened, so the site that is to serve is open afterwards only if it is now. */
function shutBehindDrift(
  before: Ledger,
  decided: Ledger,
  plan: WritePlan,
  seen: SwitchStates,
): string | null {
  const { serving } = decided;
  if (plan.drift.length === 0 || serving === before.serving || isOpen(seen[serving]!.position)) return null;
  return `${reasonOf(plan)}; ${serving} would serve from here, but its check is shut and is not opened behind a change by hand, so ${before.serving} stays`;
}

async function readBack(switches: Switches, plan: WritePlan): Promise<void> {
  await Promise.all(
    plan.writes.map(async ({ site, position, version }) => {
      const now = await switches.read(site);
      // A version above ours was written after us, by a newer decision: not ours to judge.
      if (now.version > version + 1 || now.position === position) return;
      throw new TransientError(
        `The health check of ${site} reads back as ${now.position} after ${position} was written.`,
        'The next attempt writes again.',
      );
    }),
  );
}
