import { Duration } from 'aws-cdk-lib';
import { Metric, type MetricProps } from 'aws-cdk-lib/aws-cloudwatch';
import { METRICS_NAMESPACE, type MetricName, type SiteMetricName } from '../../functions/shared/metrics.ts';
import { READINESS_SECONDS } from '../configuration/schema.ts';

/** Readiness writes them as often as it looks, so that each period has a value. */
const PERIOD = Duration.seconds(READINESS_SECONDS);

type Shown = Partial<Pick<MetricProps, 'statistic' | 'label' | 'color' | 'period'>>;

/** A metric that the functions write about the whole deployment. */
export const deploymentMetric = (
  { deployment }: { readonly deployment: string },
  metricName: Exclude<MetricName, SiteMetricName>,
  shown: Shown = {},
): Metric =>
  new Metric({
    namespace: METRICS_NAMESPACE,
    metricName,
    dimensionsMap: { Deployment: deployment },
    period: PERIOD,
    ...shown,
  });

/** A metric that the functions write about one site. */
export const siteMetric = (
  { deployment }: { readonly deployment: string },
  metricName: SiteMetricName,
  site: string,
  shown: Shown = {},
): Metric =>
  new Metric({
    namespace: METRICS_NAMESPACE,
    metricName,
    dimensionsMap: { Deployment: deployment, Site: site },
    period: PERIOD,
    label: site,
    ...shown,
  });
