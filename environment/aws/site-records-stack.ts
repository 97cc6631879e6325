import { Stack, type StackProps } from 'aws-cdk-lib';
import { CfnRecordSet } from 'aws-cdk-lib/aws-route53';
import type { Construct } from 'constructs';
import type { Environment } from '../configuration/environment.ts';

export interface SiteRecordsStackProps extends StackProps {
  readonly sites: Environment['sites'];
  readonly records: NonNullable<Environment['siteRecords']>;
}

/**
 * Chapter 8: each site's own name leads to the load balancer before its Keycloak. The health checks ask by it, and the
 * failover records are aliases of it.
 */
export class SiteRecordsStack extends Stack {
  constructor(scope: Construct, id: string, { sites, records, ...props }: SiteRecordsStackProps) {
    super(scope, id, props);
    for (const [index, { role, healthHost }] of sites.entries()) {
      const { dnsName, hostedZoneId } = records.loadBalancers[index]!;
      new CfnRecordSet(this, `${role}Record`, {
        hostedZoneId: records.hostedZoneId,
        name: healthHost,
        type: 'A',
        // As in the guide. It decides nothing: the failover records do not ask for their target's health.
        aliasTarget: { dnsName, hostedZoneId, evaluateTargetHealth: true },
      });
    }
  }
}
