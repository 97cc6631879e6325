import type { GetHealthCheckCommandInput } from '@aws-sdk/client-route-53';
import { beforeEach, describe, expect, it } from '@jest/globals';
import { LedgerConflictError } from '../../functions/shared/errors.ts';
import { A, B, exampleConfiguration, execution, having, inSync, moment } from '../ledger/example.ts';
import { Incident } from './incident.ts';
import { sample } from './samples.ts';

let incident: Incident;

beforeEach(async () => {
  incident = await new Incident().begins();
});

function losesA(): void {
  incident.seconds = -60;
  incident.checks.loses(A);
  incident.seconds = 2;
}

const endpointDown = () => incident.reconcile(sample('sns-endpoint-down'));

describe('the sweep of every minute, when all is well', () => {
  it('writes nothing', async () => {
    await incident.sweep();
    expect(incident.writes).toEqual([]);
    expect(incident.pages).toEqual([]);
  });
});

describe('while Route 53 takes no changes', () => {
  const takesNoChanges = () => {
    incident.faults = {
      before: ({ operation }) => {
        if (operation === 'UpdateHealthCheck') throw new Error('Route 53 is away');
      },
    };
  };

  it('starts the workflow for what was decided, and fails all the same', async () => {
    losesA();
    takesNoChanges();
    await expect(endpointDown()).rejects.toThrow('Route 53 is away');
    expect([...incident.executions.keys()]).toEqual(['failover-e2-1']);
    incident.seconds = 60;
    await expect(incident.sweep()).rejects.toThrow('Route 53 is away');
    expect(incident.checks.position(A)).toBe('follows');
    incident.lives();
    await incident.sweep();
    expect(incident.checks.position(A)).toBe('fenced');
    expect([...incident.executions.keys()]).toEqual(['failover-e2-1']);
  });

  it('says what needs a person, and fails all the same', async () => {
    await incident.knows({ type: 'site-suspected', site: B });
    losesA();
    takesNoChanges();
    await expect(endpointDown()).rejects.toThrow('Route 53 is away');
    expect(incident.pages.join()).toContain('site-b is suspect, so nothing was moved');
  });
});

describe('the sweep after a function that died', () => {
  it('between the ledger and the check: fences the lost site and starts the workflow', async () => {
    losesA();
    incident.diesBefore('UpdateHealthCheck');
    await expect(endpointDown()).rejects.toThrow('died');
    incident.lives();
    expect(await incident.ledger()).toMatchObject({ serving: B });
    expect(incident.checks.position(A)).toBe('follows');
    incident.seconds = 60;
    await incident.sweep();
    expect(incident.checks.position(A)).toBe('fenced');
    expect([...incident.executions.keys()]).toEqual(['failover-e2-1']);
    expect(incident.pages).toEqual([]);
  });

  it('between the check and the start: starts the workflow', async () => {
    losesA();
    incident.diesBefore('StartExecution');
    await expect(endpointDown()).rejects.toThrow('died');
    incident.lives();
    incident.seconds = 60;
    await incident.sweep();
    expect(incident.writes).toEqual(['StartExecution failover-e2-1']);
  });

  it('before the ledger was written: decides again, since the alarm is still in ALARM', async () => {
    losesA();
    incident.diesBefore('PutItem');
    await expect(endpointDown()).rejects.toThrow('died');
    incident.lives();
    incident.alarms.set('sso-endpoint-site-a', 0);
    incident.seconds = 60;
    await incident.sweep();
    expect(await incident.ledger()).toMatchObject({ serving: B });
  });

  it('or whose event never came: decides for each configured alarm that is in ALARM', async () => {
    incident.alarms.set('sso-view-site-b', -200);
    await incident.sweep();
    expect((await incident.ledger()).sites[B]!.trust).toBe('stale');
  });
});

