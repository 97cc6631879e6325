import { describe, expect, it } from '@jest/globals';
import { executionUrl } from '../../../functions/shared/report.ts';
import type { Execution } from '../../../lab/aws/step-functions-records.ts';
import { SITE_A, SITE_B } from '../../../lab/configuration.ts';
import { checkTold } from '../../../lab/prove/invariants/people.ts';
import type { Stage } from '../../../lab/prove/stage.ts';
import { broken, withoutProduct } from './quiet-stage.ts';

describe('what on-call is told of', () => {
  it('finds an execution that ended badly and of which nobody was told', async () => {
    const found = await broken(async (stage) => {
      const { engine, mailbox } = stage.world.installation;
      const { executionArn } = engine.startExecution('switchover', {});
      await stage.world.sleep(500);
      engine.stopExecution(executionArn);
      await stage.world.sleep(600_000);
      mailbox.mails.length = 0;
      checkTold(stage.eyes);
    });
    expect(found).toEqual(['always-told']);
  });

  /** A state that it entered, the last one ten seconds before its end, with what was known there. */
  type Entered = readonly [state: string, known: object];

  const ARN = 'arn:aws:states:eu-west-1:123456789012:execution:keycloak-';

  /** Of one execution (its parts that matter), and the mails that there are. */
  const untold = (
    execution: {
      readonly machine: string;
      readonly entered?: Entered;
      readonly earlier?: Entered;
    } & Partial<Execution>,
    mails: readonly { subject: string; from: string; body?: string; secondsAgo?: number }[],
    others: readonly (typeof execution)[] = [],
  ) =>
    broken(async ({ eyes, world }) => {
      withoutProduct({ world } as Stage);
      await world.sleep(3600_000);
      const stopDate = new Date(eyes.now() - 600_000);
      const some = { startDate: new Date(eyes.now() - 900_000), stopDate, parent: null, input: {} };
      const filledUp = ({ entered, earlier, ...each }: Parameters<typeof untold>[0]) => {
        const log = [earlier ?? [], entered ?? []].map(([name, input]) => ({ name, type: 'Pass', input }));
        return {
          executionArn: `${ARN}${each.machine}:one`,
          error: null,
          ...some,
          log: log
            .map((state, turn) => ({
              type: 'StateEntered',
              timestamp: eyes.now() - 640_000 + turn * 30_000,
              state,
            }))
            .filter(({ state }) => state.name !== undefined),
          ...each,
        };
      };
      const listExecutions = () => [execution, ...others].map(filledUp);
      const { engine } = world.installation;
      const installation = {
        ...world.installation,
        engine: { ...engine, listExecutions },
        mailbox: {
          mails: mails.map(({ subject, from, body = '', secondsAgo = 600 }) => ({
            at: eyes.now() - secondsAgo * 1000,
            subject: `keycloak: ${subject}`,
            body: `${body}\nLinks\n  Execution: ${executionUrl(`${ARN}${from}`)}\n`,
          })),
        },
      };
      checkTold({ ...eyes, world: { ...world, installation } as unknown as typeof world });
    });

  it.each<[machine: string, output: object, headline: string]>([
    ['resync', { outcome: 'in-sync', site: SITE_B }, 'site-b is in sync again'],
    ['contain', { outcome: 'contained', site: SITE_B }, 'site-b is contained'],
    ['switchover', { outcome: 'switched-over', serving: SITE_B }, 'site-b serves after the switchover'],
    ['switchback', { outcome: 'switched-back', serving: SITE_A }, 'site-a, the primary, serves again'],
    ['switchback', { outcome: 'not-approved' }, 'switchback was not approved'],
    [
      'promote-accepting-loss',
      { outcome: 'promoted', site: SITE_B },
      'a site was promoted by hand, loss accepted',
    ],
    ['adopt', { outcome: 'adopted' }, 'the deployment was adopted'],
    [
      'readiness',
      { outcome: 'settled', last: { outcome: 'settled', site: SITE_B, trust: 'in-sync' } },
      'site-b is in-sync',
    ],
  ])('finds %s that did something of which nobody was told: %j', async (machine, output, headline) => {
    const done = { machine, status: 'SUCCEEDED', output } as const;
    expect(await untold(done, [{ subject: headline, from: `${machine}:one` }])).toEqual([]);
    expect(await untold(done, [])).toEqual(['always-told']);
    expect(await untold(done, [{ subject: headline, from: `${machine}:one-more` }])).toEqual(['always-told']);
    expect(await untold(done, [{ subject: 'something else', from: `${machine}:one` }])).toEqual([
      'always-told',
    ]);
    expect(await untold({ ...done, output: { outcome: 'superseded' } }, [])).toEqual([]);
  });

  it('leaves what is done for a caller to that one to tell, and not what readiness starts', async () => {
    const done = {
      machine: 'contain',
      status: 'SUCCEEDED',
      output: { outcome: 'contained', site: SITE_B },
      parent: 'another',
    } as const;
    expect(await untold({ ...done, input: { operation: { owner: 'another' } } }, [])).toEqual([]);
    expect(await untold({ ...done, input: {} }, [])).toEqual(['always-told']);
  });

  it('finds a failover of which nobody was told that it isolated, or what is left to do', async () => {
    const isolated = { subject: 'site-b serves, site-a is taken offline there', from: 'failover:one' };
    const left = { subject: 'site-b serves, and something is left to do', from: 'failover:one' };
    const failedOver = (known: object) => ({
      machine: 'failover',
      status: 'SUCCEEDED' as const,
      output: { outcome: 'failed-over', serving: SITE_B, lost: SITE_A },
      entered: [
        'Failed over',
        {
          leftovers: { outcome: 'none-left' },
          bridge: { outcome: 'cut' },
          containment: { outcome: 'unreachable' },
          database: { outcome: 'moved' },
          ...known,
        },
      ] as const,
    });
    const allDone = failedOver({});
    expect(await untold(allDone, [isolated])).toEqual([]);
    expect(await untold(allDone, [])).toEqual(['always-told']);
    const someLeft = failedOver({ bridge: { outcome: 'failed' } });
    expect(await untold(someLeft, [isolated, left])).toEqual([]);
    expect(await untold(someLeft, [isolated])).toEqual(['always-told']);
    const couldNotTell = failedOver({ untold: { Error: 'ThrottlingException' } });
    expect(await untold(couldNotTell, [left])).toEqual([]);
    const notProven = failedOver({ leftovers: { outcome: 'unproven' } });
    expect(await untold(notProven, [left])).toEqual([]);
    expect(await untold(notProven, [])).toEqual(['always-told']);
    // Of a doubt that lasts the same is not said again.
    const inDoubt = failedOver({ leftovers: { outcome: 'unreachable' } });
    const earlier = (secondsAgo: number, bridge = 'cut') => [
      {
        subject: 'site-b serves, site-a was taken offline there and may be online again',
        from: 'failover:failover-e2-1',
        secondsAgo,
      },
      {
        ...left,
        from: 'failover:failover-e2-1',
        secondsAgo,
        body: `site-a was taken offline at site-b, proven for every cache.\nBridge: ${bridge}.\nContaining site-a: unreachable.\nDatabase: moved.`,
      },
    ];
    expect(await untold(inDoubt, earlier(1200))).toEqual([]);
    expect(await untold(inDoubt, earlier(1200, 'failed'))).toEqual(['always-told']);
    expect(await untold(inDoubt, earlier(2700))).toEqual(['always-told']);
    expect(await untold(allDone, earlier(1200))).toEqual(['always-told']);
  });

  it('takes an end for told by a mail of it from when it came on, and by none of before', async () => {
    const stopped = { machine: 'failover', status: 'ABORTED' } as const;
    const mail = (secondsAgo: number, from: string) =>
      untold(stopped, [{ subject: 'failover was stopped: ABORTED', from, secondsAgo }]);
    expect(await mail(590, 'failover:one')).toEqual([]);
    expect(await mail(700, 'failover:one')).toEqual(['always-told']);
    expect(await mail(590, 'failover:one-more')).toEqual(['always-told']);
  });

  it('takes what ends badly by itself for told where the same error of it was told within half an hour', async () => {
    const timedOut = (name: string, error: string) => ({
      machine: 'failover',
      executionArn: `${ARN}failover:${name}`,
      status: 'FAILED' as const,
      error: 'Told',
      entered: ['Close', { error: { Error: 'States.TaskFailed', Cause: `{"Error":"${error}"}` } }] as const,
    });
    const earlier = (from: string, secondsAgo = 1200) => [
      { subject: 'failover failed: States.Timeout', from, secondsAgo },
    ];
    const [one, another] = ['failover-e2-1', 'failover-e2-2'];
    expect(await untold(timedOut(another, 'States.Timeout'), earlier(`failover:${one}`))).toEqual([]);
    expect(await untold(timedOut(another, 'Other'), earlier(`failover:${one}`))).toEqual(['always-told']);
    expect(await untold(timedOut(another, 'States.Timeout'), earlier(`failover:${one}`, 2700))).toEqual([
      'always-told',
    ]);
    // A person's is never muted, and mutes nothing.
    expect(await untold(timedOut('one', 'States.Timeout'), earlier(`failover:${one}`))).toEqual([
      'always-told',
    ]);
    expect(await untold(timedOut(another, 'States.Timeout'), earlier('failover:one'))).toEqual([
      'always-told',
    ]);
  });

  it('takes what ends badly by itself for told where the same cause of it was told, whoever told it', async () => {
    const notContained = {
      machine: 'contain',
      executionArn: `${ARN}contain:contain-e2-2`,
      status: 'FAILED' as const,
      error: 'Told',
      entered: ['Tell that it is not contained', { claim: { other: SITE_A, serving: SITE_B } }] as const,
    };
    const from = 'failover:failover-e2-1';
    expect(await untold(notContained, [{ subject: 'site-a is not contained', from }])).toEqual([]);
    expect(await untold(notContained, [{ subject: 'site-b is not contained', from }])).toEqual([
      'always-told',
    ]);
    expect(await untold(notContained, [{ subject: 'contain failed: States.Timeout', from }])).toEqual([
      'always-told',
    ]);
    const claim = { outcome: 'refused', reason: 'of one reason' };
    const refused = { ...notContained, entered: ['Tell that it was not contained', { claim }] as const };
    const told = { subject: 'contain changed nothing: refused', from: 'contain:contain-e2-1' };
    expect(await untold(refused, [{ ...told, body: 'It did not go on: of one reason' }])).toEqual([]);
    expect(await untold(refused, [{ ...told, body: 'It did not go on: of another' }])).toEqual([
      'always-told',
    ]);
  });

  it('finds a failover that told of the containment alone, and not that writes stay refused', async () => {
    const claim = { other: SITE_A, serving: SITE_B };
    const failed = {
      machine: 'failover',
      status: 'FAILED' as const,
      error: 'Told',
      earlier: ['Tell that writes stay refused', { claim }] as const,
      entered: ['Tell that it is not contained either', { claim }] as const,
    };
    const notContained = { subject: 'site-a is not contained', from: 'failover:one', secondsAgo: 605 };
    const refused = { subject: 'URGENT: writes at site-b may be refused', from: 'failover:one' };
    expect(await untold(failed, [{ ...refused, secondsAgo: 635 }, notContained])).toEqual([]);
    expect(await untold(failed, [notContained])).toEqual(['always-told']);
  });

  it('takes what ends with what it had started for told where that was told, and by no other mail', async () => {
    const ended = { status: 'FAILED', error: 'Told' } as const;
    const Cause = JSON.stringify({ Error: 'Told' });
    const switchback = {
      ...ended,
      machine: 'switchback',
      entered: ['Close', { error: { Error: 'States.TaskFailed', Cause } }] as const,
    };
    const resync = {
      ...ended,
      machine: 'resync',
      parent: `${ARN}switchback:one`,
      entered: ['Tell that the resync failed', {}] as const,
    };
    const subject = 'resync of site-b failed';
    expect(await untold(switchback, [{ subject, from: 'resync:one' }], [resync])).toEqual([]);
    expect(await untold(switchback, [{ subject, from: 'resync:one-more' }], [resync])).toEqual([
      'always-told',
    ]);
    const other = { ...resync, parent: null };
    expect(await untold(switchback, [{ subject, from: 'resync:one' }], [other])).toEqual(['always-told']);
  });
});
