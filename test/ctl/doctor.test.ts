import { DescribeAlarmsCommand } from '@aws-sdk/client-cloudwatch';
import { PutItemCommand } from '@aws-sdk/client-dynamodb';
import type { ListSubscriptionsByTopicCommand } from '@aws-sdk/client-sns';
import { marshall } from '@aws-sdk/util-dynamodb';
import { describe, expect, it } from '@jest/globals';
import type { Clients } from '../../ctl/edge.ts';
import type { ReadinessReport } from '../../functions/readiness/report.ts';
import { instant } from '../../functions/shared/names.ts';
import { B, type World } from '../machines/world.ts';
import { atTerminal, FILE, type Settings } from './terminal.ts';

const REGION = 'eu-central-1';
const TOPIC = `arn:aws:sns:${REGION}:123456789012:sso-on-call`;
const ENDPOINTS = 'arn:aws:sns:us-east-1:123456789012:sso-endpoint-alarms';
const RECONCILE = `arn:aws:lambda:${REGION}:123456789012:function:sso-reconcile`;

interface Installed {
  readonly emails?: readonly (readonly [endpoint: string, arn: string])[];
  /** Alarms that are not there, or whose actions are off. */
  readonly missing?: readonly string[];
  readonly off?: readonly string[];
  readonly deaf?: boolean;
}

/** What CloudWatch and SNS say of the deployment. */
function installed({ emails, missing = [], off = [], deaf = false }: Installed = {}): Settings {
  const subscribed = emails ?? [['on-call@example.test', `${TOPIC}:1`]];
  const clients: Partial<Clients> = {
    sns: () => ({
      send: (async ({ input }: ListSubscriptionsByTopicCommand) => ({
        Subscriptions:
          input.TopicArn === TOPIC
            ? subscribed.map(([Endpoint, SubscriptionArn]) => ({
                Protocol: 'email',
                Endpoint,
                SubscriptionArn,
              }))
            : deaf
              ? []
              : [{ Protocol: 'lambda', Endpoint: RECONCILE, SubscriptionArn: `${input.TopicArn}:2` }],
      })) as never,
    }),
    cloudwatch: (region) => ({
      send: (async (command: unknown) => {
        if (!(command instanceof DescribeAlarmsCommand)) throw new Error('not modelled');
        return {
          MetricAlarms: (command.input.AlarmNames ?? [])
            .filter((name) => !missing.includes(name))
            .map((name) => ({
              AlarmName: name,
              ActionsEnabled: !off.includes(name),
              AlarmActions: [region === 'us-east-1' ? ENDPOINTS : TOPIC],
            })),
        };
      }) as never,
    }),
  };
  return { clients };
}

const report = (checks: ReadinessReport['checks'] = []): ReadinessReport => ({
  deployment: 'sso',
  at: instant(new Date(0)),
  depth: 'whole',
  ready: true,
  checks: [
    { id: 'trust', about: 'site-b', result: 'pass', what: 'site-b is in sync.', remedy: null },
    ...checks,
  ],
  recovery: {
    seconds: 116,
    targetSeconds: 120,
    steps: [{ name: 'detection', seconds: 36, why: 'checkers probe every 30 s' }],
    sentence: 'When site-a is lost, users are served by site-b after 116 s at most.',
  },
});

/** Readiness answers with this report. */
const reporting = (checks?: ReadinessReport['checks']) => ({
  script: { 'readiness: Observe': { outcome: 'nothing', report: report(checks) } },
});

