import { beforeEach, describe, expect, it } from '@jest/globals';
import { batchNameOf } from '../../functions/data-grid/batch.ts';
import {
  ClusterAccessError,
  ClusterUnreachableError,
  TransientError,
} from '../../functions/shared/errors.ts';
import { pod } from './site.ts';
import { A, B, OPERATION, World } from './world.ts';

let world: World;
beforeEach(() => {
  world = new World();
  for (const site of Object.values(world.sites)) site.phase = 'Running';
});

const deleteLeftovers = () => world.dataGrid({ action: 'delete-leftovers', operation: OPERATION });
const BEFORE = 'arn:aws:states:eu-central-1:123456789012:execution:sso-run-batch:before';
const batches = (site: 'site-a' | 'site-b') => [...world.sites[site].batches.keys()];
/** As a Job names it. */
const podOf = (step: 'clear' | 'count' | 'take-offline' | 'push') =>
  `${batchNameOf({ step, execution: BEFORE, attempt: 1 })}-x7k2p`;

const CLEAR = batchNameOf({ step: 'clear', execution: BEFORE, attempt: 1 });
/** Another Batch gives it its shape. */
const hasBatchAt = async (site: 'site-a' | 'site-b', name: string) => {
  const { batch } = await world.create('take-offline', site === 'site-a' ? A : B, { execution: BEFORE });
  const { batches } = world.sites[site];
  const manifest = batches.get(String(batch))!;
  batches.set(name, { ...manifest, metadata: { ...manifest.metadata, name } });
};
const hasClearAt = (site: 'site-a' | 'site-b') => hasBatchAt(site, CLEAR);

