import type { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { createKeycloak } from '../../functions/keycloak/keycloak.ts';
import { adopted } from '../../functions/ledger/adoption.ts';
import type { LedgerEvent } from '../../functions/ledger/events.ts';
import { LedgerStore } from '../../functions/ledger/store.ts';
import { instant, type OperationToken, type SiteName } from '../../functions/shared/names.ts';
import { Table } from '../../lab/aws/dynamodb/table.ts';
import { inMemoryClient } from '../../lab/aws/in-memory-client.ts';
import { InMemoryCluster } from '../../lab/kubernetes/in-memory-cluster.ts';
import { CLUSTER_TIMES, ClusterModel } from '../../lab/kubernetes/model.ts';
import { exampleConfiguration } from '../kubernetes/example-configuration.ts';

const A = 'site-a' as SiteName;
const B = 'site-b' as SiteName;
const OWNER = 'arn:aws:states:eu-west-1:123456789012:execution:example-resync:today';

/** site-a serves; site-b is stale, has three Keycloak pods where two are configured, and a resync of it runs. */
class Incident {
  readonly configuration = exampleConfiguration({ apiServer: 'https://example.test', keycloak: 'keycloak' });
  readonly model: ClusterModel;
  readonly cluster: InMemoryCluster;
  readonly store: LedgerStore;
  readonly #keycloak: ReturnType<typeof createKeycloak>;
  operation!: OperationToken;

  constructor(keycloakInstances = 3) {
    this.model = new ClusterModel({
      namespace: 'keycloak',
      infinispan: 'infinispan',
      keycloak: 'keycloak',
      keycloakInstances,
      runJob: async () => ({ exitCode: 0, log: '' }),
    });
    this.cluster = new InMemoryCluster('site-b', () => this.model);
    const table = new Table('ledger', 'deployment');
    const edge = {
      configuration: this.configuration,
      now: () => new Date(),
      dynamodb: inMemoryClient<DynamoDBClient>(table.service),
      clusterOf: () => this.cluster,
    };
    this.store = new LedgerStore(edge);
    this.#keycloak = createKeycloak(edge);
  }

  async begin(): Promise<this> {
    const versions = { [A]: 1, [B]: 1 } as Readonly<Record<SiteName, number>>;
    const adoption = { serving: A, passiveTrust: 'in-sync', checkVersions: versions } as const;
    await this.store.write(adopted(this.configuration, adoption, null, instant(new Date())));
    await this.happened(
      { type: 'passive-site-left', passive: B, reason: 'a test' },
      { type: 'operation-claimed', workflow: 'failover', owner: 'before' },
      { type: 'operation-released', owner: 'before', result: 'succeeded', detail: 'a test' },
      { type: 'operation-claimed', workflow: 'resync', owner: OWNER },
    );
    this.operation = (await this.store.require()).operation!;
    return this;
  }

  async happened(...events: readonly LedgerEvent[]): Promise<void> {
    await this.store.change(() => events);
  }

  step(action: 'scale-down' | 'look-down' | 'scale-up' | 'look-up', site: SiteName = B) {
    const { workflow, epoch, owner } = this.operation;
    return this.#keycloak({ action, operation: { workflow, epoch, owner }, site });
  }

  raw(event: unknown) {
    return this.#keycloak(event);
  }

  async recorded(): Promise<number | null> {
    return (await this.store.require()).sites[B]!.keycloakInstances;
  }

  declared(): number {
    return this.model.keycloak.counts().declared;
  }
}

describe('a stale site’s Keycloak', () => {
  beforeEach(() => void jest.useFakeTimers({ now: new Date('2026-01-05T12:00:00Z') }));
  afterEach(() => void jest.useRealTimers());

  it('goes down to no pod and comes back with the number that it had, not the configured one', async () => {
    const incident = await new Incident().begin();
    expect(await incident.step('scale-down')).toEqual({ outcome: 'asked', instances: 0 });
    await jest.advanceTimersByTimeAsync(1);
    expect(await incident.step('look-down')).toEqual({
      outcome: 'running',
      pods: ['keycloak-0', 'keycloak-1', 'keycloak-2'],
      declared: 0,
    });
    await jest.advanceTimersByTimeAsync(CLUSTER_TIMES.keycloakStopMilliseconds);
    expect(await incident.step('look-down')).toEqual({ outcome: 'down' });

    expect(await incident.step('scale-up')).toEqual({ outcome: 'asked', instances: 3 });
    await jest.advanceTimersByTimeAsync(1);
    expect(await incident.step('look-up')).toEqual({
      outcome: 'not-ready',
      reason: 'site-b: 3 of 3 instances declared, 0 ready, resource not ready.',
    });
    await jest.advanceTimersByTimeAsync(CLUSTER_TIMES.keycloakStartMilliseconds);
    expect(await incident.step('look-up')).toEqual({ outcome: 'ready', instances: 3 });
  });

  it('keeps its original size when the function dies between writing it down and scaling', async () => {
    const incident = await new Incident().begin();
    const scale = jest.spyOn(incident.cluster, 'setKeycloakInstances');
    scale.mockRejectedValueOnce(new Error('the process was killed'));
    await expect(incident.step('scale-down')).rejects.toThrow('killed');
    expect(await incident.recorded()).toBe(3);
    expect(incident.declared()).toBe(3);
    expect(await incident.step('scale-down')).toEqual({ outcome: 'asked', instances: 0 });
    expect(await incident.recorded()).toBe(3);
  });

  it('has its size written down before it is scaled', async () => {
    const incident = await new Incident().begin();
    const scale = jest.spyOn(incident.cluster, 'setKeycloakInstances');
    scale.mockImplementationOnce(async () => expect(await incident.recorded()).toBe(3));
    await incident.step('scale-down');
    expect(scale).toHaveBeenCalledWith(0);
  });

  it('keeps its original size when the answer to the scaling is lost and the step runs again', async () => {
    const incident = await new Incident().begin();
    jest.spyOn(incident.cluster, 'setKeycloakInstances').mockImplementationOnce(async (instances) => {
      incident.model.keycloak.patch({ spec: { instances } });
      incident.cluster.fault = 'refusing';
      await incident.cluster.readKeycloak();
    });
    expect(await incident.step('scale-down')).toMatchObject({ outcome: 'unreachable' });
    incident.cluster.fault = 'none';
    expect(await incident.step('scale-down')).toEqual({ outcome: 'asked', instances: 0 });
    expect(await incident.recorded()).toBe(3);
    expect(await incident.step('scale-up')).toEqual({ outcome: 'asked', instances: 3 });
  });

  it('never takes 0 for an original size, and goes back to the configured one when none was ever seen', async () => {
    const incident = await new Incident(0).begin();
    expect(await incident.step('scale-down')).toEqual({ outcome: 'asked', instances: 0 });
    expect(await incident.recorded()).toBeNull();
    expect(await incident.step('scale-up')).toEqual({ outcome: 'asked', instances: 2 });
  });

  it('goes back to the size that was last declared, where that changed since an earlier incident', async () => {
    const incident = await new Incident(4).begin();
    await incident.happened({ type: 'keycloak-size-seen', site: B, instances: 3 });
    await incident.step('scale-down');
    expect(await incident.step('scale-up')).toEqual({ outcome: 'asked', instances: 4 });
  });

  it('is not down while somebody has declared instances, even with no pod left', async () => {
    const incident = await new Incident(0).begin();
    incident.model.keycloak.patch({ spec: { instances: 1 } });
    expect(await incident.step('look-down')).toEqual({ outcome: 'running', pods: [], declared: 1 });
  });

  it.each(['refusing', 'silent'] as const)(
    'is out of reach while its cluster is %s, and nothing is written',
    async (fault) => {
      const incident = await new Incident().begin();
      incident.cluster.fault = fault;
      for (const action of ['scale-down', 'look-down', 'scale-up', 'look-up'] as const) {
        const asked = incident.step(action);
        await jest.advanceTimersByTimeAsync(8_000);
        expect(await asked).toMatchObject({
          outcome: 'unreachable',
          reason: expect.stringContaining('site-b'),
        });
      }
      expect(await incident.recorded()).toBeNull();
    },
  );

  it('is left alone by every step of an operation that a newer decision has superseded', async () => {
    const incident = await new Incident().begin();
    await incident.happened({
      type: 'operation-released',
      owner: OWNER,
      result: 'superseded',
      detail: 'a test',
    });
    for (const action of ['scale-down', 'look-down', 'scale-up', 'look-up'] as const) {
      expect(await incident.step(action)).toEqual({ outcome: 'superseded' });
    }
    expect(incident.declared()).toBe(3);
    expect(await incident.recorded()).toBeNull();
  });

  it('is left alone when the operation is superseded between writing the size down and scaling', async () => {
    const incident = await new Incident().begin();
    const change = incident.store.change.bind(incident.store);
    jest.spyOn(LedgerStore.prototype, 'change').mockImplementationOnce(async (events) => {
      const result = await change(events);
      await change(() => [{ type: 'operation-released', owner: OWNER, result: 'superseded', detail: '' }]);
      return result;
    });
    expect(await incident.step('scale-down')).toEqual({ outcome: 'superseded' });
    expect(incident.declared()).toBe(3);
  });

  it('is never scaled down where it serves', async () => {
    const incident = await new Incident().begin();
    await expect(incident.step('scale-down', A)).rejects.toMatchObject({ name: 'InvalidInputError' });
    expect(incident.declared()).toBe(3);
  });

  it('says who has to mend an expired token', async () => {
    const incident = await new Incident().begin();
    incident.cluster.fault = 'token-expired';
    await expect(incident.step('scale-down')).rejects.toMatchObject({ name: 'ClusterAccessError' });
  });

  it('of a promoted site comes back without an operation, and only while that site serves', async () => {
    const incident = await new Incident().begin();
    await incident.step('scale-down');
    await jest.advanceTimersByTimeAsync(CLUSTER_TIMES.keycloakStopMilliseconds + 1);
    for (const action of ['scale-up', 'look-up']) {
      expect(await incident.raw({ action, site: B })).toEqual({ outcome: 'superseded' });
    }
    expect(incident.declared()).toBe(0);
    await incident.happened({ type: 'promoted-accepting-loss', site: B, reason: 'a test' });
    expect(await incident.raw({ action: 'scale-up', site: B })).toEqual({ outcome: 'asked', instances: 3 });
    await jest.advanceTimersByTimeAsync(CLUSTER_TIMES.keycloakStartMilliseconds + 1);
    expect(await incident.raw({ action: 'look-up', site: B })).toEqual({ outcome: 'ready', instances: 3 });
  });

  it('of a promoted site is left at the number that a person declared', async () => {
    const incident = await new Incident(4).begin();
    await incident.happened(
      { type: 'keycloak-size-seen', site: B, instances: 3 },
      { type: 'promoted-accepting-loss', site: B, reason: 'a test' },
    );
    expect(await incident.raw({ action: 'scale-up', site: B })).toEqual({ outcome: 'asked', instances: 4 });
    expect(await incident.raw({ action: 'look-up', site: B })).toMatchObject({
      outcome: 'ready',
      instances: 4,
    });
    expect(incident.declared()).toBe(4);
  });

  it('is not touched by an input with an unknown field, a wrong site or no operation', async () => {
    const incident = await new Incident().begin();
    const { workflow, epoch, owner } = incident.operation;
    const operation = { workflow, epoch, owner };
    await expect(incident.raw({ action: 'scale-down', operation, site: B, force: true })).rejects.toThrow(
      'Fields that exist: action, operation, site',
    );
    await expect(incident.raw({ action: 'scale-down', operation, site: 'site-c' })).rejects.toThrow(
      'Sites are site-a, site-b',
    );
    await expect(incident.raw({ action: 'scale-down', site: B })).rejects.toMatchObject({
      name: 'InvalidInputError',
    });
    expect(incident.declared()).toBe(3);
  });
});