describe('the workflow that must run', () => {
  beforeEach(async () => {
    losesA();
    await endpointDown();
  });

  it('is started under the next name when its execution ended without claiming', async () => {
    incident.executions.set('failover-e2-1', 'FAILED');
    await incident.sweep();
    expect(incident.executions.get('failover-e2-2')).toBe('RUNNING');
    expect((await incident.ledger()).pending?.attempt).toBe(2);
    await incident.sweep();
    expect(incident.executions.size).toBe(2);
  });

  it('is not started again once it has claimed', async () => {
    await incident.claims('failover-e2-1');
    await incident.sweep();
    expect(incident.writes).toEqual([]);
  });

  it('finds a free name although a lost ledger had used the next ones before', async () => {
    for (const attempt of [1, 2, 3]) incident.executions.set(`failover-e2-${attempt}`, 'SUCCEEDED');
    await incident.sweep();
    expect(incident.executions.get('failover-e2-4')).toBe('RUNNING');
  });
});

describe('an operation whose execution ended without releasing it', () => {
  it('is released, and the stale site that is not proven offline is seen to', async () => {
    losesA();
    await endpointDown();
    await incident.claims('failover-e2-1');
    incident.executions.set('failover-e2-1', 'TIMED_OUT');
    incident.seconds = 60;
    await incident.sweep();
    expect(await incident.ledger()).toMatchObject({
      operation: null,
      pending: { mode: 'act', reason: expect.stringContaining('site-a is stale and not proven offline') },
      history: [
        { workflow: 'failover', result: 'failed', detail: 'its execution ended without releasing it' },
      ],
    });
  });

  it.each(['SFN is down', 'ThrottlingException'])(
    'may still run while Step Functions does not say (%s), and a loss is decided all the same',
    async (name) => {
      await incident.knows({
        type: 'operation-claimed',
        workflow: 'switchover',
        owner: execution('switchover'),
      });
      incident.faults = {
        before: ({ operation }) => {
          if (operation === 'DescribeExecution') throw Object.assign(new Error('no answer'), { name });
        },
      };
      await incident.sweep();
      expect((await incident.ledger()).operation?.workflow).toBe('switchover');
      losesA();
      incident.alarms.set('sso-endpoint-site-a', 0);
      incident.seconds = 60;
      await incident.sweep();
      expect((await incident.ledger()).serving).toBe(B);
      // The workflow of the decision runs under its name already, as far as anybody can say.
      incident.executions.set('failover-e3-1', 'FAILED');
      expect(await incident.sweep()).toMatchObject({ outcome: 'reconciled' });
    },
  );

  it('is left alone while it runs', async () => {
    losesA();
    await endpointDown();
    await incident.claims('failover-e2-1');
    await incident.sweep();
    expect((await incident.ledger()).operation?.workflow).toBe('failover');
  });
});

describe('a stale site that is proven offline', () => {
  const proven = () =>
    having(
      inSync(),
      moment(-600),
      { type: 'passive-site-left', passive: B, reason: 'the view' },
      { type: 'operation-claimed', workflow: 'failover', owner: execution('failover') },
      { type: 'take-offline-issued', site: B },
      { type: 'isolation-proved', site: B },
      { type: 'operation-released', owner: execution('failover'), result: 'succeeded', detail: '' },
    );

  it('is left alone', async () => {
    incident = await new Incident().begins(proven());
    incident.alarms.set('sso-view-site-b', -620);
    incident.alarms.set('sso-endpoint-site-b', -620);
    incident.checks.changedByHand(B, {});
    await incident.sweep();
    expect(incident.executions.size).toBe(0);
  });

  it('is taken offline again where that was asked for and never proven', async () => {
    incident = await new Incident().begins(
      having(
        inSync(),
        moment(-600),
        { type: 'passive-site-left', passive: B, reason: 'the view' },
        { type: 'operation-claimed', workflow: 'failover', owner: execution('failover') },
        { type: 'take-offline-issued', site: B },
        { type: 'operation-released', owner: execution('failover'), result: 'failed', detail: '' },
      ),
    );
    incident.checks.changedByHand(B, {});
    await incident.sweep();
    expect((await incident.ledger()).pending).toMatchObject({ workflow: 'failover' });
    expect(incident.executions.size).toBe(1);
  });

  it('stays in sync after its resync, although the alarm about the view takes minutes to clear', async () => {
    incident = await new Incident().begins(proven());
    await incident.sweep();
    incident.alarms.set('sso-view-site-b', -620);
    await incident.knows(
      { type: 'operation-claimed', workflow: 'resync', owner: 'two' },
      { type: 'resync-proved', site: B },
      { type: 'operation-released', owner: 'two', result: 'succeeded', detail: '' },
    );
    for (const second of [60, 120, 180]) {
      incident.seconds = second;
      await incident.sweep();
    }
    expect((await incident.ledger()).sites[B]!.trust).toBe('in-sync');
    expect(incident.checks.position(B)).toBe('pinned');
    incident.seconds = 190;
    await incident.sweep();
    expect((await incident.ledger()).sites[B]!.trust).toBe('stale');
  });

  it('is not touched while a resync works on it', async () => {
    incident = await new Incident().begins(proven());
    await incident.knows({ type: 'operation-claimed', workflow: 'resync', owner: execution('resync') });
    incident.executions.set('one', 'RUNNING');
    incident.alarms.set('sso-view-site-b', -620);
    incident.seconds = 1200;
    await incident.sweep();
    expect((await incident.ledger()).sites[B]!.trust).toBe('resyncing');
  });
});

