import { beforeAll, describe, expect, it } from '@jest/globals';
import { SYNTHESIS_TAKES } from '../infra/synthesis.ts';
import { type Made, type MadeStack, synthesizeEnvironment } from './aws-synthesis.ts';
import { example } from './examples.ts';

let stack: MadeStack;
beforeAll(() => {
  stack = synthesizeEnvironment(example('openshift-26')).database!;
}, SYNTHESIS_TAKES);

const entries = (type: string, from = stack): readonly (readonly [string, Made])[] =>
  Object.entries(from.resources).filter(([, { Type }]) => Type === type);
const properties = (type: string) => entries(type).map(([, { Properties }]) => Properties);
const only = (type: string): readonly [string, Made] => {
  const [one, ...more] = entries(type);
  expect(more).toEqual([]);
  return one!;
};

describe('the database of both sites', () => {
  it("the writer is in the primary's zone: its instance is the cluster's first, and the other waits for it", () => {
    const instances = entries('AWS::RDS::DBInstance');
    const writers = instances.filter(([, { DependsOn = [] }]) =>
      DependsOn.every((id) => stack.resources[id]!.Type !== 'AWS::RDS::DBInstance'),
    );
    expect(writers).toHaveLength(1);
    const [[writerId, writer]] = writers as [[string, Made]];
    expect(writer.Properties).toMatchObject({
      AvailabilityZone: 'eu-west-1a',
      DBInstanceIdentifier: 'keycloak-aurora-instance-1',
    });
    const readers = instances.filter(([id]) => id !== writerId);
    expect(readers).toHaveLength(1);
    expect(readers[0]![1]).toMatchObject({
      DependsOn: [writerId],
      Properties: { AvailabilityZone: 'eu-west-1b', DBInstanceIdentifier: 'keycloak-aurora-instance-2' },
    });
  });

  it(
    'whichever site the file names first, the writer is where the primary is',
    () => {
      const swapped = example('openshift-26', (file) => {
        file.sites.reverse();
        file.sites[0].availabilityZone = 'eu-west-1c';
      });
      const { resources } = synthesizeEnvironment(swapped).database!;
      const zones = Object.values(resources)
        .filter(({ Type }) => Type === 'AWS::RDS::DBInstance')
        .map(({ Properties, DependsOn }) => [Properties.AvailabilityZone, DependsOn !== undefined]);
      expect(zones).toEqual([
        ['eu-west-1a', false],
        ['eu-west-1c', true],
      ]);
    },
    SYNTHESIS_TAKES,
  );

  it('should the writer be lost, one of the sites gets it before any reader that somebody added', () => {
    const instances = properties('AWS::RDS::DBInstance');
    expect(instances.map(({ PromotionTier }) => PromotionTier)).toEqual([0, 0]);
    for (const instance of instances)
      expect(instance).toMatchObject({
        DBClusterIdentifier: only('AWS::RDS::DBCluster')[0],
        DBInstanceClass: 'db.r6g.large',
        PubliclyAccessible: false,
        AutoMinorVersionUpgrade: false,
      });
  });

  it('it is what the configuration says, under the name by which failover moves it', () => {
    expect(only('AWS::RDS::DBCluster')[1].Properties).toMatchObject({
      DBClusterIdentifier: 'keycloak-aurora',
      Engine: 'aurora-postgresql',
      EngineVersion: '16.6',
      DatabaseName: 'keycloak',
      Port: 5432,
      AvailabilityZones: ['eu-west-1a', 'eu-west-1b'],
      VpcSecurityGroupIds: [only('AWS::EC2::SecurityGroup')[0]],
      DBSubnetGroupName: only('AWS::RDS::DBSubnetGroup')[0],
    });
  });

  it('it is encrypted at rest and on the way, backed up, and can not be deleted by mistake', () => {
    const [, cluster] = only('AWS::RDS::DBCluster');
    expect(cluster.Properties).toMatchObject({
      StorageEncrypted: true,
      BackupRetentionPeriod: 7,
      CopyTagsToSnapshot: true,
      DeletionProtection: true,
      DBClusterParameterGroupName: only('AWS::RDS::DBClusterParameterGroup')[0],
    });
    expect(only('AWS::RDS::DBClusterParameterGroup')[1].Properties).toMatchObject({
      Family: 'aurora-postgresql16',
      Parameters: { 'rds.force_ssl': '1' },
    });
    expect(stack.terminationProtection).toBe(true);
  });

  it('removed on purpose it leaves a snapshot and the password to it; replaced it stays beside the new one', () => {
    expect(only('AWS::RDS::DBCluster')[1]).toMatchObject({
      DeletionPolicy: 'Snapshot',
      UpdateReplacePolicy: 'Retain',
    });
    for (const [, instance] of entries('AWS::RDS::DBInstance'))
      expect(instance).toMatchObject({ DeletionPolicy: 'Delete', UpdateReplacePolicy: 'Retain' });
    expect(only('AWS::SecretsManager::Secret')[1].DeletionPolicy).toBe('Retain');
  });

  it('its password is made in Secrets Manager, is nowhere in the template, and nothing rotates it alone', () => {
    const [secretId, secret] = only('AWS::SecretsManager::Secret');
    const generated = secret.Properties.GenerateSecretString;
    expect(generated).toMatchObject({ GenerateStringKey: 'password', ExcludePunctuation: true });
    expect(JSON.parse(generated.SecretStringTemplate)).toEqual({ username: 'keycloak' });
    expect(only('AWS::RDS::DBCluster')[1].Properties).toMatchObject({
      MasterUsername: 'keycloak',
      MasterUserPassword: `{{resolve:secretsmanager:${secretId}:SecretString:password::}}`,
    });
    expect(entries('AWS::SecretsManager::RotationSchedule')).toEqual([]);
  });

  it('what PostgreSQL logs ends some day: its log group is there before RDS would make one that does not', () => {
    const logs = entries('AWS::Logs::LogGroup').find(
      ([, { Properties }]) => Properties.LogGroupName === '/aws/rds/cluster/keycloak-aurora/postgresql',
    )!;
    const [, cluster] = only('AWS::RDS::DBCluster');
    expect(cluster.Properties.EnableCloudwatchLogsExports).toEqual(['postgresql']);
    expect(cluster.DependsOn).toContain(logs[0]);
    for (const { RetentionInDays } of properties('AWS::Logs::LogGroup')) expect(RetentionInDays).toBe(90);
  });

  it("says what goes into the configuration and into the sites' Secrets", () => {
    expect(Object.keys(stack.outputs)).toEqual(['WriterEndpoint', 'CredentialsSecret', 'VpcId']);
    expect(stack.outputs['WriterEndpoint']!.Value).toEqual({
      'Fn::GetAtt': [only('AWS::RDS::DBCluster')[0], 'Endpoint.Address'],
    });
  });

  it('everything that takes a tag bears that of the guide, by which it is found again', () => {
    const untagged = Object.entries(stack.resources).filter(
      ([, { Properties }]) =>
        !(Properties.Tags ?? []).some(
          ({ Key, Value }: { Key: string; Value: string }) =>
            Key === 'AuroraCluster' && Value === 'keycloak-aurora',
        ),
    );
    // These have no tags.
    expect([...new Set(untagged.map(([, { Type }]) => Type))].sort()).toEqual([
      'AWS::EC2::Route',
      'AWS::EC2::SecurityGroupIngress',
      'AWS::EC2::SubnetRouteTableAssociation',
      'AWS::IAM::Policy',
    ]);
  });

  it(
    'there is none where it is there already',
    () => {
      expect(synthesizeEnvironment(example('kubernetes-24'))).toEqual({ database: null, siteRecords: null });
      const referredTo = example('openshift-26', (file) => {
        file.environment.database = { kind: 'existing', writerEndpoint: 'db.example.test' };
      });
      expect(synthesizeEnvironment(referredTo).database).toBeNull();
    },
    SYNTHESIS_TAKES,
  );
});
