import { describe, expect, it } from '@jest/globals';
import type { Description, WholeFacts } from '../../functions/readiness/whole.ts';
import { A, B, inSync, moment, withSite } from '../ledger/example.ts';
import { checkOf, failing, Installation, installed } from './installation.ts';

const cache = (against: string, changes: Partial<Description> = {}): Description => ({
  exists: true,
  statistics: true,
  transactions: 'NON_DURABLE_XA',
  backups: [{ site: against, strategy: 'SYNC', failurePolicy: 'FAIL' }],
  digest: 'abcdef012345',
  ...changes,
});

type Caches = Readonly<Record<string, Description | { readonly exists: false }>>;
const described = (descriptions: Caches) => ({
  outcome: 'proven',
  facts: { outcome: 'proven', step: 'describe-caches', descriptions },
});
const both = (against: string, changes: Partial<Description> = {}): Caches => ({
  sessions: cache(against, changes),
  work: cache(against, changes),
});

const PROVEN = { outcome: 'proven', facts: { outcome: 'proven' } };
const ALL_WELL = {
  serving: A,
  passive: B,
  epoch: 1,
  servingAnswer: PROVEN,
  passiveAnswer: PROVEN,
  counts: { outcome: 'equal' },
  servingCaches: described(both(B)),
  passiveCaches: described(both(A)),
};

const reported = async (found: object = {}, configuration = installed()) => {
  const installation = await new Installation(configuration).begins();
  return { installation, report: await installation.reportWhole({ ...ALL_WELL, ...found }) };
};

describe('a whole report', () => {
  it('of two sites that mirror each other is ready, and kept beside the latest', async () => {
    const { installation, report } = await reported();
    expect(report).toMatchObject({ depth: 'whole', ready: true });
    expect(installation.stored('readiness#whole')).toMatchObject({ at: moment(0), depth: 'whole' });
    expect(installation.stored('readiness#latest')).toMatchObject({ at: moment(0), depth: 'whole' });
    expect(checkOf(report, 'cache-failure-policy', A).what).toBe(
      'Each cache of site-a refuses a write that does not reach site-b (FAIL).',
    );
    expect(checkOf(report, 'caches-same').what).toBe('The caches of site-a and site-b are configured alike.');
  });

  it.each([
    [
      'a cache that one site lacks',
      { passiveCaches: described({ ...both(A), work: { exists: false } }) },
      'caches-exist of site-b',
      'site-b lacks these caches: work.',
    ],
    [
      'a cache without statistics',
      { servingCaches: described({ ...both(B), work: cache(B, { statistics: false }) }) },
      'cache-statistics of site-a',
      'These caches of site-a keep no statistics, so no resync can be proven by their entries: work.',
    ],
    [
      'a cache without a backup',
      { passiveCaches: described({ ...both(A), work: cache(A, { backups: [] }) }) },
      'cache-backups of site-b',
      'These caches of site-b are not backed up to site-a: work.',
    ],
    [
      'a cache that is backed up to a third site',
      { passiveCaches: described({ ...both(A), work: cache('site-c') }) },
      'cache-backups of site-b',
      'These caches of site-b are not backed up to site-a: work.',
    ],
    [
      'a cache that is backed up asynchronously',
      {
        servingCaches: described({
          ...both(B),
          work: cache(B, { backups: [{ site: B, strategy: 'ASYNC', failurePolicy: 'FAIL' }] }),
        }),
      },
      'cache-backups of site-a',
      'These caches of site-a are backed up to site-b asynchronously, so a failover loses the last writes: work.',
    ],
    [
      'caches that are not alike',
      { passiveCaches: described({ ...both(A), work: cache(A, { digest: 'fedcba543210' }) }) },
      'caches-same of configuration',
      'These caches are configured differently at site-a and site-b: work.',
    ],
  ] as const)('names %s', async (_, found, check, what) => {
    const { report } = await reported(found);
    expect(failing(report)).toEqual([check]);
    expect(report.checks.map((each) => each.what)).toContain(what);
  });

  it('tells of caches with another failure policy than the configuration says, as trust depends on it', async () => {
    const warning = { backups: [{ site: B, strategy: 'SYNC', failurePolicy: 'WARN' }] };
    const { report } = await reported({ servingCaches: described({ ...both(B), work: cache(B, warning) }) });
    expect(failing(report)).toEqual(['cache-failure-policy of site-a']);
    expect(checkOf(report, 'cache-failure-policy', A)).toMatchObject({
      what: expect.stringContaining('work (WARN)'),
      remedy: expect.stringContaining('backupFailurePolicy'),
    });
  });

  it('says what WARN means where it is meant', async () => {
    const warning = (against: string) =>
      both(against, { backups: [{ site: against, strategy: 'SYNC', failurePolicy: 'WARN' }] });
    const { report } = await reported(
      { servingCaches: described(warning(B)), passiveCaches: described(warning(A)) },
      installed('calculated-checks', { backupFailurePolicy: 'WARN' }),
    );
    expect(report.ready).toBe(true);
    expect(checkOf(report, 'cache-failure-policy', B)).toMatchObject({
      result: 'warn',
      what: 'Each cache of site-b answers a write with success that does not reach site-a (WARN): a failover may lose it.',
    });
    expect(checkOf(report, 'failure-policy')).toMatchObject({ result: 'warn' });
  });

  it('warns of transactions that lose a write without a word', async () => {
    const { report } = await reported({
      servingCaches: described({ ...both(B), work: cache(B, { transactions: 'NON_XA' }) }),
    });
    expect(checkOf(report, 'cache-transactions', A)).toMatchObject({
      result: 'warn',
      what: expect.stringMatching(/NON_XA.*: work\.$/),
    });
  });

  it('is made though Batches ended in faults, with the words of each', async () => {
    const nested = {
      Status: 'FAILED',
      Error: 'ClusterAccessError',
      Cause: JSON.stringify({ errorMessage: 'It answered 403.' }),
    };
    const fault = { Error: 'States.TaskFailed', Cause: JSON.stringify(nested) };
    const { report } = await reported({
      passiveAnswer: fault,
      passiveCaches: { Error: 'States.Timeout' },
      counts: { outcome: 'not-counted' },
    });
    expect(report.depth).toBe('whole');
    expect(failing(report)).toEqual([
      'replicates of site-b',
      'entry-counts of site-b',
      'caches-described of site-b',
    ]);
    expect(checkOf(report, 'replicates', B).what).toBe(
      'What the Data Grid of site-b says of site-a is not known: It answered 403.',
    );
    expect(checkOf(report, 'caches-described', B).what).toBe(
      'How the caches of site-b are configured is not known: States.Timeout.',
    );
  });

  it('has the reason and the remedy of a Batch that proved nothing', async () => {
    const facts = {
      outcome: 'not-proven',
      reason: 'site-b does not see site-a.',
      remedy: 'Look at the link.',
      caches: [],
    };
    const { report } = await reported({ passiveAnswer: { outcome: 'not-proven', facts } });
    expect(checkOf(report, 'replicates', B)).toMatchObject({ what: facts.reason, remedy: facts.remedy });
  });

  it('takes nothing of what was found under an older epoch', async () => {
    const { report, installation } = await reported({ epoch: 0, counts: { outcome: 'differ' } });
    expect(report).toMatchObject({ depth: 'quick', ready: true });
    expect(checkOf(report, 'whole-look').result).toBe('warn');
    expect(installation.stored('readiness#whole')).toBeUndefined();
  });
});

