import {
  GetHealthCheckCommand,
  type HealthCheck,
  type HealthCheckConfig,
  UpdateHealthCheckCommand,
  type UpdateHealthCheckCommandInput,
} from '@aws-sdk/client-route-53';
import { type Configuration, siteOf } from '../shared/configuration.ts';
import type { Edge } from '../shared/edge.ts';
import { ConfigurationError } from '../shared/errors.ts';
import type { SiteName } from '../shared/names.ts';
import type { Position } from './positions.ts';
import type { Switches, SwitchState } from './switches.ts';

/** How one adapter writes and reads a position in a health check's own fields. */
interface Encoding {
  encode(position: Position, endpoint: string): Omit<UpdateHealthCheckCommandInput, 'HealthCheckId'>;
  decode(config: HealthCheckConfig, endpoint: string): SwitchState['position'];
  /** Whether a health check of this type can be the switch. */
  fits(type: HealthCheckConfig['Type']): boolean;
}

/**
 * A CALCULATED check over the endpoint check: its HealthThreshold is the switch. 0 is always healthy, 1 follows
 * the only child, 2 is more than its children and so always unhealthy (API reference of HealthThreshold).
 */
const calculatedChecks: Encoding = {
  // All that could make the threshold mean something else is written with it.
  encode: (position, endpoint) => ({
    HealthThreshold: { pinned: 0, follows: 1, fenced: 2 }[position],
    ChildHealthChecks: [endpoint],
    Inverted: false,
    Disabled: false,
  }),
  decode: (config, endpoint) => {
    const { ChildHealthChecks: children = [], Disabled, Inverted } = config;
    if (children.length !== 1 || children[0] !== endpoint || Disabled || Inverted) return 'unknown';
    return ({ 0: 'pinned', 1: 'follows', 2: 'fenced' } as const)[config.HealthThreshold ?? -1] ?? 'unknown';
  },
  fits: (type) => type === 'CALCULATED',
};

/** The endpoint check itself, as the guide left it: fenced by a path that does not exist, pinned by `Disabled`. */
const healthCheckPath = ({ normalPath, fencedPath }: Configuration['traffic']): Encoding => ({
  encode: (position) => ({
    ResourcePath: position === 'fenced' ? fencedPath : normalPath,
    Inverted: false,
    Disabled: position === 'pinned',
  }),
  decode: (config) => {
    if (config.Inverted) return 'unknown';
    if (config.Disabled) return 'pinned';
    if (config.ResourcePath === normalPath) return 'follows';
    return config.ResourcePath === fencedPath ? 'fenced' : 'unknown';
  },
  // The others ask for no path, so there is none to change.
  fits: (type) => /^HTTPS?(_STR_MATCH)?$/.test(type ?? ''),
});

export function route53Switches(edge: Pick<Edge, 'route53' | 'configuration'>): Switches {
  const { configuration, route53 } = edge;
  const encoding =
    configuration.traffic.adapter === 'calculated-checks'
      ? calculatedChecks
      : healthCheckPath(configuration.traffic);
  return {
    async read(site) {
      const { switchHealthCheckId, endpointHealthCheckId } = siteOf(configuration, site);
      const { HealthCheckConfig: config, HealthCheckVersion } = await checkOf(
        edge,
        site,
        switchHealthCheckId,
      );
      if (!encoding.fits(config?.Type)) {
        throw new ConfigurationError(
          `The health check ${switchHealthCheckId} of ${site} is of type ${config?.Type}, which traffic.adapter "${configuration.traffic.adapter}" can't switch.`,
          configuration.traffic.adapter === 'health-check-path'
            ? "Give the id of the site's check over HTTP or HTTPS as its healthCheck.id in failover.config.json, and deploy."
            : 'Deploy the routing stack again: its CALCULATED checks are the switches.',
        );
      }
      return { version: HealthCheckVersion!, position: encoding.decode(config!, endpointHealthCheckId) };
    },
    async write(site, position, version) {
      const { switchHealthCheckId, endpointHealthCheckId } = siteOf(configuration, site);
      try {
        await route53.send(
          new UpdateHealthCheckCommand({
            HealthCheckId: switchHealthCheckId,
            HealthCheckVersion: version,
            ...encoding.encode(position, endpointHealthCheckId),
          }),
        );
        return 'written';
      } catch (error) {
        if (error instanceof Error && error.name === 'HealthCheckVersionMismatch') return 'changed-meanwhile';
        throw error;
      }
    },
  };
}

async function checkOf(edge: Pick<Edge, 'route53'>, site: SiteName, id: string): Promise<HealthCheck> {
  try {
    const { HealthCheck } = await edge.route53.send(new GetHealthCheckCommand({ HealthCheckId: id }));
    return HealthCheck!;
  } catch (error) {
    if (error instanceof Error && error.name === 'NoSuchHealthCheck') {
      throw new ConfigurationError(
        `The health check ${id} of ${site} does not exist.`,
        'Correct switchHealthCheckId in failover.config.json.',
        { cause: error },
      );
    }
    throw error;
  }
}