describe('a resync that takes longer than alarms lag', () => {
  const resyncing = async () => {
    incident.seconds = -600;
    await incident.knows(
      { type: 'passive-site-left', passive: B, reason: 'the view' },
      { type: 'operation-claimed', workflow: 'failover', owner: 'one' },
      { type: 'isolation-proved', site: B },
      { type: 'bridge-cut', site: B },
      { type: 'operation-released', owner: 'one', result: 'succeeded', detail: '' },
      { type: 'operation-claimed', workflow: 'resync', owner: execution('resync') },
    );
    incident.executions.set('one', 'RUNNING');
    incident.seconds = 10;
    await incident.knows({ type: 'bridge-restored', site: B });
  };

  it('is not ended by an alert of our own cut that still fires', async () => {
    await resyncing();
    incident.seconds = 35;
    await incident.reconcile(sample('sns-alertmanager'));
    for (const second of [120, 195, 260, 900]) {
      incident.seconds = second;
      await incident.sweep();
    }
    expect(await incident.ledger()).toMatchObject({
      operation: { workflow: 'resync' },
      sites: { [B]: { trust: 'resyncing' } },
    });
  });

  it('is ended by a view that was lost after the bridge had long been restored', async () => {
    await resyncing();
    incident.alarms.set('sso-view-site-b', 200);
    incident.seconds = 260;
    await incident.sweep();
    expect((await incident.ledger()).operation).toBeNull();
  });
});

describe('the passive site', () => {
  it('that went down is fenced and told once, and pinned again when it is back', async () => {
    incident.seconds = -60;
    incident.checks.loses(B);
    incident.alarms.set('sso-endpoint-site-b', 0);
    for (const second of [2, 60, 120]) {
      incident.seconds = second;
      await incident.sweep();
    }
    expect(incident.checks.position(B)).toBe('fenced');
    expect((await incident.ledger()).sites[B]).toMatchObject({
      trust: 'in-sync',
      reachability: 'unreachable',
    });
    expect(incident.pages).toEqual([expect.stringContaining('The passive site site-b is down')]);
    incident.checks.finds(B);
    incident.alarms.clear();
    incident.seconds = 180;
    await incident.sweep();
    expect(incident.checks.position(B)).toBe('pinned');
    expect((await incident.ledger()).sites[B]!.reachability).toBe('reachable');
  });

  it('that was lost a moment ago is told of by failover, not as a passive site that is down', async () => {
    losesA();
    await endpointDown();
    incident.alarms.set('sso-endpoint-site-a', 0);
    incident.seconds = 60;
    await incident.sweep();
    expect(incident.pages).toEqual([]);
  });

  it('that came back before it is stale is usable, so DNS may turn to it by itself', async () => {
    losesA();
    await endpointDown();
    incident.checks.finds(A);
    incident.seconds = 30;
    await incident.sweep();
    expect([incident.checks.position(A), incident.checks.position(B)]).toEqual(['fenced', 'follows']);
  });
});

