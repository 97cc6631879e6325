import { describe, expect, it } from '@jest/globals';
import { reportText } from '../../environment/sizing/report.ts';
import { type Load, TESTED } from '../../environment/sizing/rules.ts';
import { size } from '../../environment/sizing/size.ts';

/** The guide's own example (chapter 15.1.1 of 24). */
const EXAMPLE: Load = {
  loginsPerSecond: 24,
  clientCredentialsPerSecond: 450,
  refreshesPerSecond: 350,
  sessions: 50_000,
  pods: 3,
};

describe('the size of a Keycloak pod', () => {
  it("the guide's worked example comes out", () => {
    const { sizing, databaseConnections, warnings } = size('24', EXAMPLE);
    expect(sizing).toEqual({
      cpuRequestVcpu: 5,
      cpuLimitVcpu: 15,
      memoryRequestMegabytes: 1250,
      memoryLimitMegabytes: 1360,
      httpPoolMaxThreads: 66,
      httpMaxQueuedRequests: 1000,
      databasePoolConnections: 30,
    });
    expect(databaseConnections).toBe(180);
    expect(warnings).toEqual([]);
  });

  it('so does that of 26, where the pods share the CPU and sessions take no memory', () => {
    const load = {
      loginsPerSecond: 45,
      clientCredentialsPerSecond: 360,
      refreshesPerSecond: 360,
      sessions: 0,
      pods: 3,
    };
    expect(size('26', load).sizing).toMatchObject({
      cpuRequestVcpu: 3,
      cpuLimitVcpu: 7.5,
      memoryRequestMegabytes: 1250,
      memoryLimitMegabytes: 1360,
    });
    expect(size('26', { ...load, sessions: 200_000 }).sizing).toEqual(size('26', load).sizing);
    expect(size('26', { ...load, pods: 6 }).sizing).toMatchObject({
      cpuRequestVcpu: 1.5,
      cpuLimitVcpu: 3.75,
    });
  });

  it.each([
    [1, 200],
    [2, 100],
    [3, 66],
    [4, 50],
    [5, 40],
    [7, 28],
    [200, 1],
  ])('%i pods have %i threads each, within the 200 of JGroups', (pods, threads) => {
    expect(size('24', { ...EXAMPLE, pods }).sizing.httpPoolMaxThreads).toBe(threads);
  });

  it('fewer than three pods bear what three would; more get no less each', () => {
    const cpu = [1, 2, 3, 4].map((pods) => size('24', { ...EXAMPLE, pods }).sizing.cpuRequestVcpu);
    expect(cpu).toEqual([15, 7.5, 5, 5]);
    const memory = [1, 2, 3, 4].map((pods) => size('24', { ...EXAMPLE, pods }).sizing.memoryRequestMegabytes);
    // One pod holds every session once, each of two every one too, each of three two thirds.
    expect(memory).toEqual([1380, 1380, 1250, 1250]);
  });

  it('what is no whole step goes up to the next one', () => {
    const { sizing } = size('24', { ...EXAMPLE, loginsPerSecond: 25, sessions: 50_001 });
    expect(sizing).toMatchObject({ cpuRequestVcpu: 5.125, memoryRequestMegabytes: 1260 });
    // 1/8 + 1/450 + 0 = 0.12722…
    expect(
      size('24', { ...EXAMPLE, loginsPerSecond: 1, clientCredentialsPerSecond: 1, refreshesPerSecond: 0 })
        .sizing,
    ).toMatchObject({ cpuRequestVcpu: 0.128, cpuLimitVcpu: 0.384 });
  });

  it.each<[keyof Load, RegExp]>([
    ['loginsPerSecond', /^301 logins a second: the guide has tested up to 300/],
    [
      'clientCredentialsPerSecond',
      /^2001 client credential grants a second: the guide has tested up to 2000/,
    ],
    ['refreshesPerSecond', /^436 refreshes a second: the guide has tested up to 435/],
    ['sessions', /^200001 sessions: the guide has tested up to 200000/],
    ['pods', /^4 pods: the guide has tested 3; more have more to tell each other/],
  ])('warns of %s one above what was tested, and not at it', (what, words) => {
    expect(size('24', { ...EXAMPLE, [what]: TESTED[what] }).warnings).toEqual([]);
    const { warnings } = size('24', { ...EXAMPLE, [what]: TESTED[what] + 1 });
    expect(warnings).toHaveLength(1);
    expect(warnings[0]).toMatch(words);
  });

  it('warns of fewer pods than were tested, of too little CPU to start with, and of a database too small', () => {
    expect(size('24', { ...EXAMPLE, pods: 2 }).warnings).toEqual([
      '2 pods: the guide has tested 3; fewer lose more when one fails, so test the load yourself.',
    ]);
    const idle = { ...EXAMPLE, loginsPerSecond: 1, clientCredentialsPerSecond: 0, refreshesPerSecond: 0 };
    expect(size('24', idle).warnings).toEqual([
      '0.125 vCPU requested: with less than 1 a pod starts slowly, whatever the load; the guide names no least.',
    ]);
    const many = (pods: number) => size('24', { ...EXAMPLE, pods }).warnings.at(-1);
    expect(many(13)).toMatch(/^13 pods/);
    expect(many(14)).toMatch(/^840 connections: .* its instances need 9 GB or more\.$/);
    expect(many(83)).toMatch(/^4980 connections: .* need 48 GB or more\.$/);
    expect(many(84)).toMatch(/^5040 connections: Aurora PostgreSQL takes 5000 at most by default/);
  });

  it('warns where a pod has fewer request threads than connections to the database', () => {
    const words =
      /^28 request threads in each of 7 pods are fewer than its 30 database connections; take fewer pods/;
    expect(size('24', { ...EXAMPLE, pods: 7 }).warnings[0]).toMatch(words);
    expect(size('24', { ...EXAMPLE, pods: 6 }).warnings.join()).not.toMatch(/request threads/);
  });

  it('one pod is not called pods', () => {
    for (const version of ['24', '26'] as const)
      expect(reportText(size(version, { ...EXAMPLE, pods: 1 }))).not.toMatch(/\b1 (pods|bear)\b/);
  });

  it('sessions are no reason for a warning by the guide of 26, which has no rule for them', () => {
    expect(size('26', { ...EXAMPLE, sessions: 1_000_000 }).warnings).toEqual([]);
  });

  const said = (version: '24' | '26', load: Load) =>
    size(version, load).rules.map(({ output, value, unit, rule, source, tested }) =>
      [output, `${value} ${unit}`, rule, source, ...(tested === null ? [] : [tested])].join(' | '),
    );

  it('each output has its unit, its rule, where that is from, and the range where the guide has tested it', () => {
    expect(said('24', EXAMPLE)).toEqual([
      'cpuRequestVcpu | 5 vCPU | 1 vCPU for each 8 logins (3), 450 client credential grants (1) and 350 refreshes (1) a second in each pod | chapter 15.1 of 24 | up to 300 logins, 2000 grants and 435 refreshes a second, with 3 pods',
      'cpuLimitVcpu | 15 vCPU | 3 times what is requested, for peaks, startups and failovers | chapter 15.1 of 24',
      'memoryRequestMegabytes | 1250 MB | 1000 MB, and 500 MB for each 100,000 sessions (250) | chapter 15.1 of 24 | up to 200000 sessions',
      'memoryLimitMegabytes | 1360 MB | what is requested less 300 MB beside the heap, divided by 0.7, up to the next 10 MB | chapter 15.1 of 24',
      'httpPoolMaxThreads | 66 threads | the 200 threads of JGroups shared by 3 pods (198 in use) | chapter 13.1.2 of 24',
      'httpMaxQueuedRequests | 1000 requests | a pod that works off 200 requests a second lets none wait longer than 5 seconds | chapter 13.1.3 of 24',
      'databasePoolConnections | 30 connections | initial, minimum and maximum size are the same, so that statements stay cached; enough for several hundred requests a second | chapters 5.2 and 14.1 of 24',
      'databaseConnections | 180 connections | 30 of each of 3 pods at 2 sites: the passive one holds its own too | chapter 14.1 of 24',
    ]);
  });

  it('so it does where fewer pods bear more, and by the guide of 26', () => {
    expect(said('24', { ...EXAMPLE, pods: 2 })).toEqual(
      expect.arrayContaining([
        expect.stringMatching(
          /^cpuRequestVcpu \| 7\.5 vCPU .* a second in each of three pods, which here 2 bear \|/,
        ),
        expect.stringMatching(
          /sessions \(375\), of which fewer than three pods hold more each \| chapter 15\.1 of 24 \|/,
        ),
      ]),
    );
    const [cpu, , memory, , threads] = said('26', EXAMPLE);
    expect(cpu).toMatch(
      /15 logins \(1\.6\), 120 client credential grants \(3\.75\) and 120 refreshes \(2\.917\) a second, shared by 3 pods/,
    );
    expect(memory).toBe(
      'memoryRequestMegabytes | 1250 MB | 1250 MB with caches; sessions are in the database, of which 10,000 are cached | chapter 3.11.1 of 26.4',
    );
    expect(threads).toMatch(
      /chapter 13\.1\.2 of 24; 26\.4 no longer asks it, and fewer threads harm nobody$/,
    );
  });

  it('the rules and the sizes are the same numbers', () => {
    const { rules, sizing, databaseConnections } = size('24', EXAMPLE);
    expect(Object.fromEntries(rules.map(({ output, value }) => [output, value]))).toEqual({
      ...sizing,
      databaseConnections,
    });
  });

  it('one vCPU is enough to start with', () => {
    const load = { ...EXAMPLE, loginsPerSecond: 8, clientCredentialsPerSecond: 0, refreshesPerSecond: 0 };
    expect(size('24', load)).toMatchObject({ sizing: { cpuRequestVcpu: 1 }, warnings: [] });
  });
});
