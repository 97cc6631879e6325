import { beforeEach, describe, expect, it } from '@jest/globals';
import { LedgerConflictError, TransientError } from '../../functions/shared/errors.ts';
import type { OperationToken } from '../../functions/shared/names.ts';
import { ServiceFault } from '../../lab/aws/service.ts';
import { onVirtualTime } from '../../lab/simulated/virtual-time.ts';
import { A, B, exampleConfiguration, execution, having, inSync, moment } from '../ledger/example.ts';
import { Incident } from '../reconcile/incident.ts';

let incident: Incident;
let operation: OperationToken;

async function begin(before = inSync(), configuration = exampleConfiguration()): Promise<void> {
  const owner = execution('switchover');
  incident = await new Incident(configuration).begins(before);
  await incident.knows({ type: 'operation-claimed', workflow: 'switchover', owner });
  incident.executions.set('one', 'RUNNING');
  operation = { workflow: 'switchover', owner, epoch: (await incident.ledger()).epoch };
}

beforeEach(() => begin());

const preflight = (to: string = B) => incident.traffic({ action: 'preflight', operation, to });
const move = (to: string = B, token = operation) =>
  incident.traffic({ action: 'move', operation: token, to });
const agree = () => incident.traffic({ action: 'agree', operation });
const positions = () => [incident.checks.position(A), incident.checks.position(B)];

/** Another writer comes first, before each of so many writes of the ledger. */
function races(count: number): void {
  let left = count;
  let racing = false;
  incident.faults = {
    before: async ({ operation: call }) => {
      if (call !== 'PutItem' || racing || left === 0) return;
      left -= 1;
      racing = true;
      await incident.store.change(() => [{ type: 'paged', about: `race ${left}` }]);
      racing = false;
    },
  };
}

describe('before traffic is moved', () => {
  it('the other site passes its own health check now, and both are in sync', async () => {
    expect(await preflight()).toEqual({ outcome: 'passing', observed: true });
    expect(incident.writes).toEqual([]);
  });

  it('it does not pass: nothing is moved', async () => {
    incident.seconds = -60;
    incident.checks.loses(B);
    incident.seconds = 2;
    expect(await preflight()).toEqual({
      outcome: 'not-passing',
      reason: 'site-b does not pass its own health check now.',
    });
  });

  it('nobody has looked: nothing is moved', async () => {
    incident.checks.checkersStoppedAt = -600;
    expect(await preflight()).toMatchObject({ reason: 'site-b has no fresh health-check observations now.' });
  });

  it('it is unreachable by the ledger: nothing is moved', async () => {
    await incident.knows({
      type: 'reachability-observed',
      site: B,
      reachability: 'unreachable',
      observedAt: moment(1),
    });
    expect(await preflight()).toMatchObject({
      outcome: 'not-passing',
      reason: 'site-b is in-sync and unreachable.',
    });
  });

  it('a newer decision ended the operation', async () => {
    await incident.knows({ type: 'site-suspected', site: B });
    expect(await preflight()).toEqual({ outcome: 'superseded' });
  });

  it('a site fenced by path can not be probed, and may be opened all the same', async () => {
    const configuration = exampleConfiguration({}, 'health-check-path');
    const moved = having(
      inSync(configuration),
      moment(-600),
      { type: 'operation-claimed', workflow: 'switchover', owner: 'before' },
      { type: 'traffic-moved', to: B },
      { type: 'operation-released', owner: 'before', result: 'succeeded', detail: '' },
    );
    incident = await new Incident(configuration).begins(moved);
    await incident.sweep();
    const owner = execution('switchback');
    await incident.knows({ type: 'operation-claimed', workflow: 'switchback', owner });
    operation = { workflow: 'switchback', owner, epoch: (await incident.ledger()).epoch };
    expect(await preflight(A)).toEqual({ outcome: 'passing', observed: false });
  });
});

