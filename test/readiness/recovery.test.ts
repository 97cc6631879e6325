import { describe, expect, it } from '@jest/globals';
import { recoveryOf } from '../../functions/readiness/recovery.ts';
import { A, B } from '../ledger/example.ts';
import { checkOf, Installation, installed } from './installation.ts';

const FASTEST = {
  lost: A,
  survivor: B,
  intervalSeconds: 10,
  failureThreshold: 1,
  recordTtlSeconds: 60,
  targetSeconds: 60,
  writerIsLost: false,
};

describe('the recovery time that an installation can reach', () => {
  it('is worked out step by step, and said in a sentence', () => {
    const { seconds, steps, sentence } = recoveryOf(FASTEST);
    expect(steps.map(({ name, seconds: each }) => [name, each])).toEqual([
      ['detection', 16],
      ['alarm', 60],
      ['decision', 5],
      ['take-offline', 15],
      ['dns', 60],
    ]);
    expect(seconds).toBe(16 + 60 + 5 + 15);
    expect(sentence).toBe(
      'When site-a is lost, users are served by site-b after 96 s at most (16 s until it is noticed, 60 s until the alarm, 5 s to decide, 15 s until site-a is taken offline, while DNS follows within 76 s): more than the target of 60 s.',
    );
  });

  it('grows with each probe that a check waits for', () => {
    expect(recoveryOf({ ...FASTEST, intervalSeconds: 30, failureThreshold: 3 }).seconds).toBe(96 + 80);
  });

  it('is the resolvers’, where records live longer than everything else takes', () => {
    const { seconds, sentence } = recoveryOf({ ...FASTEST, recordTtlSeconds: 300 });
    expect(seconds).toBe(16 + 300);
    expect(sentence).toContain('300 s until resolvers ask again, while writes are good after 96 s');
  });

  it('names Aurora’s own failover where the writer goes with the site', () => {
    expect(recoveryOf({ ...FASTEST, writerIsLost: true }).steps.at(-1)).toMatchObject({ name: 'database' });
  });

  it('is compared with the target', () => {
    expect(recoveryOf({ ...FASTEST, targetSeconds: 120 }).sentence).toMatch(
      /: within the target of 120 s\.$/,
    );
  });
});

describe('in a report', () => {
  it('it is worked out from how Route 53 probes the site that serves, and a target that is missed is a warning', async () => {
    const installation = await new Installation().begins();
    const report = await installation.report();
    // Every ten seconds, as the check says, and three failures, as it does not.
    expect(report.recovery).toMatchObject({ seconds: 36 + 80, targetSeconds: 60 });
    expect(report.recovery.steps.map(({ name }) => name)).toContain('database');
    expect(checkOf(report, 'recovery-time')).toMatchObject({
      result: 'warn',
      what: report.recovery.sentence,
      remedy:
        'Faster would be: a FailureThreshold of 1. Or set targets.recoverySeconds in failover.config.json to what is good enough.',
    });
    expect(report.ready).toBe(true);
  });

  it('a target that is met is a pass', async () => {
    const configuration = installed('calculated-checks', { targets: { recoverySeconds: 180 } });
    const installation = await new Installation(configuration).begins();
    expect(checkOf(await installation.report(), 'recovery-time').result).toBe('pass');
  });
});
