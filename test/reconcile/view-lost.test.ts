import { beforeEach, describe, expect, it } from '@jest/globals';
import { A, B, execution, having, inSync, moment } from '../ledger/example.ts';
import { Incident } from './incident.ts';
import { type Json, sample, snsAlarm } from './samples.ts';

let incident: Incident;

beforeEach(async () => {
  incident = await new Incident().begins();
});

const bLeft = () => incident.reconcile(sample('sns-left-view-composite'));
const decide = (input: Json = {}) => incident.step('decide', input);

describe('the sites lost each other', () => {
  it('and whether the serving site lives is not known yet: failover is started to ask, and nothing moves', async () => {
    expect(await bLeft()).toMatchObject({
      outcome: 'reconciled',
      because: expect.stringContaining('is asked until checkers have looked after 2026-01-05T12:00:10.000Z'),
    });
    expect(await incident.ledger()).toMatchObject({
      serving: A,
      pending: { mode: 'ask', epoch: 2 },
      sites: { [B]: { trust: 'in-sync' } },
    });
    expect(incident.writes).toEqual(['PutItem', 'StartExecution failover-e2-1']);
    expect(incident.checks.answer).toBe(A);
  });

  it('failover asks until half of the checkers have looked, then the passive site is stale', async () => {
    await bLeft();
    incident.seconds = 12;
    expect(await decide()).toMatchObject({ outcome: 'wait' });
    expect(await incident.claims('failover-e2-1')).toMatchObject({ outcome: 'not-safe' });
    incident.seconds = 14;
    expect(await decide()).toMatchObject({ outcome: 'wait' });
    incident.seconds = 22;
    expect(await decide()).toMatchObject({ outcome: 'act' });
    expect(await incident.ledger()).toMatchObject({
      serving: A,
      pending: { mode: 'act', epoch: 2 },
      sites: { [B]: { trust: 'stale', isolated: false } },
    });
    expect(incident.checks.position(B)).toBe('fenced');
    expect(await incident.claims('failover-e2-1')).toMatchObject({
      outcome: 'claimed',
      serving: A,
      other: B,
    });
    // The sweep meanwhile sees no second execution to start.
    await incident.sweep();
    expect([...incident.executions.keys()]).toEqual(['failover-e2-1']);
  });

  it('because the serving site died: the other one serves', async () => {
    incident.seconds = -2;
    incident.checks.loses(A);
    incident.seconds = 2;
    await bLeft();
    expect((await incident.ledger()).serving).toBe(A);
    incident.seconds = 22;
    expect(await decide()).toMatchObject({
      outcome: 'act',
      reason: expect.stringContaining('its endpoint is down'),
    });
    expect(await incident.ledger()).toMatchObject({ serving: B, lastAutomaticMoveAt: moment(22) });
    expect(incident.checks.answer).toBe(B);
  });

  it('while the serving site died is not answered by what checkers saw before', async () => {
    // Half a second before the alarm; every checker's last look is older and says that it passes.
    incident.seconds = -0.5;
    incident.checks.loses(A);
    incident.seconds = 2;
    await bLeft();
    expect((await incident.ledger()).sites[B]!.trust).toBe('in-sync');
  });

  it('because the Data Grid of the serving site restarted whole: the other one has what it lost, and serves', async () => {
    incident.seconds = -30;
    await incident.knows({ type: 'site-suspected', site: A });
    incident.seconds = 40;
    await bLeft();
    expect(await incident.ledger()).toMatchObject({
      serving: B,
      sites: { [A]: { trust: 'suspect' }, [B]: { trust: 'in-sync' } },
    });
    expect(incident.checks.answer).toBe(B);
  });

  it('and while failover asks, the Data Grid of the serving site is seen to have restarted whole: the same', async () => {
    await bLeft();
    await incident.knows({ type: 'site-suspected', site: A });
    incident.seconds = 22;
    expect(await decide()).toMatchObject({
      outcome: 'act',
      reason: expect.stringContaining('restarted whole'),
    });
    expect(await incident.ledger()).toMatchObject({ serving: B, sites: { [B]: { trust: 'in-sync' } } });
  });

  it('after the Data Grid of the serving site restarted whole, while disarmed: the good copy stays trusted', async () => {
    await incident.knows(
      { type: 'site-suspected', site: A },
      { type: 'disarmed', until: null, why: 'network maintenance' },
    );
    incident.seconds = 40;
    await incident.reconcile(snsAlarm('sns-left-view-composite', { StateChangeTime: moment(30) }));
    expect(await incident.ledger()).toMatchObject({ serving: A, sites: { [B]: { trust: 'in-sync' } } });
    expect(incident.pages).toEqual([expect.stringContaining('start "failover" with {"lostSite":"site-a"}')]);
  });

  it('long ago and the serving site is known to live: the passive one is stale at once', async () => {
    incident.seconds = 40;
    await bLeft();
    expect(await incident.ledger()).toMatchObject({
      pending: { mode: 'act' },
      sites: { [B]: { trust: 'stale' } },
    });
    expect(incident.writes).toEqual([
      'PutItem',
      'UpdateHealthCheck switch-site-b',
      'StartExecution failover-e2-1',
    ]);
  });

  it('and each says so of the other: one decision, whoever is named', async () => {
    const { Records } = sample('sns-several-records') as { Records: unknown[] };
    incident.seconds = 40;
    await incident.reconcile({ Records: Records.slice(1) });
    expect(await incident.ledger()).toMatchObject({
      serving: A,
      epoch: 2,
      sites: { [A]: { trust: 'in-sync' }, [B]: { trust: 'stale' } },
    });
  });

  it('and both are down: nothing moves, and a person gets the command', async () => {
    incident.seconds = -30;
    incident.checks.loses(A);
    incident.checks.loses(B);
    incident.seconds = 40;
    await incident.reconcile(sample('sns-several-records'));
    expect(await incident.ledger()).toMatchObject({ serving: A, pending: null });
    expect(incident.pages).toEqual([expect.stringContaining('"promote-accepting-loss"')]);
    expect([incident.checks.position(A), incident.checks.position(B)]).toEqual(['follows', 'fenced']);
  });

  it('and both died, then the serving one came back alone: its writes are made good again', async () => {
    incident.seconds = -2;
    incident.checks.loses(A);
    incident.checks.loses(B);
    incident.seconds = 2;
    incident.alarms.set('sso-view-site-b', 0);
    await bLeft();
    incident.seconds = 22;
    expect(await decide()).toMatchObject({ outcome: 'not-safe', remedy: expect.stringContaining('site-b') });
    incident.executions.set('failover-e2-1', 'FAILED');
    incident.seconds = 300;
    incident.checks.finds(A);
    incident.seconds = 360;
    await incident.sweep();
    expect(await incident.ledger()).toMatchObject({ serving: A, sites: { [B]: { trust: 'stale' } } });
    expect([...incident.executions.keys()]).toEqual(['failover-e2-1', 'failover-e2-2']);
  });

  it('while automation is disarmed: no longer trusted, nothing taken offline, and the command is paged once', async () => {
    await incident.knows({ type: 'disarmed', until: null, why: 'network maintenance' });
    incident.seconds = 40;
    incident.alarms.set('sso-view-site-b', 0);
    await bLeft();
    await incident.sweep();
    expect(await incident.ledger()).toMatchObject({ pending: null, sites: { [B]: { trust: 'suspect' } } });
    expect(incident.checks.position(B)).toBe('fenced');
    expect(incident.pages).toEqual([expect.stringContaining('Start "failover" with {"lostSite":"site-b"}')]);
    await incident.knows({ type: 'armed' });
    await incident.sweep();
    expect((await incident.ledger()).sites[B]!.trust).toBe('stale');
  });

  it('and the function that asks is not started while automation is disarmed', async () => {
    await incident.knows(
      { type: 'view-lost', reason: 'the view' },
      { type: 'disarmed', until: null, why: 'x' },
    );
    await incident.sweep();
    expect(incident.executions.size).toBe(0);
  });

  it('late: an event of before the last decision changes nothing', async () => {
    await incident.knows(
      { type: 'site-suspected', site: B },
      { type: 'suspect-settled', site: B, to: 'in-sync' },
    );
    const before = await incident.ledger();
    incident.seconds = 400;
    await bLeft();
    expect(await incident.ledger()).toEqual(before);
    expect(incident.writes).toEqual([]);
  });

  it('out of order: the endpoint first, then the view that was lost before it', async () => {
    incident.seconds = -60;
    incident.checks.loses(A);
    incident.seconds = 2;
    await incident.reconcile(sample('sns-endpoint-down'));
    incident.seconds = 5;
    await incident.reconcile(snsAlarm('sns-left-view-composite', { StateChangeTime: moment(-5) }));
    expect(await incident.ledger()).toMatchObject({ serving: B, epoch: 2 });
    expect([...incident.executions.keys()]).toEqual(['failover-e2-1']);
  });

  it('both orders end the same: the view first, then the endpoint', async () => {
    incident.seconds = -60;
    incident.checks.loses(A);
    incident.seconds = 2;
    await incident.reconcile(snsAlarm('sns-left-view-composite', { StateChangeTime: moment(1) }));
    incident.seconds = 5;
    await incident.reconcile(snsAlarm('sns-endpoint-down', { StateChangeTime: moment(4) }));
    expect(await incident.ledger()).toMatchObject({ serving: B, pending: { mode: 'act', epoch: 2 } });
    expect(incident.checks.answer).toBe(B);
    expect([...incident.executions.keys()]).toEqual(['failover-e2-1']);
  });

  it('again while a resync runs: the resync ends, and the site is stale and taken offline', async () => {
    const stale = having(
      inSync(),
      moment(-600),
      { type: 'passive-site-left', passive: B, reason: 'the view' },
      { type: 'operation-claimed', workflow: 'failover', owner: 'one' },
      { type: 'operation-released', owner: 'one', result: 'succeeded', detail: '' },
      { type: 'operation-claimed', workflow: 'resync', owner: 'two' },
    );
    incident = await new Incident().begins(stale);
    await bLeft();
    expect(await incident.ledger()).toMatchObject({
      operation: null,
      pending: { mode: 'act' },
      sites: { [B]: { trust: 'stale' } },
    });
    expect(await decide()).toMatchObject({ outcome: 'act' });
  });
});

