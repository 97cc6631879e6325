import { beforeEach, describe, expect, it } from '@jest/globals';
import { CACHES, healthyCli, pod } from './site.ts';
import { A, B, World } from './world.ts';

let world: World;
beforeEach(() => {
  world = new World();
});

/** Lets a site's CLI answer a line, given by its beginning, in another way. */
const says = (site: 'site-a' | 'site-b', overrides: Record<string, string>, entries = {}) => {
  world.sites[site].cli = healthyCli(site, overrides, entries);
};

describe('take-offline', () => {
  it('is proven once every configured cache says offline', async () => {
    expect(await world.run('take-offline', A)).toEqual({
      outcome: 'proven',
      step: 'take-offline',
      pods: null,
    });
  });

  it('at the serving site is in the ledger before the Batch, and its proof after it', async () => {
    const created = await world.create('take-offline', A);
    expect(world.ledger.sites[B]).toMatchObject({ takeOfflineIssued: true, isolated: false });
    await world.look('take-offline', A, created['batch'] as string);
    expect(world.ledger.sites[B]).toMatchObject({ takeOfflineIssued: true, isolated: true });
  });

  it('at the stale site says nothing of the serving one, and hands on which pods proved it', async () => {
    expect(await world.run('take-offline', B)).toEqual({
      outcome: 'proven',
      step: 'take-offline',
      pods: 'infinispan-0 2026-01-05T08:00:00.000Z 0',
    });
    expect(world.ledger.sites[A]).toMatchObject({ takeOfflineIssued: false, isolated: false });
  });

  it('is not proven by the phase Succeeded where the site stayed online, though every cache answered ok', async () => {
    says('site-a', { 'site status --cache=work': '{"site-a-0":"online"}' });
    const outcome = await world.run('take-offline', A);
    expect(outcome).toMatchObject({ outcome: 'not-proven', caches: ['work'] });
    expect(outcome['reason']).toContain('the status of work toward site-b is online, not offline');
    expect(world.ledger.sites[B]!.isolated).toBe(false);
  });

  it('names a cache that is missing, and the remedy', async () => {
    says('site-a', {
      'site take-offline': '{"actionTokens":"ok","authenticationSessions":"ok","loginFailures":"ok"}',
      'site status --cache=work':
        "\u001b[31mNot Found: ISPN012010: Cache with name 'work' not found\u001b[0m",
      'site status': '{"status":"offline"}',
    });
    const outcome = await world.run('take-offline', A);
    expect(outcome).toMatchObject({ outcome: 'not-proven', caches: ['work'] });
    expect(outcome['reason']).toContain('The cache work is missing at site-a');
    expect(outcome['remedy']).toContain('Create the cache at site-a');
  });

  it('is not proven by {}: no cache was concerned', async () => {
    says('site-a', { 'site take-offline': '{}' });
    const outcome = await world.run('take-offline', A);
    expect(outcome['outcome']).toBe('not-proven');
    expect(outcome['reason']).toContain('no cache at all');
  });

  it('names a site name that the Data Grid does not know, and what to compare', async () => {
    const wrong = 'Incorrect site name: site-b';
    says('site-a', {
      'site take-offline': JSON.stringify({
        actionTokens: wrong,
        authenticationSessions: wrong,
        loginFailures: wrong,
        work: wrong,
      }),
      'site status': 'Not Found: ',
    });
    const outcome = await world.run('take-offline', A);
    expect(outcome['outcome']).toBe('not-proven');
    expect(outcome['reason']).toContain('site-a knows no backup site named site-b');
    expect(outcome['remedy']).toContain('failover.config.json');
  });

  it('says which caches are still online where the status is mixed', async () => {
    says('site-a', {
      'site status --all-caches': '{"status":"mixed","online":["extra"],"offline":["work"]}',
    });
    const outcome = await world.run('take-offline', A);
    expect(outcome['reason']).toContain('all caches toward site-b is mixed, not offline (extra)');
  });

  it('is not proven by an error that stands outside of all frames', async () => {
    world.sites['site-a'].cli = healthyCli('site-a');
    const created = await world.create('take-offline', A);
    const batch = created['batch'] as string;
    const whole = await world.sites['site-a'].batchLog(batch);
    world.sites['site-a'].log = `${whole}Error: something\n`;
    expect(await world.look('take-offline', A, batch)).toMatchObject({ outcome: 'not-proven' });
  });
});

