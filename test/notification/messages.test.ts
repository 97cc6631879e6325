import { describe, expect, it } from '@jest/globals';
import { ABOUTS, compose, faultOf, reasonOf } from '../../functions/notification/messages.ts';
import { bodyOf, subjectOf } from '../../functions/shared/mail.ts';

const DETAILS = {
  serving: 'site-a',
  lost: 'site-b',
  site: 'site-b',
  source: 'site-a',
  stale: 'site-b',
  from: 'site-a',
  to: 'site-b',
  deadline: '2026-01-05T12:00:00.000Z',
  last: { outcome: 'not-proven', reason: 'The log is empty.', remedy: 'Look at the pod.' },
};

describe('each message', () => {
  it.each(ABOUTS)('about %s has a subject that SNS takes, and says what to do next', (about) => {
    const { headline, what, next } = compose(about, DETAILS, 'switchover');
    expect(subjectOf('a-deployment-of-thirty-characters', headline)).toMatch(/^[!-~][ -~]{0,98}$/);
    expect(what).toMatch(/\.$|[\]}"]$/);
    expect(next.length).toBeGreaterThan(0);
  });

  it.each(ABOUTS)('about %s is written even when nothing is known', (about) => {
    const { headline, what, next } = compose(about, { last: {} }, 'resync');
    expect([headline, what, ...next].join(' ')).not.toContain('undefined');
    expect(headline).not.toBe('');
  });

  it('about a promotion names the check that a person changed and that was left so', () => {
    const last = { outcome: 'promoted', site: 'site-b', drift: 'the health check of site-a has version 2' };
    const { what, next } = compose('promoted', { last }, 'promote-accepting-loss');
    expect(what).toMatch(/^A person promoted site-b and accepted the loss/);
    expect(next.join(' ')).toMatch(/the health check of site-a has version 2.*"adopt"/);
  });

  it('about a lost site says why it counts as lost, and since when', () => {
    const decision = {
      outcome: 'act',
      reason: 'alarm sso-endpoint-site-b says that its endpoint is down',
      since: '2026-01-05T12:00:00.000Z',
    };
    expect(compose('failover-isolated', { ...DETAILS, decision }, 'failover').what).toContain(
      'site-b was lost: alarm sso-endpoint-site-b says that its endpoint is down (recorded at 2026-01-05T12:00:00.000Z).',
    );
  });

  it('about a failover names what keeps the lost site from being contained', () => {
    const containment = { outcome: 'drift', facts: { remedy: 'Start "adopt".' } };
    expect(compose('failover-done', { ...DETAILS, containment }, 'failover').next).toContain(
      'Start "adopt".',
    );
  });

  it.each(['isolation-delayed', 'isolation-failed'] as const)(
    'about %s names the command for whoever sits at a terminal',
    (about) => {
      expect(compose(about, DETAILS, 'failover').next.join(' ')).toContain(
        'site take-offline --all-caches --site=site-b',
      );
    },
  );
});

describe('the reason of a step', () => {
  it.each([
    ['an outcome', { outcome: 'not-safe', reason: 'It restarted.' }, 'It restarted.'],
    [
      'a Batch within its facts',
      { outcome: 'timed-out', facts: { reason: 'It never began.' } },
      'It never began.',
    ],
    ['an outcome without one', { outcome: 'proven' }, 'The last step answered "proven".'],
    ['a fault', { Error: 'ClusterAccessError', Cause: 'Not allowed.' }, 'ClusterAccessError: Not allowed.'],
    [
      'a fault without a cause, as of a step that took too long',
      { outcome: 'failed', fault: { Error: 'States.Timeout' } },
      'States.Timeout: no cause is known',
    ],
    ['nothing', undefined, 'No reason is known.'],
  ])('is read from %s', (_, answer, reason) => {
    expect(reasonOf(answer)).toBe(reason);
  });

  it('is the innermost one, through Lambda’s JSON and a nested execution’s', () => {
    const lambda = JSON.stringify({
      errorType: 'ClusterAccessError',
      errorMessage: 'Not allowed.',
      trace: ['secret paths'],
    });
    expect(faultOf(lambda)).toBe('Not allowed.');
    expect(faultOf(JSON.stringify({ Status: 'FAILED', Error: 'ClusterAccessError', Cause: lambda }))).toBe(
      'ClusterAccessError: Not allowed.',
    );
    expect(faultOf(JSON.stringify({ Status: 'TIMED_OUT' }))).toBe('a nested workflow ended as TIMED_OUT');
  });
});

