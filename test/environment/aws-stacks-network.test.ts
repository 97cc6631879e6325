import { beforeAll, describe, expect, it } from '@jest/globals';
import { SYNTHESIS_TAKES } from '../infra/synthesis.ts';
import { type MadeStack, synthesizeEnvironment } from './aws-synthesis.ts';
import { example } from './examples.ts';

const DATABASE_CIDR = '192.168.0.0/16';

let stack: MadeStack;
beforeAll(() => {
  stack = synthesizeEnvironment(example('openshift-26')).database!;
}, SYNTHESIS_TAKES);

const entries = (type: string, { resources }: MadeStack = stack) =>
  Object.entries(resources)
    .filter(([, { Type }]) => Type === type)
    .map(([id, { Properties }]) => ({ id, ...Properties }));

/** The peering connection of each cluster's VPC, and the routes that lead through it: from which table to where. */
const ways = (from: MadeStack = stack) =>
  Object.fromEntries(
    entries('AWS::EC2::VPCPeeringConnection', from).map(({ id, PeerVpcId }) => [
      PeerVpcId,
      entries('AWS::EC2::Route', from)
        .filter(({ VpcPeeringConnectionId }) => VpcPeeringConnectionId === id)
        .map(({ RouteTableId, DestinationCidrBlock }) => `${RouteTableId} > ${DestinationCidrBlock}`)
        .sort(),
    ]),
  );

describe("the database's network", () => {
  it("is a VPC of its own with a subnet in each site's zone, cut as the guide does", () => {
    const [vpc] = entries('AWS::EC2::VPC');
    expect(vpc).toMatchObject({ CidrBlock: DATABASE_CIDR });
    const subnets = entries('AWS::EC2::Subnet');
    expect(subnets).toMatchObject([
      { VpcId: vpc!.id, AvailabilityZone: 'eu-west-1a', CidrBlock: '192.168.0.0/19' },
      { VpcId: vpc!.id, AvailabilityZone: 'eu-west-1b', CidrBlock: '192.168.32.0/19' },
    ]);
    expect(entries('AWS::RDS::DBSubnetGroup')[0]!.SubnetIds).toEqual(subnets.map(({ id }) => id));
  });

  it('leads to both clusters and back: every route table of each, and every range of its nodes', () => {
    const [table] = entries('AWS::EC2::RouteTable');
    expect(ways()).toEqual({
      'vpc-0a1b2c3d4e5f60718': [`${table!.id} > 10.0.16.0/20`, `rtb-0a1b2c3d4e5f60718 > ${DATABASE_CIDR}`],
      'vpc-1a2b3c4d5e6f70819': [
        `${table!.id} > 10.0.32.0/20`,
        `rtb-1a2b3c4d5e6f70819 > ${DATABASE_CIDR}`,
        `rtb-2a3b4c5d6e7f8091a > ${DATABASE_CIDR}`,
      ],
    });
    const routed = entries('AWS::EC2::SubnetRouteTableAssociation').map(
      ({ SubnetId, RouteTableId }) => `${SubnetId} ${RouteTableId}`,
    );
    expect(routed).toEqual(entries('AWS::EC2::Subnet').map(({ id }) => `${id} ${table!.id}`));
  });

  it('asks for the peering from its own side, which the same account accepts', () => {
    const [vpc] = entries('AWS::EC2::VPC');
    for (const connection of entries('AWS::EC2::VPCPeeringConnection')) {
      expect(connection.VpcId).toBe(vpc!.id);
      expect(connection).not.toHaveProperty('PeerOwnerId');
      expect(connection).not.toHaveProperty('PeerRegion');
    }
  });

  it("lets in PostgreSQL from the clusters' addresses and nothing else, and lets nothing out", () => {
    const [group] = entries('AWS::EC2::SecurityGroup');
    expect(group).not.toHaveProperty('SecurityGroupIngress');
    expect(group!.SecurityGroupEgress).toEqual([
      expect.objectContaining({ IpProtocol: '-1', CidrIp: '127.0.0.1/32' }),
    ]);
    const open = entries('AWS::EC2::SecurityGroupIngress').map(
      ({ GroupId, IpProtocol, FromPort, ToPort, CidrIp, CidrIpv6, SourceSecurityGroupId }) =>
        [GroupId, IpProtocol, FromPort, ToPort, CidrIp, CidrIpv6, SourceSecurityGroupId] as const,
    );
    expect(open).toEqual([
      [group!.id, 'tcp', 5432, 5432, '10.0.16.0/20', undefined, undefined],
      [group!.id, 'tcp', 5432, 5432, '10.0.32.0/20', undefined, undefined],
    ]);
  });

  it('has no way to the internet', () => {
    const types = Object.values(stack.resources).map(({ Type }) => Type);
    expect(types.filter((type) => /Gateway|EIP|VPCEndpoint/.test(type))).toEqual([]);
    const elsewhere = entries('AWS::EC2::Route').filter(
      ({ VpcPeeringConnectionId }) => VpcPeeringConnectionId === undefined,
    );
    expect(elsewhere).toEqual([]);
  });

  it('keeps for as long as all logs who came in and who could not', () => {
    const [flowLog] = entries('AWS::EC2::FlowLog');
    expect(flowLog).toMatchObject({
      ResourceType: 'VPC',
      ResourceId: entries('AWS::EC2::VPC')[0]!.id,
      TrafficType: 'ALL',
      LogGroupName: 'log-group:/aws/vpc/sso-database',
    });
    const [role] = entries('AWS::IAM::Role');
    expect(role!.AssumeRolePolicyDocument.Statement).toEqual([
      {
        Effect: 'Allow',
        Action: 'sts:AssumeRole',
        Principal: { Service: 'vpc-flow-logs.amazonaws.com' },
        Condition: { StringEquals: { 'aws:SourceAccount': '123456789012' } },
      },
    ]);
    const [policy] = entries('AWS::IAM::Policy');
    for (const { Resource } of policy!.PolicyDocument.Statement)
      expect([Resource].flat().every((on: string) => on.endsWith('log-group:/aws/vpc/sso-database'))).toBe(
        true,
      );
  });

  it(
    'a route table or a range that is taken out leaves those after it as they are',
    () => {
      const lists = (cidrs: readonly string[], routeTableIds: readonly string[]) =>
        synthesizeEnvironment(
          example('openshift-26', (file) => {
            Object.assign(file.environment.database.vpcOf['site-b'], { cidrs, routeTableIds });
          }),
        ).database!;
      const before = lists(['10.0.32.0/20', '10.0.48.0/20'], ['rtb-1a2b3c4d', 'rtb-2a3b4c5d']);
      const after = lists(['10.0.48.0/20'], ['rtb-2a3b4c5d']);
      for (const [id, resource] of Object.entries(after.resources))
        expect([id, before.resources[id]]).toEqual([id, resource]);
      expect(Object.keys(before.resources)).toHaveLength(Object.keys(after.resources).length + 3);
    },
    SYNTHESIS_TAKES,
  );
});
