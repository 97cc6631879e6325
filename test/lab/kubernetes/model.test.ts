import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import type { NetworkPolicyManifest } from '../../../functions/kubernetes/cluster.ts';
import type { JobResult } from '../../../lab/kubernetes/batch-operator.ts';
import { InMemoryCluster } from '../../../lab/kubernetes/in-memory-cluster.ts';
import {
  CLUSTER_TIMES,
  type ClusterEvent,
  ClusterModel,
  type ClusterModelOptions,
} from '../../../lab/kubernetes/model.ts';

const STEP = CLUSTER_TIMES.batchStepMilliseconds;

const batch = (name: string) => ({
  apiVersion: 'infinispan.org/v2alpha1' as const,
  kind: 'Batch' as const,
  metadata: { name },
  spec: { cluster: 'infinispan', config: 'site view' },
});

const policy: NetworkPolicyManifest = {
  apiVersion: 'networking.k8s.io/v1',
  kind: 'NetworkPolicy',
  metadata: { name: 'cut' },
  spec: { podSelector: {}, policyTypes: ['Egress'] },
};

function cluster(options: Partial<ClusterModelOptions> = {}) {
  const events: ClusterEvent[] = [];
  const model = new ClusterModel({
    namespace: 'keycloak',
    infinispan: 'infinispan',
    keycloak: 'keycloak',
    keycloakInstances: 2,
    runJob: async () => ({ exitCode: 0, log: '[site-a, site-b]\n' }),
    onEvent: (event) => events.push(event),
    ...options,
  });
  const phases = () => events.flatMap((event) => (event.kind === 'batch' ? [event.phase] : []));
  return { model, events, phases, port: new InMemoryCluster('site-a', () => model) };
}

const pass = (milliseconds: number) => jest.advanceTimersByTimeAsync(milliseconds);

