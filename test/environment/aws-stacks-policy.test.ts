import { beforeAll, describe, expect, it } from '@jest/globals';
import { environmentPolicy, networkPolicy } from '../../environment/aws/deploy-policy/policy.ts';
import type { DeployPolicy, DeployStatement } from '../../infra/configuration/deploy-policy.ts';
import { SYNTHESIS_TAKES } from '../infra/synthesis.ts';
import { type Made, synthesizeEnvironment } from './aws-synthesis.ts';
import { example } from './examples.ts';

const ACCOUNT = '123456789012';
const HERE = `eu-west-1:${ACCOUNT}`;

/** On what a call is made, and the tags that it finds there or gives. */
interface Call {
  readonly on: string;
  readonly tagged?: string;
}
interface Need {
  /** While it is made: its tag may not be there yet. */
  readonly making: readonly string[];
  readonly later: readonly string[];
  readonly at: (made: Made, generated: string) => Call;
}

const ec2 =
  (kind: string): Need['at'] =>
  () => ({ on: `arn:aws:ec2:${HERE}:${kind}/made-by-ec2`, tagged: 'keycloak-aurora' });
const rds =
  (kind: string, property?: string): Need['at'] =>
  ({ Properties }, generated) => ({
    on: `arn:aws:rds:${HERE}:${kind}:${property === undefined ? generated : Properties[property]}`,
  });
const role: Need['at'] = (_, generated) => ({ on: `arn:aws:iam::${ACCOUNT}:role/${generated}` });
const words = (service: string, actions: string) => actions.split(' ').map((each) => `${service}:${each}`);

/** What CloudFormation calls, from the handlers of the types' schemas in its registry. */
const NEEDED: Readonly<Record<string, Need>> = {
  'AWS::EC2::VPC': {
    making: words('ec2', 'CreateVpc ModifyVpcAttribute'),
    later: words('ec2', 'DeleteVpc CreateTags DeleteTags'),
    at: ec2('vpc'),
  },
  'AWS::EC2::Subnet': {
    making: words('ec2', 'CreateSubnet ModifySubnetAttribute'),
    later: words('ec2', 'DeleteSubnet'),
    at: ec2('subnet'),
  },
  'AWS::EC2::RouteTable': {
    making: words('ec2', 'CreateRouteTable'),
    later: words('ec2', 'DeleteRouteTable'),
    at: ec2('route-table'),
  },
  'AWS::EC2::SubnetRouteTableAssociation': {
    making: [],
    later: words('ec2', 'AssociateRouteTable ReplaceRouteTableAssociation DisassociateRouteTable'),
    at: ec2('route-table'),
  },
  'AWS::EC2::Route': {
    making: [],
    later: words('ec2', 'CreateRoute ReplaceRoute DeleteRoute'),
    at: ({ Properties: { RouteTableId: id } }) =>
      /^rtb-/.test(id)
        ? { on: `arn:aws:ec2:${HERE}:route-table/${id}` }
        : { on: `arn:aws:ec2:${HERE}:route-table/rtb-made`, tagged: 'keycloak-aurora' },
  },
  'AWS::EC2::SecurityGroup': {
    making: words('ec2', 'CreateSecurityGroup RevokeSecurityGroupEgress AuthorizeSecurityGroupEgress'),
    later: words('ec2', 'DeleteSecurityGroup'),
    at: ec2('security-group'),
  },
  'AWS::EC2::SecurityGroupIngress': {
    making: [],
    later: words('ec2', 'AuthorizeSecurityGroupIngress RevokeSecurityGroupIngress'),
    at: ec2('security-group'),
  },
  'AWS::EC2::FlowLog': {
    making: words('ec2', 'CreateFlowLogs'),
    later: words('ec2', 'DeleteFlowLogs'),
    at: ec2('vpc-flow-log'),
  },
  'AWS::EC2::VPCPeeringConnection': {
    making: words('ec2', 'CreateVpcPeeringConnection AcceptVpcPeeringConnection'),
    later: words('ec2', 'DeleteVpcPeeringConnection'),
    at: ec2('vpc-peering-connection'),
  },
  'AWS::RDS::DBCluster': {
    making: words('rds', 'CreateDBCluster DescribeDBClusters AddTagsToResource'),
    later: words('rds', 'ModifyDBCluster CreateDBClusterSnapshot DeleteDBCluster RemoveTagsFromResource'),
    at: rds('cluster', 'DBClusterIdentifier'),
  },
  'AWS::RDS::DBInstance': {
    making: words('rds', 'CreateDBInstance DescribeDBInstances AddTagsToResource'),
    later: words('rds', 'ModifyDBInstance RebootDBInstance DeleteDBInstance'),
    at: rds('db', 'DBInstanceIdentifier'),
  },
  'AWS::RDS::DBSubnetGroup': {
    making: words('rds', 'CreateDBSubnetGroup DescribeDBSubnetGroups ListTagsForResource'),
    later: words('rds', 'ModifyDBSubnetGroup DeleteDBSubnetGroup'),
    at: rds('subgrp'),
  },
  'AWS::RDS::DBClusterParameterGroup': {
    making: words(
      'rds',
      'CreateDBClusterParameterGroup ModifyDBClusterParameterGroup DescribeDBClusterParameters',
    ),
    later: words('rds', 'ResetDBClusterParameterGroup DeleteDBClusterParameterGroup'),
    at: rds('cluster-pg'),
  },
  'AWS::SecretsManager::Secret': {
    making: words('secretsmanager', 'CreateSecret DescribeSecret GetSecretValue TagResource'),
    later: words('secretsmanager', 'UpdateSecret DeleteSecret UntagResource'),
    at: ({ Properties }) => ({ on: `arn:aws:secretsmanager:${HERE}:secret:${Properties.Name}-AbCdEf` }),
  },
  'AWS::Logs::LogGroup': {
    making: words('logs', 'CreateLogGroup PutRetentionPolicy TagResource'),
    later: words('logs', 'DeleteRetentionPolicy DeleteLogGroup UntagResource'),
    at: ({ Properties }) => ({ on: `arn:aws:logs:${HERE}:log-group:${Properties.LogGroupName}` }),
  },
  'AWS::IAM::Role': {
    making: words('iam', 'CreateRole GetRole TagRole PassRole'),
    later: words('iam', 'UpdateAssumeRolePolicy DeleteRole UntagRole'),
    at: role,
  },
  'AWS::IAM::Policy': {
    making: words('iam', 'PutRolePolicy GetRolePolicy'),
    later: words('iam', 'DeleteRolePolicy'),
    at: role,
  },
  'AWS::Route53::RecordSet': {
    making: words('route53', 'ChangeResourceRecordSets ListResourceRecordSets GetHostedZone'),
    later: [],
    at: ({ Properties }) => ({ on: `arn:aws:route53:::hostedzone/${Properties.HostedZoneId}` }),
  },
};