describe('a serving site whose Data Grid restarted whole', () => {
  it('hands over to the other one', async () => {
    await incident.knows({ type: 'site-suspected', site: A });
    await incident.sweep();
    expect(await incident.ledger()).toMatchObject({ serving: B, sites: { [A]: { trust: 'suspect' } } });
    expect(incident.checks.answer).toBe(B);
  });

  it('stays, and pages, when the other one is no better', async () => {
    await incident.knows({ type: 'site-suspected', site: A }, { type: 'site-suspected', site: B });
    await incident.sweep();
    expect((await incident.ledger()).serving).toBe(A);
    expect(incident.pages).toEqual([expect.stringContaining('restarted whole')]);
  });

  describe('and whose other site is stale', () => {
    const stale = async () => {
      incident = await new Incident().begins(
        having(
          inSync(),
          moment(-600),
          { type: 'passive-site-left', passive: B, reason: 'the view' },
          { type: 'operation-claimed', workflow: 'failover', owner: 'one' },
          { type: 'isolation-proved', site: B },
          { type: 'site-contained', site: B },
          { type: 'operation-released', owner: 'one', result: 'succeeded', detail: '' },
          { type: 'site-suspected', site: A },
        ),
      );
      await incident.sweep();
    };

    it('is told the way that keeps what it holds first, and only then the one that loses it', async () => {
      await stale();
      expect(incident.pages).toEqual([
        expect.stringMatching(/start "resync" with {"acceptCounts":true}.*"promote-accepting-loss"/s),
      ]);
    });

    it('is not told again while that runs, nor when it ends before its proof', async () => {
      await stale();
      const owner = execution('resync');
      incident.executions.set('one', 'RUNNING');
      await incident.knows({ type: 'operation-claimed', workflow: 'resync', owner });
      incident.seconds = 70;
      await incident.sweep();
      expect((await incident.ledger()).operation?.workflow).toBe('resync');
      await incident.knows({ type: 'operation-released', owner, result: 'failed', detail: '' });
      incident.seconds = 130;
      await incident.sweep();
      expect(incident.pages).toHaveLength(1);
    });

    it('is told nothing while it runs, however long that takes', async () => {
      await stale();
      incident.executions.set('one', 'RUNNING');
      await incident.knows({ type: 'operation-claimed', workflow: 'resync', owner: execution('resync') });
      incident.seconds = 7200;
      await incident.sweep();
      expect(incident.pages).toHaveLength(1);
    });
  });
});

describe('alarms that can not be read', () => {
  it('in one region do not keep the other region’s from being seen', async () => {
    incident.alarms.set('sso-view-site-b', -200);
    const { edge } = incident;
    const { cloudwatch } = edge;
    Object.assign(edge, {
      cloudwatch: (region: string) =>
        region === 'us-east-1'
          ? { send: async () => Promise.reject(new Error('us-east-1 is gone')) }
          : cloudwatch(region),
    });
    await incident.sweep();
    expect((await incident.ledger()).sites[B]!.trust).toBe('stale');
  });

  it('about another metric than the configured one count for nothing', async () => {
    const alarms = incident.configuration.alarms.map((alarm) =>
      alarm.metric === undefined ? alarm : { ...alarm, metric: { ...alarm.metric, name: 'Another' } },
    );
    const other = new Incident(exampleConfiguration({ alarms }));
    const { cloudwatch } = incident.edge;
    Object.assign(other.edge, { cloudwatch });
    await other.begins();
    incident.alarms.set('sso-endpoint-site-a', 0);
    other.seconds = -60;
    other.checks.loses(A);
    other.seconds = 2;
    await other.sweep();
    expect((await other.ledger()).serving).toBe(A);
  });
});