describe('what an earlier execution left behind', () => {
  it('is proven to be nothing where nothing is', async () => {
    expect(await deleteLeftovers()).toEqual({ outcome: 'none-left' });
  });

  it.each([null, 'Initializing', 'Running'] as const)(
    'is deleted at both sites in phase %s, and is gone at the next look',
    async (phase) => {
      for (const site of Object.values(world.sites)) site.phase = phase;
      const atA = await world.create('take-offline', A, { execution: BEFORE });
      const atB = await world.create('take-offline', B, { execution: BEFORE });
      const outcome = await deleteLeftovers();
      expect(outcome).toMatchObject({
        outcome: 'left',
        remedy: expect.stringContaining('kubectl get batches'),
      });
      expect(outcome['reason']).toContain(`Batch ${atA['batch']} at site-a, Batch ${atB['batch']} at site-b`);
      expect([batches('site-a'), batches('site-b')]).toEqual([[], []]);
      expect(await deleteLeftovers()).toEqual({ outcome: 'none-left' });
    },
  );

  it('is there as long as its pod is, though its Batch is gone', async () => {
    world.sites['site-b'].batchPods = [pod(podOf('clear'), '2026-01-05T11:00:00.000Z')];
    expect(await deleteLeftovers()).toMatchObject({
      outcome: 'left',
      reason: expect.stringContaining(`pod ${podOf('clear')} at site-b`),
    });
    world.sites['site-b'].batchPods = [
      pod(podOf('clear'), '2026-01-05T11:00:00.000Z', { phase: 'Succeeded' }),
    ];
    expect(await deleteLeftovers()).toEqual({ outcome: 'none-left' });
  });

  it('does no harm once it has ended, and stays', async () => {
    await world.create('take-offline', A, { execution: BEFORE });
    for (const phase of ['Succeeded', 'Failed'] as const) {
      world.sites['site-a'].phase = phase;
      expect(await deleteLeftovers()).toEqual({ outcome: 'none-left' });
    }
    expect(batches('site-a')).toHaveLength(1);
  });

  it.each(['push', 'bring-online'] as const)(
    'may have brought the stale site online by a %s, whether it has ended or not: what was proven is lost',
    async (step) => {
      for (const phase of ['Succeeded', 'Failed', 'Running'] as const) {
        world.knows(B, { isolated: true, takeOfflineIssued: true });
        await hasBatchAt('site-a', batchNameOf({ step, execution: BEFORE, attempt: 1 }));
        world.sites['site-a'].phase = phase;
        expect(await deleteLeftovers()).toMatchObject({ outcome: 'left' });
        expect(world.ledger.sites[B]!.isolated).toBe(false);
        expect(await deleteLeftovers()).toEqual({ outcome: 'none-left' });
      }
    },
  );

  it('keeps the proof where it ran at the stale site, or only looked', async () => {
    world.knows(B, { isolated: true, takeOfflineIssued: true });
    await hasBatchAt('site-b', batchNameOf({ step: 'push', execution: BEFORE, attempt: 1 }));
    await world.create('count', A, { operation: null });
    expect(await deleteLeftovers()).toMatchObject({ outcome: 'left' });
    expect(world.ledger.sites[B]!.isolated).toBe(true);
  });

  it('and only looks is left to readiness, which may wait for it', async () => {
    await world.create('in-sync', A, { operation: null });
    await world.create('count', B, { operation: null });
    world.sites['site-b'].batchPods = [pod(podOf('count'), '2026-01-05T11:00:00.000Z')];
    expect(await deleteLeftovers()).toEqual({ outcome: 'none-left' });
    expect([batches('site-a'), batches('site-b')]).toMatchObject([{ length: 1 }, { length: 1 }]);
  });

  it('is a person’s own, or another deployment’s, where the label does not say that it is ours', async () => {
    await world.create('take-offline', A, { execution: BEFORE });
    const [manifest] = world.sites['site-a'].batches.values();
    const { name, labels } = manifest!.metadata;
    for (const others of [{}, { ...labels, 'app.kubernetes.io/part-of': 'another' }]) {
      world.sites['site-a'].batches.set(name, { ...manifest!, metadata: { name, labels: others } });
      expect(await deleteLeftovers()).toEqual({ outcome: 'none-left' });
    }
    world.sites['site-a'].batchPods = [pod('backup-of-tonight-x7k2p', '2026-01-05T11:00:00.000Z')];
    expect(await deleteLeftovers()).toEqual({ outcome: 'none-left' });
  });

  it('is a pod of another deployment’s Batch in the same namespace, which holds nothing up', async () => {
    world.sites['site-b'].batchPodsOfOthers = [pod(podOf('clear'), '2026-01-05T11:00:00.000Z')];
    expect(await deleteLeftovers()).toEqual({ outcome: 'none-left' });
    expect(world.ledger.sites[B]!.unansweredClear).toBeNull();
  });

  it('may have sent its clear until now, so only a server that starts later can not hold it', async () => {
    await hasClearAt('site-b');
    world.knows(B, { unansweredClear: { batch: CLEAR, at: '2026-01-05T11:00:00.000Z' as never } });
    expect(await deleteLeftovers()).toMatchObject({ outcome: 'left' });
    expect(world.ledger.sites[B]!.unansweredClear).toEqual({ batch: CLEAR, at: world.now.toISOString() });
  });

  it('may have sent its clear also when the process that deletes it ends at that', async () => {
    await hasClearAt('site-b');
    const { deleteBatch } = world.sites['site-b'];
    world.sites['site-b'].deleteBatch = async (name) => {
      await deleteBatch.call(world.sites['site-b'], name);
      if (name === CLEAR) throw new Error('The process ends here.');
    };
    await expect(deleteLeftovers()).rejects.toThrow('The process ends here.');
    expect(batches('site-b')).not.toContain(CLEAR);
    expect(world.ledger.sites[B]!.unansweredClear).toEqual({ batch: CLEAR, at: world.now.toISOString() });
  });

  describe('while the ledger does not answer', () => {
    /** So many reads are answered before it falls silent. */
    const ledgerFallsSilentAfter = (reads: number) => {
      let asked = 0;
      world.meanwhile = () => {
        asked += 1;
        if (asked > reads) throw new Error('The ledger does not answer.');
      };
    };
    const KNOWN = { batch: CLEAR, at: '2026-01-05T11:00:00.000Z' as never };

    it('stays, as it would not be listed again once its note can be made', async () => {
      await hasClearAt('site-b');
      world.knows(B, { unansweredClear: KNOWN });
      ledgerFallsSilentAfter(1);
      await expect(deleteLeftovers()).rejects.toThrow('The ledger does not answer.');
      expect(batches('site-b')).toContain(CLEAR);
      world.meanwhile = () => {};
      expect(await deleteLeftovers()).toMatchObject({ outcome: 'left' });
      expect(world.ledger.sites[B]!.unansweredClear).toEqual({ batch: CLEAR, at: world.now.toISOString() });
    });

    it('is deleted where it is known by its name, and is noted when that is tried again', async () => {
      await hasClearAt('site-b');
      world.knows(B, { unansweredClear: KNOWN });
      const deletes = () => world.dataGrid({ action: 'delete-batch', site: 'site-b', batch: CLEAR });
      ledgerFallsSilentAfter(0);
      await expect(deletes()).rejects.toThrow('The ledger does not answer.');
      expect(batches('site-b')).not.toContain(CLEAR);
      world.meanwhile = () => {};
      expect(await deletes()).toEqual({ outcome: 'deleted' });
      expect(world.ledger.sites[B]!.unansweredClear).toEqual({ batch: CLEAR, at: world.now.toISOString() });
    });
  });

  it('may have sent its clear until it is gone, however long its deletion takes', async () => {
    await hasClearAt('site-b');
    const { deleteBatch } = world.sites['site-b'];
    world.sites['site-b'].deleteBatch = async (name) => {
      world.now = new Date('2026-01-05T12:00:08.000Z');
      await deleteBatch.call(world.sites['site-b'], name);
    };
    expect(await deleteLeftovers()).toMatchObject({ outcome: 'left' });
    expect(world.ledger.sites[B]!.unansweredClear).toEqual({ batch: CLEAR, at: '2026-01-05T12:00:08.000Z' });
  });

  it('may have sent its clear until now, also where the ledger knows of another one, or its Batch is gone', async () => {
    const batch = batchNameOf({ step: 'clear', execution: 'long before', attempt: 1 });
    const known = { batch, at: '2026-01-05T11:00:00.000Z' as never };
    world.sites['site-b'].batchPods = [pod(podOf('clear'), '2026-01-05T11:30:00.000Z')];
    world.knows(B, { unansweredClear: known });
    expect(await deleteLeftovers()).toMatchObject({ outcome: 'left' });
    expect(world.ledger.sites[B]!.unansweredClear).toEqual({ batch, at: world.now.toISOString() });
    world.knows(B, { unansweredClear: null });
    expect(await deleteLeftovers()).toMatchObject({ outcome: 'left' });
    expect(world.ledger.sites[B]!.unansweredClear).toEqual({
      batch: batchNameOf({ step: 'clear', execution: BEFORE, attempt: 1 }),
      at: world.now.toISOString(),
    });
    // One that does not clear sends none.
    world.sites['site-b'].batchPods = [pod(podOf('take-offline'), '2026-01-05T11:30:00.000Z')];
    world.knows(B, { unansweredClear: known });
    expect(await deleteLeftovers()).toMatchObject({ outcome: 'left' });
    expect(world.ledger.sites[B]!.unansweredClear).toEqual(known);
  });

  it('can’t be told at a site that does not answer', async () => {
    world.sites['site-b'].fault = new ClusterUnreachableError('site-b does not answer.', 'Wait.');
    expect(await deleteLeftovers()).toMatchObject({ outcome: 'unreachable' });
  });
});