describe('doctor, where a failover would succeed', () => {
  it('says so check by check, and ends with the recovery time', () =>
    atTerminal(
      async (terminal, world) => {
        expect(await terminal.types('doctor')).toBe(0);
        expect(world.engine.listExecutions('readiness')[0]!.input).toEqual({ check: 'whole' });
        expect(terminal.text).toContain('  pass     configuration  All 10 workflows are there.');
        expect(terminal.text).toContain('  pass     ledger         sso was adopted.');
        expect(terminal.text).toContain('  pass     configuration  1 subscriber is told.');
        expect(terminal.text).toContain(
          '  pass     configuration  All 8 alarms are there, and their actions are on.',
        );
        expect(terminal.text).toContain('  pass     site-b         site-b is in sync.');
        expect(terminal.text).toContain('A failover would succeed now (5 checks).');
        expect(terminal.text).toMatch(/detection +36 s {2}checkers probe every 30 s/);
        expect(terminal.stdout.at(-1)).toBe(
          'When site-a is lost, users are served by site-b after 116 s at most.',
        );
      },
      installed(),
      reporting(),
    ));

  it('has the readiness workflow look at both sites, which status tells of from then on', () =>
    atTerminal(async (terminal) => {
      expect(await terminal.types('doctor')).toBe(0);
      expect(terminal.text).toMatch(/pass {5}site-b +site-b sees site-a, and each cache is online toward it/);
      expect(terminal.stdout.at(-1)).toMatch(/^When site-a is lost, users are served by site-b after \d+ s/);
      await terminal.types('status');
      expect(terminal.text).toMatch(/Readiness +a failover would succeed/);
    }, installed()));

  it('finds a site whose cluster does not answer', () =>
    atTerminal(async (terminal, world) => {
      world.loses(B);
      expect(await terminal.types('doctor')).toBe(1);
      expect(terminal.text).toMatch(/FAIL {5}site-b .*\n +→ /);
    }, installed()));

  it('tells a program each check', () =>
    atTerminal(
      async (terminal) => {
        expect(await terminal.types('doctor --json')).toBe(0);
        expect(terminal.document).toMatchObject({
          command: 'doctor',
          ready: true,
          checks: expect.arrayContaining([
            { id: 'trust', about: 'site-b', result: 'pass', what: 'site-b is in sync.', remedy: null },
          ]),
          recovery: { seconds: 116 },
        });
      },
      installed(),
      reporting(),
    ));

  it('lets what only warns, or is not known, stand under it', () =>
    atTerminal(
      async (terminal) => {
        expect(await terminal.types('doctor')).toBe(0);
        expect(terminal.text).toMatch(/ warn {5}database {7}The writer is far away\.\n +→ Move it\./);
        expect(terminal.text).toContain('A failover would succeed now (6 checks, 1 to be looked at).');
      },
      installed(),
      reporting([
        {
          id: 'writer',
          about: 'database',
          result: 'warn',
          what: 'The writer is far away.',
          remedy: 'Move it.',
        },
      ]),
    ));
});

describe('doctor finds what keeps a failover from succeeding, and says what to do', () => {
  it.each([
    [
      'on-call who did not follow the link in SNS’s mail',
      { emails: [['on-call@example.test', 'PendingConfirmation']] },
      'on-call@example.test has not confirmed the subscription, and is told nothing.',
      'Subscription Confirmation',
    ],
    [
      'on-call who is not subscribed',
      { emails: [['other@example.test', `${TOPIC}:1`]] },
      `on-call@example.test is not subscribed to ${TOPIC}.`,
      'npx cdk deploy',
    ],
    [
      'an alarm that is not there',
      { missing: ['sso-site-a-endpoint'] },
      'There is no alarm sso-site-a-endpoint in us-east-1.',
      'npx cdk deploy',
    ],
    [
      'an alarm whose actions are off',
      { off: ['sso-drift'] },
      `The actions of the alarm sso-drift in ${REGION} are off.`,
      `aws cloudwatch enable-alarm-actions --region ${REGION} --alarm-names sso-drift`,
    ],
    [
      'alarms that do not reach reconcile',
      { deaf: true },
      `${ENDPOINTS} does not reach reconcile.`,
      'npx cdk deploy',
    ],
  ] as const)('%s', (_, what, says, remedy) =>
    atTerminal(
      async (terminal) => {
        expect(await terminal.types('doctor')).toBe(1);
        const line = terminal.stdout.findIndex((each) => each.includes(says));
        expect(terminal.stdout[line]).toMatch(/^ {2}FAIL/);
        expect(terminal.stdout[line + 1]).toContain(`→ `);
        expect(terminal.stdout[line + 1]).toContain(remedy);
        expect(terminal.text).toMatch(/A failover might NOT succeed now \(1 of \d checks failed\)\./);
      },
      installed(what),
      reporting(),
    ),
  );

  it('what readiness found', () =>
    atTerminal(
      async (terminal) => {
        expect(await terminal.types('doctor')).toBe(1);
        expect(terminal.text).toMatch(/FAIL {5}site-b {9}Its token is refused\.\n +→ Make a new one\./);
      },
      installed(),
      reporting([
        {
          id: 'token',
          about: 'site-b',
          result: 'fail',
          what: 'Its token is refused.',
          remedy: 'Make a new one.',
        },
      ]),
    ));

  it('a deployment that was never adopted', () =>
    atTerminal(
      async (terminal, world) => {
        world.losesItsLedger();
        expect(await terminal.types('doctor')).toBe(1);
        expect(terminal.text).toMatch(/sso-ledger holds no ledger.*\n +→ npm run ctl -- adopt/);
      },
      installed(),
      reporting(),
    ));

  it('a deployment that is not there', () =>
    atTerminal(
      async (terminal, world) => {
        expect(await terminal.types('doctor')).toBe(1);
        expect(terminal.text).toMatch(/There is no workflow adopt, approve, contain, .*\n +→ Deploy sso2/);
        expect(terminal.stdout.at(-1)).toBe('The recovery time is not known.');
        expect(world.engine.listExecutions()).toEqual([]);
      },
      { ...installed(), file: FILE.replace('"deployment": "sso"', '"deployment": "sso2"') },
    ));

  it('readiness that failed itself', () =>
    atTerminal(
      async (terminal) => {
        expect(await terminal.types('doctor')).toBe(1);
        expect(terminal.text).toMatch(
          /Readiness gave no report\. readiness failed\. TypeError: a surprise\n +→ Look at https/,
        );
      },
      installed(),
      { script: { 'readiness: Observe': new TypeError('a surprise') } },
    ));

  it('goes on where the caller may not look, and says what is not known', () =>
    atTerminal(
      async (terminal) => {
        expect(await terminal.types('doctor')).toBe(0);
        expect(terminal.text).toMatch(
          /unknown {2}configuration {2}AWS refuses: not authorized to perform sns:List.*\n +→ Use a role/,
        );
        expect(terminal.text).toContain('(6 checks, 2 not known)');
      },
      {
        clients: {
          ...installed().clients,
          sns: () => ({
            send: (async () => {
              throw Object.assign(new Error('not authorized to perform sns:ListSubscriptionsByTopic'), {
                name: 'AuthorizationErrorException',
              });
            }) as never,
          }),
        },
      },
      reporting(),
    ));
});