describe('status, view and count', () => {
  it('give what each cache says', async () => {
    says('site-a', { 'site status --cache=work': '{"site-a-0":"offline","site-a-1":"online"}' });
    expect(await world.run('status', A)).toEqual({
      outcome: 'proven',
      step: 'status',
      statuses: {
        actionTokens: 'online',
        authenticationSessions: 'online',
        loginFailures: 'online',
        work: 'mixed',
      },
      allOnline: false,
      allOffline: false,
    });
  });

  it('tell plainly when all are online, and when all are offline', async () => {
    expect(await world.run('status', A)).toMatchObject({ allOnline: true, allOffline: false });
    says('site-a', { 'site status': '{"status":"offline"}' });
    expect(await world.run('status', A, { attempt: 2 })).toMatchObject({
      allOnline: false,
      allOffline: true,
    });
  });

  it('can be taken without an operation, since they only look', async () => {
    expect(await world.run('view', A, { operation: null })).toMatchObject({ outcome: 'proven' });
  });

  it('prove a view only with both sites in it', async () => {
    expect(await world.run('view', A)).toEqual({
      outcome: 'proven',
      step: 'view',
      sites: ['site-a', 'site-b'],
    });
    says('site-a', { 'site view': '[site-a]' });
    const outcome = await world.run('view', A, { attempt: 2 });
    expect(outcome['outcome']).toBe('not-proven');
    expect(outcome['reason']).toContain('site-a does not see site-b');
  });

  it('prove that a site is alone only by a view that holds itself and not the other', async () => {
    says('site-b', { 'site view': '[site-b]' });
    expect(await world.run('alone', B)).toEqual({ outcome: 'proven', step: 'alone', sites: ['site-b'] });
    for (const view of ['[site-a, site-b]', '[]', '[site-a]']) {
      says('site-b', { 'site view': view });
      const outcome = await world.run('alone', B);
      expect(outcome['outcome']).toBe('not-proven');
      expect(outcome['reason']).toContain(`site-b is not alone in its view, which is ${view}`);
    }
  });

  it('do not count one site for the other when the clusters are mixed up in the configuration', async () => {
    says('site-a', { 'site name': 'site-b' });
    for (const step of ['view', 'alone', 'count']) {
      const outcome = await world.run(step, A);
      expect(outcome['outcome']).toBe('not-proven');
      expect(outcome['reason']).toContain('The Data Grid that answered for site-a calls itself site-b.');
      expect(outcome['remedy']).toContain('which cluster belongs to which site');
    }
  });

  it('count the entries of each cache', async () => {
    says('site-a', {}, { work: 12, loginFailures: 3 });
    expect(await world.run('count', A)).toEqual({
      outcome: 'proven',
      step: 'count',
      counts: { actionTokens: 0, authenticationSessions: 0, loginFailures: 3, work: 12 },
    });
    expect(await world.run('count', A, { attempt: 2, caches: ['work'] })).toMatchObject({
      counts: { work: 12 },
    });
  });

  it('do not take a cache without statistics for an empty one', async () => {
    says('site-a', { 'stats /containers/default/caches/work': '{"approximate_entries_unique":-1}' });
    const outcome = await world.run('count', A);
    expect(outcome).toMatchObject({ outcome: 'not-proven', caches: ['work'] });
    expect(outcome['remedy']).toContain('statistics');
  });
});

describe('bring-online', () => {
  it('is proven once every cache says online', async () => {
    says('site-b', {});
    expect(await world.run('bring-online', B)).toEqual({ outcome: 'proven', step: 'bring-online' });
  });

  it('is not proven while one does not', async () => {
    says('site-b', { 'site status --cache=work': '{"site-b-0":"offline"}' });
    expect(await world.run('bring-online', B)).toMatchObject({ outcome: 'not-proven', caches: ['work'] });
  });
});

