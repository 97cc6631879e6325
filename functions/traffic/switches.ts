import type { SiteName } from '../shared/names.ts';
import type { Position } from './positions.ts';

export interface SwitchState {
  /** Route 53's `HealthCheckVersion`: starts at 1, one more with each update, by whomever. */
  readonly version: number;
  /** `unknown`: a person set something that is none of the positions. */
  readonly position: Position | 'unknown';
}

/**
 * The port to what moves traffic. One adapter speaks to CALCULATED checks, one to the path of the endpoint checks;
 * a Global Accelerator would be a third.
 */
export interface Switches {
  /** @throws ConfigurationError when the configured check does not exist */
  read(site: SiteName): Promise<SwitchState>;
  /** @returns `changed-meanwhile` when the check no longer has `version`; nothing was written then */
  write(site: SiteName, position: Position, version: number): Promise<'written' | 'changed-meanwhile'>;
}

export type SwitchStates = Readonly<Record<SiteName, SwitchState>>;
