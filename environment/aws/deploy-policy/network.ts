import { allow, type DeployStatement, of } from '../../../infra/configuration/deploy-policy.ts';
import type { Place } from '../../../infra/configuration/names.ts';
import type { DatabaseToCreate } from '../../configuration/environment.ts';
import { CLUSTER_TAG } from '../names.ts';

const KINDS = [
  'vpc',
  'subnet',
  'route-table',
  'security-group',
  'security-group-rule',
  'vpc-flow-log',
  'vpc-peering-connection',
];

/**
 * EC2 gives ids, not names, so what may be changed later is what bears the cluster's tag. What CloudFormation calls
 * while it makes a thing, perhaps before its tag is there, asks for none: it makes, and takes away from nobody.
 */
export function networkStatements(
  { region, accountId }: Place,
  { clusterIdentifier, vpcs }: DatabaseToCreate,
): readonly DeployStatement[] {
  const arn = (resource: string) => `arn:aws:ec2:${region}:${accountId}:${resource}`;
  const anyOf = KINDS.map((kind) => arn(`${kind}/*`));
  return [
    allow(
      'Network',
      of(
        'ec2',
        'CreateVpc ModifyVpcAttribute CreateSubnet ModifySubnetAttribute CreateRouteTable CreateSecurityGroup AuthorizeSecurityGroupEgress RevokeSecurityGroupEgress CreateFlowLogs CreateVpcPeeringConnection AcceptVpcPeeringConnection',
      ),
      anyOf,
    ),
    allow('NewTags', ['ec2:CreateTags'], anyOf, {
      StringEquals: { [`aws:RequestTag/${CLUSTER_TAG}`]: clusterIdentifier },
    }),
    allow(
      'OwnNetwork',
      of(
        'ec2',
        'DeleteVpc DeleteSubnet DeleteRouteTable AssociateRouteTable DisassociateRouteTable ReplaceRouteTableAssociation CreateRoute ReplaceRoute DeleteRoute DeleteSecurityGroup AuthorizeSecurityGroupIngress RevokeSecurityGroupIngress ModifySecurityGroupRules DeleteFlowLogs DeleteVpcPeeringConnection CreateTags DeleteTags',
      ),
      anyOf,
      { StringEquals: { [`aws:ResourceTag/${CLUSTER_TAG}`]: clusterIdentifier } },
    ),
    allow(
      'ClustersRoutes',
      of('ec2', 'CreateRoute ReplaceRoute DeleteRoute'),
      vpcs.flatMap(({ routeTableIds }) => routeTableIds.map((id) => arn(`route-table/${id}`))),
    ),
    allow(
      'LookAtNetworks',
      of(
        'ec2',
        'DescribeVpcs DescribeVpcAttribute DescribeVpcEncryptionControls DescribeSubnets DescribeNetworkAcls DescribeRouteTables DescribeSecurityGroups DescribeSecurityGroupRules DescribeFlowLogs DescribeVpcPeeringConnections DescribeAvailabilityZones DescribeAccountAttributes DescribeInternetGateways DescribeInstances',
      ),
      ['*'],
    ),
  ];
}
