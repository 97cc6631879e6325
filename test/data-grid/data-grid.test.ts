import { beforeEach, describe, expect, it, jest } from '@jest/globals';
import {
  ClusterAccessError,
  ClusterUnreachableError,
  ConfigurationError,
  InvalidInputError,
  TransientError,
  UnparseableLogError,
} from '../../functions/shared/errors.ts';
import { healthyCli, pod } from './site.ts';
import { A, B, EXECUTION, OPERATION, World } from './world.ts';

let world: World;
beforeEach(() => {
  world = new World();
});

const gone = () =>
  new ClusterUnreachableError('The API of site-b did not answer within 8 s.', 'It may be lost.');

describe('creating a Batch', () => {
  it('again, because its answer was lost, finds the one that is there', async () => {
    const first = await world.create('take-offline', A);
    expect(await world.create('take-offline', A)).toEqual(first);
    expect(world.sites['site-a'].created).toHaveLength(1);
  });

  it('of another attempt makes another one', async () => {
    const first = await world.create('take-offline', A);
    const second = await world.create('take-offline', A, { attempt: 2 });
    expect(second['batch']).not.toBe(first['batch']);
  });

  it('does nothing once the operation is superseded', async () => {
    world.supersede();
    const before = world.ledger;
    expect(await world.create('take-offline', A)).toEqual({ outcome: 'superseded' });
    expect(world.sites['site-a'].created).toEqual([]);
    expect(world.ledger).toBe(before);
  });

  it('does nothing when the operation is superseded at the last moment, after the ledger was written', async () => {
    world.meanwhile = (reads) => {
      if (reads === 3) world.supersede();
    };
    expect(await world.create('take-offline', A)).toEqual({ outcome: 'superseded' });
    expect(world.sites['site-a'].created).toEqual([]);
  });

  it('says unreachable where the API of the site does not answer', async () => {
    world.sites['site-b'].fault = gone();
    for (const step of ['take-offline', 'status', 'bring-online']) {
      expect(await world.create(step, B)).toEqual({
        outcome: 'unreachable',
        reason: 'The API of site-b did not answer within 8 s. It may be lost.',
      });
    }
  });

  it('throws what a person has to mend, such as a token that is refused', async () => {
    world.sites['site-a'].fault = new ClusterAccessError('create batches was refused.', 'Renew the token.');
    await expect(world.create('take-offline', A)).rejects.toThrow(ClusterAccessError);
  });

  it('does not need the list of pods at the serving site: nothing may delay its take-offline', async () => {
    world.sites['site-a'].listPods = async () => {
      throw new ClusterAccessError('list pods was refused.', 'Grant it.');
    };
    expect(await world.create('take-offline', A)).toMatchObject({ outcome: 'created', pods: null });
  });
});

describe('bad input', () => {
  it.each<[string, Record<string, unknown>, string, typeof InvalidInputError]>([
    ['an unknown field', { colour: 'red' }, 'Fields that exist: action, operation, site', InvalidInputError],
    ['an unknown step', { step: 'reset' }, '"step"', InvalidInputError],
    ['an unknown site', { site: 'site-c' }, 'Sites are site-a, site-b', ConfigurationError],
    ['an unknown other site', { against: 'site-c' }, 'Sites are site-a, site-b', ConfigurationError],
    ['the same site twice', { against: 'site-a' }, 'both "site" and "against"', InvalidInputError],
    ['an unknown cache', { step: 'push', caches: ['nosuch'] }, 'Caches are actionTokens', InvalidInputError],
    ['no cache at all', { step: 'push', caches: [] }, 'at least one cache', InvalidInputError],
    ['some caches of a step for all', { caches: ['work'] }, 'only safe for all caches', InvalidInputError],
    ['a change without an operation', { operation: null }, 'no operation asks for it', InvalidInputError],
  ])('is refused with what would be right: %s', async (_what, fields, message, error) => {
    const result = world.create('take-offline', A, fields);
    await expect(result).rejects.toThrow(error);
    await expect(result).rejects.toThrow(message);
    expect(world.sites['site-a'].created).toEqual([]);
  });

  it('is refused: a push from the site that does not serve', async () => {
    await expect(world.create('push', B)).rejects.toThrow('a push goes from the serving site');
  });

  it('is refused: no action, or one that does not exist', async () => {
    await expect(world.dataGrid({})).rejects.toThrow(InvalidInputError);
    await expect(world.dataGrid({ action: 'reset' })).rejects.toThrow(InvalidInputError);
    await expect(world.dataGrid(undefined)).rejects.toThrow(InvalidInputError);
  });

  it('is not a null where a machine has nothing to hand on', async () => {
    expect(await world.run('view', A, { caches: null, pods: null, operation: null })).toMatchObject({
      outcome: 'proven',
    });
  });
});