describe('a site that was promoted and whose Keycloak did not become ready', () => {
  const told = (keycloak: unknown) => {
    const { headline, what, next } = compose(
      'promoted-not-up',
      { last: { outcome: 'promoted', site: 'site-b' }, keycloak },
      'promote-accepting-loss',
    );
    return [headline, what, ...next].join(' ');
  };

  it('is told by what was seen last: some instances that are ready serve', () => {
    const mail = told({ outcome: 'not-ready', reason: 'site-b: 3 of 3 instances declared, 2 ready.' });
    expect(mail).toContain('its Keycloak is not up');
    expect(mail).toContain('2 ready. Look at the Keycloak resource');
    expect(mail).toContain('instances that are ready serve');
    expect(mail).not.toContain('ten minutes');
  });

  it('is not called down when its cluster did not answer', () => {
    const mail = told({ outcome: 'unreachable', reason: 'connect ETIMEDOUT.' });
    expect(mail).toContain('its Keycloak is not known to be up');
    expect(mail).toContain('connect ETIMEDOUT. Find out why the Kubernetes API of site-b does not answer');
    expect(mail).not.toContain('nobody can log in');
  });
});

describe('an adoption', () => {
  const told = (passiveTrust: string) => {
    const last = {
      outcome: 'adopted',
      serving: 'site-a',
      passive: `site-b is ${passiveTrust}`,
      passiveTrust,
    };
    const { what, next } = compose('adopted', { last }, 'adopt');
    return [what, ...next].join(' ');
  };

  it('is told in words, and warns of no site that was vouched for', () => {
    expect(told('in-sync')).toBe(
      'The ledger was written from what stands now: site-a serves, site-b is in-sync. ' +
        'Nothing more for the other site: it is trusted, and takes over when the serving one fails.',
    );
  });

  it('says what becomes of a site that nobody vouched for, and of one that is stale', () => {
    expect(told('suspect')).toContain('gets no traffic until it is settled');
    expect(told('stale')).toContain('Start the workflow "resync"');
  });
});

describe('an adoption that left something open', () => {
  it('is told with what is left to do', () => {
    const last = { outcome: 'adopted', serving: 'site-a', remedy: 'site-a stays suspect.' };
    expect(compose('adopted', { last }, 'adopt').next[0]).toBe('site-a stays suspect.');
  });
});

describe('a mail', () => {
  it('is cut to what SNS takes as a subject: no line break, no letter beyond ASCII, at most 99 characters', () => {
    const subject = subjectOf('sso', `first line\nsecond – ${'x'.repeat(200)}`);
    expect(subject).toMatch(/^sso: first line second {2}x+$/);
    expect(subject).toHaveLength(99);
  });

  it('has its three parts in order, and a link to the execution', () => {
    const body = bodyOf({
      headline: 'x',
      what: 'It happened.',
      standing: ['It stands.'],
      next: ['Do this.'],
      execution: 'arn:aws:states:eu-central-1:123456789012:execution:sso-failover:one',
    });
    expect(body).toMatch(
      /What happened\n {2}It happened\..*Where things stand\n {2}It stands\..*What to do next\n {2}Do this\./s,
    );
    expect(body).toContain('https://eu-central-1.console.aws.amazon.com/states/home?region=eu-central-1#');
  });
});
