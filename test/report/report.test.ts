import { describe, expect, it } from '@jest/globals';
import { createCloser } from '../../functions/closer/closer.ts';
import { BEGINNING, clock, executionOf, FAILOVER, failsOver, onDuty, statusChange, step } from './on-duty.ts';

describe('the report of a failover', () => {
  it('measures the time from the loss to good writes against the target', async () => {
    const person = await onDuty();
    const outcome = await person.report(await failsOver(person, 41));
    const id = `operation#${clock(1)}#failover#failover-e2-1`;
    expect(outcome).toEqual({ outcome: 'reported', id });
    expect(person.reports[0]).toMatchObject({
      id,
      status: 'SUCCEEDED',
      outcome: 'failed-over',
      startedAt: clock(1),
      endedAt: clock(51),
      seconds: 50,
      times: { lossAt: clock(0), decidedAt: clock(2), writesGoodAt: clock(41) },
      recovery: { seconds: 41, targetSeconds: 60, met: true },
    });
    expect(person.measurements.all).toEqual([{ name: 'RecoverySeconds', value: 41, site: null }]);
  });

  it('says when it took longer than what is aimed at', async () => {
    const person = await onDuty();
    await person.report(await failsOver(person, 61));
    expect(person.reports[0]?.recovery).toEqual({ seconds: 61, targetSeconds: 60, met: false });
  });

  it('reads the whole history, however many pages it has, and never the data in it', async () => {
    const person = await onDuty();
    await person.report(await failsOver(person, 41));
    expect(person.reports[0]?.steps.map(({ name }) => name)).toEqual([
      'Decide',
      'Take the lost site offline',
      'Tell on-call',
      'Contain the lost site',
    ]);
    expect(person.asked).toMatchObject([
      { executionArn: FAILOVER, includeExecutionData: false },
      { executionArn: FAILOVER, includeExecutionData: false, nextToken: '1' },
    ]);
  });

  it('says what was told, and what came of the rest, good or not', async () => {
    const person = await onDuty();
    await person.report(await failsOver(person, 41));
    const [report] = person.reports;
    expect(person.mails[0]?.subject).toBe(`sso: ${report?.headline}`);
    expect(report?.done.join(' ')).toContain('site-b is taken offline at site-a, proven');
    expect(report?.notDone).toEqual([
      'site-b does not answer, so it is not contained yet: readiness does it.',
      'The database writer did not follow.',
    ]);
  });

  it('is one item, however often the event comes, and ends after 400 days', async () => {
    const person = await onDuty();
    const event = await failsOver(person, 41);
    await person.report(event);
    const [before] = person.reports;
    await person.report(event);
    expect(person.reports).toEqual([before]);
    expect(before).toMatchObject({ expiresAt: (BEGINNING + 51_000) / 1000 + 400 * 86_400 });
  });

  it('of the same loss, isolated again days later, recovers nothing and measures nothing', async () => {
    const person = await onDuty();
    await person.report(await failsOver(person, 41));
    const again = executionOf('failover', 'failover-e9-1');
    await person.report(await failsOver(person, 200_000, again));
    expect(person.reports.map(({ recovery }) => recovery?.seconds ?? null).sort()).toEqual([41, null]);
    expect(person.measurements.all).toHaveLength(1);
  });

  it('that did not isolate the lost site has no recovery', async () => {
    const person = await onDuty();
    person.history = [[...step('Decide', 1, 2), ...step('Take the lost site offline', 3, 300)]];
    await person.report(statusChange(FAILOVER, 'FAILED', [1, 400], { error: 'Told' }));
    expect(person.reports[0]).toMatchObject({ recovery: null, times: { writesGoodAt: null } });
    expect(person.measurements.all).toEqual([]);
  });

  it('is put on the event bus as it is stored', async () => {
    const person = await onDuty();
    await person.report(await failsOver(person, 41));
    const [event] = person.bus.events;
    expect(event).toMatchObject({
      source: 'keycloak.multi-site-failover',
      'detail-type': 'Workflow Ended',
      time: clock(51),
    });
    expect(person.reports[0]).toMatchObject(event!.detail);
  });
});

