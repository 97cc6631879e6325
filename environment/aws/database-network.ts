import { RemovalPolicy, Stack } from 'aws-cdk-lib';
import {
  CfnFlowLog,
  CfnRouteTable,
  CfnSecurityGroup,
  CfnSubnet,
  CfnSubnetRouteTableAssociation,
  CfnVPC,
} from 'aws-cdk-lib/aws-ec2';
import { Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { LogGroup, type RetentionDays } from 'aws-cdk-lib/aws-logs';
import { Construct } from 'constructs';
import { blockOf, eighthOf } from '../configuration/addresses.ts';
import type { DatabaseToCreate } from '../configuration/environment.ts';
import { flowLogGroupName } from './names.ts';

export interface DatabaseNetworkProps {
  readonly database: DatabaseToCreate;
  readonly logRetentionDays: number;
}

/**
 * The database's own VPC: a subnet in each site's zone, one way out of both, which leads to the clusters alone, and who
 * came in. There is no gateway to the internet.
 */
export class DatabaseNetwork extends Construct {
  readonly vpcId: string;
  readonly routeTableId: string;
  readonly securityGroupId: string;
  /** In the order of the sites. */
  readonly subnetIds: readonly string[];

  constructor(scope: Construct, id: string, props: DatabaseNetworkProps) {
    super(scope, id);
    const { cidr, zones } = props.database;
    this.vpcId = new CfnVPC(this, 'Vpc', {
      cidrBlock: cidr,
      enableDnsHostnames: true,
      enableDnsSupport: true,
    }).attrVpcId;
    this.routeTableId = new CfnRouteTable(this, 'RouteTable', { vpcId: this.vpcId }).attrRouteTableId;
    const block = blockOf(cidr)!;
    this.subnetIds = zones.map((availabilityZone, index) => {
      const name = index === 0 ? 'Primary' : 'Secondary';
      const { attrSubnetId: subnetId } = new CfnSubnet(this, `${name}Subnet`, {
        vpcId: this.vpcId,
        availabilityZone,
        cidrBlock: eighthOf(block, index),
        mapPublicIpOnLaunch: false,
      });
      new CfnSubnetRouteTableAssociation(this, `${name}Association`, {
        subnetId,
        routeTableId: this.routeTableId,
      });
      return subnetId;
    });
    this.securityGroupId = new CfnSecurityGroup(this, 'SecurityGroup', {
      groupDescription: 'The database: PostgreSQL from the clusters, which opens nothing by itself.',
      vpcId: this.vpcId,
      // Without a rule EC2 makes one that lets everything out; this one lets nothing.
      securityGroupEgress: [
        { ipProtocol: '-1', cidrIp: '127.0.0.1/32', description: 'A database opens no connection' },
      ],
    }).attrGroupId;
    this.#flowLog(props);
  }

  #flowLog({ logRetentionDays }: DatabaseNetworkProps): void {
    const { account, stackName } = Stack.of(this);
    const logs = new LogGroup(this, 'FlowLogs', {
      logGroupName: flowLogGroupName(stackName),
      retention: logRetentionDays as RetentionDays,
      removalPolicy: RemovalPolicy.DESTROY,
    });
    const role = new Role(this, 'FlowLogRole', {
      assumedBy: new ServicePrincipal('vpc-flow-logs.amazonaws.com', {
        conditions: { StringEquals: { 'aws:SourceAccount': account } },
      }),
    });
    logs.grant(role, 'logs:CreateLogStream', 'logs:DescribeLogStreams', 'logs:PutLogEvents');
    const flowLog = new CfnFlowLog(this, 'FlowLog', {
      resourceType: 'VPC',
      resourceId: this.vpcId,
      trafficType: 'ALL',
      logDestinationType: 'cloud-watch-logs',
      logGroupName: logs.logGroupName,
      deliverLogsPermissionArn: role.roleArn,
    });
    // With its policy: what comes before that could not be written.
    flowLog.node.addDependency(role);
  }
}