describe('looking at a Batch', () => {
  const look = async (step: string, looks: number) => {
    const created = await world.create(step, A);
    return world.look(step, A, created['batch'] as string, { looks });
  };

  it('that has begun only just says that it runs', async () => {
    world.sites['site-a'].phase = null;
    expect(await look('take-offline', 0)).toEqual({
      outcome: 'running',
      phase: 'none',
      reason: null,
      overdue: false,
    });
  });

  it('that never leaves Initializing says why, once that takes long', async () => {
    world.sites['site-a'].phase = 'Initializing';
    world.sites['site-a'].wellFormed = false;
    expect(await look('take-offline', 1)).toEqual({
      outcome: 'running',
      phase: 'Initializing',
      reason: null,
      overdue: false,
    });
    const late = await look('take-offline', 5);
    expect(late).toMatchObject({ outcome: 'running', phase: 'Initializing' });
    expect(late['reason']).toContain('site-a is not WellFormed');
  });

  it('whose pod never starts says that', async () => {
    world.sites['site-a'].phase = 'Running';
    world.sites['site-a'].batchPods = [pod('batch-x', '', { phase: 'Pending', startedAt: null })];
    expect((await look('take-offline', 5))['reason']).toContain('Pod batch-x at site-a does not start');
    world.sites['site-a'].batchPods = [];
    expect((await look('take-offline', 5))['reason']).toContain('has no pod');
  });

  it('has had its time after two minutes by the clock, however few looks that were', async () => {
    world.sites['site-a'].phase = 'Initializing';
    const { batch, since } = await world.create('take-offline', A);
    world.now = new Date('2026-01-05T12:01:59.000Z');
    expect(await world.look('take-offline', A, batch as string, { since })).toMatchObject({ overdue: false });
    world.now = new Date('2026-01-05T12:02:00.000Z');
    expect(await world.look('take-offline', A, batch as string, { since })).toMatchObject({ overdue: true });
  });

  it('that ended leaves it there, so that the same is seen again by a second look whose first answer was lost', async () => {
    world.sites['site-b'].cli = healthyCli('site-b', {}, { work: 100 });
    const pods = 'infinispan-0 2026-01-05T08:00:00.000Z 0';
    const { batch } = await world.create('clear', B, { pods: { site: pods, against: pods } });
    const first = await world.look('clear', B, batch as string, { pods });
    expect(first).toMatchObject({ outcome: 'proven' });
    expect(await world.look('clear', B, batch as string, { pods })).toEqual(first);
    expect(world.ledger.sites[B]!.unansweredClear).toBeNull();
  });

  it('that failed reads its log as of any other: only the text counts', async () => {
    world.sites['site-a'].phase = 'Failed';
    expect(await look('take-offline', 0)).toMatchObject({ outcome: 'proven' });
  });

  it('that failed half way says what its log says, from the reason where the pod is gone', async () => {
    const created = await world.create('take-offline', A);
    world.sites['site-a'].log = null;
    world.sites['site-a'].readBatch = async () => ({
      phase: 'Failed',
      reason: 'BEGIN-1\nCould not connect to server: http://admin:hunter2@infinispan:11222\n',
    });
    const outcome = await world.look('take-offline', A, created['batch'] as string);
    expect(outcome['outcome']).toBe('not-proven');
    expect(outcome['reason']).toContain('got no answer from its Data Grid');
    expect(JSON.stringify(outcome)).not.toContain('hunter2');
  });

  it('that left no log, or is gone, proves nothing', async () => {
    world.sites['site-a'].log = null;
    expect((await look('take-offline', 0))['reason']).toContain('left no log');
    const outcome = await world.look('take-offline', A, 'failover-take-offline-0000');
    expect(outcome).toMatchObject({ outcome: 'not-proven' });
    expect(outcome['reason']).toContain('no longer exists');
  });

  it('whose log breaks off proves nothing and can be run again', async () => {
    world.sites['site-a'].log = 'BEGIN-1\n{"work":"ok"}\nEND-1\nBEGIN-2\n{"status":"off';
    const outcome = await look('take-offline', 0);
    expect(outcome['outcome']).toBe('not-proven');
    expect(outcome['reason']).toContain('ends before the output of "site status --all-caches --site=site-b"');
  });

  it('whose log nobody knows throws with an excerpt, after it has kept the text without secrets in its own log', async () => {
    world.sites['site-a'].log = 'BEGIN-1\n<html>proxy: password=hunter2</html>\nEND-1\n';
    const kept: string[] = [];
    const write = jest.spyOn(process.stderr, 'write').mockImplementation((line) => {
      kept.push(String(line));
      return true;
    });
    const created = await world.create('take-offline', A);
    const batch = created['batch'] as string;
    const error = await world.look('take-offline', A, batch).then(
      () => null,
      (thrown: Error) => thrown,
    );
    write.mockRestore();
    expect(error).toBeInstanceOf(UnparseableLogError);
    expect(kept.join()).toContain('<html>proxy: password=[left out]');
    expect(error?.message).toContain(batch);
    expect(error?.message).toContain('site take-offline --all-caches --site=site-b');
    expect(error?.message).not.toContain('hunter2');
  });

  it('says unreachable where the API no longer answers', async () => {
    const created = await world.create('take-offline', A);
    world.sites['site-a'].fault = gone();
    expect(await world.look('take-offline', A, created['batch'] as string)).toMatchObject({
      outcome: 'unreachable',
    });
  });

  it('of a superseded operation deletes it, so that it does not act for a decision of the past', async () => {
    world.sites['site-a'].phase = 'Initializing';
    const created = await world.create('take-offline', A);
    world.supersede();
    expect(await world.look('take-offline', A, created['batch'] as string)).toEqual({
      outcome: 'superseded',
    });
    expect(world.sites['site-a'].batches.size).toBe(0);
    expect(world.ledger.sites[B]!.isolated).toBe(false);
  });

  it('gives answers that stay small, with forty caches that all fail', async () => {
    const caches = Array.from({ length: 40 }, (_, index) => `a-cache-with-a-long-name-${index}`);
    world = new World({ caches });
    world.sites['site-a'].cli = () => `Error: ${'it went wrong '.repeat(100)}`;
    const outcome = await world.run('take-offline', A);
    expect(outcome['outcome']).toBe('not-proven');
    expect(JSON.stringify(outcome).length).toBeLessThan(4_000);
  });
});