const matches = (pattern: string, value: string): boolean =>
  new RegExp(`^${pattern.replace(/[.+^${}()|[\]\\]/g, '\\$&').replaceAll('*', '.*')}$`).test(value);

/** Of the conditions only that on the tag of what is there; the others say which record, which service and which tag. */
const holds = ({ Condition }: DeployStatement, { tagged }: Call): boolean => {
  const wanted = Condition?.['StringEquals']?.['aws:ResourceTag/AuroraCluster'];
  return wanted === undefined || wanted === tagged;
};

const allows = (policies: readonly DeployPolicy[], action: string, call: Call): boolean =>
  policies
    .flatMap(({ Statement }) => Statement)
    .some(
      (statement) =>
        statement.Action.includes(action) &&
        holds(statement, call) &&
        statement.Resource.some((pattern) => matches(pattern, call.on)),
    );

const EXAMPLE = example('openshift-26');
const POLICIES = [environmentPolicy(EXAMPLE)!, networkPolicy(EXAMPLE)!];

let made: readonly (readonly [string, Made])[];
beforeAll(() => {
  const { database, siteRecords } = synthesizeEnvironment(EXAMPLE);
  const named = (stack: string, resources: Readonly<Record<string, Made>>) =>
    // What CloudFormation calls a resource that was given no name.
    Object.entries(resources).map(([id, each]) => [`sso-${stack}-${id}-1A2B3C`, each] as const);
  made = [...named('database', database!.resources), ...named('site-records', siteRecords!.resources)];
}, SYNTHESIS_TAKES);

const refused = (policies: readonly DeployPolicy[]): readonly string[] =>
  made.flatMap(([generated, each]) => {
    const needed = NEEDED[each.Type];
    if (needed === undefined) return [`${each.Type}: nobody said what deploying it takes`];
    const call = needed.at(each, generated);
    return [
      ...needed.making.filter((action) => !allows(policies, action, { on: call.on })),
      ...needed.later.filter((action) => !allows(policies, action, call)),
    ].map((action) => `${each.Type}: ${action} on ${call.on}`);
  });