describe('readiness, by itself', () => {
  it('looks without Batches, and tells what it found', () =>
    atTerminal(async (terminal, world) => {
      expect(await terminal.types('readiness')).toBe(0);
      expect(world.engine.listExecutions('run-batch')).toEqual([]);
      expect(terminal.text).toMatch(/pass {5}site-b +Keycloak at site-b is ready/);
      expect(terminal.text).not.toContain('alarms are there');
      expect(terminal.stdout.at(-1)).toMatch(/^When site-a is lost, users are served by site-b after/);
    }));

  it('ends with 1 where a failover might not succeed', () =>
    atTerminal(async (terminal, world) => {
      world.loses(B);
      expect(await terminal.types('readiness --json')).toBe(1);
      expect(terminal.document).toMatchObject({ ready: false });
    }));
});

describe('status, beside the ledger', () => {
  const readinessFound = (world: World, found: ReadinessReport) => {
    const Item = marshall({ ...found, id: 'readiness#latest' });
    return world.dynamodb.send(new PutItemCommand({ TableName: 'sso-reports', Item }));
  };

  it('says what readiness found at its last look', () =>
    atTerminal(async (terminal, world) => {
      await readinessFound(world, { ...report(), at: instant(new Date()) });
      await world.wait(120);
      expect(await terminal.types('status')).toBe(0);
      expect(terminal.text).toMatch(/Readiness +a failover would succeed \(2 min ago\)/);
    }));

  it('names what fails, and that nobody has looked for long', () =>
    atTerminal(async (terminal, world) => {
      const token = {
        id: 'token',
        about: 'site-b',
        result: 'fail',
        what: 'Its token is refused.',
        remedy: null,
      } as const;
      await readinessFound(world, { ...report([token]), ready: false, at: instant(new Date()) });
      await world.wait(7200);
      expect(await terminal.types('status')).toBe(0);
      expect(terminal.text).toMatch(
        /Readiness +a failover might NOT succeed \(OLD, 2 h ago\): Its token is refused\./,
      );
    }));

  it('never says that nothing is to be done where a failover might not succeed', () =>
    atTerminal(async (terminal, world) => {
      const failing = (id: string, remedy: string | null) =>
        ({ id, about: 'site-b', result: 'fail', what: `${id} fails.`, remedy }) as const;
      const checks = [failing('token', 'Store its token anew.'), failing('pods', 'See its events.')];
      await readinessFound(world, { ...report(checks), ready: false, at: instant(new Date()) });
      await terminal.types('status');
      expect(terminal.text.split('Next\n')[1]).toBe(
        [
          '  A failover might not succeed. What to do about each check that fails: npm run ctl -- doctor',
          '    First: Store its token anew.',
        ].join('\n'),
      );
    }));

  it('of a stale site says once that it needs a resync', () =>
    atTerminal(async (terminal, world) => {
      const stale = {
        id: 'in-sync',
        about: 'site-b',
        result: 'fail',
        what: 'site-b is stale.',
        remedy: 'Start resync.',
      } as const;
      await readinessFound(world, { ...report([stale]), ready: false, at: instant(new Date()) });
      await terminal.types('status');
      expect(terminal.text).toContain('First: Start resync.');
      await world.lostAndFoundB({ contained: true });
      await terminal.types('status');
      expect(terminal.text.split('Next\n')[1]).toBe(
        '  When the Data Grid of site-b is well: npm run ctl -- resync',
      );
    }));

  it('does not pass off as present what was found before the ledger changed', () =>
    atTerminal(async (terminal, world) => {
      await readinessFound(world, { ...report(), at: instant(new Date()) });
      await world.wait(60);
      await world.lostAndFoundB();
      await terminal.types('status');
      expect(terminal.text).toMatch(
        /a failover would succeed \(1 min ago, before the ledger’s last change\)/,
      );
    }));

  it('says that nobody has looked yet', () =>
    atTerminal(async (terminal) => {
      await terminal.types('status');
      expect(terminal.text).toMatch(/Readiness +not looked yet/);
    }));
});
