import { beforeEach, describe, expect, it } from '@jest/globals';
import type { LedgerEvent } from '../../functions/ledger/events.ts';
import type { Ledger } from '../../functions/ledger/ledger.ts';
import { LedgerConflictError } from '../../functions/shared/errors.ts';
import type { SiteName } from '../../functions/shared/names.ts';
import { A, B, exampleConfiguration, having, inSync, moment } from '../ledger/example.ts';
import { Incident } from './incident.ts';
import { sample, snsAlarm } from './samples.ts';

let incident: Incident;

beforeEach(async () => {
  incident = await new Incident().begins();
  // Lost long enough for the checkers to have noticed, as the alarm says.
  incident.seconds = -60;
  incident.checks.loses(A);
  incident.seconds = 2;
});

const endpointDown = () => incident.reconcile(sample('sns-endpoint-down'));
const positions = () => ({ [A]: incident.checks.position(A), [B]: incident.checks.position(B) });

describe('the primary’s endpoint is down', () => {
  it('takes one look, one write of the ledger and one of a check, and then starts failover', async () => {
    await endpointDown();
    const look = [
      'GetHealthCheck switch-site-a',
      'GetHealthCheck switch-site-b',
      'GetHealthCheckStatus endpoint-site-a',
      'GetHealthCheckStatus endpoint-site-b',
      'GetItem',
    ];
    const first = incident.calls.slice(0, 5).map((call) => call.slice(2));
    // All of it is asked before the first answer is waited for.
    expect(incident.calls.slice(0, 5).every((call) => call.startsWith('>'))).toBe(true);
    expect(first.toSorted()).toEqual(look);
    expect(incident.began.slice(5)).toEqual([
      'PutItem',
      'UpdateHealthCheck switch-site-a',
      'GetHealthCheck switch-site-a',
      'StartExecution failover-e2-1',
    ]);
  });

  it('makes the other site serve, for DNS and for the ledger', async () => {
    expect(await endpointDown()).toMatchObject({
      outcome: 'reconciled',
      execution: 'arn:aws:states:eu-central-1:123456789012:execution:sso-failover:failover-e2-1',
    });
    expect(positions()).toEqual({ [A]: 'fenced', [B]: 'pinned' });
    expect(incident.checks.answer).toBe(B);
    expect(await incident.ledger()).toMatchObject({
      serving: B,
      epoch: 2,
      pending: { workflow: 'failover', mode: 'act', epoch: 2, attempt: 1 },
      lastAutomaticMoveAt: moment(2),
      checkVersions: { [A]: 2, [B]: 1 },
      sites: { [A]: { reachability: 'unreachable', trust: 'in-sync' } },
    });
    expect(incident.pages).toEqual([]);
  });

  it.each(['lambda-endpoint-down', 'eventbridge-endpoint-down', 'sns-several-records'])(
    'does the same by %s',
    async (name) => {
      await incident.reconcile(sample(name));
      expect(incident.checks.answer).toBe(B);
      expect([...incident.executions.keys()]).toEqual(['failover-e2-1']);
    },
  );

  it('changes nothing more when the event comes twice', async () => {
    await endpointDown();
    const before = await incident.ledger();
    await endpointDown();
    expect(incident.writes).toEqual(['StartExecution failover-e2-1']);
    expect(await incident.ledger()).toEqual(before);
    expect(incident.pages).toEqual([]);
  });

  it('decides once when the event comes twice at the same moment', async () => {
    await Promise.all([endpointDown(), endpointDown(), endpointDown()]);
    expect(await incident.ledger()).toMatchObject({ serving: B, epoch: 2 });
    expect(incident.checks.version(A)).toBe(2);
    expect([...incident.executions.keys()]).toEqual(['failover-e2-1']);
    expect(incident.pages).toEqual([]);
  });

  it('decides again from what stands when another writer came first', async () => {
    let raced = false;
    incident.faults = {
      before: async ({ operation }) => {
        if (operation !== 'PutItem' || raced) return;
        raced = true;
        await incident.store.change(() => [{ type: 'paged', about: 'something' }]);
      },
    };
    await endpointDown();
    expect(await incident.ledger()).toMatchObject({ serving: B, revision: 3 });
    expect(incident.checks.answer).toBe(B);
  });

  it('gives up, to be called again, when another writer always comes first', async () => {
    incident.faults = {
      before: ({ operation }) => {
        if (operation === 'PutItem')
          throw Object.assign(new Error('no'), { name: 'ConditionalCheckFailedException' });
      },
    };
    await expect(endpointDown()).rejects.toThrow(LedgerConflictError);
    expect(incident.checks.answer).toBe(B);
  });

  it('changes nothing when the event comes again hours later, after all is well', async () => {
    await endpointDown();
    incident.seconds = 3600;
    incident.checks.finds(A);
    incident.seconds = 4 * 3600;
    await incident.knows(
      { type: 'operation-claimed', workflow: 'failover', owner: 'one' },
      { type: 'operation-released', owner: 'one', result: 'succeeded', detail: '' },
      { type: 'operation-claimed', workflow: 'resync', owner: 'two' },
      { type: 'resync-proved', site: A },
      { type: 'operation-released', owner: 'two', result: 'succeeded', detail: '' },
    );
    await incident.sweep();
    const before = await incident.ledger();
    await endpointDown();
    expect(incident.writes).toEqual([]);
    expect(await incident.ledger()).toEqual(before);
  });

  it('is acted on although it is over, when its event is newer than the last decision', async () => {
    incident.seconds = 50;
    incident.checks.finds(A);
    incident.seconds = 90;
    await endpointDown();
    expect((await incident.ledger()).serving).toBe(B);
  });

  it('is not acted on when it is over and its event is a day late', async () => {
    incident.checks.finds(A);
    incident.seconds = 86_400;
    expect(await endpointDown()).toMatchObject({ because: expect.stringContaining('is over') });
    expect((await incident.ledger()).serving).toBe(A);
  });

  it('is acted on although its event is older than the last decision, when it is true all the same', async () => {
    await incident.knows({ type: 'operation-claimed', workflow: 'switchover', owner: 'one' });
    expect((await incident.ledger()).changedAt).toBe(moment(2));
    await endpointDown();
    expect(await incident.ledger()).toMatchObject({ serving: B, operation: null });
    expect((await incident.ledger()).history[0]).toMatchObject({ owner: 'one', result: 'superseded' });
  });
});