describe('a check that a person changed', () => {
  it('is drift: nothing is opened, the last open site is not fenced, and a person is told once', async () => {
    incident.checks.changedByHand(B, { HealthThreshold: 2 });
    expect(await incident.sweep()).toMatchObject({ outcome: 'drift' });
    incident.seconds = 60;
    await incident.sweep();
    expect(incident.checks.position(B)).toBe('fenced');
    expect(incident.pages).toEqual([
      expect.stringContaining('the health check of site-b has version 2, the ledger 1'),
    ]);
    expect(incident.pages[0]).toContain('start "adopt"');
  });

  it('to something that is none of the three positions is drift too', async () => {
    incident.checks.changedByHand(B, { Inverted: true });
    expect(await incident.sweep()).toMatchObject({
      outcome: 'drift',
      because: expect.stringContaining('none of follows, pinned and fenced'),
    });
  });

  it('and opened a stale site by is fenced again, for the serving one is open', async () => {
    await incident.knows({ type: 'site-suspected', site: B });
    await incident.sweep();
    expect(incident.checks.position(B)).toBe('fenced');
    incident.checks.changedByHand(B, { HealthThreshold: 0 });
    await incident.sweep();
    expect(incident.checks.position(B)).toBe('fenced');
  });

  it('does not keep a loss of the serving site from being acted on where the other one is open', async () => {
    losesA();
    incident.checks.changedByHand(A, { HealthThreshold: 1 });
    await endpointDown();
    expect((await incident.ledger()).serving).toBe(B);
    expect(incident.checks.position(A)).toBe('fenced');
    expect(incident.executions.size).toBe(1);
  });

  it('and shut the site that would take over: nothing is recorded, so that the serving one stays trusted', async () => {
    incident.checks.changedByHand(B, { HealthThreshold: 2 });
    await incident.sweep();
    losesA();
    incident.alarms.set('sso-endpoint-site-a', 0);
    incident.seconds = 60;
    const before = await incident.ledger();
    expect(await incident.sweep()).toMatchObject({ outcome: 'drift' });
    expect(await incident.ledger()).toMatchObject({ serving: A, sites: before.sites, epoch: before.epoch });
    expect(incident.executions.size).toBe(0);
    // Told of apart from the change itself, which was told of before.
    expect(incident.pages).toHaveLength(2);
    expect(incident.pages[1]).toContain('site-b would serve from here, but its check is shut');
    // Settled as the mail says, the next minute moves.
    expect(await incident.step('adopt', { serving: 'site-a' })).toMatchObject({ outcome: 'adopted' });
    incident.seconds = 120;
    await incident.sweep();
    expect(incident.checks.answer).toBe(B);
  });

  it('so that DNS answers with the other site stops every decision: the ledger no longer knows who serves', async () => {
    incident.checks.changedByHand(A, { HealthThreshold: 2 });
    const before = await incident.ledger();
    incident.seconds = 40;
    expect(await incident.reconcile(sample('sns-left-view-composite'))).toMatchObject({ outcome: 'drift' });
    expect((await incident.ledger()).sites).toEqual(before.sites);
    expect(incident.executions.size).toBe(0);
    expect(incident.pages[0]).toContain(
      'Route 53 answers with site-b, and the ledger says that site-a serves',
    );
    expect(await incident.step('decide', { lostSite: 'site-b' })).toMatchObject({
      outcome: 'not-safe',
      remedy: expect.stringContaining('adopt'),
    });
    // Alerts are kept all the same.
    await incident.reconcile(sample('sns-alertmanager'));
    expect(Object.keys((await incident.ledger()).firingAlerts)).toEqual(['4ede5f108ebfe355']);
  });

  it('is not what a ledger that lags behind its own write looks like', async () => {
    await incident.knows(
      { type: 'site-suspected', site: B },
      { type: 'checks-to-be-written', checks: { [B]: { version: 2, positions: ['fenced'] } } },
    );
    expect(await incident.sweep()).toMatchObject({ outcome: 'reconciled' });
    expect(incident.checks.version(B)).toBe(2);
  });
});

