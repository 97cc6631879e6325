import { Metrics, MetricUnit } from '@aws-lambda-powertools/metrics';
import type { SiteName } from './names.ts';

export const METRICS_NAMESPACE = 'KeycloakMultiSiteFailover';

/** Each is paid for per site that it is measured for: with both sites' trust and reachability they are ten. */
export const UNITS = {
  /** 1: a failover would succeed now; 0: it would not, or that is not known. */
  FailoverReady: MetricUnit.NoUnit,
  OperationHeldSeconds: MetricUnit.Seconds,
  /** Health checks that a person changed behind the ledger. */
  ChecksChangedByHand: MetricUnit.Count,
  DisarmedSeconds: MetricUnit.Seconds,
  /** 1: the primary serves. */
  ServingPrimary: MetricUnit.NoUnit,
  /** Per site. In sync 3, suspect 2, resyncing 1, stale 0. */
  SiteTrust: MetricUnit.NoUnit,
  /** Per site. 1 or 0. */
  SiteReachable: MetricUnit.NoUnit,
  /** From the loss to good writes again. */
  RecoverySeconds: MetricUnit.Seconds,
} as const;

export type MetricName = keyof typeof UNITS;

/** Measured once for each site; the others once for the deployment. */
export const SITE_METRICS = ['SiteTrust', 'SiteReachable'] as const satisfies readonly MetricName[];
export type SiteMetricName = (typeof SITE_METRICS)[number];

/** Notes a value. It is printed with the others of the invocation when that ends. */
export type Measure = (
  ...[name, value, site]:
    | [name: SiteMetricName, value: number, site: SiteName]
    | [name: Exclude<MetricName, SiteMetricName>, value: number, site?: undefined]
) => void;

const metricsOf = new Map<string, Metrics>();

/** Values become metrics of the deployment, and where a site is named of that site, by way of the log (EMF). */
export function createMeasure(deployment: string): Measure {
  return (name, value, site?) => {
    const dimensions = { Deployment: deployment, ...(site === undefined ? {} : { Site: site }) };
    const key = JSON.stringify(dimensions);
    let metrics = metricsOf.get(key);
    if (metrics === undefined) {
      metrics = new Metrics({ namespace: METRICS_NAMESPACE });
      // Powertools adds one for its service, which would make each a metric that no alarm looks at.
      metrics.clearDefaultDimensions();
      metrics.setDefaultDimensions(dimensions);
      metricsOf.set(key, metrics);
    }
    metrics.addMetric(name, UNITS[name], value);
  };
}

/** Prints what was measured since the last time: one line for each set of dimensions. */
export function flushMeasurements(): void {
  for (const metrics of metricsOf.values()) {
    if (process.env['FAILOVER_LOG'] === 'silent') metrics.clearMetrics();
    else if (metrics.hasStoredMetrics()) metrics.publishStoredMetrics();
  }
}