describe('the primary’s endpoint is down, and the other site could not take over', () => {
  it('because it does not pass: nothing moves, and a person gets the command', async () => {
    incident.seconds = -60;
    incident.checks.loses(B);
    incident.seconds = 2;
    await endpointDown();
    expect((await incident.ledger()).serving).toBe(A);
    expect(incident.executions.size).toBe(0);
    expect(incident.pages).toEqual([
      expect.stringContaining('site-b does not pass its own health check, so nothing was moved'),
    ]);
    expect(incident.pages[0]).toContain('{"site":"site-b","acceptLoss":true}');
    // Both are unhealthy or the other one is fenced: DNS stays, and never both are fenced.
    expect(positions()).toEqual({ [A]: 'follows', [B]: 'fenced' });
    expect(incident.checks.answer).toBe(A);
  });

  it('because nobody has looked at it: nothing moves', async () => {
    incident.checks.checkersStoppedAt = -600;
    await endpointDown();
    expect((await incident.ledger()).serving).toBe(A);
    expect(incident.pages).toEqual([expect.stringContaining('site-b is not known to pass now')]);
  });

  it.each(['stale', 'suspect'] as const)('because it is %s: nothing moves', async (trust) => {
    const ledger = having(inSync(), moment(-600), { type: 'site-suspected', site: B });
    const settled =
      trust === 'suspect'
        ? ledger
        : having(ledger, moment(-500), { type: 'suspect-settled', site: B, to: 'stale' });
    incident = await new Incident().begins(settled);
    incident.seconds = -60;
    incident.checks.loses(A);
    incident.seconds = 2;
    await endpointDown();
    expect((await incident.ledger()).serving).toBe(A);
    expect(incident.pages).toEqual([expect.stringContaining(`site-b is ${trust}, so nothing was moved`)]);
    expect(incident.checks.answer).toBe(A);
  });

  it('pages once in half an hour, not every minute', async () => {
    incident.checks.checkersStoppedAt = -600;
    incident.alarms.set('sso-endpoint-site-a', 0);
    await endpointDown();
    for (const minute of [1, 2, 3, 29]) {
      incident.seconds = minute * 60;
      await endpointDown();
    }
    expect(incident.pages).toHaveLength(1);
    incident.seconds = 31 * 60;
    // Too late to be news; but the sweep sees it in ALARM, and the checkers are back.
    incident.checks.loses(B);
    incident.checks.checkersStoppedAt = Infinity;
    incident.seconds = 33 * 60;
    await incident.sweep();
    expect(incident.pages.length).toBeGreaterThan(1);
  });

  it('keeps two lasting conditions apart, so that they do not page in turns', async () => {
    incident.seconds = -60;
    incident.checks.loses(B);
    incident.seconds = 2;
    await endpointDown();
    await incident.knows({ type: 'paged', about: 'readiness:something else' });
    incident.seconds = 60;
    await endpointDown();
    expect(incident.pages).toHaveLength(1);
  });

  it('moves as soon as it passes again, by the sweep', async () => {
    incident.seconds = -60;
    incident.checks.loses(B);
    incident.seconds = 2;
    incident.alarms.set('sso-endpoint-site-a', 0);
    await endpointDown();
    incident.seconds = 30;
    incident.checks.finds(B);
    incident.seconds = 60;
    await incident.sweep();
    expect((await incident.ledger()).serving).toBe(B);
    expect(positions()).toEqual({ [A]: 'fenced', [B]: 'pinned' });
  });
});