describe('a question that nobody answered', () => {
  const dropped = { pending: null, serving: A, sites: { [B]: { trust: 'suspect' } } };

  it('is dropped while automation is disarmed: the passive site is suspect, not stale once it is armed again', async () => {
    await bLeft();
    await incident.knows({ type: 'disarmed', until: null, why: 'network maintenance' });
    incident.seconds = 60;
    await incident.sweep();
    expect(await incident.ledger()).toMatchObject(dropped);
    await incident.knows({ type: 'armed' });
    incident.seconds = 3660;
    await incident.sweep();
    expect(await decide()).toMatchObject({ outcome: 'nothing-to-do' });
    expect((await incident.ledger()).sites[B]!.trust).toBe('suspect');
  });

  it('is kept while the serving site is down: the passive one is what is left to serve', async () => {
    await bLeft();
    incident.checks.loses(A);
    await incident.knows({ type: 'disarmed', until: null, why: 'network maintenance' });
    incident.seconds = 60;
    await incident.sweep();
    expect(await incident.ledger()).toMatchObject({
      pending: { mode: 'ask' },
      sites: { [B]: { trust: 'in-sync' } },
    });
  });

  it('for a quarter of an hour is not answered by what is seen now, and the sweep drops it', async () => {
    await bLeft();
    incident.seconds = 1000;
    expect(await decide()).toMatchObject({
      outcome: 'nothing-to-do',
      reason: expect.stringContaining('the sweep decides anew'),
    });
    incident.executions.set('failover-e2-1', 'SUCCEEDED');
    await incident.sweep();
    expect(await incident.ledger()).toMatchObject(dropped);
    expect([...incident.executions.keys()]).toEqual(['failover-e2-1']);
  });

  it('that long is left to the execution that still asks', async () => {
    await bLeft();
    incident.seconds = 1000;
    await incident.sweep();
    expect((await incident.ledger()).pending).toMatchObject({ mode: 'ask' });
  });

  it('that long is decided anew when the sites still don’t see each other', async () => {
    await bLeft();
    incident.alarms.set('sso-view-site-b', 0);
    incident.seconds = 1000;
    await incident.sweep();
    expect(await incident.ledger()).toMatchObject({
      pending: { mode: 'act' },
      sites: { [B]: { trust: 'stale' } },
    });
  });

  it('leaves the passive site trusted when it is the serving one that is suspect', async () => {
    await bLeft();
    await incident.knows(
      { type: 'disarmed', until: null, why: 'network maintenance' },
      { type: 'site-suspected', site: A },
    );
    await incident.sweep();
    expect(await incident.ledger()).toMatchObject({ pending: null, sites: { [B]: { trust: 'in-sync' } } });
  });
});

