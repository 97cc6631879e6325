import { CfnOutput, Stack, type StackProps, Tags, Validations } from 'aws-cdk-lib';
import type { Construct } from 'constructs';
import type { DatabaseToCreate } from '../configuration/environment.ts';
import { Aurora } from './aurora.ts';
import { ClusterPeering } from './cluster-peering.ts';
import { DatabaseNetwork } from './database-network.ts';
import { CLUSTER_TAG } from './names.ts';

export interface DatabaseStackProps extends StackProps {
  readonly database: DatabaseToCreate;
  readonly logRetentionDays: number;
}

/** Chapter 4: Aurora PostgreSQL in a VPC of its own, which is peered with those of both clusters. */
export class DatabaseStack extends Stack {
  constructor(scope: Construct, id: string, { database, logRetentionDays, ...props }: DatabaseStackProps) {
    super(scope, id, props);
    const network = new DatabaseNetwork(this, 'Network', { database, logRetentionDays });
    for (const [index, cluster] of database.vpcs.entries())
      new ClusterPeering(this, index === 0 ? 'ToPrimary' : 'ToSecondary', {
        network,
        cidr: database.cidr,
        cluster,
      });
    const { writerEndpoint, credentials } = new Aurora(this, 'Aurora', {
      database,
      network,
      logRetentionDays,
    });
    Validations.of(this).acknowledge({
      id: 'CloudFormation-Validate::W3010',
      reason: "The zones are the sites', which the configuration names and failover goes by.",
    });
    Tags.of(this).add(CLUSTER_TAG, database.clusterIdentifier);
    for (const [name, value, description] of [
      ['WriterEndpoint', writerEndpoint, 'environment.database.writerEndpoint of the configuration'],
      ['CredentialsSecret', credentials.secretArn, "Keycloak's user and password, for a Secret at each site"],
      ['VpcId', network.vpcId, "The database's VPC"],
    ] as const)
      new CfnOutput(this, name, { value, description });
  }
}
