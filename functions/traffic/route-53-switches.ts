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
  encode(position: Position): Omit<UpdateHealthCheckCommandInput, 'HealthCheckId'>;
  decode(config: HealthCheckConfig): SwitchState['position'];
}

/**
 * A CALCULATED check over the endpoint check: its HealthThreshold is the switch. 0 is always healthy, 1 follows
 * the only child, 2 is more than its children and so always unhealthy (API reference of HealthThreshold).
 */
const calculatedChecks: Encoding = {
  encode: (position) => ({ HealthThreshold: { pinned: 0, follows: 1, fenced: 2 }[position] }),
  decode: (config) => {
    if (config.Type !== 'CALCULATED' || config.ChildHealthChecks?.length !== 1 || config.Disabled)
      return 'unknown';
    return ({ 0: 'pinned', 1: 'follows', 2: 'fenced' } as const)[config.HealthThreshold ?? -1] ?? 'unknown';
  },
};

/** The endpoint check itself, as the guide left it: fenced by a path that does not exist, pinned by `Disabled`. */
const healthCheckPath = ({ normalPath, fencedPath }: Configuration['traffic']): Encoding => ({
  encode: (position) => ({
    ResourcePath: position === 'fenced' ? fencedPath : normalPath,
    Disabled: position === 'pinned',
  }),
  decode: (config) => {
    if (config.Inverted) return 'unknown';
    if (config.Disabled) return 'pinned';
    if (config.ResourcePath === normalPath) return 'follows';
    return config.ResourcePath === fencedPath ? 'fenced' : 'unknown';
  },
});

export function route53Switches(edge: Pick<Edge, 'route53' | 'configuration'>): Switches {
  const { configuration, route53 } = edge;
  const encoding =
    configuration.traffic.adapter === 'calculated-checks'
      ? calculatedChecks
      : healthCheckPath(configuration.traffic);
  const idOf = (site: SiteName) => siteOf(configuration, site).switchHealthCheckId;
  return {
    async read(site) {
      const { HealthCheckConfig, HealthCheckVersion } = await checkOf(edge, site, idOf(site));
      return { version: HealthCheckVersion!, position: encoding.decode(HealthCheckConfig!) };
    },
    async write(site, position, version) {
      try {
        await route53.send(
          new UpdateHealthCheckCommand({
            HealthCheckId: idOf(site),
            HealthCheckVersion: version,
            ...encoding.encode(position),
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