describe('a push', () => {
  it('is prepared once nothing is left of an earlier one, though the cancel itself may be refused', async () => {
    expect(await world.run('prepare-push', A)).toEqual({ outcome: 'proven', step: 'prepare-push' });
    says('site-a', { 'site push-site-status --cache=work': '{"site-b":"OK"}' });
    const outcome = await world.run('prepare-push', A, { attempt: 2 });
    expect(outcome).toMatchObject({ outcome: 'not-proven', caches: ['work'] });
    expect(outcome['reason']).toContain('still says OK');
  });

  it('is started once each cache is online and sends', async () => {
    expect(await world.run('push', A)).toEqual({ outcome: 'proven', step: 'push' });
    says('site-a', { 'site push-site-status --cache=work': '{"site-b":"IDLE"}' });
    expect(await world.run('push', A, { attempt: 2 })).toMatchObject({
      outcome: 'not-proven',
      caches: ['work'],
    });
    says('site-a', { 'site push-site-state --cache=work': 'Error: Already receiving state from site-a' });
    expect(await world.run('push', A, { attempt: 3 })).toMatchObject({
      outcome: 'not-proven',
      caches: ['work'],
    });
  });

  it('brings the receiver online, so that from its Batch on nothing says that it is isolated', async () => {
    world.knows(B, { isolated: true });
    await world.create('push', A);
    expect(world.ledger.sites[B]!.isolated).toBe(false);
  });

  it('of one cache alone touches that one only', async () => {
    await world.run('push', A, { caches: ['work'] });
    expect(world.sites['site-a'].created[0]!.spec.config).not.toContain('loginFailures');
  });

  it('is done when every cache says OK, and else says which send and which failed', async () => {
    says('site-a', { 'site push-site-status': '{"site-b":"OK"}' });
    expect(await world.run('push-status', A)).toEqual({
      outcome: 'proven',
      step: 'push-status',
      done: true,
      failed: [],
      anyFailed: false,
      sending: [],
    });
    says('site-a', {
      'site push-site-status --cache=work': '{"site-b":"ERROR"}',
      'site push-site-status --cache=actionTokens': '{"site-b":"SENDING"}',
      'site push-site-status --cache=loginFailures': '{"site-b":"CANCELED"}',
      'site push-site-status': '{"site-b":"OK"}',
    });
    expect(await world.run('push-status', A, { attempt: 2 })).toMatchObject({
      done: false,
      failed: ['loginFailures', 'work'],
      anyFailed: true,
      sending: ['actionTokens'],
    });
  });

  it('has failed where no cache says that it ever began', async () => {
    expect(await world.run('push-status', A)).toMatchObject({ done: false, anyFailed: true });
  });

  it('says that a cache has no such backup', async () => {
    says('site-a', { 'site push-site-status --cache=work': '{"site-c":"OK"}' });
    const outcome = await world.run('push-status', A);
    expect(outcome).toMatchObject({ outcome: 'not-proven', caches: ['work'] });
    expect(outcome['reason']).toContain('work at site-a does not name site-b as a backup');
  });

  it('is forgotten at the end, and where that is refused the next push does it', async () => {
    expect(await world.run('end-push', A)).toEqual({ outcome: 'proven', step: 'end-push' });
    says('site-a', { 'site clear-push-site-status --cache=work': '"Unable to perform operation. Error=x"' });
    expect(await world.run('end-push', A, { attempt: 2 })).toEqual({ outcome: 'proven', step: 'end-push' });
  });
});

const POD = 'infinispan-0 2026-01-05T08:00:00.000Z 0';
const PODS = { site: POD, against: POD };

