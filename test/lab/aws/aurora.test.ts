import { FailoverDBClusterCommand, type RDSClient } from '@aws-sdk/client-rds';
import { describe, expect, it } from '@jest/globals';
import { Aurora } from '../../../lab/aws/aurora.ts';
import { inMemoryClient } from '../../../lab/aws/in-memory-client.ts';
import { virtualClock } from './virtual-clock.ts';

function cluster() {
  const clock = virtualClock();
  const aurora = new Aurora({
    clusterIdentifier: 'keycloak',
    instances: { 'keycloak-a': 'eu-west-1a', 'keycloak-b': 'eu-west-1b' },
    writer: 'keycloak-a',
    clock,
  });
  const client = inMemoryClient<RDSClient>(aurora.service);
  const failover = (DBClusterIdentifier: string, TargetDBInstanceIdentifier: string) =>
    client.send(new FailoverDBClusterCommand({ DBClusterIdentifier, TargetDBInstanceIdentifier }));
  return { clock, aurora, failover };
}

describe('the Aurora cluster', () => {
  it('moves its writer to the target some seconds after it was asked', async () => {
    const { clock, aurora, failover } = cluster();
    const answer = await failover('keycloak', 'keycloak-b');
    expect(answer.DBCluster?.Status).toBe('failing-over');
    await clock.advance(11);
    expect(aurora.writer).toBe('keycloak-a');
    await clock.advance(1);
    expect(aurora.writer).toBe('keycloak-b');
  });

  it('refuses a second failover while one runs', async () => {
    const { clock, failover } = cluster();
    await failover('keycloak', 'keycloak-b');
    await expect(failover('keycloak', 'keycloak-a')).rejects.toMatchObject({
      name: 'InvalidDBClusterStateFault',
    });
    await clock.advance(12);
    await expect(failover('keycloak', 'keycloak-a')).resolves.toBeDefined();
  });

  it('knows no other cluster or instance', async () => {
    const { failover } = cluster();
    await expect(failover('nosuch', 'keycloak-b')).rejects.toMatchObject({ name: 'DBClusterNotFoundFault' });
    await expect(failover('keycloak', 'nosuch')).rejects.toMatchObject({ name: 'DBInstanceNotFoundFault' });
  });
});
