import { beforeAll, describe, expect, it } from '@jest/globals';
import type { OperationReport } from '../../functions/shared/report.ts';
import type { BusEvent } from '../../lab/aws/event-bus.ts';
import { SITE_A } from '../../lab/configuration.ts';
import { onVirtualTime } from '../../lab/simulated/virtual-time.ts';
import { createSimulatedWorld } from '../../lab/simulated/world.ts';

interface Night {
  readonly frozenAt: number;
  readonly reports: readonly OperationReport[];
  readonly events: readonly BusEvent[];
  readonly mails: readonly { readonly at: number; readonly subject: string }[];
}

/** site-a, which serves, freezes and comes back ten minutes later; a person lets it be filled again. */
const night = (): Promise<Night> =>
  onVirtualTime(async () => {
    const world = createSimulatedWorld({ caches: 'keycloak-26', serving: SITE_A, unaided: false });
    const until = async (holds: () => boolean | Promise<boolean>) => {
      for (let seconds = 0; !(await holds()); seconds++) {
        if (seconds > 1800) throw new Error('It did not come to that in half an hour.');
        await world.sleep(1000);
      }
    };
    const ended = (workflow: string) =>
      until(() => world.executions().some((each) => each.workflow === workflow && each.endedAt !== null));
    await world.start();
    const frozenAt = world.now();
    await world.freeze(SITE_A);
    await ended('failover');
    await world.sleep(600_000);
    await world.thaw(SITE_A);
    await until(async () => (await world.ledger())!.sites[SITE_A]!.contained);
    await world.startExecution('resync', {});
    await ended('resync');
    await world.sleep(60_000);
    const [reports, events, mails] = [await world.reports(), world.events(), world.mails()];
    await world.stop();
    return { frozenAt, reports, events, mails };
  });

/** Milliseconds as a report has them: in seconds. */
const tenths = (milliseconds: number) => Math.round(milliseconds / 100) / 10;

describe('after a night in which the serving site was lost', () => {
  let told: Night;
  beforeAll(async () => {
    told = await night();
  });
  const reportOf = (workflow: string) => told.reports.find((each) => each.workflow === workflow)!;

  it('the failover tells from when to when it lasted, step by step, and that writes were good in time', () => {
    const { startedAt, endedAt, times, recovery, seconds, steps, status, outcome } = reportOf('failover');
    expect([status, outcome]).toEqual(['SUCCEEDED', 'failed-over']);
    const inOrder = [times.lossAt, times.decidedAt, times.writesGoodAt, endedAt].map((each) =>
      Date.parse(each!),
    );
    expect(inOrder).toEqual([...inOrder].sort((one, other) => one - other));
    expect(inOrder[0]).toBeGreaterThan(told.frozenAt);
    expect(recovery).toEqual({
      seconds: tenths(inOrder[2]! - inOrder[0]!),
      targetSeconds: 60,
      met: true,
    });
    expect(recovery!.seconds).toBeGreaterThan(0);
    expect(seconds).toBe(tenths(Date.parse(endedAt) - Date.parse(startedAt)));
    expect(steps.map(({ name }) => name)).toEqual([
      'Decide',
      'Claim the operation',
      'Take the lost site offline',
      'Delete what would undo it',
      'Tell on-call',
      'Cut the bridge',
      'Contain the lost site',
      'Move the database writer',
      'Release the operation',
    ]);
    expect(steps.every(({ result }) => result === 'succeeded')).toBe(true);
    const isolation = steps.find(({ name }) => name === 'Take the lost site offline')!;
    expect(isolation.endedAt).toBe(times.writesGoodAt);
    expect(isolation.seconds).toBeGreaterThan(0);
    expect(isolation.seconds).toBeLessThanOrEqual(recovery!.seconds);
  });

  it('its report says what the mail said, and what came of what was still to come then', () => {
    const { headline, what, done, notDone, next, state } = reportOf('failover');
    expect(told.mails.map(({ subject }) => subject)).toContain(`keycloak: ${headline}`);
    expect(what).toMatch(/^site-a was lost: alarm site-a-endpoint says/);
    expect(done.at(-1)).toBe('Aurora was asked to move its writer to the survivor.');
    expect(notDone).toEqual(['site-a does not answer, so it is not contained yet: readiness does it.']);
    expect(state[0]).toBe('site-b serves; it is in-sync.');
    expect(next[0]).toMatch(/^Find out what happened to site-a/);
  });

  it('what worked for an operation is in its report, with a link, and has none of its own', () => {
    const nested = (workflow: string) =>
      reportOf(workflow).steps.flatMap((step) => (step.nested === null ? [] : [[step.name, step.nested]]));
    expect(nested('failover')).toEqual([
      [
        'Contain the lost site',
        {
          execution: expect.stringMatching(/:execution:keycloak-contain:execution-/),
          url: expect.stringMatching(/^https:.*keycloak-contain:execution-/),
        },
      ],
    ]);
    expect(nested('resync')).toHaveLength(1);
    const ofContain = told.reports.filter(({ workflow }) => workflow === 'contain');
    expect(ofContain.map(({ headline }) => headline)).toEqual(['site-a is contained']);
  });

  it('there is no report of a look of readiness that found nothing to do', () => {
    const looks = told.reports.filter(({ workflow }) => workflow === 'readiness');
    expect(looks.map(({ outcome }) => outcome)).toEqual(['contained']);
  });

  it('each report is on the event bus as it is stored', () => {
    const ended = told.events.filter((event) => event['detail-type'] === 'Workflow Ended');
    expect(ended.map(({ detail }) => detail['id']).sort()).toEqual(told.reports.map(({ id }) => id));
    const { expiresAt, ...failover } = reportOf('failover') as OperationReport & { expiresAt: number };
    expect(ended.find(({ detail }) => detail['id'] === failover.id)?.detail).toEqual(failover);
    expect(expiresAt).toBe(Math.floor(Date.parse(failover.endedAt) / 1000) + 400 * 86_400);
  });

  it('others could follow the loss and the way back by the events alone', () => {
    const story = told.events
      .filter((event) => event['detail-type'] !== 'Workflow Ended')
      .map(({ 'detail-type': type, detail: { site, before, after, result } }) => {
        const workflow = (side: unknown) => (side as { workflow?: string } | null)?.workflow ?? side;
        const [from, to] = [workflow(before), workflow(after)];
        if (type === 'Operation Claimed') return `${type}: ${to}`;
        if (type === 'Operation Released') return `${type}: ${from}, ${result}`;
        if (type === 'Automation Changed') return type;
        return `${type}: ${site === undefined ? '' : `${site} `}${from} → ${to}`;
      });
    expect(story).toEqual([
      'Serving Site Changed: null → site-a',
      'Site Trust Changed: site-a null → in-sync',
      'Site Reachability Changed: site-a null → reachable',
      'Site Trust Changed: site-b null → in-sync',
      'Site Reachability Changed: site-b null → reachable',
      'Automation Changed',
      'Serving Site Changed: site-a → site-b',
      'Site Reachability Changed: site-a reachable → unreachable',
      'Operation Claimed: failover',
      'Site Trust Changed: site-a in-sync → stale',
      'Operation Released: failover, succeeded',
      'Operation Claimed: contain',
      'Operation Released: contain, succeeded',
      'Operation Claimed: resync',
      'Site Trust Changed: site-a stale → resyncing',
      // Its Keycloak is at 0 until the end: the endpoint check is as it should be.
      'Site Trust Changed: site-a resyncing → in-sync',
      'Site Reachability Changed: site-a unreachable → reachable',
      'Operation Released: resync, succeeded',
    ]);
  });
});
