import {
  allow,
  type DeployPolicy,
  type DeployStatement,
  of,
  policy,
} from '../../../infra/configuration/deploy-policy.ts';
import type { Environment } from '../../configuration/environment.ts';
import { databaseStatements } from './database.ts';
import { networkStatements } from './network.ts';

/**
 * What CloudFormation's role needs to create, change and remove the environment's stacks, beside the core's policies or
 * alone. Null where the environment has none: database and records are there already.
 */
export function environmentPolicy(environment: Environment): DeployPolicy | null {
  const { deployment, database } = environment;
  const statements = [
    ...(database.kind === 'create' ? databaseStatements(deployment, database) : []),
    ...recordStatements(environment),
  ];
  if (statements.length === 0) return null;
  const parameters = `arn:aws:ssm:${deployment.region}:${deployment.accountId}:parameter/cdk-bootstrap/*`;
  return policy([...statements, allow('Bootstrap', ['ssm:GetParameters'], [parameters])]);
}

/** What a database to create needs besides, for its network: one policy has at most 6,144 characters. */
export const networkPolicy = ({ deployment, database }: Environment): DeployPolicy | null =>
  database.kind === 'create' ? policy(networkStatements(deployment, database)) : null;

/** The sites' own names, and no other of the zone: failover goes by those of the core. */
function recordStatements({ sites, siteRecords }: Environment): readonly DeployStatement[] {
  if (siteRecords === null) return [];
  const zone = [`arn:aws:route53:::hostedzone/${siteRecords.hostedZoneId}`];
  return [
    allow('SiteRecords', ['route53:ChangeResourceRecordSets'], zone, {
      'ForAllValues:StringEquals': {
        'route53:ChangeResourceRecordSetsNormalizedRecordNames': sites.map(({ healthHost }) => healthHost),
        'route53:ChangeResourceRecordSetsRecordTypes': ['A'],
      },
    }),
    allow('Zone', of('route53', 'GetHostedZone ListResourceRecordSets'), zone),
    allow('SiteRecordsAreThere', ['route53:GetChange'], ['arn:aws:route53:::change/*']),
  ];
}
