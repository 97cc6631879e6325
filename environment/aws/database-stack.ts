import { Stack, type StackProps, Tags } from 'aws-cdk-lib';
import { CfnVPC } from 'aws-cdk-lib/aws-ec2';
import type { Construct } from 'constructs';
import type { DatabaseToCreate } from '../configuration/environment.ts';

export interface DatabaseStackProps extends StackProps {
  readonly database: DatabaseToCreate;
}

/** Chapter 4: Aurora PostgreSQL in a VPC of its own, which is peered with those of both clusters. */
export class DatabaseStack extends Stack {
  constructor(scope: Construct, id: string, { database, ...props }: DatabaseStackProps) {
    super(scope, id, props);
    new CfnVPC(this, 'Vpc', { cidrBlock: database.cidr, enableDnsHostnames: true, enableDnsSupport: true });
    Tags.of(this).add('AuroraCluster', database.clusterIdentifier);
  }
}