describe('a bridge that we cut ourselves', () => {
  const shutOut = async () => {
    const stale = having(
      inSync(),
      moment(-600),
      { type: 'passive-site-left', passive: B, reason: 'the view' },
      { type: 'operation-claimed', workflow: 'failover', owner: 'one' },
      { type: 'bridge-cut', site: B },
      { type: 'operation-released', owner: 'one', result: 'succeeded', detail: '' },
    );
    incident = await new Incident().begins(stale);
    await incident.knows({ type: 'operation-claimed', workflow: 'resync', owner: execution('resync') });
    incident.executions.set('one', 'RUNNING');
  };

  it('keeps the sites from seeing each other, and the alarm about that from ending the resync', async () => {
    await shutOut();
    incident.seconds = 20;
    await incident.reconcile(snsAlarm('sns-left-view-composite', { StateChangeTime: moment(10) }));
    expect((await incident.ledger()).operation?.workflow).toBe('resync');
  });

  it('and restored lets alarms lag for three minutes; one that goes off later counts', async () => {
    await shutOut();
    await incident.knows({ type: 'bridge-restored', site: B });
    incident.seconds = 60;
    await incident.reconcile(snsAlarm('sns-left-view-composite', { StateChangeTime: moment(50) }));
    expect((await incident.ledger()).operation?.workflow).toBe('resync');
    incident.seconds = 310;
    await incident.reconcile(snsAlarm('sns-left-view-composite', { StateChangeTime: moment(300) }));
    expect((await incident.ledger()).sites[B]!.trust).toBe('stale');
  });
});

