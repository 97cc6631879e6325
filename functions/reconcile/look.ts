import { type Ledger, otherSite } from '../ledger/ledger.ts';
import type { LedgerStore } from '../ledger/store.ts';
import { type Configuration, primaryOf } from '../shared/configuration.ts';
import type { Edge } from '../shared/edge.ts';
import { LedgerConflictError } from '../shared/errors.ts';
import { type Instant, instant, type SiteName } from '../shared/names.ts';
import { readSwitches } from '../traffic/agree.ts';
import { currentSince, endpointVerdict, type Observation, observeEndpoint } from '../traffic/endpoint.ts';
import type { Switches, SwitchStates } from '../traffic/switches.ts';
import { driftOf, isOpen } from '../traffic/write-plan.ts';
import type { Evidence, Situation } from './decision.ts';

export interface World {
  readonly ledger: Ledger | null;
  readonly switches: SwitchStates;
  readonly evidence: Evidence;
}

type LookEdge = Pick<Edge, 'route53' | 'configuration' | 'now'>;

const TRIES = 4;

/**
 * Everything that a decision needs. A check that seems to be changed by hand may have been written by a decision that a
 * ledger which answered long before the check did does not know of: it counts only where the ledger stands still.
 * @throws LedgerConflictError when it never did
 */
export async function look(edge: LookEdge, store: LedgerStore, port: Switches): Promise<World> {
  for (let tries = 0; tries < TRIES; tries++) {
    const world = await lookOnce(edge, store, port);
    const { ledger, switches } = world;
    if (ledger === null || !seemsChangedByHand(ledger, switches)) return world;
    if ((await store.read())?.revision === ledger.revision) return world;
  }
  throw new LedgerConflictError(
    `The ledger changed during each of ${TRIES} looks at a health check that it does not know so.`,
    'CloudWatch sends the event again, and the sweep looks every minute.',
  );
}

const seemsChangedByHand = (ledger: Ledger, seen: SwitchStates): boolean =>
  (Object.keys(ledger.sites) as SiteName[]).some((site) => driftOf(site, ledger, seen) !== null);

/** Read at once: both switches, both endpoints, the ledger. */
async function lookOnce(edge: LookEdge, store: LedgerStore, port: Switches): Promise<World> {
  const { configuration } = edge;
  const names = configuration.sites.map((site) => site.name);
  const [switches, observed, ledger] = await Promise.all([
    readSwitches(port, configuration),
    Promise.all(names.map((site) => observeEndpoint(edge, site))),
    store.read(),
  ]);
  const observations = Object.fromEntries(names.map((site, index) => [site, observed[index]!])) as Readonly<
    Record<SiteName, readonly Observation[]>
  >;
  const verdict = (site: SiteName, since: Instant) =>
    endpointVerdict(configuration, site, observations[site]!, switches[site]!, since);
  return {
    ledger,
    switches,
    evidence: {
      since: verdict,
      now: (site) => verdict(site, currentSince(configuration, edge.now())),
      isMoveUnwritten: ledger !== null && isMoveUnwritten(configuration, ledger, switches),
    },
  };
}

/**
 * The primary's check says with whom DNS answers while both sites pass. One that stands the other way is our own write
 * that is still to come, or is being made just now, unless a person changed it.
 */
function isMoveUnwritten(configuration: Configuration, ledger: Ledger, seen: SwitchStates): boolean {
  const { serving } = ledger;
  if (seemsChangedByHand(ledger, seen) || !isOpen(seen[otherSite(ledger, serving)]!.position)) return false;
  return serving !== primaryOf(configuration).name || !isOpen(seen[serving]!.position);
}

export const situationOf = (
  edge: Pick<Edge, 'configuration' | 'now'>,
  ledger: Ledger,
  evidence: Evidence,
): Situation => ({ ledger, configuration: edge.configuration, evidence, at: instant(edge.now()) });