describe('an execution that ended badly', () => {
  const RESYNC = executionOf('resync', 'by-hand');

  it('is reported as the closer told it', async () => {
    const person = await onDuty();
    const event = statusChange(RESYNC, 'TIMED_OUT', [0, 7200]);
    await createCloser(person.edge)(event);
    await person.report(event);
    expect(person.reports[0]).toMatchObject({
      headline: 'resync ran out of time: TIMED_OUT',
      status: 'TIMED_OUT',
      outcome: 'TIMED_OUT',
      next: [expect.stringContaining('start "resync" again'), expect.any(String)],
    });
  });

  it('is reported in the same words when the closer has not told it yet', async () => {
    const person = await onDuty();
    await person.report(statusChange(RESYNC, 'ABORTED', [0, 60], { error: 'X', cause: 'a person' }));
    expect(person.reports[0]).toMatchObject({
      headline: 'resync was stopped: X',
      what: 'resync was stopped. X: a person',
    });
    expect(person.reports[0]?.state[0]).toMatch(/^site-a serves/);
  });

  it('is reported also when its input and its output are no JSON', async () => {
    const person = await onDuty();
    const more = { input: '{"oper', output: 'x' };
    await person.report(statusChange(RESYNC, 'SUCCEEDED', [0, 60], more));
    expect(person.reports[0]).toMatchObject({ outcome: 'done', headline: 'resync: done' });
  });
});

describe('what is no operation of its own', () => {
  const CONTAIN = executionOf('contain', 'nested');
  const forFailover = {
    input: JSON.stringify({ operation: { workflow: 'failover', epoch: 2, owner: FAILOVER } }),
  };

  it('is a part of the one that it worked for, with its link', async () => {
    const person = await onDuty();
    const event = await failsOver(person, 41);
    const part = await person.report(statusChange(CONTAIN, 'SUCCEEDED', [42, 48], forFailover));
    expect(part).toEqual({ outcome: 'part', of: FAILOVER });
    await person.report(event);
    expect(person.reports).toHaveLength(1);
    expect(person.reports[0]?.steps.filter(({ nested }) => nested !== null)).toMatchObject([
      { name: 'Contain the lost site', nested: { execution: CONTAIN, url: expect.stringMatching(CONTAIN) } },
    ]);
  });

  it.each(['nothing', 'reported'])('is a look of readiness that answered "%s"', async (outcome) => {
    const person = await onDuty();
    const look = executionOf('readiness', 'minute');
    const output = JSON.stringify({ outcome });
    expect(await person.report(statusChange(look, 'SUCCEEDED', [0, 3], { output }))).toEqual({
      outcome: 'routine',
    });
    expect(person.items).toEqual([]);
    expect(person.asked).toEqual([]);
    await person.report(statusChange(look, 'FAILED', [0, 3], { error: 'ClusterAccessError' }));
    expect(person.reports).toHaveLength(1);
  });

  it('a dry run is reported as what it is', async () => {
    const person = await onDuty();
    const output = JSON.stringify({ outcome: 'planned', plan: ['move traffic'] });
    await person.report(statusChange(executionOf('switchover', 'dry'), 'SUCCEEDED', [0, 3], { output }));
    expect(person.reports[0]).toMatchObject({ done: [], notDone: ['Dry run, so not done: move traffic.'] });
  });
});

it('what is no change of status is refused with what is missing', async () => {
  const person = await onDuty();
  await expect(person.report({ source: 'aws.states' })).rejects.toThrow(/"detail" is missing/);
});

it('EventBridge that does not take the report fails the call, and the next attempt puts it', async () => {
  const person = await onDuty();
  const event = await failsOver(person, 41);
  const put = person.bus.service.operations['PutEvents']!;
  let calls = 0;
  Object.assign(person.bus.service.operations, {
    PutEvents: (input: never) =>
      ++calls === 1
        ? { FailedEntryCount: 1, Entries: [{ ErrorCode: 'ThrottlingException', ErrorMessage: 'slow down' }] }
        : put(input),
  });
  await expect(person.report(event)).rejects.toMatchObject({ name: 'TransientError' });
  await person.report(event);
  expect(person.bus.events).toHaveLength(1);
  expect(person.reports).toHaveLength(1);
});