describe('moving traffic', () => {
  it('reads the checks, then the ledger, looks at the endpoint last, and writes the ledger before the checks', async () => {
    expect(await move()).toEqual({
      outcome: 'moved',
      operation: { ...operation, epoch: operation.epoch + 1 },
      ttlSeconds: 60,
    });
    expect(incident.began).toEqual([
      'GetHealthCheck switch-site-a',
      'GetHealthCheck switch-site-b',
      'GetItem',
      'GetHealthCheckStatus endpoint-site-b',
      'PutItem',
      'UpdateHealthCheck switch-site-b',
      'UpdateHealthCheck switch-site-a',
      'GetHealthCheck switch-site-b',
      'GetHealthCheck switch-site-a',
    ]);
    expect(positions()).toEqual(['fenced', 'follows']);
    expect(incident.checks.answer).toBe(B);
    expect((await incident.ledger()).serving).toBe(B);
  });

  it('moves nothing where the other site has failed since the preflight, or nobody has looked lately', async () => {
    const moved = () => move().then((outcome) => ('reason' in outcome ? outcome.reason : outcome));
    incident.checks.checkersStoppedAt = -600;
    expect(await moved()).toBe('site-b has no fresh health-check observations now.');
    incident.checks.checkersStoppedAt = Number.POSITIVE_INFINITY;
    incident.seconds = -60;
    incident.checks.loses(B);
    incident.seconds = 2;
    expect(await moved()).toBe('site-b does not pass its own health check now.');
    expect(incident.writes).toEqual([]);
  });

  it('and back goes through follows/follows, the primary first', async () => {
    const first = await move();
    if (first.outcome !== 'moved') throw new Error(first.outcome);
    expect(await move(A, first.operation)).toMatchObject({ outcome: 'moved' });
    expect(incident.writes).toEqual([
      'PutItem',
      'UpdateHealthCheck switch-site-a',
      'UpdateHealthCheck switch-site-b',
    ]);
    expect(positions()).toEqual(['follows', 'pinned']);
  });

  it('again, because the answer was lost, gives the same answer and writes nothing', async () => {
    const first = await move();
    expect(await move()).toEqual(first);
    expect(incident.writes).toEqual([]);
  });

  it('again, after the function died between the ledger and the checks, writes the checks', async () => {
    incident.diesBefore('UpdateHealthCheck');
    await expect(move()).rejects.toThrow('died');
    incident.lives();
    expect(await move()).toMatchObject({ outcome: 'moved', operation: { epoch: operation.epoch + 1 } });
    expect(incident.checks.answer).toBe(B);
  });

  /** The move is recorded, the function dies, and the next attempt comes 50 s later. */
  const recordedBefore = async (meanwhile: () => void, to: string = B) => {
    incident.diesBefore('UpdateHealthCheck');
    await expect(move(to)).rejects.toThrow('died');
    incident.lives();
    meanwhile();
    incident.seconds += 50;
  };

  /** Route 53 takes the first write of a check 50 s later, and the other site fails meanwhile. */
  const slowly = () => {
    incident.faults = {
      before: ({ operation: call }) => {
        if (call !== 'UpdateHealthCheck' || incident.seconds > 2) return;
        incident.checks.loses(B);
        incident.seconds += 50;
      },
    };
  };

  it('again, when the other site has failed before its check was written, writes the checks and says so', async () => {
    await recordedBefore(() => incident.checks.loses(B));
    const answer = {
      outcome: 'moved-not-passing',
      operation: { ...operation, epoch: operation.epoch + 1 },
      reason: 'site-b does not pass its own health check now.',
    };
    expect(await move()).toEqual(answer);
    expect(positions()).toEqual(['fenced', 'follows']);
    expect(await move()).toEqual(answer);
  });

  it('again, when nobody has looked lately, or can be asked, goes on: what was moved stays so', async () => {
    await recordedBefore(() => {
      incident.checks.checkersStoppedAt = incident.seconds - 1;
    });
    expect(await move()).toMatchObject({ outcome: 'moved' });
    await begin();
    await recordedBefore(() => incident.checks.loses(B));
    incident.faults = {
      before: ({ operation: call }) => {
        if (call === 'GetHealthCheckStatus') throw new ServiceFault('Throttling', 'Rate exceeded');
      },
    };
    expect(await move()).toMatchObject({ outcome: 'moved' });
  });

  it('again, when the look hangs, goes on after ten seconds', async () => {
    await recordedBefore(() => incident.checks.loses(B));
    incident.faults = {
      before: ({ operation: call }) =>
        call === 'GetHealthCheckStatus' ? new Promise<never>(() => undefined) : undefined,
    };
    await onVirtualTime(async () => {
      const began = Date.now();
      expect(await move()).toMatchObject({ outcome: 'moved' });
      expect(Date.now() - began).toBe(10_000);
    });
  });

  it('that Route 53 took most of a minute for looks once more, and says that the other site has failed', async () => {
    slowly();
    expect(await move()).toMatchObject({ outcome: 'moved-not-passing' });
    expect(positions()).toEqual(['fenced', 'follows']);
  });

  it('where one check is the switch, too, says so of a secondary, and nothing of a primary that its path fenced until now', async () => {
    await begin(inSync(), exampleConfiguration({}, 'health-check-path'));
    await recordedBefore(() => incident.checks.loses(B));
    expect(await move()).toMatchObject({ outcome: 'moved-not-passing' });

    await begin(inSync(), exampleConfiguration({}, 'health-check-path'));
    incident.checks.changedByHand(B, { ResourcePath: incident.edge.configuration.traffic.fencedPath });
    await incident.knows({
      type: 'checks-to-be-written',
      checks: { [B]: { version: 2, positions: ['fenced'] } },
    });
    slowly();
    expect(await move()).toMatchObject({ outcome: 'moved' });

    await begin(inSync(), exampleConfiguration({}, 'health-check-path'));
    const there = await move();
    if (there.outcome !== 'moved') throw new Error(there.outcome);
    operation = there.operation;
    await recordedBefore(() => incident.checks.loses(A), A);
    expect(await move(A)).toMatchObject({ outcome: 'moved' });
  });

  it('is not superseded by a sweep that writes at the same moment', async () => {
    races(2);
    expect(await move()).toMatchObject({ outcome: 'moved' });
    expect((await incident.ledger()).serving).toBe(B);
  });

  it('is not superseded by a sweep that makes the same write of a check', async () => {
    let swept = false;
    incident.faults = {
      before: async ({ operation: call }) => {
        if (call !== 'UpdateHealthCheck' || swept) return;
        swept = true;
        await incident.sweep();
      },
    };
    expect(await move()).toMatchObject({ outcome: 'moved' });
    expect(positions()).toEqual(['fenced', 'follows']);
  });

  it('ends in LedgerConflictError, to be tried again, when others always come first', async () => {
    races(99);
    await expect(move()).rejects.toThrow(LedgerConflictError);
  });

  it('does nothing for an operation that a newer decision ended', async () => {
    await incident.knows({ type: 'passive-site-left', passive: B, reason: 'the view' });
    expect(await move()).toEqual({ outcome: 'superseded' });
    expect(incident.writes).toEqual([]);
  });

  /** Somebody writes the check just before the write of the step that runs. */
  function comesBeforeTheWrite(HealthThreshold: number): void {
    incident.faults = {
      before: ({ operation: call }) => {
        if (call !== 'UpdateHealthCheck') return;
        incident.lives();
        incident.checks.changedByHand(B, { HealthThreshold });
      },
    };
  }

  it('leaves a check as it is that a person changed between the look and the write', async () => {
    comesBeforeTheWrite(2);
    const drift = {
      outcome: 'drift',
      reason: 'the health check of site-b has version 2, which was to be follows, and is fenced',
    };
    expect(await move()).toMatchObject(drift);
    expect(positions()).toEqual(['follows', 'fenced']);
    // Nor is it opened later.
    expect(await incident.sweep()).toMatchObject({ outcome: 'drift' });
    expect(positions()).toEqual(['follows', 'fenced']);
  });

  it('leaves it also where the process ends with that, and another one goes on', async () => {
    incident.faults = {
      before: ({ operation: call }) => {
        if (call !== 'UpdateHealthCheck') return;
        incident.checks.changedByHand(B, { HealthThreshold: 2 });
        incident.diesBefore('GetHealthCheck');
      },
    };
    await expect(move()).rejects.toThrow('died');
    incident.lives();
    expect(await move()).toMatchObject({ outcome: 'drift' });
    expect(positions()).toEqual(['follows', 'fenced']);
  });

  it('goes on where another invocation has carried out its write', async () => {
    comesBeforeTheWrite(1);
    expect(await move()).toMatchObject({ outcome: 'moved' });
    expect(positions()).toEqual(['fenced', 'follows']);
  });

  it('does not move, nor record that it did, over a check that a person changed', async () => {
    incident.checks.changedByHand(B, { HealthThreshold: 1 });
    expect(await move()).toMatchObject({
      outcome: 'drift',
      remedy: expect.stringContaining('"adopt"'),
      reason: 'the health check of site-b has version 2, the ledger 1',
    });
    expect((await incident.ledger()).serving).toBe(A);
    expect(incident.writes).toEqual([]);
  });

  it('is not safe to a site that the ledger calls unreachable', async () => {
    await incident.knows({
      type: 'reachability-observed',
      site: B,
      reachability: 'unreachable',
      observedAt: moment(1),
    });
    expect(await move()).toEqual({ outcome: 'not-safe', reason: 'site-b is unreachable.' });
  });

  it('ends in TransientError when a check does not read back as it was put', async () => {
    incident.faults = {
      after: ({ operation: call }) => {
        if (call === 'UpdateHealthCheck') incident.checks.lastWriteIsLost();
      },
    };
    await expect(move()).rejects.toThrow(TransientError);
  });

  it('leaves to a newer writer what reads back with a later version', async () => {
    incident.faults = {
      after: ({ operation: call, input }) => {
        const { HealthCheckId } = input as { HealthCheckId?: string };
        if (call === 'UpdateHealthCheck' && HealthCheckId === 'switch-site-a')
          incident.checks.changedByHand(A, { HealthThreshold: 1 });
      },
    };
    expect(await move()).toMatchObject({ outcome: 'moved' });
  });

  it('refuses a site that there is not', async () => {
    await expect(move('site-c')).rejects.toThrow('Sites are site-a, site-b.');
  });
});

