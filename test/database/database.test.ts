import type { RDSClient } from '@aws-sdk/client-rds';
import { describe, expect, it } from '@jest/globals';
import { createDatabase } from '../../functions/database/database.ts';
import type { OperationToken } from '../../functions/shared/names.ts';
import { Aurora } from '../../lab/aws/aurora.ts';
import { inMemoryClient } from '../../lab/aws/in-memory-client.ts';
import { type Faults, ServiceFault } from '../../lab/aws/service.ts';
import { virtualClock } from '../lab/aws/virtual-clock.ts';
import { configurationWith } from '../machines/deployment.ts';
import { EXECUTION, onCall } from '../notification/on-call.ts';

/** Aurora's instances and their zones. */
const INSTANCES = { 'writer-a': 'eu-central-1a', 'reader-b': 'eu-central-1b' };

interface Options {
  readonly configuration?: Readonly<Record<string, unknown>>;
  readonly instances?: Readonly<Record<string, string>>;
  readonly faults?: Faults;
}

/** The writer is in site-a's zone; an operation of failover runs. */
async function aurora({ configuration = {}, instances = INSTANCES, faults = {} }: Options = {}) {
  const clock = virtualClock();
  const cluster = new Aurora({ clusterIdentifier: 'keycloak', instances, writer: 'writer-a', clock });
  const person = await onCall();
  const database = createDatabase({
    ...person.edge,
    configuration: configurationWith(configuration),
    rds: inMemoryClient<RDSClient>(cluster.service, faults),
  });
  const { epoch } = await person.store.require();
  const operation: OperationToken = { workflow: 'failover', epoch, owner: EXECUTION };
  const moveTo = (site: string, token = operation) =>
    database({ action: 'move-writer', operation: token, site });
  return { cluster, clock, moveTo, operation, database };
}

const refusing = (operation: string, fault: Error): Faults => ({
  before: (call) => {
    if (call.operation === operation) throw fault;
  },
});

describe('the database writer', () => {
  it('is moved to the zone of the site that serves', async () => {
    const { cluster, clock, moveTo } = await aurora();
    expect(await moveTo('site-b')).toEqual({ outcome: 'moved', instance: 'reader-b' });
    await clock.advance(12);
    expect(cluster.writer).toBe('reader-b');
  });

  it('that is there already is left alone', async () => {
    const { moveTo } = await aurora();
    expect(await moveTo('site-a')).toEqual({ outcome: 'already-there', instance: 'writer-a' });
  });

  it('that Aurora itself moves at this moment is left to it', async () => {
    const { moveTo } = await aurora();
    await moveTo('site-b');
    expect(await moveTo('site-a')).toEqual({ outcome: 'failover-running' });
  });

  it('is left alone when Aurora began between our look and our request', async () => {
    const fault = new ServiceFault('InvalidDBClusterStateFault', 'The cluster is failing over.');
    const { moveTo } = await aurora({ faults: refusing('FailoverDBCluster', fault) });
    expect(await moveTo('site-b')).toEqual({ outcome: 'failover-running' });
  });

  it('without an instance in that zone stays, and the reason says so', async () => {
    const { moveTo } = await aurora({ instances: { 'writer-a': 'eu-central-1a' } });
    expect(await moveTo('site-b')).toEqual({
      outcome: 'failed',
      reason: 'keycloak has no available instance in eu-central-1b.',
    });
  });

  it.each([
    ['no database', { database: undefined }],
    [
      'no zone of the site',
      {
        sites: configurationWith().sites.map(({ availabilityZone: _, ...site }) => site),
      },
    ],
  ])('is no concern where the configuration names %s', async (_, configuration) => {
    const { moveTo } = await aurora({ configuration });
    expect(await moveTo('site-b')).toMatchObject({ outcome: 'not-configured' });
  });

  it('is not moved for an operation that no longer holds', async () => {
    const { cluster, clock, moveTo, operation } = await aurora();
    expect(await moveTo('site-b', { ...operation, epoch: operation.epoch - 1 })).toEqual({
      outcome: 'superseded',
    });
    await clock.advance(20);
    expect(cluster.writer).toBe('writer-a');
  });
});

describe('what RDS answers', () => {
  it('as a refusal is an outcome, because a writer elsewhere works too', async () => {
    const fault = new ServiceFault('AccessDeniedException', 'not authorized to rds:FailoverDBCluster', 403);
    const { moveTo } = await aurora({ faults: refusing('FailoverDBCluster', fault) });
    expect(await moveTo('site-b')).toEqual({
      outcome: 'failed',
      reason: 'AccessDeniedException: not authorized to rds:FailoverDBCluster',
    });
  });

  it('as a fault that may pass goes to the machine, which tries again', async () => {
    const fault = new ServiceFault('ThrottlingException', 'Rate exceeded');
    const { moveTo } = await aurora({ faults: refusing('DescribeDBClusters', fault) });
    await expect(moveTo('site-b')).rejects.toMatchObject({ name: 'TransientError' });
  });
});

it('a site that does not exist, or a field that does not, is refused with those that do', async () => {
  const { moveTo, database, operation } = await aurora();
  await expect(moveTo('site-z')).rejects.toThrow(/There is no site "site-z".*site-a, site-b/);
  await expect(database({ action: 'move-writer', operation, zone: 'x' })).rejects.toThrow(
    /action, operation, site/,
  );
});