describe('automation that must not move', () => {
  it('because it is disarmed pages with the command', async () => {
    await incident.knows({ type: 'disarmed', until: null, why: 'maintenance' });
    await endpointDown();
    expect((await incident.ledger()).serving).toBe(A);
    expect(incident.pages[0]).toContain('site-b could take over, but automation is disarmed (maintenance)');
    expect(incident.pages[0]).toContain('start "failover" with {"lostSite":"site-a"}');
  });

  it('because it was disarmed until a time that has passed moves, and the sweep notes that it is armed', async () => {
    await incident.knows({ type: 'disarmed', until: moment(1), why: 'maintenance' });
    await endpointDown();
    expect((await incident.ledger()).serving).toBe(B);
    await incident.sweep();
    expect((await incident.ledger()).automation).toEqual({
      armed: true,
      disarmedUntil: null,
      disarmedAt: null,
      why: null,
    });
  });
});

describe('what is no loss', () => {
  it.each(['sns-endpoint-ok', 'sns-endpoint-insufficient-data'])(
    '%s asks nobody and changes nothing',
    async (name) => {
      expect(await incident.reconcile(sample(name))).toMatchObject({ outcome: 'noted' });
      expect(incident.began).toEqual([]);
    },
  );

  it('an alarm of another account asks nobody', async () => {
    const other = snsAlarm('sns-endpoint-down', {
      AlarmArn: 'arn:aws:cloudwatch:us-east-1:999999999999:alarm:sso-endpoint-site-a',
    });
    await incident.reconcile(other);
    expect(incident.began).toEqual([]);
  });
});