describe('deleting a Batch that did not end in time', () => {
  const remove = () => world.dataGrid({ action: 'delete-batch', site: B, batch: 'failover-status-0000' });

  it('is done also when it is gone already', async () => {
    expect(await remove()).toEqual({ outcome: 'deleted' });
  });

  it('says unreachable where the API does not answer', async () => {
    world.sites['site-b'].fault = gone();
    expect(await remove()).toMatchObject({ outcome: 'unreachable' });
  });
});

describe('the bridge', () => {
  const bridgeCut = { enabled: true, siteCidrs: { 'site-b': ['10.2.0.0/16', '10.3.7.0/24'] } };
  const bridge = (action: 'cut-bridge' | 'restore-bridge') =>
    world.dataGrid({ action, operation: OPERATION, site: A });

  it('is cut at the survivor against the other site alone, noted in the ledger, and restored', async () => {
    world = new World({ bridgeCut });
    expect(await bridge('cut-bridge')).toEqual({ outcome: 'cut', policy: 'sso-bridge-cut-site-b' });
    expect(world.ledger.sites[B]!.bridgeCut).toBe(true);
    const everybodyElse = [
      { namespaceSelector: {} },
      { ipBlock: { cidr: '0.0.0.0/0', except: ['10.2.0.0/16', '10.3.7.0/24'] } },
    ];
    expect(world.sites['site-a'].policies.get('sso-bridge-cut-site-b')?.spec).toEqual({
      podSelector: { matchLabels: { clusterName: 'infinispan' } },
      policyTypes: ['Ingress', 'Egress'],
      ingress: [{ from: everybodyElse }],
      egress: [{ to: everybodyElse }],
    });
    expect(world.sites['site-b'].policies.size).toBe(0);

    expect(await bridge('restore-bridge')).toEqual({ outcome: 'restored', policy: 'sso-bridge-cut-site-b' });
    expect(world.sites['site-a'].policies.size).toBe(0);
    expect(world.ledger.sites[B]!.bridgeCut).toBe(false);
  });

  it('takes the configured labels, and addresses of both families', async () => {
    world = new World({
      bridgeCut: {
        enabled: true,
        podLabels: { tier: 'grid' },
        siteCidrs: { 'site-b': ['10.2.0.0/16', 'fd00:2::/32'] },
      },
    });
    await bridge('cut-bridge');
    const spec = world.sites['site-a'].policies.get('sso-bridge-cut-site-b')!.spec;
    expect(spec.podSelector).toEqual({ matchLabels: { tier: 'grid' } });
    expect(spec.egress![0]!.to).toContainEqual({ ipBlock: { cidr: '::/0', except: ['fd00:2::/32'] } });
  });

  it('is left alone where that is not configured', async () => {
    expect(await bridge('cut-bridge')).toMatchObject({ outcome: 'not-configured' });
    expect(await bridge('restore-bridge')).toMatchObject({ outcome: 'not-configured' });
    expect(world.sites['site-a'].policies.size).toBe(0);
  });

  it('is restored also when it was switched off in the configuration after it was cut', async () => {
    world.knows(B, { bridgeCut: true });
    expect(await bridge('restore-bridge')).toMatchObject({ outcome: 'restored' });
    expect(world.ledger.sites[B]!.bridgeCut).toBe(false);
  });

  it('is looked for at both sites: what the ledger notes was perhaps never made, or a person undid it', async () => {
    const look = () => world.dataGrid({ action: 'look-at-bridge', operation: OPERATION, site: A });
    world = new World({ bridgeCut });
    world.knows(B, { bridgeCut: true });
    expect(await look()).toEqual({ outcome: 'open' });
    await bridge('cut-bridge');
    const policy = world.sites['site-a'].policies.get('sso-bridge-cut-site-b')!;
    const cut = await look();
    expect(cut).toMatchObject({ outcome: 'cut', policies: 'sso-bridge-cut-site-b at site-a' });
    expect(cut['remedy']).toContain('delete NetworkPolicy sso-bridge-cut-site-b at site-a');
    world.sites['site-b'].policies.set('sso-bridge-cut-site-a', policy);
    expect(await look()).toMatchObject({
      policies: 'sso-bridge-cut-site-b at site-a and sso-bridge-cut-site-a at site-b',
    });
    world.supersede();
    expect(await look()).toEqual({ outcome: 'superseded' });
  });

  it('is restored at a site that was promoted behind it, also when it was switched off meanwhile', async () => {
    world.knows(A, { bridgeCut: true });
    world.sites['site-b'].policies.set('sso-bridge-cut-site-a', {} as never);
    expect(await bridge('restore-bridge')).toMatchObject({ outcome: 'restored' });
    expect(world.sites['site-b'].policies.size).toBe(0);
    expect(world.ledger.sites[A]!.bridgeCut).toBe(false);
  });

  it.each([
    ['no address', {}],
    ['what is no address', { 'site-b': ['site-b.example.test'] }],
    ['an address without its length', { 'site-b': ['10.2.0.0'] }],
    ['an impossible length', { 'site-b': ['10.2.0.0/33'] }],
    ['every address', { 'site-b': ['0.0.0.0/0'] }],
  ])('is not cut with %s configured, and the field is named', async (_what, siteCidrs) => {
    world = new World({ bridgeCut: { enabled: true, siteCidrs } });
    await expect(bridge('cut-bridge')).rejects.toThrow('bridgeCut.siteCidrs.site-b');
    expect(world.ledger.sites[B]!.bridgeCut).toBe(false);
  });

  it('is touched neither by a superseded operation nor out of reach', async () => {
    world = new World({ bridgeCut });
    world.sites['site-a'].fault = gone();
    expect(await bridge('cut-bridge')).toMatchObject({ outcome: 'unreachable' });
    world.sites['site-a'].fault = null;
    await bridge('cut-bridge');
    world.supersede();
    expect(await bridge('restore-bridge')).toEqual({ outcome: 'superseded' });
    expect(world.sites['site-a'].policies.size).toBe(1);
  });

  it('stays cut at the survivor where the operation has ended while it was opened at the other site', async () => {
    world = new World({ bridgeCut });
    await bridge('cut-bridge');
    world.sites['site-b'].deleteNetworkPolicy = async () => {
      world.supersede();
    };
    expect(await bridge('restore-bridge')).toEqual({ outcome: 'superseded' });
    expect(world.sites['site-a'].policies.size).toBe(1);
  });
});