describe("the policies with which the environment's stacks are deployed", () => {
  it('let CloudFormation make, change and remove everything in them', () => {
    expect(refused(POLICIES)).toEqual([]);
    expect(refused([POLICIES[0]!]).join()).toContain('ec2:CreateVpc');
  });

  it('let it make RDS its own role and the first tags, and look where nothing has a name yet', () => {
    for (const [action, on] of [
      [
        'iam:CreateServiceLinkedRole',
        `arn:aws:iam::${ACCOUNT}:role/aws-service-role/rds.amazonaws.com/AWSServiceRoleForRDS`,
      ],
      ['ec2:CreateTags', `arn:aws:ec2:${HERE}:vpc/vpc-new`],
      ['ec2:DescribeVpcPeeringConnections', '*'],
      ['secretsmanager:GetRandomPassword', '*'],
      ['logs:CreateLogDelivery', '*'],
      ['rds:CreateDBInstance', `arn:aws:rds:${HERE}:pg:default.aurora-postgresql16`],
      ['ssm:GetParameters', `arn:aws:ssm:${HERE}:parameter/cdk-bootstrap/hnb659fds/version`],
      ['rds:CreateDBClusterSnapshot', `arn:aws:rds:${HERE}:cluster-snapshot:sso-database-snapshot-aurora-1a`],
    ] as const)
      expect([action, allows(POLICIES, action, { on })]).toEqual([action, true]);
  });

  it("reach nothing of another network, another database or the clients' name", () => {
    for (const [action, call] of [
      ['ec2:DeleteVpc', { on: `arn:aws:ec2:${HERE}:vpc/vpc-0a1b2c3d4e5f60718` }],
      ['ec2:DeleteVpc', { on: `arn:aws:ec2:${HERE}:vpc/vpc-other`, tagged: 'other' }],
      ['ec2:AuthorizeSecurityGroupIngress', { on: `arn:aws:ec2:${HERE}:security-group/sg-other` }],
      ['ec2:CreateRoute', { on: `arn:aws:ec2:${HERE}:route-table/rtb-other` }],
      ['ec2:DeleteRouteTable', { on: `arn:aws:ec2:${HERE}:route-table/rtb-0a1b2c3d4e5f60718` }],
      ['rds:DeleteDBCluster', { on: `arn:aws:rds:${HERE}:cluster:other` }],
      ['rds:DeleteDBInstance', { on: `arn:aws:rds:${HERE}:db:other-instance-1` }],
      [
        'secretsmanager:GetSecretValue',
        { on: `arn:aws:secretsmanager:${HERE}:secret:sso-site-a-token-AbCdEf` },
      ],
      ['iam:PutRolePolicy', { on: `arn:aws:iam::${ACCOUNT}:role/sso-workflow-function` }],
    ] as const)
      expect([action, call.on, allows(POLICIES, action, call)]).toEqual([action, call.on, false]);
    const records = POLICIES.flatMap(({ Statement }) => Statement).filter(({ Action }) =>
      Action.includes('route53:ChangeResourceRecordSets'),
    );
    expect(records.map(({ Condition }) => Condition)).toEqual([
      {
        'ForAllValues:StringEquals': {
          'route53:ChangeResourceRecordSetsNormalizedRecordNames': [
            'site-a.example.test',
            'site-b.example.test',
          ],
          'route53:ChangeResourceRecordSetsRecordTypes': ['A'],
        },
      },
    ]);
    for (const action of POLICIES.flatMap(({ Statement }) => Statement.flatMap(({ Action }) => Action)))
      expect(action).not.toContain('*');
  });

  it('hold only what the configuration has', () => {
    const existing = example('kubernetes-24');
    expect([environmentPolicy(existing), networkPolicy(existing)]).toEqual([null, null]);
    const recordsAlone = example('openshift-26', (file) => {
      file.environment.database = { kind: 'existing', writerEndpoint: 'db.example.test' };
    });
    expect(environmentPolicy(recordsAlone)!.Statement.map(({ Sid }) => Sid)).toEqual([
      'SiteRecords',
      'Zone',
      'SiteRecordsAreThere',
      'Bootstrap',
    ]);
  });

  it('fit into what IAM takes, with the longest names and ten route tables at each site', () => {
    const long = example('openshift-26', (file) => {
      file.deployment = 'd'.repeat(32);
      file.region = 'ap-southeast-1';
      for (const [index, site] of file.sites.entries())
        site.availabilityZone = `ap-southeast-1${'ab'[index]}`;
      file.database.clusterIdentifier = 'k'.repeat(52);
      for (const [index, site] of ['site-a', 'site-b'].entries())
        file.environment.database.vpcOf[site].routeTableIds = Array.from(
          { length: 10 },
          (_, each) => `rtb-${index}${each}a1b2c3d4e5f6071`,
        );
    });
    for (const policy of [environmentPolicy(long), networkPolicy(long)])
      expect(JSON.stringify(policy).length).toBeLessThanOrEqual(6144);
  });
});