describe('the lab’s cluster', () => {
  beforeEach(() => void jest.useFakeTimers({ now: new Date('2026-01-05T12:00:00Z') }));
  afterEach(() => void jest.useRealTimers());

  it('takes a Batch through its phases, and keeps a success only in the pod’s log', async () => {
    const { port, phases } = cluster();
    await port.createBatch(batch('view'));
    expect(await port.readBatch('view')).toEqual({ phase: null, reason: null });
    expect(await port.batchLog('view')).toBeNull();
    await pass(2_000);
    expect(phases()).toEqual([null, 'Initializing', 'Initialized', 'Running', 'Succeeded']);
    expect(await port.readBatch('view')).toEqual({ phase: 'Succeeded', reason: null });
    expect(await port.batchLog('view')).toBe('[site-a, site-b]\n');
  });

  it('leaves a Batch Initializing for as long as the Data Grid is not well formed, looking every ten seconds', async () => {
    const { model, port } = cluster();
    model.dataGrid.stopped();
    await port.createBatch(batch('view'));
    await pass(60_000);
    expect(await port.readBatch('view')).toEqual({ phase: 'Initializing', reason: null });
    model.dataGrid.started();
    await pass(10_000 + 2_000);
    expect(await port.readBatch('view')).toEqual({ phase: 'Succeeded', reason: null });
  });

  it('gives the whole log as the reason of a Batch whose CLI failed', async () => {
    const { port } = cluster({ runJob: async () => ({ exitCode: 1, log: 'no such command' }) });
    await port.createBatch(batch('view'));
    await pass(2_000);
    expect(await port.readBatch('view')).toEqual({ phase: 'Failed', reason: 'no such command' });
  });

  it('never starts the Job of a Batch whose name is longer than a Job’s may be', async () => {
    const { port } = cluster();
    const long = 'x'.repeat(64);
    await port.createBatch(batch(long));
    await pass(120_000);
    expect(await port.readBatch(long)).toEqual({ phase: 'Initialized', reason: null });
  });

  it('ends the job of a Batch that is deleted, and takes its pod away', async () => {
    let aborted = false;
    const { port } = cluster({
      runJob: ({ signal }) =>
        new Promise<JobResult>(() => signal.addEventListener('abort', () => (aborted = true))),
    });
    await port.createBatch(batch('view'));
    await pass(2_000);
    expect(await port.listPods('infinispan_batch=view')).toHaveLength(1);
    expect(await port.batchLog('view')).toBe('');
    await port.deleteBatch('view');
    expect(aborted).toBe(true);
    expect(await port.listPods('infinispan_batch=view')).toEqual([]);
    expect(await port.createBatch(batch('view'))).toBe('created');
  });

  it('stands still while the site is frozen, and does at once what fell due meanwhile', async () => {
    const { model, port, phases } = cluster();
    await port.createBatch(batch('view'));
    await pass(STEP);
    model.freeze();
    await pass(600_000);
    expect(phases()).toEqual([null, 'Initializing']);
    model.thaw();
    await pass(0);
    expect(phases()).toEqual([null, 'Initializing', 'Initialized']);
    await pass(2_000);
    expect(await port.readBatch('view')).toMatchObject({ phase: 'Succeeded' });
  });

  it('lets Keycloak’s pods start and end in their own time', async () => {
    const { port } = cluster();
    const pods = async () =>
      (await port.listPods('app=keycloak,app.kubernetes.io/instance=keycloak')).map(
        ({ name, ready }) => `${name}${ready ? ' ready' : ''}`,
      );
    expect(await pods()).toEqual(['keycloak-0 ready', 'keycloak-1 ready']);
    await port.setKeycloakInstances(1);
    await pass(0);
    expect(await pods()).toEqual(['keycloak-0 ready', 'keycloak-1']);
    expect(await port.readKeycloak()).toEqual({ instances: 1, ready: false });
    await pass(CLUSTER_TIMES.keycloakStopMilliseconds);
    expect(await pods()).toEqual(['keycloak-0 ready']);
    expect(await port.readKeycloak()).toEqual({ instances: 1, ready: true });
    await port.setKeycloakInstances(2);
    await pass(CLUSTER_TIMES.keycloakStartMilliseconds);
    expect(await pods()).toEqual(['keycloak-0 ready', 'keycloak-1 ready']);
  });

  it('starts a pod of the same name only after the ending one is gone', async () => {
    const { port } = cluster({ keycloakInstances: 1 });
    await port.setKeycloakInstances(0);
    await pass(10);
    await port.setKeycloakInstances(1);
    await pass(10);
    expect(await port.listPods('app=keycloak')).toHaveLength(1);
    expect(await port.readKeycloak()).toEqual({ instances: 1, ready: false });
    await pass(CLUSTER_TIMES.keycloakStopMilliseconds + CLUSTER_TIMES.keycloakStartMilliseconds);
    expect(await port.readKeycloak()).toEqual({ instances: 1, ready: true });
  });

  it('comes back after a loss of power with what was declared: 0 instances, its policies, its Batches', async () => {
    const before = cluster({ runJob: () => new Promise(() => {}) });
    await before.port.setKeycloakInstances(0);
    await before.port.applyNetworkPolicy(policy);
    await before.port.createBatch(batch('in-the-middle'));
    await pass(2_000);
    const etcd = before.model.etcd();
    before.model.stop();
    const laid: string[] = [];
    const after = cluster({ etcd, onPolicy: (name) => laid.push(name) });
    await pass(60_000);
    expect(laid).toEqual(['cut']);
    expect(await after.port.readKeycloak()).toMatchObject({ instances: 0 });
    expect(await after.port.listPods('app=keycloak')).toEqual([]);
    expect(await after.port.readBatch('in-the-middle')).toMatchObject({ phase: 'Failed' });
    expect(await after.port.batchLog('in-the-middle')).toBeNull();
  });

  it('carries out a call whose answer is lost', async () => {
    const { port } = cluster();
    port.loseNextAnswer();
    await expect(port.setKeycloakInstances(0)).rejects.toMatchObject({ name: 'ClusterUnreachableError' });
    expect(await port.readKeycloak()).toMatchObject({ instances: 0 });
  });
});
