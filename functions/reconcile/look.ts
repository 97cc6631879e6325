import type { Ledger } from '../ledger/ledger.ts';
import type { LedgerStore } from '../ledger/store.ts';
import type { Edge } from '../shared/edge.ts';
import { type Instant, instant, type SiteName } from '../shared/names.ts';
import { readSwitches } from '../traffic/agree.ts';
import { currentSince, endpointVerdict, type Observation, observeEndpoint } from '../traffic/endpoint.ts';
import type { Switches, SwitchStates } from '../traffic/switches.ts';
import type { Evidence, Situation } from './decision.ts';

export interface World {
  readonly ledger: Ledger | null;
  readonly switches: SwitchStates;
  readonly evidence: Evidence;
}

/** Everything that a decision needs, read at once: both switches, both endpoints, the ledger. */
export async function look(
  edge: Pick<Edge, 'route53' | 'configuration' | 'now'>,
  store: LedgerStore,
  port: Switches,
): Promise<World> {
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
    evidence: { since: verdict, now: (site) => verdict(site, currentSince(configuration, edge.now())) },
  };
}

export const situationOf = (
  edge: Pick<Edge, 'configuration' | 'now'>,
  ledger: Ledger,
  evidence: Evidence,
): Situation => ({ ledger, configuration: edge.configuration, evidence, at: instant(edge.now()) });