describe('clear', () => {
  it('is proven by offline before it and empty caches after it, and leaves no trace then', async () => {
    says('site-b', {}, { work: 100 });
    const created = await world.create('clear', B, { pods: PODS });
    expect(world.ledger.sites[B]!.unansweredClear).toEqual({
      batch: created['batch'],
      at: '2026-01-05T12:00:00.000Z',
    });
    expect(await world.look('clear', B, created['batch'] as string)).toEqual({
      outcome: 'proven',
      step: 'clear',
      counts: { actionTokens: 0, authenticationSessions: 0, loginFailures: 0, work: 0 },
    });
    expect(world.ledger.sites[B]!.unansweredClear).toBeNull();
  });

  it('is not proven by empty caches where the other site was online: both may be empty now', async () => {
    says('site-b', { 'site status --cache=work': '{"site-b-0":"online"}' });
    expect(await world.run('clear', B, { pods: PODS })).toMatchObject({
      outcome: 'not-proven',
      caches: ['work'],
    });
  });

  it('is not proven while a cache still holds entries, though it was answered', async () => {
    says('site-b', { 'clearcache work': '' }, { work: 100 });
    const outcome = await world.run('clear', B, { pods: PODS });
    expect(outcome['reason']).toContain('work at site-b still holds 100 entries');
    expect(world.ledger.sites[B]!.unansweredClear).toBeNull();
  });

  it.each([
    ['was answered with a time-out', { 'clearcache work': 'java.util.concurrent.TimeoutException' }],
    ['was refused', { 'clearcache work': 'Error: x' }],
  ])('leaves its trace where it %s', async (_what, overrides) => {
    says('site-b', overrides, { work: 100 });
    expect(await world.run('clear', B, { pods: PODS })).toMatchObject({ outcome: 'not-proven' });
    expect(world.ledger.sites[B]!.unansweredClear).not.toBeNull();
  });

  it.each([
    ['a pod started later', [pod('infinispan-0', '2026-01-05T11:59:00.000Z')]],
    ['a pod was restarted in place', [pod('infinispan-0', '2026-01-05T08:00:00.000Z', { restarts: 1 })]],
    [
      'a pod is new',
      [pod('infinispan-0', '2026-01-05T08:00:00.000Z'), pod('infinispan-1', '2026-01-05T11:00:00.000Z')],
    ],
  ])('is refused when, since the proof, %s', async (_what, pods) => {
    world.sites['site-b'].dataGrid = pods;
    const outcome = await world.create('clear', B, { pods: PODS });
    expect(outcome).toMatchObject({ outcome: 'not-proven' });
    expect(outcome['reason']).toContain('restarted since site-a was proven offline');
    expect(world.sites['site-b'].created).toEqual([]);
    expect(world.ledger.sites[B]!.unansweredClear).toBeNull();
  });

  it('is refused when the source restarted since it was seen to hold its data: the stale site may hold the last copy', async () => {
    world.sites['site-a'].dataGrid = [pod('infinispan-0', '2026-01-05T11:59:00.000Z')];
    const outcome = await world.create('clear', B, { pods: PODS });
    expect(outcome).toMatchObject({ outcome: 'not-proven' });
    expect(outcome['reason']).toContain('site-b may hold the last copy now');
    expect(world.sites['site-b'].created).toEqual([]);
    expect(world.ledger.sites[B]!.unansweredClear).toBeNull();
  });

  it.each([
    ['of either site', null],
    ['of the stale site', { site: null, against: POD }],
    ['of the source', { site: POD, against: null }],
  ])('is refused without the pods %s that prove it safe', async (_whose, pods) => {
    expect(await world.create('clear', B, { pods })).toMatchObject({ outcome: 'not-proven' });
  });

  it('is refused without the pods of a proof', async () => {
    const outcome = await world.create('clear', B);
    expect(outcome).toMatchObject({ outcome: 'not-proven' });
    expect(outcome['remedy']).toContain('Take site-a offline at site-b again');
  });

  it('is refused while a pod is not ready: what is sent to it may run much later', async () => {
    world.sites['site-b'].dataGrid = [pod('infinispan-0', '2026-01-05T08:00:00.000Z', { ready: false })];
    const outcome = await world.create('clear', B, { pods: PODS });
    expect(outcome['reason']).toContain('not ready');
    expect(world.sites['site-b'].created).toEqual([]);
  });

  it('is never issued at the serving site', async () => {
    await expect(world.create('clear', A, { pods: PODS })).rejects.toThrow(
      'the serving site is never cleared',
    );
  });
});

describe('bring-online after a clear whose answer nobody saw', () => {
  const unanswered = { batch: 'failover-clear-0000', at: '2026-01-05T11:00:00.000Z' as never };

  it('is refused with the remedy until every server has restarted since', async () => {
    world.knows(B, { unansweredClear: unanswered });
    const outcome = await world.create('bring-online', B);
    expect(outcome).toMatchObject({ outcome: 'not-proven' });
    expect(outcome['reason']).toContain('failover-clear-0000');
    expect(outcome['remedy']).toContain('Restart every Data Grid pod of site-b');
    expect(world.sites['site-b'].created).toEqual([]);

    world.sites['site-b'].dataGrid = [
      pod('infinispan-0', '2026-01-05T11:30:00.000Z'),
      pod('infinispan-1', '2026-01-05T10:30:00.000Z'),
    ];
    expect(await world.create('bring-online', B)).toMatchObject({ outcome: 'not-proven' });

    world.sites['site-b'].dataGrid = [
      pod('infinispan-0', '2026-01-05T11:30:00.000Z'),
      pod('infinispan-1', '2026-01-05T11:31:00.000Z'),
    ];
    expect(await world.create('bring-online', B)).toMatchObject({ outcome: 'created' });
  });

  it('is refused as long as the Batch of that clear can still run', async () => {
    world.knows(B, { unansweredClear: unanswered });
    world.sites['site-b'].dataGrid = [pod('infinispan-0', '2026-01-05T11:30:00.000Z')];
    world.sites['site-b'].batches.set(unanswered.batch, {} as never);
    world.sites['site-b'].phase = 'Initializing';
    const outcome = await world.create('bring-online', B);
    expect(outcome['remedy']).toContain('Delete Batch failover-clear-0000');
  });

  it('stays refused after a later clear was proven: the earlier one may still come', async () => {
    world.knows(B, { unansweredClear: unanswered });
    expect(await world.run('clear', B, { pods: PODS })).toMatchObject({ outcome: 'proven' });
    expect(world.ledger.sites[B]!.unansweredClear).toMatchObject({ batch: unanswered.batch });
    expect(await world.create('bring-online', B)).toMatchObject({ outcome: 'not-proven' });
  });

  it('stays refused after a later clear where the earlier one still waits to begin, though every server restarted', async () => {
    world.knows(B, { unansweredClear: unanswered });
    world.sites['site-b'].dataGrid = [pod('infinispan-0', '2026-01-05T11:30:00.000Z')];
    world.sites['site-b'].readBatch = async (name) => ({
      phase: name === unanswered.batch ? 'Initializing' : 'Succeeded',
      reason: null,
    });
    const pods = { ...PODS, site: 'infinispan-0 2026-01-05T11:30:00.000Z 0' };
    expect(await world.run('clear', B, { pods })).toMatchObject({ outcome: 'proven' });
    expect(world.ledger.sites[B]!.unansweredClear).toMatchObject({ batch: unanswered.batch });
    const outcome = await world.create('bring-online', B);
    expect(outcome['remedy']).toContain('Delete Batch failover-clear-0000, then restart');
  });

  it('counts the time anew when a clear that ran too long is deleted', async () => {
    const created = await world.create('clear', B, { pods: PODS });
    world.now = new Date('2026-01-05T12:05:00.000Z');
    await world.dataGrid({ action: 'delete-batch', site: B, batch: created['batch'] });
    expect(world.ledger.sites[B]!.unansweredClear).toEqual({
      batch: created['batch'],
      at: '2026-01-05T12:05:00.000Z',
    });
  });
});

