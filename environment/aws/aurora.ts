import { CfnDeletionPolicy, RemovalPolicy, Stack, Validations } from 'aws-cdk-lib';
import { LogGroup, type RetentionDays } from 'aws-cdk-lib/aws-logs';
import {
  CfnDBCluster,
  CfnDBClusterParameterGroup,
  CfnDBInstance,
  CfnDBSubnetGroup,
} from 'aws-cdk-lib/aws-rds';
import { Secret } from 'aws-cdk-lib/aws-secretsmanager';
import { Construct } from 'constructs';
import type { DatabaseToCreate } from '../configuration/environment.ts';
import type { DatabaseNetwork } from './database-network.ts';
import { credentialsSecretName, databaseLogGroupName, instanceIdentifier } from './names.ts';

export const POSTGRESQL_PORT = 5432;
const ENGINE = 'aurora-postgresql';
/** The guide's. */
const USER = 'keycloak';

export interface AuroraProps {
  readonly database: DatabaseToCreate;
  readonly network: DatabaseNetwork;
  readonly logRetentionDays: number;
}

/** 4.2.1: the cluster, its writer in the primary's zone and its reader in the other one, and who may log in. */
export class Aurora extends Construct {
  /** Follows the writer from zone to zone. */
  readonly writerEndpoint: string;
  readonly credentials: Secret;

  constructor(scope: Construct, id: string, props: AuroraProps) {
    super(scope, id);
    this.credentials = this.#credentials();
    const cluster = this.#cluster(props);
    this.writerEndpoint = cluster.attrEndpointAddress;
    this.#instances(props.database, cluster);
  }

  #credentials(): Secret {
    const secret = new Secret(this, 'Credentials', {
      secretName: credentialsSecretName(Stack.of(this).stackName),
      description: "Keycloak's user of the database.",
      generateSecretString: {
        secretStringTemplate: JSON.stringify({ username: USER }),
        generateStringKey: 'password',
        passwordLength: 32,
        // RDS takes no / " @, and none needs quoting where somebody pastes it.
        excludePunctuation: true,
      },
      // With the snapshot that stays one must be able to log in.
      removalPolicy: RemovalPolicy.RETAIN,
    });
    Validations.of(secret).acknowledge({
      id: 'AwsSolutions-SMG4',
      reason:
        'Keycloak reads its password from a Secret of each cluster when it starts. A rotation that nobody carries there locks out both sites, and a failover with them; it is done by hand, as the docs say.',
    });
    return secret;
  }

  #cluster({ database, network, logRetentionDays }: AuroraProps): CfnDBCluster {
    const { clusterIdentifier, engineVersion } = database;
    const [major] = engineVersion.split('.');
    const logs = new LogGroup(this, 'Logs', {
      logGroupName: databaseLogGroupName(clusterIdentifier),
      retention: logRetentionDays as RetentionDays,
      removalPolicy: RemovalPolicy.DESTROY,
    });
    const cluster = new CfnDBCluster(this, 'Cluster', {
      dbClusterIdentifier: clusterIdentifier,
      engine: ENGINE,
      engineVersion,
      databaseName: database.databaseName,
      port: POSTGRESQL_PORT,
      masterUsername: USER,
      masterUserPassword: this.credentials.secretValueFromJson('password').unsafeUnwrap(),
      // A region may have more than the three zones in which a cluster keeps its storage.
      availabilityZones: [...database.zones],
      dbSubnetGroupName: new CfnDBSubnetGroup(this, 'Subnets', {
        dbSubnetGroupDescription: "The database's subnets in both sites' zones.",
        subnetIds: [...network.subnetIds],
      }).ref,
      dbClusterParameterGroupName: new CfnDBClusterParameterGroup(this, 'Parameters', {
        description: 'Connections without TLS are refused.',
        family: `${ENGINE}${major}`,
        parameters: { 'rds.force_ssl': '1' },
      }).ref,
      vpcSecurityGroupIds: [network.securityGroupId],
      storageEncrypted: true,
      enableIamDatabaseAuthentication: true,
      enableCloudwatchLogsExports: ['postgresql'],
      backupRetentionPeriod: database.backupRetentionDays,
      copyTagsToSnapshot: true,
      deletionProtection: true,
    });
    cluster.node.addDependency(logs);
    cluster.cfnOptions.deletionPolicy = CfnDeletionPolicy.SNAPSHOT;
    // Who changes what can only be made anew finds the old cluster beside the new, empty one.
    cluster.cfnOptions.updateReplacePolicy = CfnDeletionPolicy.RETAIN;
    Validations.of(cluster).acknowledge({
      id: 'AwsSolutions-RDS11',
      reason:
        "The guide's JDBC address names 5432, and only the clusters' addresses get that far; another port would hide it from nobody.",
    });
    return cluster;
  }

  /** A cluster's first instance is its writer, so the reader waits until that of the primary's zone is there. */
  #instances({ clusterIdentifier, instanceClass, zones }: DatabaseToCreate, cluster: CfnDBCluster): void {
    const [first, second] = zones.map((availabilityZone, index) => {
      const instance = new CfnDBInstance(this, index === 0 ? 'PrimaryInstance' : 'SecondaryInstance', {
        dbInstanceIdentifier: instanceIdentifier(clusterIdentifier, index === 0 ? 1 : 2),
        dbClusterIdentifier: cluster.ref,
        dbInstanceClass: instanceClass,
        engine: ENGINE,
        availabilityZone,
        publiclyAccessible: false,
        // Before any reader that somebody adds, which gets 1: the writer belongs to one of the sites.
        promotionTier: 0,
        // An upgrade restarts the writer: when is said by engineVersion.
        autoMinorVersionUpgrade: false,
      });
      instance.cfnOptions.deletionPolicy = CfnDeletionPolicy.DELETE;
      instance.cfnOptions.updateReplacePolicy = CfnDeletionPolicy.RETAIN;
      return instance;
    });
    second!.addResourceDependency(first!);
  }
}
