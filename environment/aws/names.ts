import { nameOf } from '../../infra/configuration/names.ts';

type Named = Parameters<typeof nameOf>[0];

/** What the stacks and the policy that lets somebody deploy them must agree on. */
export const databaseStackName = (deployment: Named): string => nameOf(deployment, 'database');

/** The tag of the guide's chapter 4, which everything of the database's stack bears. */
export const CLUSTER_TAG = 'AuroraCluster';

export const credentialsSecretName = (databaseStack: string): string => `${databaseStack}-credentials`;

export const flowLogGroupName = (databaseStack: string): string => `/aws/vpc/${databaseStack}`;

/** Under this name RDS writes whether it is there or not; made by us it ends some day. */
export const databaseLogGroupName = (clusterIdentifier: string): string =>
  `/aws/rds/cluster/${clusterIdentifier}/postgresql`;

/** The guide's names: 1 is in the primary's zone. */
export const instanceIdentifier = (clusterIdentifier: string, number: 1 | 2): string =>
  `${clusterIdentifier}-instance-${number}`;