describe('describing the caches', () => {
  it('says of each one what it is, also of a missing one, in little of a machine’s state', async () => {
    const missing = "IllegalArgumentException: No such resource 'work'";
    says('site-a', { 'describe /containers/default/caches/work': missing });
    const outcome = await world.run('describe-caches', A);
    expect(outcome).toMatchObject({
      outcome: 'proven',
      step: 'describe-caches',
      descriptions: { actionTokens: { exists: true, kind: 'distributed' }, work: { exists: false } },
    });
    expect(JSON.stringify(outcome).length / CACHES.length).toBeLessThan(300);
  });

  it('is not proven by the Data Grid of another site', async () => {
    says('site-a', { 'site name': 'site-b' });
    expect(await world.run('describe-caches', A)).toMatchObject({
      outcome: 'not-proven',
      reason: expect.stringContaining('calls itself site-b'),
    });
  });
});

describe('several steps in one Batch', () => {
  const counts = { actionTokens: 0, authenticationSessions: 0, loginFailures: 0, work: 100 };
  beforeEach(() => {
    says('site-a', {}, { work: 100 });
  });

  it('prove together what each of them proves', async () => {
    const sites = ['site-a', 'site-b'];
    expect(await world.run('view-and-count', A)).toEqual({
      outcome: 'proven',
      step: 'view-and-count',
      sites,
      counts,
    });
    expect(await world.run('push', A)).toMatchObject({ outcome: 'proven' });
    expect(await world.run('push-progress', A)).toMatchObject({
      sending: CACHES,
      sites,
      seesOther: true,
      counts,
    });
    expect(await world.run('end-push-and-count', A)).toEqual({
      outcome: 'proven',
      step: 'end-push-and-count',
      counts,
    });
    expect(await world.run('in-sync', A)).toMatchObject({ outcome: 'proven', sites, counts });
  });

  it('say that a receiver is gone, whatever its push says', async () => {
    expect(await world.run('push', A)).toMatchObject({ outcome: 'proven' });
    says('site-a', { 'site view': '[site-a]' });
    expect(await world.run('push-progress', A)).toMatchObject({
      outcome: 'proven',
      seesOther: false,
    });
    // Its relay is not up: nothing is known of whom it would see.
    says('site-a', { 'site view': '[]' });
    expect(await world.run('push-progress', A)).toMatchObject({ outcome: 'not-proven' });
  });

  it.each<[string, Record<string, string>, RegExp]>([
    ['the other site is not in the view', { 'site view': '[site-a]' }, /site-a does not see site-b/],
    [
      'a cache is offline',
      { 'site status --cache=work': '{"site-a-0":"offline"}' },
      /not online toward site-b: work/,
    ],
    [
      'a cache can’t be counted',
      { 'stats /containers/default/caches/work': 'Error: x' },
      /about work: Error: x/,
    ],
  ])('do not prove a site in sync where %s', async (_what, overrides, why) => {
    says('site-a', overrides);
    const outcome = await world.run('in-sync', A);
    expect(outcome).toMatchObject({ outcome: 'not-proven' });
    expect(outcome['reason']).toMatch(why);
  });
});
