import { beforeEach, describe, expect, it } from '@jest/globals';
import { A, B, exampleConfiguration, inSync, moment } from '../ledger/example.ts';
import { Incident } from './incident.ts';
import { sample, snsAlarm } from './samples.ts';

/** An installation as the guide left it: the endpoint checks are the switches too. */
let incident: Incident;

beforeEach(async () => {
  const configuration = exampleConfiguration({}, 'health-check-path');
  incident = await new Incident(configuration).begins(inSync(configuration));
});

const positions = () => [incident.checks.position(A), incident.checks.position(B)];

function losesA(): void {
  incident.seconds = -60;
  incident.checks.loses(A);
  incident.seconds = 2;
}

async function failsOver(): Promise<void> {
  losesA();
  await incident.reconcile(sample('sns-endpoint-down'));
}

async function resynced(): Promise<void> {
  incident.checks.finds(A);
  await incident.knows(
    { type: 'operation-claimed', workflow: 'failover', owner: 'one' },
    { type: 'operation-released', owner: 'one', result: 'succeeded', detail: '' },
    { type: 'operation-claimed', workflow: 'resync', owner: 'two' },
    { type: 'resync-proved', site: A },
    { type: 'operation-released', owner: 'two', result: 'succeeded', detail: '' },
  );
  incident.seconds = 3600;
  await incident.sweep();
}

describe('with the path of the health checks as the switch', () => {
  it('both follow their endpoints while all is well', async () => {
    await incident.sweep();
    expect(positions()).toEqual(['follows', 'follows']);
    expect(incident.writes).toEqual([]);
  });

  it('a lost primary is fenced by a path that does not exist, after the survivor is pinned', async () => {
    await failsOver();
    expect(incident.writes).toEqual([
      'PutItem',
      'UpdateHealthCheck endpoint-site-b',
      'UpdateHealthCheck endpoint-site-a',
      'StartExecution failover-e2-1',
    ]);
    expect(incident.checks.config(A).ResourcePath).toBe('/lb-check-failed-over');
    expect(incident.checks.config(B)).toMatchObject({ Disabled: true, ResourcePath: '/lb-check' });
    expect(incident.checks.answer).toBe(B);
  });

  it('the alarm of the site that we fenced is our own doing, and changes nothing', async () => {
    await failsOver();
    await resynced();
    expect(positions()).toEqual(['fenced', 'follows']);
    const before = await incident.ledger();
    incident.alarms.set('sso-endpoint-site-a', 3610);
    incident.seconds = 3620;
    await incident.sweep();
    await incident.reconcile(snsAlarm('sns-endpoint-down', { StateChangeTime: moment(3610) }));
    expect(await incident.ledger()).toEqual(before);
    expect(incident.pages).toEqual([]);
  });

  it('a passive site that went down and came back is seen to be back, because it is still probed', async () => {
    incident.checks.loses(B);
    incident.seconds = 60;
    incident.alarms.set('sso-endpoint-site-b', 30);
    await incident.sweep();
    expect((await incident.ledger()).sites[B]!.reachability).toBe('unreachable');
    expect(incident.checks.answer).toBe(A);
    incident.alarms.clear();
    incident.checks.finds(B);
    incident.seconds = 120;
    await incident.sweep();
    expect((await incident.ledger()).sites[B]!.reachability).toBe('reachable');
    expect(positions()).toEqual(['follows', 'follows']);
  });

  it('the lost survivor is followed by DNS alone, and a person can make it so', async () => {
    await failsOver();
    await resynced();
    incident.checks.loses(B);
    incident.seconds = 3700;
    // Both are unhealthy, so Route 53 answers with the primary by itself.
    expect(incident.checks.answer).toBe(A);
    await incident.reconcile(
      snsAlarm('sns-endpoint-down', {
        AlarmName: 'sso-endpoint-site-b',
        AlarmArn: 'arn:aws:cloudwatch:us-east-1:123456789012:alarm:sso-endpoint-site-b',
        StateChangeTime: moment(3690),
        Trigger: {
          Namespace: 'AWS/Route53',
          MetricName: 'HealthCheckStatus',
          Dimensions: [{ name: 'HealthCheckId', value: 'endpoint-site-b' }],
        },
      }),
    );
    expect(incident.pages).toEqual([
      expect.stringContaining('Start "failover" with {"lostSite":"site-b"}: site-a is opened'),
    ]);
    // It loses nothing, so nobody is asked to accept a loss.
    expect(incident.pages[0]).not.toContain('promote-accepting-loss');
    expect(await incident.step('decide', { lostSite: 'site-b' })).toMatchObject({ outcome: 'act' });
    expect(await incident.ledger()).toMatchObject({ serving: A });
    expect(incident.checks.config(A)).toMatchObject({ ResourcePath: '/lb-check', Disabled: false });
    expect(incident.checks.answer).toBe(A);
  });

  it('a path that a person set is drift, and adopting writes the configured one', async () => {
    incident.checks.changedByHand(A, { ResourcePath: '/somewhere' });
    expect(await incident.sweep()).toMatchObject({ outcome: 'drift' });
    expect(incident.checks.config(A).ResourcePath).toBe('/somewhere');
    expect(await incident.step('adopt', { serving: 'site-a' })).toMatchObject({ outcome: 'adopted' });
    expect(incident.checks.config(A).ResourcePath).toBe('/lb-check');
  });
});
