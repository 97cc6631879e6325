import { allow, type DeployStatement, of } from '../../../infra/configuration/deploy-policy.ts';
import type { Place } from '../../../infra/configuration/names.ts';
import type { DatabaseToCreate } from '../../configuration/environment.ts';
import {
  credentialsSecretName,
  databaseLogGroupName,
  databaseStackName,
  flowLogGroupName,
} from '../names.ts';

/** Of RDS what is named after the cluster or the stack; the secret, the logs and the role of the flow log. */
export function databaseStatements(
  place: Place,
  { clusterIdentifier }: DatabaseToCreate,
): readonly DeployStatement[] {
  const { region, accountId } = place;
  const here = (service: string, resource: string) => `arn:aws:${service}:${region}:${accountId}:${resource}`;
  const stack = databaseStackName(place);
  const role = `arn:aws:iam::${accountId}:role/${stack}-*`;
  const logGroups = [databaseLogGroupName(clusterIdentifier), flowLogGroupName(stack)];
  return [
    allow(
      'Database',
      of(
        'rds',
        'CreateDBCluster DescribeDBClusters ModifyDBCluster DeleteDBCluster CreateDBClusterSnapshot DescribeDBClusterSnapshots CreateDBInstance DescribeDBInstances ModifyDBInstance RebootDBInstance DeleteDBInstance CreateDBSubnetGroup DescribeDBSubnetGroups ModifyDBSubnetGroup DeleteDBSubnetGroup CreateDBClusterParameterGroup DescribeDBClusterParameterGroups DescribeDBClusterParameters ModifyDBClusterParameterGroup ResetDBClusterParameterGroup DeleteDBClusterParameterGroup AddTagsToResource RemoveTagsFromResource ListTagsForResource',
      ),
      [
        here('rds', `cluster:${clusterIdentifier}`),
        here('rds', `db:${clusterIdentifier}-instance-*`),
        // CloudFormation names these after the stack.
        here('rds', `subgrp:${stack}-*`),
        here('rds', `cluster-pg:${stack}-*`),
        here('rds', `cluster-snapshot:${stack}-*`),
        // Instances are made with RDS's own groups.
        here('rds', 'pg:default*'),
        here('rds', 'og:default*'),
      ],
    ),
    allow(
      'LookAtDatabases',
      of(
        'rds',
        'DescribeDBEngineVersions DescribeEngineDefaultClusterParameters DescribeEvents DescribeGlobalClusters',
      ),
      ['*'],
    ),
    allow(
      'RdsItself',
      ['iam:CreateServiceLinkedRole'],
      [`arn:aws:iam::${accountId}:role/aws-service-role/rds.amazonaws.com/*`],
      { StringEquals: { 'iam:AWSServiceName': 'rds.amazonaws.com' } },
    ),
    allow(
      'Credentials',
      of(
        'secretsmanager',
        'CreateSecret DescribeSecret GetSecretValue UpdateSecret DeleteSecret TagResource UntagResource',
      ),
      [here('secretsmanager', `secret:${credentialsSecretName(stack)}-*`)],
    ),
    allow('Password', ['secretsmanager:GetRandomPassword'], ['*']),
    allow(
      'DatabaseLogs',
      of(
        'logs',
        'CreateLogGroup DeleteLogGroup PutRetentionPolicy DeleteRetentionPolicy ListTagsForResource TagResource UntagResource',
      ),
      logGroups.map((name) => here('logs', `log-group:${name}*`)),
    ),
    allow('FindDatabaseLogs', ['logs:DescribeLogGroups'], [here('logs', 'log-group:*')]),
    allow('FlowLogDelivery', of('logs', 'CreateLogDelivery DeleteLogDelivery'), ['*']),
    allow(
      'FlowLogRole',
      of(
        'iam',
        'CreateRole GetRole UpdateRole UpdateAssumeRolePolicy DeleteRole PutRolePolicy GetRolePolicy DeleteRolePolicy ListRolePolicies ListAttachedRolePolicies TagRole UntagRole',
      ),
      [role],
    ),
    allow('HandOverFlowLogRole', ['iam:PassRole'], [role], {
      StringEquals: { 'iam:PassedToService': 'vpc-flow-logs.amazonaws.com' },
    }),
  ];
}