describe('a minimum time between two automatic moves', () => {
  const lost = (site: SiteName, automatic: boolean): LedgerEvent => ({
    type: 'serving-site-lost',
    lost: site,
    automatic,
    reason: 'before',
  });
  const seen = (site: SiteName, seconds: number): LedgerEvent => ({
    type: 'reachability-observed',
    site,
    reachability: 'reachable',
    observedAt: moment(seconds),
  });
  /** It serves since automation moved, and both are in sync. */
  const servedByB = (): Ledger =>
    having({ ...having(inSync(), moment(-700), lost(A, true)), pending: null }, moment(-650), seen(A, -650));
  const begun = () =>
    new Incident(exampleConfiguration({ automation: { minimumSecondsBetweenMoves: 3600 } }));

  beforeEach(async () => {
    const back = { ...having(servedByB(), moment(-650), lost(B, false)), pending: null };
    incident = await begun().begins(having(back, moment(-640), seen(B, -640)));
    incident.seconds = -60;
    incident.checks.loses(A);
    incident.seconds = 2;
  });

  it('pages with the command instead of moving', async () => {
    await endpointDown();
    expect((await incident.ledger()).serving).toBe(A);
    expect(incident.pages[0]).toContain(
      'automation moved traffic at 2026-01-05T11:48:20.000Z, less than 3600 s ago',
    );
    expect(incident.pages[0]).toContain('start "failover" with {"lostSite":"site-a"}');
  });

  it('does not hold once the move was acknowledged', async () => {
    await incident.knows({ type: 'move-acknowledged' });
    await endpointDown();
    expect((await incident.ledger()).serving).toBe(B);
  });

  /** The check has one version less than the ledger: the write is still to come. */
  const unwritten = (site: SiteName, position: string, seen: number) =>
    incident.knows({
      type: 'checks-to-be-written',
      checks: { [site]: { version: seen + 1, positions: [position] } },
    });

  it('does not hold where Route 53 has not taken the move back, and nobody is moved by it', async () => {
    incident.checks.changedByHand(A, { HealthThreshold: 2 });
    await unwritten(A, 'follows', 2);
    const { lastAutomaticMoveAt } = await incident.ledger();
    await endpointDown();
    expect(await incident.ledger()).toMatchObject({
      serving: B,
      pending: { mode: 'act' },
      lastAutomaticMoveAt,
    });
    expect(incident.checks.answer).toBe(B);
    expect(incident.pages).toEqual([]);
  });

  it('does not hold either where it has not taken a move to the secondary, whose Data Grid restarted', async () => {
    incident.checks.finds(A);
    incident.seconds = 60;
    await incident.knows(
      { type: 'operation-claimed', workflow: 'switchover', owner: 'there' },
      { type: 'traffic-moved', to: B },
      { type: 'operation-released', owner: 'there', result: 'failed', detail: '' },
      { type: 'site-suspected', site: B },
    );
    await unwritten(A, 'fenced', 1);
    await incident.sweep();
    expect((await incident.ledger()).serving).toBe(A);
    expect(incident.checks.answer).toBe(A);
  });

  it('holds where Route 53 turned away by itself from the site that serves', async () => {
    await endpointDown();
    expect(incident.checks.answer).toBe(B);
    await endpointDown();
    expect((await incident.ledger()).serving).toBe(A);
  });

  it('holds where a person opened the primary, so that the move to the secondary only looks unwritten', async () => {
    incident = await begun().begins(servedByB());
    incident.seconds = 60;
    await incident.sweep();
    expect(incident.checks.answer).toBe(B);
    incident.checks.changedByHand(A, { HealthThreshold: 1 });
    incident.checks.loses(B);
    incident.seconds = 70;
    await incident.reconcile(
      snsAlarm('sns-endpoint-down', {
        AlarmName: 'sso-endpoint-site-b',
        Trigger: {
          Namespace: 'AWS/Route53',
          MetricName: 'HealthCheckStatus',
          Dimensions: [{ name: 'HealthCheckId', value: 'endpoint-site-b' }],
        },
        AlarmArn: 'arn:aws:cloudwatch:us-east-1:123456789012:alarm:sso-endpoint-site-b',
        StateChangeTime: moment(69),
      }),
    );
    expect((await incident.ledger()).serving).toBe(B);
    expect(incident.pages.join(' ')).toContain('less than 3600 s ago');
  });

  it('does not hold once it has passed', async () => {
    incident.seconds = 3000;
    await incident.reconcile(snsAlarm('sns-endpoint-down', { StateChangeTime: moment(2999) }));
    expect((await incident.ledger()).serving).toBe(B);
  });
});
