import { type Configuration, siteOf } from '../../../functions/shared/configuration.ts';
import type { SiteName } from '../../../functions/shared/names.ts';
import type { AlarmSpec } from './alarm.ts';

export interface AlarmSources {
  /** Status of the health check that probes a site's endpoint. */
  readonly isHealthy: (healthCheckId: string) => boolean;
  /** Whether a site is in the cross-site view; null while nothing reports it. */
  readonly isInView: (site: SiteName) => boolean | null;
}

/** One alarm for each that the configuration names. */
export const configuredAlarms = (configuration: Configuration, sources: AlarmSources): AlarmSpec[] =>
  configuration.alarms.map(({ name, region, kind, site, metric = null }) => ({
    name,
    region,
    metric,
    treatMissingData: kind === 'endpoint-down' ? 'notBreaching' : 'missing',
    read:
      kind === 'endpoint-down'
        ? () => sources.isHealthy(siteOf(configuration, site).endpointHealthCheckId)
        : () => sources.isInView(site),
  }));