describe('a quick look after a whole one', () => {
  const afterWhole = async (found: object, seconds: number) => {
    const { installation } = await reported(found);
    installation.seconds = seconds;
    return checkOf(await installation.report(), 'last-whole-look');
  };

  it('stays not ready by what the Batches found, until they look again', async () => {
    const counts: WholeFacts['counts'] = { outcome: 'differ', reason: 'Entry counts differ: work.' };
    expect(await afterWhole({ counts }, 300)).toMatchObject({
      result: 'fail',
      what: `At ${moment(0)} the Batches found: Entry counts differ: work. They did each of the times that they were counted.`,
    });
  });

  it('passes by what they found an hour ago, and warns when nobody asked them for hours', async () => {
    expect(await afterWhole({}, 3600)).toMatchObject({ result: 'pass' });
    expect(await afterWhole({}, 3 * 3600)).toMatchObject({ result: 'warn' });
  });

  it('does not hold against a site what was found before its trust changed', async () => {
    const ledger = withSite(inSync(installed()), B, { trustAt: moment(60) });
    const { installation } = await reported({ counts: { outcome: 'differ' } });
    const later = new Installation();
    later.seconds = 300;
    await later.holds(ledger);
    later.keeps('readiness#whole', installation.stored('readiness#whole')!);
    expect(checkOf(await later.report(), 'last-whole-look').result).toBe('unknown');
  });

  it('says that nobody has asked them yet', async () => {
    const installation = await new Installation().begins();
    expect(checkOf(await installation.report(), 'last-whole-look')).toMatchObject({
      result: 'unknown',
      remedy: 'Start "readiness" with {"check":"whole"}.',
    });
  });
});
