import { CfnRoute, CfnSecurityGroupIngress, CfnVPCPeeringConnection } from 'aws-cdk-lib/aws-ec2';
import { Construct } from 'constructs';
import type { DatabaseToCreate } from '../configuration/environment.ts';
import { POSTGRESQL_PORT } from './aurora.ts';
import type { DatabaseNetwork } from './database-network.ts';

export interface ClusterPeeringProps {
  readonly network: DatabaseNetwork;
  /** Addresses of the database's VPC. */
  readonly cidr: string;
  readonly cluster: DatabaseToCreate['vpcs'][number];
}

/**
 * 4.2.2: the way between one site's cluster and the database, there and back. Both VPCs are of one account and region, so
 * the connection is accepted as it is made.
 */
export class ClusterPeering extends Construct {
  constructor(scope: Construct, id: string, { network, cidr, cluster }: ClusterPeeringProps) {
    super(scope, id);
    const { ref: vpcPeeringConnectionId } = new CfnVPCPeeringConnection(this, 'Connection', {
      vpcId: network.vpcId,
      peerVpcId: cluster.vpcId,
    });
    // Ids by what they lead to: by position, one taken out of a list would have its followers made a second time.
    for (const routeTableId of cluster.routeTableIds)
      new CfnRoute(this, `ToDatabase-${routeTableId}`, {
        routeTableId,
        destinationCidrBlock: cidr,
        vpcPeeringConnectionId,
      });
    for (const addresses of cluster.cidrs) {
      const block = addresses.replace('/', '-');
      new CfnRoute(this, `ToCluster-${block}`, {
        routeTableId: network.routeTableId,
        destinationCidrBlock: addresses,
        vpcPeeringConnectionId,
      });
      new CfnSecurityGroupIngress(this, `Postgresql-${block}`, {
        groupId: network.securityGroupId,
        ipProtocol: 'tcp',
        fromPort: POSTGRESQL_PORT,
        toPort: POSTGRESQL_PORT,
        cidrIp: addresses,
        description: `PostgreSQL from ${cluster.site}`,
      });
    }
  }
}
