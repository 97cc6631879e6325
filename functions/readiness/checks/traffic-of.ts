import type { SiteConfiguration } from '../../shared/configuration.ts';
import type { SiteName } from '../../shared/names.ts';
import { currentSince, endpointVerdict, type Verdict } from '../../traffic/endpoint.ts';
import type { SwitchState, SwitchStates } from '../../traffic/switches.ts';
import type { Facts } from '../facts.ts';
import { known, type Learned } from '../learned.ts';

const NEVER_READ: SwitchState = { version: 0, position: 'unknown' };

/** Whether a site's endpoint passes now, by what Route 53's checkers see. */
export function verdictOf(facts: Facts, { name }: SiteConfiguration): Learned<Verdict> {
  const { position, observations } = facts.traffic[name]!;
  if (observations.kind === 'fault') return observations;
  const { configuration, at } = facts;
  // Where the switch is a check of its own, its position says nothing of the endpoint.
  const state = position.kind === 'known' ? position.value : NEVER_READ;
  const since = currentSince(configuration, new Date(at));
  return known(endpointVerdict(configuration, name, observations.value, state, since));
}

/** Both sites' switches. Null: one could not be read. */
export function switchStates({ configuration, traffic }: Facts): SwitchStates | null {
  const states: Record<SiteName, SwitchState> = {};
  for (const { name } of configuration.sites) {
    const { position } = traffic[name]!;
    if (position.kind === 'fault') return null;
    states[name] = position.value;
  }
  return states;
}