it('a newer decision’s Batch is not taken for one of before', async () => {
  await world.create('take-offline', A);
  world.meanwhile = () => world.supersede();
  expect(await deleteLeftovers()).toEqual({ outcome: 'superseded' });
  expect(batches('site-a')).toHaveLength(1);
});

describe('before a planned move, what an earlier execution left behind', () => {
  const check = () => world.dataGrid({ action: 'check-target', operation: OPERATION, site: B });

  it.each([
    ['push', A],
    ['take-offline', B],
  ] as const)('keeps it from beginning, and is deleted: a %s at %s', async (step, site) => {
    await world.create(step, site, { execution: BEFORE });
    const [batch] = batches(site as 'site-a' | 'site-b');
    expect(await check()).toEqual({
      outcome: 'not-ready',
      reason: expect.stringContaining(`Batch ${batch} at ${site}`),
      remedy: expect.stringMatching(
        /^It is being deleted\. .*kubectl get batches.* Then start "resync" again\.$/,
      ),
    });
    expect([batches('site-a'), batches('site-b')]).toEqual([[], []]);
    expect(await check()).toEqual({ outcome: 'ready' });
  });

  it('is a clear that the new site may have been sent by then', async () => {
    await hasClearAt('site-b');
    expect(await check()).toMatchObject({ outcome: 'not-ready' });
    expect(world.ledger.sites[B]!.unansweredClear).toEqual({ batch: CLEAR, at: world.now.toISOString() });
  });

  it('is nothing that has ended, or that only looks', async () => {
    await world.create('count', A, { operation: null });
    await world.create('take-offline', B, { execution: BEFORE });
    world.sites['site-b'].phase = 'Succeeded';
    expect(await check()).toEqual({ outcome: 'ready' });
  });

  it.each([
    new ClusterUnreachableError('site-a does not answer.', 'Wait.'),
    new ClusterAccessError('Our token was refused.', 'Renew the token.'),
    new TransientError('It answers 503 and goes on doing so.', 'It passes.'),
  ])('can’t be told at the old site where: $message To leave it is what the move is for', async (fault) => {
    world.sites['site-a'].fault = fault;
    expect(await check()).toEqual({ outcome: 'ready' });
  });

  it('is asked for a second time where the old site’s API is busy', async () => {
    await world.create('push', A, { execution: BEFORE });
    const { listBatches } = world.sites['site-a'];
    let asked = 0;
    world.sites['site-a'].listBatches = async (...given) => {
      asked += 1;
      if (asked === 1) throw new TransientError('It answered 503.', 'It passes.');
      return listBatches.apply(world.sites['site-a'], given);
    };
    expect(await check()).toMatchObject({ outcome: 'not-ready' });
    expect(batches('site-a')).toEqual([]);
  });

  it('keeps it from beginning as well where it can be listed at the old site and not deleted', async () => {
    await world.create('push', A, { execution: BEFORE });
    world.sites['site-a'].deleteBatch = async () => {
      throw new ClusterAccessError('delete batches is forbidden.', 'Allow "delete".');
    };
    expect(await check()).toEqual({
      outcome: 'not-ready',
      reason: 'delete batches is forbidden. Allow "delete".',
      remedy: 'Allow "delete". Then start "resync" again.',
    });
  });

  it('is none that a newer decision has made meanwhile', async () => {
    await world.create('take-offline', A);
    let asked = 0;
    world.meanwhile = () => {
      asked += 1;
      if (asked > 1) world.supersede();
    };
    expect(await check()).toEqual({ outcome: 'superseded' });
    expect(batches('site-a')).toHaveLength(1);
  });
});