describe('comparing the counts of two sites', () => {
  const counts = (work: number, others = 5) => ({
    actionTokens: others,
    authenticationSessions: others,
    loginFailures: others,
    work,
  });
  const compare = (sourceCounts: object, targetCounts: object) =>
    world.dataGrid({
      action: 'compare-counts',
      operation: OPERATION,
      source: A,
      target: B,
      sourceCounts,
      targetCounts,
    });

  it('takes them for equal within the configured tolerance, since writes go on', async () => {
    expect(await compare(counts(1000), counts(980))).toEqual({ outcome: 'equal' });
    expect(await compare(counts(1000), counts(1020))).toEqual({ outcome: 'equal' });
    expect(await compare(counts(0, 0), counts(0, 0))).toEqual({ outcome: 'equal' });
  });

  it('names the caches that differ, with both counts', async () => {
    const outcome = await compare(counts(1000), counts(900));
    expect(outcome).toMatchObject({ outcome: 'differ', caches: ['work'] });
    expect(outcome['reason']).toContain('work holds 1000 at site-a and 900 at site-b');
  });

  it('never takes an empty cache for equal: a push was seen to say OK over one', async () => {
    expect(await compare(counts(1), counts(0))).toMatchObject({ outcome: 'differ', caches: ['work'] });
  });

  it("takes a count between the source's before and after it for equal, however many were written meanwhile", async () => {
    const between = { sourceCounts: counts(1000), sourceCountsAfter: counts(1200) };
    const compareBoth = (targetCounts: object) =>
      world.dataGrid({
        action: 'compare-counts',
        operation: OPERATION,
        source: A,
        target: B,
        ...between,
        targetCounts,
      });
    expect(await compareBoth(counts(1100))).toEqual({ outcome: 'equal' });
    expect(await compareBoth(counts(1220))).toEqual({ outcome: 'equal' });
    expect(await compareBoth(counts(900))).toMatchObject({ outcome: 'differ', caches: ['work'] });
  });

  it('takes a cache that was not counted for different', async () => {
    const { work: _left, ...some } = counts(5);
    expect(await compare(counts(5), some)).toMatchObject({ outcome: 'differ', caches: ['work'] });
  });
});

