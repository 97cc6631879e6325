import { describe, expect, it } from '@jest/globals';
import type { PodSummary } from '../../functions/kubernetes/cluster.ts';
import { Aurora } from '../../lab/aws/aurora.ts';
import { A, B, having, inSync, moment, withSite } from '../ledger/example.ts';
import { checkOf, failing, Installation, installed } from './installation.ts';

const begun = () => new Installation().begins();

describe('Aurora', () => {
  const withInstances = async (instances: Readonly<Record<string, string>>, writer: string) => {
    const installation = await begun();
    installation.aurora = new Aurora({ clusterIdentifier: 'keycloak', instances, writer });
    return installation.report();
  };

  it('without a second member in the other site’s zone leaves that site without a database', async () => {
    const report = await withInstances({ one: 'eu-central-1a', two: 'eu-central-1a' }, 'one');
    expect(failing(report)).toEqual(['database-members of site-b']);
    expect(checkOf(report, 'database-members', B)).toMatchObject({
      what: 'The Aurora cluster keycloak has no instance in eu-central-1b: alone, site-b would have no database.',
      remedy: 'Add an instance to keycloak in eu-central-1b, or see why the one there is not available.',
    });
  });

  it('whose writer is in the other zone is slower, and no obstacle', async () => {
    const report = await withInstances({ one: 'eu-central-1a', two: 'eu-central-1b' }, 'two');
    expect(report.ready).toBe(true);
    expect(checkOf(report, 'database-writer')).toMatchObject({
      result: 'warn',
      what: "Aurora's writer two is in eu-central-1b, and site-a serves in eu-central-1a: that works, only slower.",
    });
  });

  it('that nobody configured is not known', async () => {
    const { database: _, ...without } = installed();
    const report = await (await new Installation(without).begins()).report();
    expect(checkOf(report, 'database-members')).toMatchObject({ result: 'unknown', about: 'database' });
    expect(report.ready).toBe(true);
  });
});

describe('a site’s cluster', () => {
  const waiting: PodSummary = {
    name: 'infinispan-1',
    phase: 'Pending',
    startedAt: null,
    ready: false,
    restarts: 0,
  };

  it('with a pod that is not ready is told by its name', async () => {
    const installation = await begun();
    installation.site(B, { listPods: async () => [waiting] });
    const report = await installation.report();
    expect(failing(report)).toEqual(['data-grid-pods of site-b', 'keycloak-pods of site-b']);
    expect(checkOf(report, 'data-grid-pods', B)).toMatchObject({
      what: 'These Data Grid pods of site-b are not ready: infinispan-1.',
      remedy: 'See their events at site-b: kubectl describe pod infinispan-1',
    });
  });

  it('without any pod is told as such', async () => {
    const installation = await begun();
    installation.site(B, { listPods: async () => [] });
    expect(checkOf(await installation.report(), 'data-grid-pods', B).what).toBe(
      'site-b has no Data Grid pod.',
    );
  });

  it('whose Infinispan is not WellFormed runs no Batch', async () => {
    const installation = await begun();
    installation.site(B, { readInfinispan: async () => ({ wellFormed: false, crossSiteViewFormed: false }) });
    expect(failing(await installation.report())).toEqual([
      'infinispan-ready of site-b',
      'operator-view of site-b',
    ]);
  });

  it('whose operator says nothing of the view is not asked for it', async () => {
    const installation = await begun();
    for (const site of [A, B])
      installation.site(site, {
        readInfinispan: async () => ({ wellFormed: true, crossSiteViewFormed: null }),
      });
    const report = await installation.report();
    expect(report.ready).toBe(true);
    expect(report.checks.some(({ id }) => id === 'operator-view')).toBe(false);
  });

  it('where somebody scaled Keycloak down is not ready, and is told its original size', async () => {
    const installation = await new Installation().holds(
      withSite(inSync(installed()), B, { keycloakInstances: 3 }),
    );
    installation.site(B, { readKeycloak: async () => ({ instances: 0, ready: true }) });
    const report = await installation.report();
    expect(failing(report)).toEqual(['keycloak-ready of site-b']);
    expect(checkOf(report, 'keycloak-ready', B).remedy).toBe(
      'Set spec.instances of its Keycloak resource to 3.',
    );
  });

  it('of a stale site has its Keycloak down on purpose', async () => {
    const installation = await new Installation().holds(withSite(inSync(installed()), B, { trust: 'stale' }));
    installation.site(B, { readKeycloak: async () => ({ instances: 0, ready: true }) });
    expect(checkOf(await installation.report(), 'keycloak-ready', B).result).toBe('pass');
  });

  it('that would refuse verbs names each', async () => {
    const installation = await begun();
    const denial = { verb: 'patch', resource: 'keycloaks.k8s.keycloak.org', reason: 'not granted' };
    installation.site(A, { may: async () => [denial, { ...denial, verb: 'get' }] });
    const report = await installation.report();
    expect(failing(report)).toEqual(['permissions of site-a']);
    expect(checkOf(report, 'permissions', A).what).toBe(
      'The cluster of site-a would refuse: patch keycloaks.k8s.keycloak.org (not granted), get keycloaks.k8s.keycloak.org (not granted).',
    );
  });
});