describe('a slow function', () => {
  it('does not undo what was decided after it: its write finds the version used up', async () => {
    losesA();
    // It recorded that site-a is lost, and hangs before it fences it.
    let resume = () => {};
    const hanging = new Promise<void>((resolve) => {
      resume = resolve;
    });
    let hung = false;
    incident.faults = {
      before: ({ operation }) => {
        if (operation !== 'UpdateHealthCheck' || hung) return;
        hung = true;
        return hanging;
      },
    };
    const slow = endpointDown();
    while (!hung) await new Promise((resolve) => setImmediate(resolve));
    // Meanwhile a person brings site-a back by name.
    incident.checks.finds(A);
    incident.seconds = 60;
    await incident.step('promote-accepting-loss', { site: 'site-a', acceptLoss: true });
    expect(incident.checks.answer).toBe(A);
    resume();
    await slow;
    expect(incident.checks.position(A)).toBe('follows');
    expect(incident.checks.answer).toBe(A);
  });

  /** The check of site-b answers each look only after this has happened, and the ledger of that look is of before. */
  const whileACheckIsSlow = (meanwhile: () => Promise<unknown>) => {
    let isSlow = true;
    incident.faults = {
      before: async ({ operation, input }) => {
        const { HealthCheckId } = input as GetHealthCheckCommandInput;
        if (operation !== 'GetHealthCheck' || HealthCheckId !== 'switch-site-b' || !isSlow) return;
        isSlow = false;
        // The ledger, asked at the same time, has answered.
        await new Promise((resolve) => setImmediate(resolve));
        await meanwhile();
        isSlow = true;
      },
    };
    return incident.sweep();
  };

  it('does not take for changed by hand what was decided and written while it looked', async () => {
    let looked = 0;
    await whileACheckIsSlow(async () => {
      looked += 1;
      if (looked > 1) return;
      await incident.knows({ type: 'site-suspected', site: B });
      await incident.sweep();
    });
    expect(looked).toBeGreaterThan(1);
    expect(incident.checks.position(B)).toBe('fenced');
    expect(incident.checks.version(B)).toBe(2);
    expect(incident.pages).toEqual([]);
  });

  it('calls nothing changed by hand as long as the ledger changes under each of its looks', async () => {
    incident.checks.changedByHand(B, { HealthThreshold: 2 });
    let about = 0;
    const looking = whileACheckIsSlow(() =>
      incident.store.change(() => [{ type: 'paged', about: `something else, ${++about}` }]),
    );
    await expect(looking).rejects.toThrow(LedgerConflictError);
    expect(incident.pages).toEqual([]);
    incident.faults = {};
    expect(await incident.sweep()).toMatchObject({ outcome: 'drift' });
    expect(incident.pages).toHaveLength(1);
  });
});

describe('no ledger', () => {
  beforeEach(() => {
    incident.table.restore(new Map());
  });

  it('is unknown: nothing is decided, and whoever sent the alarm gets an answer', async () => {
    losesA();
    expect(await endpointDown()).toMatchObject({ outcome: 'unknown' });
    expect(incident.writes).toEqual(['Publish']);
    expect(incident.pages[0]).toContain('Start the workflow "adopt"');
  });

  it('is said by the sweep twice an hour, not every minute', async () => {
    for (let minute = 0; minute < 60; minute++) {
      incident.seconds = minute * 60;
      await incident.sweep();
    }
    expect(incident.pages).toHaveLength(2);
  });
});

describe('an event that can not be read as an alarm', () => {
  const unreadable = (event: unknown) =>
    expect(incident.reconcile(event)).rejects.toMatchObject({ name: 'MalformedEventError' });

  it('is told to a person, once in half an hour for each way in which it can not be read', async () => {
    await unreadable({ hello: 'world' });
    await unreadable({ hello: 'world' });
    expect(incident.pages).toEqual([expect.stringContaining('it has the fields hello')]);
    await unreadable({ Records: [{ Sns: { Message: 'no JSON' } }] });
    expect(incident.pages[1]).toContain('Sns.Message is not JSON');
    incident.seconds = 1900;
    await unreadable({ hello: 'world' });
    expect(incident.pages).toHaveLength(3);
  });

  it('is told although there is no ledger', async () => {
    incident.table.restore(new Map());
    await unreadable({ hello: 'world' });
    expect(incident.pages).toHaveLength(1);
  });
});

describe('what a person is told', () => {
  it('has a subject that SNS takes', async () => {
    incident.checks.changedByHand(B, { HealthThreshold: 2 });
    await incident.sweep();
    expect(incident.subjects).toEqual(['sso: needs a person, nothing was moved']);
  });

  it('is told although the ledger refuses the decision', async () => {
    losesA();
    // The other site's evidence is of a clock that runs ahead.
    await incident.knows({
      type: 'reachability-observed',
      site: B,
      reachability: 'unreachable',
      observedAt: moment(500),
    });
    expect(await endpointDown()).toMatchObject({ outcome: 'noted' });
    expect(incident.pages).toEqual([
      expect.stringMatching(/The ledger refuses it.*Invoke the function "ledger" with {"action":"status"}/s),
    ]);
  });

  it('does not keep the workflow from starting when SNS is down', async () => {
    incident.alarms.set('sso-view-site-b', -200);
    incident.checks.changedByHand(B, { HealthThreshold: 2 });
    incident.diesBefore('Publish');
    await expect(incident.sweep()).rejects.toThrow('died');
    expect(incident.executions.size).toBe(1);
  });
});
