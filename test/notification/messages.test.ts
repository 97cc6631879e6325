import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { ABOUTS, type About, compose } from '../../functions/notification/messages.ts';
import { faultOf, reasonOf } from '../../functions/notification/reasons.ts';
import { bodyOf, subjectOf } from '../../functions/shared/mail.ts';
import { executionUrl, type Report, reportOf } from '../../functions/shared/report.ts';
import { configurationWith } from '../machines/deployment.ts';

// The same run after run; a failure prints what repeats it.
fc.configureGlobal({ seed: 20_260_105 });

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

const EXECUTION = 'arn:aws:states:eu-central-1:123456789012:execution:sso-failover:one';
const SECTIONS = [
  'What happened',
  'What was done',
  'What was not done',
  'Where things stand',
  'What to do next',
  'Links',
];

/** As the notification makes it, with a runbook to link to. */
function reported(about: About, details: Readonly<Record<string, unknown>>, workflow: string): Report {
  const configuration = configurationWith();
  const notification = { ...configuration.notification, runbookUrl: 'https://wiki.example.test/runbook' };
  const { article, ...told } = compose(about, details, workflow);
  return reportOf({ ...configuration, notification }, told, ['site-a serves.'], {
    execution: EXECUTION,
    ...(article === undefined ? {} : { article }),
  });
}

describe('a loss that Route 53 did not take', () => {
  const decision = { outcome: 'act', reason: 'x', since: 'y', unwritten: 'Error: Route 53 is away' };

  it.each(['failover-isolated', 'isolation-delayed', 'isolation-failed'] as const)(
    'is not told of as moved traffic by %s',
    (about) => {
      const said = JSON.stringify(compose(about, { ...DETAILS, decision }, 'failover'));
      expect(said).not.toContain('Traffic goes to site-a');
      expect(said).not.toContain('gets no traffic');
      expect(said).toContain('did not take that (Error: Route 53 is away)');
      const taken = { ...decision, unwritten: undefined };
      expect(JSON.stringify(compose(about, { ...DETAILS, decision: taken }, 'failover'))).toContain(
        'Traffic goes to site-a; site-b is stale and gets none.',
      );
    },
  );
});

describe("Aurora's writer after a planned move", () => {
  const told = (about: About, database: object) => compose(about, { ...DETAILS, database }, 'switchover');

  it.each(['switchover-done', 'switchover-not-isolated', 'switchback-done'] as const)(
    'is told of by %s where it could not be asked to follow, with what to do',
    (about) => {
      const running = told(about, { outcome: 'failover-running' });
      expect(running.notDone).toContain(
        'Whether the database writer follows is not known: Aurora was failing over already.',
      );
      expect(running.next.join(' ')).toContain('Once Aurora is available again, look whether its writer is');
      const failed = told(about, { outcome: 'failed', reason: 'RDS is busy.' });
      expect(failed.notDone).toContain('The database writer did not follow: RDS is busy.');
      expect(failed.next.join(' ')).toContain('Move the database writer by hand');
    },
  );

  it('leaves nothing to do where it follows', () => {
    expect(told('switchback-done', { outcome: 'moved', instance: 'aurora-a' })).toMatchObject({
      done: ['Traffic goes to site-b.', 'Aurora was asked to move its writer there.'],
      notDone: [],
      next: ['Nothing.'],
    });
  });
});