describe('a clear from before, at a site that was promoted since', () => {
  const deleteClears = () =>
    world.dataGrid({ action: 'delete-clears', execution: 'a promotion', site: 'site-a' });
  it('is deleted alone, and is gone at the next look', async () => {
    await hasClearAt('site-a');
    expect(await deleteClears()).toMatchObject({
      outcome: 'left',
      reason: expect.stringContaining(`Batch ${CLEAR} at site-a`),
    });
    expect(batches('site-a')).toHaveLength(1);
    expect(batches('site-a')).not.toContain(CLEAR);
    expect(await deleteClears()).toEqual({ outcome: 'none-left' });
  });

  it('may have been sent to it before, which its ledger knows once it is to be brought back in step', async () => {
    await hasClearAt('site-a');
    await deleteClears();
    expect(world.ledger.sites[A]!.unansweredClear).toEqual({ batch: CLEAR, at: world.now.toISOString() });
  });

  it('is there as long as its pod is', async () => {
    world.sites['site-a'].batchPods = [pod(podOf('clear'), '2026-01-05T11:00:00.000Z')];
    expect(await deleteClears()).toMatchObject({ outcome: 'left' });
  });

  it('is left to the resync at a site that does not serve', async () => {
    await hasClearAt('site-b');
    expect(
      await world.dataGrid({ action: 'delete-clears', execution: 'a promotion', site: 'site-b' }),
    ).toEqual({
      outcome: 'superseded',
    });
    expect(batches('site-b')).toContain(CLEAR);
  });

  it('can’t be told where the site does not answer', async () => {
    world.sites['site-a'].fault = new ClusterUnreachableError('site-a does not answer.', 'Wait.');
    expect(await deleteClears()).toMatchObject({ outcome: 'unreachable' });
  });
});