describe('the pods of a site that was filled', () => {
  const check = (pods: string) =>
    world.dataGrid({ action: 'check-pods', operation: OPERATION, site: B, pods });

  it('are those of an earlier proof, or some restarted and what they held is gone', async () => {
    const before = 'infinispan-0 2026-01-05T08:00:00.000Z 0';
    expect(await check(before)).toEqual({ outcome: 'same', startedAt: '2026-01-05T08:00:00.000Z' });
    world.sites['site-b'].dataGrid = [pod('infinispan-0', '2026-01-05T11:00:00.000Z')];
    const outcome = await check(before);
    expect(outcome).toMatchObject({ outcome: 'restarted' });
    expect(outcome['reason']).toContain('it may lack entries');
    world.supersede();
    expect(await check(before)).toEqual({ outcome: 'superseded' });
  });
});

describe('looking both sites over for a plan', () => {
  const look = () => world.dataGrid({ action: 'look-over' });

  it('finds nothing to object to', async () => {
    expect(await look()).toMatchObject({ outcome: 'ready' });
  });

  it('names what would keep a workflow from its work, at each site', async () => {
    world.sites['site-a'].wellFormed = false;
    world.sites['site-a'].dataGrid = [];
    world.sites['site-b'].dataGrid = [pod('infinispan-0', '2026-01-05T08:00:00.000Z', { ready: false })];
    const { outcome, findings } = await look();
    expect(outcome).toBe('not-ready');
    expect((findings as string[]).join(' ')).toMatch(
      /site-a is not WellFormed.*site-a has no Data Grid pod.*site-b are not ready: infinispan-0/,
    );
  });

  it('says of a site that does not answer that it does not', async () => {
    world.sites['site-b'].fault = gone();
    expect(await look()).toMatchObject({
      outcome: 'not-ready',
      findings: [expect.stringMatching(/^site-b: /)],
    });
  });
});

