import { describe, expect, it } from '@jest/globals';
import { A, B, inSync, moment, withSite } from '../ledger/example.ts';
import { checkOf, failing, Installation, installed } from './installation.ts';

describe('with calculated checks', () => {
  it('a check that a person changed is told as such, and counted', async () => {
    const installation = await new Installation().begins();
    installation.checks.changedByHand(B, { HealthThreshold: 2 });
    const report = await installation.report();
    expect(failing(report)).toEqual(['switch-unchanged of site-b']);
    expect(checkOf(report, 'switch-unchanged', B)).toMatchObject({
      what: 'The switch of site-b was changed by hand (the health check of site-b has version 2, the ledger 1): automation opens nothing behind such a change.',
      remedy: expect.stringContaining('"adopt"'),
    });
    expect(installation.measured('ChecksChangedByHand')).toBe(1);
  });

  it('a check that a person fenced makes DNS answer with the other site than the ledger says', async () => {
    const installation = await new Installation().begins();
    installation.checks.changedByHand(A, { HealthThreshold: 2 });
    expect(installation.checks.answer).toBe(B);
    const report = await installation.report();
    expect(checkOf(report, 'dns-answer')).toMatchObject({
      result: 'fail',
      what: 'DNS answers with site-b, and by the ledger site-a serves.',
    });
  });

  it('an endpoint that fails is told, and with whom DNS answers meanwhile', async () => {
    const installation = await new Installation().begins();
    installation.seconds = -60;
    installation.checks.loses(A);
    installation.seconds = 0;
    const report = await installation.report();
    expect(failing(report)).toEqual(['dns-answer of traffic', 'endpoint of site-a']);
    expect(checkOf(report, 'dns-answer').what).toContain(`answers with ${installation.checks.answer},`);
  });

  it('both endpoints failing, DNS answers with the primary', async () => {
    const installation = await new Installation().begins({ type: 'site-suspected', site: B });
    installation.checks.changedByHand(B, { HealthThreshold: 2 });
    installation.seconds = -60;
    installation.checks.loses(A);
    installation.checks.loses(B);
    installation.seconds = 0;
    const report = await installation.report();
    expect(installation.checks.answer).toBe(A);
    expect(checkOf(report, 'dns-answer')).toMatchObject({
      result: 'pass',
      what: 'DNS answers with site-a, as both checks are unhealthy, which serves by the ledger.',
    });
  });

  it('checkers that have not looked for long say nothing, and that is not ready', async () => {
    const installation = await new Installation().begins();
    installation.checks.checkersStoppedAt = -600;
    const report = await installation.report();
    expect(failing(report)).toEqual(['dns-answer of traffic', 'endpoint of site-a', 'endpoint of site-b']);
    expect(checkOf(report, 'endpoint', A).what).toMatch(/^Too few of Route 53's checkers/);
  });

  it('a switch that is not where the ledger wants it is reconcile’s to write, and no hand’s', async () => {
    const ledger = withSite(inSync(installed()), B, { reachability: 'unreachable' });
    const installation = await new Installation().holds(ledger);
    const report = await installation.report();
    expect(checkOf(report, 'switch-position', B)).toMatchObject({
      result: 'warn',
      what: 'The switch of site-b is pinned healthy, and the ledger wants that it is fenced.',
    });
    expect(checkOf(report, 'switch-unchanged', B).result).toBe('pass');
    expect(failing(report)).toEqual(['reachable of site-b']);
  });

  it('fences by no path, so none is asked', async () => {
    const installation = await new Installation().begins();
    const report = await installation.report();
    expect(report.checks.some(({ id }) => id === 'fenced-path')).toBe(false);
    expect(installation.asked).toEqual([]);
  });
});

describe('with the path of the health checks as the switch', () => {
  const configuration = installed('health-check-path');
  const begun = () => new Installation(configuration).begins();

  it('the fenced path of both sites is asked, and is to fail', async () => {
    const installation = await begun();
    const report = await installation.report();
    expect(installation.asked).toEqual([
      'https://site-a.example.test:443/lb-check-failed-over',
      'https://site-b.example.test:443/lb-check-failed-over',
    ]);
    expect(checkOf(report, 'fenced-path', A).what).toBe(
      'https://site-a.example.test:443/lb-check-failed-over answers 404, which Route 53 takes for unhealthy.',
    );
    expect(report.ready).toBe(true);
  });

  it.each([200, 302])('one that answers %i keeps nobody out', async (status) => {
    const installation = await begun();
    installation.path = (url) => (url.includes(B) ? status : 404);
    const report = await installation.report();
    expect(failing(report)).toEqual(['fenced-path of site-b']);
    expect(checkOf(report, 'fenced-path', B)).toMatchObject({
      what: `https://site-b.example.test:443/lb-check-failed-over answers ${status}, which Route 53 takes for healthy: a fence on it keeps nobody out.`,
      remedy: expect.stringContaining('traffic.fencedPath'),
    });
  });

  it('one that can’t be asked from here is not known, and the report says so', async () => {
    const installation = await begun();
    installation.path = () => Object.assign(new TypeError('fetch failed'), { cause: { code: 'ENOTFOUND' } });
    const report = await installation.report();
    expect(checkOf(report, 'fenced-path', A)).toMatchObject({
      result: 'unknown',
      what: expect.stringMatching(/can't be asked from here \(ENOTFOUND\)\.$/),
    });
    expect(report.ready).toBe(true);
  });

  it('of a site that is fenced, Route 53’s own checkers tell', async () => {
    const stale = withSite(inSync(configuration), B, { trust: 'stale' });
    const fenced = new Installation(configuration);
    fenced.checks.changedByHand(B, { ResourcePath: '/lb-check-failed-over' });
    await fenced.holds({ ...stale, checkVersions: { ...stale.checkVersions, [B]: 2 } });
    const report = await fenced.report();
    expect(checkOf(report, 'fenced-path', B)).toMatchObject({
      result: 'pass',
      what: "site-b is fenced, and Route 53's checkers find it unhealthy.",
    });
    expect(checkOf(report, 'endpoint', B)).toMatchObject({ result: 'unknown' });
    expect(fenced.asked).toEqual(['https://site-a.example.test:443/lb-check-failed-over']);
  });

  it('a fence that is up for seconds is not judged by what the checkers saw before it', async () => {
    const stale = withSite(inSync(configuration), B, { trust: 'stale' });
    const fenced = new Installation(configuration);
    fenced.checks.changedByHand(B, { ResourcePath: '/lb-check-failed-over' });
    await fenced.holds({
      ...stale,
      changedAt: moment(-5),
      checkVersions: { ...stale.checkVersions, [B]: 2 },
    });
    expect(checkOf(await fenced.report(), 'fenced-path', B).result).toBe('unknown');
  });

  it('a fence on a path that answers well is found out by the checkers', async () => {
    const leaking = installed('health-check-path', {
      traffic: { adapter: 'health-check-path', checkIntervalSeconds: 10, fencedPath: '/always-well' },
    });
    const fenced = new Installation(leaking);
    fenced.checks.changedByHand(B, { ResourcePath: '/always-well' });
    fenced.checks.answersWell('/always-well');
    const stale = withSite(inSync(leaking), B, { trust: 'stale' });
    await fenced.holds({ ...stale, checkVersions: { ...stale.checkVersions, [B]: 2 } });
    expect(checkOf(await fenced.report(), 'fenced-path', B)).toMatchObject({
      result: 'fail',
      what: "site-b is fenced by /always-well, and Route 53's checkers find that healthy: it is not kept out.",
    });
  });
});