describe('what a resync that was broken off left at the survivor of a failover', () => {
  const deleteBringOnlines = () =>
    world.dataGrid({ action: 'delete-bring-onlines', operation: OPERATION, site: 'site-a' });
  beforeEach(() => {
    world.knows(B, { trust: 'stale', isolated: true });
  });

  it.each(['bring-online', 'push'])(
    'is a %s that is deleted, and what it may have undone is lost',
    async (step) => {
      await world.create(step, A, { execution: BEFORE });
      world.knows(B, { isolated: true });
      const [batch] = batches('site-a');
      expect(await deleteBringOnlines()).toMatchObject({
        outcome: 'left',
        reason: expect.stringContaining(`Batch ${batch} at site-a`),
      });
      expect([batches('site-a'), world.ledger.sites[B]!.isolated]).toEqual([[], false]);
      // Also where nobody heard the first answer.
      expect(await deleteBringOnlines()).toEqual({ outcome: 'none-left', isolated: false });
      world.knows(B, { isolated: true });
      expect(await deleteBringOnlines()).toEqual({ outcome: 'none-left', isolated: true });
    },
  );

  it.each(['Succeeded', 'Failed'] as const)(
    'may have acted after the proof though its Batch has %s: nobody else deleted it',
    async (phase) => {
      await world.create('push', A, { execution: BEFORE });
      world.knows(B, { isolated: true });
      world.sites['site-a'].phase = phase;
      expect(await deleteBringOnlines()).toMatchObject({ outcome: 'left' });
      expect(world.ledger.sites[B]!.isolated).toBe(false);
    },
  );

  it('is lost before it is deleted, so that the sweep proves it again where the process ends at that', async () => {
    await world.create('push', A, { execution: BEFORE });
    world.knows(B, { isolated: true });
    world.sites['site-a'].deleteBatch = async () => {
      throw new Error('The process ends here.');
    };
    await expect(deleteBringOnlines()).rejects.toThrow('The process ends here.');
    expect(world.ledger.sites[B]!.isolated).toBe(false);
  });

  it('is there as long as its pod is; once that alone is left, nothing more is lost', async () => {
    world.sites['site-a'].batchPods = [pod(podOf('push'), '2026-01-05T11:00:00.000Z')];
    expect(await deleteBringOnlines()).toMatchObject({ outcome: 'left' });
    expect(world.ledger.sites[B]!.isolated).toBe(true);
  });

  it('is nothing that takes offline, or that runs at the lost site', async () => {
    await world.create('take-offline', A, { execution: BEFORE });
    world.knows(B, { trust: 'resyncing' });
    await world.create('bring-online', B, { execution: BEFORE });
    expect(batches('site-b')).toHaveLength(1);
    world.knows(B, { isolated: true });
    expect(await deleteBringOnlines()).toEqual({ outcome: 'none-left', isolated: true });
    expect([batches('site-a'), batches('site-b'), world.ledger.sites[B]!.isolated]).toMatchObject([
      { length: 1 },
      { length: 1 },
      true,
    ]);
  });

  it.each(['push', 'take-offline'])('is left to whoever decided something newer: a %s', async (step) => {
    await world.create(step, A, { execution: BEFORE });
    world.knows(B, { isolated: true });
    world.supersede();
    expect(await deleteBringOnlines()).toEqual({ outcome: 'superseded' });
    expect([batches('site-a'), world.ledger.sites[B]!.isolated]).toMatchObject([{ length: 1 }, true]);
  });

  it('can’t be told where the survivor does not answer, and the isolation is in doubt until it is proven anew', async () => {
    world.sites['site-a'].fault = new ClusterUnreachableError('site-a does not answer.', 'Wait.');
    expect(await deleteBringOnlines()).toMatchObject({ outcome: 'unreachable' });
    expect(world.ledger.sites[B]!.isolated).toBe(false);
    world.knows(B, { isolated: true });
    world.supersede();
    expect(await deleteBringOnlines()).toEqual({ outcome: 'superseded' });
    expect(world.ledger.sites[B]!.isolated).toBe(true);
  });

  it('may be there where the API is too busy to say, but not where it forbids to look, which would never be over', async () => {
    world.sites['site-a'].fault = new TransientError('site-a is busy (503).', 'It may pass.');
    await expect(deleteBringOnlines()).rejects.toThrow('busy');
    expect(world.ledger.sites[B]!.isolated).toBe(false);
    world.knows(B, { isolated: true });
    world.sites['site-a'].fault = new ClusterAccessError('site-a forbids it (403).', 'See the Role.');
    await expect(deleteBringOnlines()).rejects.toThrow('forbids');
    expect(world.ledger.sites[B]!.isolated).toBe(true);
  });
});
