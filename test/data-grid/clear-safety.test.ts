import { beforeEach, describe, expect, it } from '@jest/globals';
import { bringOnlineRefusal, clearRefusal, standingClear } from '../../functions/data-grid/clear-safety.ts';
import { CACHES, pod } from './site.ts';
import { A, B, World } from './world.ts';

const NOON = '2026-01-05T12:00:00.000Z';
const step = { step: 'clear', site: B, against: A, caches: CACHES, operation: null } as never;
const pods = [pod('infinispan-0', NOON)];
const PROOF = { site: `infinispan-0 ${NOON} 0`, against: `infinispan-0 ${NOON} 0` };
const refusal = (here = pods, there = pods, proof: Parameters<typeof clearRefusal>[3] = PROOF) =>
  clearRefusal(step, here, there, proof);

describe('a clear', () => {
  const again = 'Take site-a offline at site-b again, and clear with the "pods" of that proof.';

  it('is sent where the pods of both proofs stand as they were', () => {
    expect(refusal()).toBeNull();
  });

  it.each([
    ['without a proof', null],
    ['without the pods of the site', { ...PROOF, site: null }],
    ['without the pods of the source', { ...PROOF, against: null }],
  ])('is refused %s, and the remedy named', (_what, proof) => {
    expect(refusal(pods, pods, proof)).toEqual({
      outcome: 'not-proven',
      reason:
        'Nothing says with which Data Grid pods site-a was proven offline at site-b and seen to hold its data.',
      remedy: again,
      caches: [],
    });
  });

  it('is refused where the site has no pod', () => {
    expect(refusal([])).toMatchObject({
      reason: 'site-b has no Data Grid pod.',
      remedy: `Wait until the Data Grid of site-b is ready. ${again}`,
    });
  });

  it('is refused where pods are not ready, each by its name', () => {
    const waiting = ['infinispan-0', 'infinispan-1'].map((name) => pod(name, NOON, { ready: false }));
    expect(refusal(waiting)?.reason).toContain('infinispan-0, infinispan-1.');
  });

  it('is refused where the source restarted since: this may be the last copy', () => {
    expect(refusal(pods, [pod('infinispan-0', '2026-01-05T12:01:00.000Z')])).toMatchObject({
      reason: expect.stringContaining('may hold the last copy now'),
      remedy: 'Look at the entry counts of site-a, then start the resync again.',
    });
  });

  it('is refused where the site restarted since: the other one may be online again', () => {
    expect(refusal([pod('infinispan-0', '2026-01-05T12:01:00.000Z')])).toMatchObject({
      reason: expect.stringContaining('may be online again'),
      remedy: again,
    });
  });
});

describe('a clear that nobody saw the answer of', () => {
  let world: World;
  let cluster: World['sites']['site-b'];
  beforeEach(() => {
    world = new World();
    cluster = world.sites['site-b'];
  });

  it('is none where the ledger knows of none, or not of the site', async () => {
    expect(await standingClear(cluster, world.ledger, B, pods)).toBeNull();
    expect(await bringOnlineRefusal(cluster, step, world.ledger, pods)).toBeNull();
    const unknown = { ...world.ledger, sites: {} };
    expect(await standingClear(cluster, unknown, B, pods)).toBeNull();
    expect(await bringOnlineRefusal(cluster, step, unknown, pods)).toBeNull();
  });

  it.each(['Succeeded', 'Failed'] as const)(
    'comes no more once its Batch has %s and every server restarted',
    async (phase) => {
      world.knows(B, { unansweredClear: { batch: 'failover-clear-0000', at: NOON as never } });
      cluster.readBatch = async () => ({ phase, reason: null });
      expect(
        await standingClear(cluster, world.ledger, B, [pod('infinispan-0', '2026-01-05T12:01:00.000Z')]),
      ).toBeNull();
    },
  );

  it('keeps the other site offline, and says what may come and what to do', async () => {
    world.knows(B, { unansweredClear: { batch: 'failover-clear-0000', at: NOON as never } });
    expect(await bringOnlineRefusal(cluster, step, world.ledger, pods)).toEqual({
      outcome: 'not-proven',
      reason:
        `A clear of site-b was issued at ${NOON} (Batch failover-clear-0000) and nobody saw its answer. ` +
        'Its server may still carry it out, and with site-a online that would empty both sites.',
      remedy:
        'Restart every Data Grid pod of site-b, wait until they are ready, then start the resync again.',
      caches: [],
    });
  });
});