describe('each message', () => {
  it.each(ABOUTS)('about %s is a mail that SNS takes, with every section', (about) => {
    const report = reported(about, DETAILS, 'switchover');
    expect(subjectOf({ ...report, deployment: 'a-deployment-of-thirty-characters' })).toMatch(
      /^[!-~][ -~]{0,98}$/,
    );
    const lines = bodyOf(report).split('\n');
    expect(lines.filter((line) => SECTIONS.includes(line))).toEqual(SECTIONS);
    for (const section of SECTIONS) expect(lines[lines.indexOf(section) + 1]).toMatch(/^ {2}\S/);
  });

  it.each(ABOUTS)(
    'about %s says in sentences what was done or what was not, and what to do next',
    (about) => {
      const { what, done, notDone, next } = compose(about, DETAILS, 'switchover');
      expect(what).toMatch(/\.$|[\]}"]$/);
      for (const line of [...done, ...notDone, ...next]) expect(line).toMatch(/\.$/);
      expect(done.length + notDone.length).toBeGreaterThan(0);
      expect(next.length).toBeGreaterThan(0);
    },
  );

  it.each(ABOUTS)('about %s is written even when nothing is known', (about) => {
    const { headline, what, done, notDone, next } = compose(about, { last: {} }, 'resync');
    expect([headline, what, ...done, ...notDone, ...next].join(' ')).not.toContain('undefined');
    expect(headline).not.toBe('');
  });

  it('is written whatever a machine knew: no details make it fail, or its subject one that SNS refuses', () => {
    const anything = fc.dictionary(
      fc.constantFrom(
        'serving',
        'lost',
        'last',
        'decision',
        'database',
        'bridge',
        'keycloak',
        'traffic',
        'x',
      ),
      fc.oneof(
        fc.anything(),
        fc.record({
          outcome: fc.anything(),
          reason: fc.anything(),
          facts: fc.anything(),
          Error: fc.string({ unit: 'grapheme' }),
          Cause: fc.oneof(fc.json(), fc.anything()),
        }),
      ),
    );
    fc.assert(
      fc.property(fc.constantFrom(...ABOUTS), anything, fc.string(), (about, details, workflow) => {
        const report = reported(about, details, workflow);
        expect(subjectOf(report)).toMatch(/^[!-~][ -~]{0,98}$/);
        expect(bodyOf(report)).not.toBe('');
      }),
    );
  });

  it('carries no token, wherever a cause had one', () => {
    const tokens = [
      'eyJhbGciOiJSUzI1NiIsImtpZCI6IngifQ.eyJpc3MiOiJrdWJlcm5ldGVzIn0.c2lnbmF0dXJl',
      'k8s-aws-v1.aHR0cHM6Ly9zdHMuZXUtd2VzdC0xLmFtYXpvbmF3cy5jb20v',
      'Bearer 0123456789abcdef',
    ];
    for (const token of tokens) {
      const last = { Error: 'ClusterAccessError', Cause: JSON.stringify({ errorMessage: `Sent ${token}.` }) };
      const report = reported('resync-failed', { ...DETAILS, last }, 'resync');
      expect(JSON.stringify(report)).not.toContain(token.split(' ').at(-1));
      expect(bodyOf(report)).toMatch(/Sent (Bearer )?\[left out\]/);
    }
    const details = { ...DETAILS, password: 'hunter2', last: { token: 'hunter2', outcome: 'failed' } };
    for (const about of ABOUTS)
      expect(JSON.stringify(reported(about, details, 'resync'))).not.toContain('hunter2');
  });

  it('that asks for something links to the article of the runbook, where the runbook can be read', () => {
    const { links } = reported('isolation-failed', DETAILS, 'failover');
    expect(links.map(({ to }) => to)).toEqual(['Execution', 'Dashboard', 'Runbook']);
    expect(links[2]?.url).toBe('https://wiki.example.test/runbook/workflow-failed.md');
    const { article: _, ...told } = compose('isolation-failed', DETAILS, 'failover');
    expect(reportOf(configurationWith(), told, [], { article: 'workflow-failed' }).links).toHaveLength(1);
  });

  it('about a promotion names the check that a person changed and that was left so', () => {
    const last = { outcome: 'promoted', site: 'site-b', drift: 'the health check of site-a has version 2' };
    const { what, next } = compose('promoted', { last }, 'promote-accepting-loss');
    expect(what).toMatch(/^A person promoted site-b and accepted the loss/);
    expect(next.join(' ')).toMatch(/the health check of site-a has version 2.*"adopt"/);
  });

  it('about a promotion of a site that lost data itself asks which are to be kept', () => {
    const last = { outcome: 'promoted', site: 'site-b', suspect: 'site-b is suspect. Look at both.' };
    const { headline, notDone, next } = compose('promoted', { last }, 'promote-accepting-loss');
    expect(headline).toContain('may itself have lost entries');
    expect(notDone).toEqual(['What site-b lost itself is not accepted: it stays suspect.']);
    expect(next).toEqual(['site-b is suspect. Look at both.']);
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

  it('about a failover says what may still undo it, how to see that and what to type then', () => {
    const told = (leftovers: object) => compose('failover-done', { ...DETAILS, leftovers }, 'failover');
    const left = { outcome: 'left', reason: 'Pod failover-push-1 is there.', remedy: 'See what keeps it.' };
    const mail = told(left);
    expect(mail.notDone.join(' ')).toMatch(
      /would bring site-b online there again.*Pod failover-push-1 is there/,
    );
    expect(mail.next.join(' ')).toMatch(/See what keeps it.*site take-offline --all-caches --site=site-b/s);
    expect(told({ outcome: 'none-left' }).next.join(' ')).not.toContain('take-offline');
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
  const told = (keycloak: unknown, clears: unknown = { outcome: 'none-left' }) => {
    const { headline, what, notDone, next } = compose(
      'promoted-not-up',
      { last: { outcome: 'promoted', site: 'site-b' }, keycloak, clears },
      'promote-accepting-loss',
    );
    return [headline, what, ...next, ...notDone].join(' ');
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

  it('is told with what may still clear it, where Keycloak is up', () => {
    const mail = told(
      { outcome: 'ready' },
      { outcome: 'left', reason: 'Pod failover-clear-1 is there.', remedy: 'See what keeps it.' },
    );
    expect(mail).toContain('URGENT: site-b was promoted by hand, and may still be cleared');
    expect(mail).toContain('Pod failover-clear-1 is there. See what keeps it.');
    expect(mail).not.toContain('not up');
  });

  it('is told with what may still clear it, where Keycloak is not up either', () => {
    const mail = told(
      { outcome: 'not-ready', reason: 'no pod starts.' },
      { outcome: 'left', reason: 'Pod failover-clear-1 is there.', remedy: 'See what keeps it.' },
    );
    expect(mail).toContain('its Keycloak is not up');
    expect(mail).toContain('which would empty it. Pod failover-clear-1 is there.');
    expect(mail).toContain('See what keeps it.');
    expect(told({ outcome: 'not-ready', reason: 'no pod starts.' })).not.toContain('clear');
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
    const subject = subjectOf({
      deployment: 'sso',
      headline: `first line\nsecond – ${'x'.repeat(200)}`,
    });
    expect(subject).toMatch(/^sso: first line second {2}x+$/);
    expect(subject).toHaveLength(99);
  });

  it('has its sections in order, says so where there is nothing, and links to the execution', () => {
    const body = bodyOf({
      deployment: 'sso',
      what: 'It happened.',
      done: ['This.'],
      notDone: [],
      state: ['It stands.'],
      next: ['Do this.'],
      links: [{ to: 'Execution', url: executionUrl(EXECUTION) }],
    });
    expect(body).toBe(`What happened
  It happened.

What was done
  This.

What was not done
  Nothing.

Where things stand
  It stands.

What to do next
  Do this.

Links
  Execution: https://eu-central-1.console.aws.amazon.com/states/home?region=eu-central-1#/v2/executions/details/${EXECUTION}
`);
  });

  it('of a cause without end has a beginning of it', () => {
    const last = { Error: 'X', Cause: 'x'.repeat(40_000) };
    const report = reported('resync-failed', { ...DETAILS, last }, 'resync');
    expect(report.what).toMatch(/x \[…\]$/);
    expect(report.what.length).toBeLessThan(4100);
  });
});
