import type { HealthCheckConfig } from '@aws-sdk/client-route-53';
import type { FailoverRecords } from '../../../lab/aws/route-53/failover-records.ts';
import { Route53, type Route53Options } from '../../../lab/aws/route-53/route-53.ts';

const endpoint = (site: string): HealthCheckConfig => ({
  Type: 'HTTPS',
  FullyQualifiedDomainName: `${site}.example.test`,
  ResourcePath: '/lb-check',
  RequestInterval: 30,
  FailureThreshold: 1,
});

const switchOver = (site: string, threshold: number): HealthCheckConfig => ({
  Type: 'CALCULATED',
  ChildHealthChecks: [`endpoint-${site}`],
  HealthThreshold: threshold,
});

const RECORDS: FailoverRecords = {
  hostedZoneId: 'Z0EXAMPLE',
  name: 'login.example.test',
  ttlSeconds: 60,
  primary: { target: 'site-a.example.test', healthCheckId: 'switch-site-a' },
  secondary: { target: 'site-b.example.test', healthCheckId: 'switch-site-b' },
};

/** As CDK creates it: site-a follows its endpoint, site-b is pinned. */
export const twoSites = (options: Partial<Route53Options> = {}): Route53 =>
  new Route53({
    probe: async () => true,
    healthChecks: {
      'endpoint-site-a': endpoint('site-a'),
      'endpoint-site-b': endpoint('site-b'),
      'switch-site-a': switchOver('site-a', 1),
      'switch-site-b': switchOver('site-b', 0),
    },
    records: [RECORDS],
    ...options,
  });