describe('making Route 53 agree with the ledger', () => {
  it('opens a site that became usable', async () => {
    await incident.knows({
      type: 'reachability-observed',
      site: B,
      reachability: 'unreachable',
      observedAt: moment(1),
    });
    expect(await agree()).toEqual({ outcome: 'agreed' });
    expect(positions()).toEqual(['follows', 'fenced']);
    await incident.knows({
      type: 'reachability-observed',
      site: B,
      reachability: 'reachable',
      observedAt: moment(2),
    });
    expect(await agree()).toEqual({ outcome: 'agreed' });
    expect(positions()).toEqual(['follows', 'pinned']);
  });

  it('tells of drift and what settles it, and is superseded by a newer decision', async () => {
    incident.checks.changedByHand(B, { HealthThreshold: 2 });
    expect(await agree()).toMatchObject({
      outcome: 'drift',
      contradicted: false,
      remedy: expect.stringContaining('"adopt"'),
    });
    await incident.knows({ type: 'site-suspected', site: B });
    expect(await agree()).toEqual({ outcome: 'superseded' });
  });

  it('writes nothing where the site that the ledger calls stale may be the one that serves', async () => {
    incident.checks.changedByHand(A, { HealthThreshold: 2 });
    incident.checks.changedByHand(B, { HealthThreshold: 0 });
    expect(await agree()).toMatchObject({
      outcome: 'drift',
      contradicted: true,
      reason: expect.stringContaining('Route 53 answers with site-b'),
    });
    expect(incident.writes).toEqual([]);
  });
});