describe('checking the site that a planned move gives traffic to', () => {
  const check = () => world.dataGrid({ action: 'check-target', operation: OPERATION, site: B });
  const again = `Then start "${OPERATION.workflow}" again.`;

  it('finds that a Batch could run there, whatever is with the other site', async () => {
    world.sites['site-a'].fault = gone();
    expect(await check()).toEqual({ outcome: 'ready' });
  });

  it('names all that stands against it, with what mends each', async () => {
    world.sites['site-b'].wellFormed = false;
    world.sites['site-b'].dataGrid = [];
    world.sites['site-b'].denied = [{ verb: 'create', resource: 'batches.infinispan.org', reason: '' }];
    const { outcome, reason, remedy } = await check();
    expect(outcome).toBe('not-ready');
    expect(reason).toMatch(/create batches.*site-b is not WellFormed.*site-b has no Data Grid pod/);
    expect(remedy).toMatch(/Allow "create" on "batches.infinispan.org".*Look at the conditions.*again\.$/);
  });

  it('does not mind a verb that no Batch needs', async () => {
    world.sites['site-b'].denied = [
      { verb: 'create', resource: 'networkpolicies.networking.k8s.io', reason: '' },
    ];
    expect(await check()).toEqual({ outcome: 'ready' });
  });

  it('finds a cluster that refuses us, with what mends it', async () => {
    world.sites['site-b'].fault = new ClusterAccessError('Our token was refused.', 'Renew the token.');
    expect(await check()).toEqual({
      outcome: 'not-ready',
      reason: "site-b can't be worked at. Our token was refused. Renew the token.",
      remedy: `Renew the token. ${again}`,
    });
  });

  it('finds one that does not answer', async () => {
    world.sites['site-b'].fault = gone();
    expect(await check()).toMatchObject({
      outcome: 'unreachable',
      remedy: `See why that Kubernetes API does not answer. ${again}`,
    });
  });

  it('leaves what passes to the machine, which asks again', async () => {
    world.sites['site-b'].fault = new TransientError('It answered 503.', 'It passes.');
    await expect(check()).rejects.toThrow(TransientError);
  });

  it('ends when its operation is superseded', async () => {
    world.supersede();
    expect(await check()).toEqual({ outcome: 'superseded' });
  });
});