describe('the token of a cluster', () => {
  const DAY = 86_400;
  const jwt = (payload: object) =>
    ['e30', Buffer.from(JSON.stringify(payload)).toString('base64url'), 'signature'].join('.');
  const withToken = async (token: string) => {
    const installation = await begun();
    installation.secrets.set('token-site-b', token);
    return checkOf(await installation.report(), 'token', B);
  };
  const expiring = (seconds: number) => withToken(jwt({ exp: Date.parse(moment(seconds)) / 1000 }));

  it.each([
    [-1, 'fail', 'expired at'],
    [3600, 'fail', 'in less than a day'],
    [10 * DAY, 'warn', 'in 10 days'],
    [90 * DAY, 'pass', 'expires at'],
  ])('that expires in %i s is a %s', async (seconds, result, words) => {
    const check = await expiring(seconds as number);
    expect(check).toMatchObject({ result, what: expect.stringContaining(words as string) });
  });

  it.each([
    ['an opaque one', 'opaque'],
    ['one without an end', jwt({ sub: 'us' })],
    ['one that only looks like a JWT', 'a.b.c'],
  ])('names no time at which it expires: %s', async (_, token) => {
    expect(await withToken(token)).toMatchObject({
      result: 'pass',
      what: 'The token for the cluster of site-b names no time at which it expires.',
    });
  });

  it.each([
    ['nothing', ' '],
    ['two words', 'a token'],
  ])('is none where its secret holds %s', async (_, text) => {
    expect(await withToken(text)).toMatchObject({
      result: 'fail',
      what: 'The secret token-site-b holds no token that can be sent.',
      remedy: "Store the ServiceAccount's token as its whole string.",
    });
  });

  it('of an EKS cluster is made each time, and no secret is asked for', async () => {
    const configuration = installed();
    const sites = configuration.sites.map((site) => ({
      ...site,
      cluster: { ...site.cluster, token: { kind: 'eks' as const, clusterName: 'no-secret' } },
    }));
    const report = await (await new Installation({ ...configuration, sites }).begins()).report();
    expect(checkOf(report, 'token', B)).toMatchObject({
      result: 'pass',
      what: "The token for the cluster of site-b is made of the function's own role each time.",
    });
  });

  it('never stands in a report', async () => {
    const installation = await begun();
    installation.secrets.set('token-site-b', 'a-token-that-nobody-may-see');
    expect(JSON.stringify(await installation.report())).not.toContain('nobody-may-see');
  });
});

describe('the ledger', () => {
  it('of a site that left the view says what is done and what is not', async () => {
    const installation = await begun();
    const stale = having(inSync(installed()), moment(-600), {
      type: 'passive-site-left',
      passive: B,
      reason: 'the view was lost',
    });
    const lost = await new Installation().holds(stale);
    expect(checkOf(await lost.report(), 'in-sync', B)).toMatchObject({
      result: 'fail',
      what: expect.stringContaining('(not proven offline at site-a, not contained yet)'),
    });
    expect((await installation.report()).ready).toBe(true);
  });

  it.each([
    ['suspect', 'Readiness settles it'],
    ['resyncing', 'Wait for resync'],
  ] as const)('of a passive site that is %s says that it gets no traffic', async (trust, remedy) => {
    const installation = await new Installation().holds(withSite(inSync(installed()), B, { trust }));
    expect(checkOf(await installation.report(), 'in-sync', B)).toMatchObject({
      result: 'fail',
      remedy: expect.stringContaining(remedy),
    });
  });

  it.each([
    [
      'stale',
      /^Look at the entry counts of both sites: .*"acceptCounts":true.* have the other one serve with/,
    ],
    ['resyncing', /^Wait for resync/],
    ['in-sync', /"acceptCounts":true.* or with "promote-accepting-loss"\.$/],
  ] as const)(
    'of a suspect site that serves while the other one is %s says what settles it',
    async (trust, remedy) => {
      const ledger = withSite(withSite(inSync(installed()), A, { trust: 'suspect' }), B, { trust });
      const installation = await new Installation().holds(ledger);
      expect(checkOf(await installation.report(), 'in-sync', A)).toMatchObject({
        result: 'warn',
        remedy: expect.stringMatching(remedy),
      });
    },
  );

  it('of an automatic move that nobody acknowledged says until when automation does not move again', async () => {
    const moved = { ...inSync(installed()), lastAutomaticMoveAt: moment(-600), moveAcknowledged: false };
    const report = await (await new Installation().holds(moved)).report();
    expect(failing(report)).toEqual(['automatic-move of ledger']);
    expect(checkOf(report, 'automatic-move')).toMatchObject({
      what: expect.stringContaining(`before ${moment(3000)}`),
      remedy: expect.stringContaining('acknowledge-move.json'),
    });
    const acknowledged = await new Installation().holds({ ...moved, moveAcknowledged: true });
    expect((await acknowledged.report()).ready).toBe(true);
  });

  it('that keeps a firing alert names it', async () => {
    const alert = { kind: 'left-cross-site-view', site: B, since: moment(-60) } as const;
    const installation = await new Installation().begins({ type: 'alert-firing', fingerprint: 'f', alert });
    expect(checkOf(await installation.report(), 'firing-alerts')).toMatchObject({
      about: B,
      result: 'warn',
      what: `An alert says since ${moment(-60)} that site-b left the cross-site view.`,
    });
  });

  it('whose operation is held longer than any workflow takes is not ready', async () => {
    const claimed = having(inSync(installed()), moment(-15_000), {
      type: 'operation-claimed',
      workflow: 'switchover',
      owner: 'one',
    });
    const report = await (await new Installation().holds(claimed)).report();
    expect(failing(report)).toEqual(['operation-held of ledger']);
    expect(checkOf(report, 'operation-held').remedy).toContain('docs/runbook/operation-held.md');
  });
});