describe('an alert of Alertmanager', () => {
  const alertmanager = (status: string): Json => {
    const event = sample('sns-alertmanager') as { Records: { Sns: { Message: string } }[] };
    const message = JSON.parse(event.Records[0]!.Sns.Message) as { alerts: Json[] };
    const firing = message.alerts.find((alert) => alert['status'] === 'firing');
    return { ...message, alerts: [{ ...firing, status }] };
  };

  it('is kept in the ledger until it is resolved, so that the sweep sees it', async () => {
    await incident.reconcile(alertmanager('firing'));
    expect((await incident.ledger()).firingAlerts).toEqual({
      '4ede5f108ebfe355': { kind: 'left-cross-site-view', site: B, since: '2026-01-05T12:00:00.184Z' },
    });
    incident.seconds = 60;
    await incident.sweep();
    expect((await incident.ledger()).sites[B]!.trust).toBe('stale');
    await incident.reconcile(alertmanager('resolved'));
    expect((await incident.ledger()).firingAlerts).toEqual({});
  });

  it('that came twice is kept once', async () => {
    incident.seconds = 40;
    await incident.reconcile(alertmanager('firing'));
    const before = await incident.ledger();
    await incident.reconcile(alertmanager('firing'));
    expect(await incident.ledger()).toEqual(before);
  });

  it('that was resolved and is over alone writes nothing', async () => {
    await incident.reconcile(alertmanager('resolved'));
    expect(incident.writes).toEqual([]);
  });
});