describe('checking the source before a clear', () => {
  const counts = (work: number) => ({ actionTokens: 5, authenticationSessions: 5, loginFailures: 5, work });
  const check = (fields: Readonly<Record<string, unknown>> = {}) =>
    world.dataGrid({
      action: 'check-source',
      operation: OPERATION,
      source: A,
      target: B,
      sourceCounts: counts(100),
      targetCounts: counts(120),
      acceptCounts: null,
      ...fields,
    });
  beforeEach(() => {
    world.knows(A, { dataGridTrusted: '2026-01-05T08:00:00.000Z' as never });
  });

  it('finds that it holds the data', async () => {
    expect(await check()).toEqual({
      outcome: 'holds-data',
      pods: 'infinispan-0 2026-01-05T08:00:00.000Z 0',
    });
  });

  it('refuses one that does not serve', async () => {
    expect(await check({ source: B, target: A })).toMatchObject({ outcome: 'not-safe' });
    expect(await check({ source: B, target: A, acceptCounts: true })).toMatchObject({ outcome: 'not-safe' });
  });

  it('refuses one whose pods restarted since it was trusted, unless a person accepts that', async () => {
    world.sites['site-a'].dataGrid = [pod('infinispan-0', '2026-01-05T11:00:00.000Z')];
    const outcome = await check();
    expect(outcome['reason']).toContain('restarted');
    expect(outcome['remedy']).toContain('{"acceptCounts": true}');
    expect(await check({ acceptCounts: true })).toMatchObject({ outcome: 'holds-data' });
  });

  it('does not refuse one of which a single pod restarted', async () => {
    world.sites['site-a'].dataGrid = [
      pod('infinispan-0', '2026-01-05T11:00:00.000Z'),
      pod('infinispan-1', '2026-01-05T08:00:00.000Z'),
    ];
    expect(await check()).toMatchObject({ outcome: 'holds-data' });
  });

  it('refuses one whose pods nobody saw while it was trusted', async () => {
    world.knows(A, { dataGridTrusted: null });
    expect(await check()).toMatchObject({ outcome: 'not-safe' });
  });

  it('refuses one without a running pod, whatever is accepted', async () => {
    world.sites['site-a'].dataGrid = [];
    expect(await check({ acceptCounts: true })).toMatchObject({ outcome: 'not-safe' });
  });

  it('refuses one that holds far less than the stale site, with both counts, unless a person accepts that', async () => {
    const low = { sourceCounts: counts(0), targetCounts: counts(40) };
    const outcome = await check(low);
    expect(outcome['reason']).toContain('work (0 there, 40 at site-b)');
    expect(await check({ ...low, acceptCounts: true })).toMatchObject({ outcome: 'holds-data' });
  });

  describe('that holds 70 of the 100 entries that the stale site has', () => {
    const fewer = { sourceCounts: counts(70), targetCounts: counts(100) };
    const started = (...hours: readonly string[]) => {
      world.sites['site-a'].dataGrid = hours.map((hour, index) =>
        pod(`infinispan-${index}`, `2026-01-05T${hour}:00:00.000Z`),
      );
    };

    it('goes on where it lost no more than one pod: sessions ended there which the stale site still has', async () => {
      started('08', '08', '08');
      expect(await check(fewer)).toMatchObject({ outcome: 'holds-data' });
      started('08', '08', '11');
      expect(await check(fewer)).toMatchObject({ outcome: 'holds-data' });
    });

    it('refuses where two of three pods restarted, as entries may have gone with them, unless a person accepts that', async () => {
      started('08', '11', '11');
      const outcome = await check(fewer);
      expect(outcome).toMatchObject({ outcome: 'not-safe' });
      expect(outcome['reason']).toMatch(
        /work \(70 there, 100 at site-b\).*2 of its Data Grid pods restarted/,
      );
      expect(await check({ ...fewer, acceptCounts: true })).toMatchObject({ outcome: 'holds-data' });
    });

    it('goes on after a rolling restart that lost nothing', async () => {
      started('08', '11', '12');
      expect(await check({ sourceCounts: counts(100), targetCounts: counts(100) })).toMatchObject({
        outcome: 'holds-data',
      });
    });
  });

  it('does not stumble over a handful of entries that expired meanwhile', async () => {
    expect(await check({ sourceCounts: counts(0), targetCounts: counts(3) })).toMatchObject({
      outcome: 'holds-data',
    });
  });

  it('does nothing for a superseded operation, and says when the site is out of reach', async () => {
    world.sites['site-a'].fault = gone();
    expect(await check()).toMatchObject({ outcome: 'unreachable' });
    world.supersede();
    expect(await check()).toEqual({ outcome: 'superseded' });
  });
});

it('names its Batches after the execution that asked for them', async () => {
  const mine = await world.create('view', A);
  const others = await world.create('view', A, { execution: `${EXECUTION}-other` });
  expect(mine['batch']).not.toBe(others['batch']);
});
