import { beforeEach, describe, expect, it } from '@jest/globals';
import { batchNameOf } from '../../functions/data-grid/batch.ts';
import { ClusterUnreachableError } from '../../functions/shared/errors.ts';
import { A, B, EXECUTION, OPERATION, World } from './world.ts';

let world: World;
beforeEach(() => {
  world = new World();
});

const request = { operation: OPERATION, site: A, step: 'take-offline', against: B, attempt: 1 };
const ended = (input: unknown) =>
  world.dataGrid({
    version: '0',
    source: 'aws.states',
    'detail-type': 'Step Functions Execution Status Change',
    detail: {
      executionArn: EXECUTION,
      status: 'ABORTED',
      input: typeof input === 'string' || input === null ? input : JSON.stringify(input),
    },
  });

describe('an execution of run-batch that was stopped while its Batch waited', () => {
  it('leaves no Batch behind that could act later', async () => {
    const { batch } = await world.create('take-offline', A);
    expect(world.sites['site-a'].batches.has(batch as string)).toBe(true);
    expect(await ended(request)).toEqual({ outcome: 'deleted' });
    expect(world.sites['site-a'].batches.has(batch as string)).toBe(false);
  });

  it('leaves the Batch of another attempt, step or site alone', async () => {
    const { batch } = await world.create('take-offline', A);
    await ended({ ...request, attempt: 2 });
    await ended({ ...request, step: 'status' });
    await ended({ ...request, site: B, against: A });
    expect(world.sites['site-a'].batches.has(batch as string)).toBe(true);
  });

  it('may have sent its clear until then, so only a server that starts later can not hold it', async () => {
    const batch = batchNameOf({ step: 'clear', execution: EXECUTION, attempt: 1 });
    const clear = { batch, issuedAt: '2026-01-05T11:00:00.000Z' };
    world.knows(B, { unansweredClear: clear as never });
    await ended({ ...request, site: B, step: 'clear', against: A });
    expect(world.ledger.sites[B]!.unansweredClear).toMatchObject({ batch });
    expect(world.ledger.sites[B]!.unansweredClear).not.toEqual(clear);
  });

  it('may have sent its clear until then also when the process that deletes it ends at that', async () => {
    const batch = batchNameOf({ step: 'clear', execution: EXECUTION, attempt: 1 });
    world.knows(B, { unansweredClear: { batch, at: '2026-01-05T11:00:00.000Z' as never } });
    world.sites['site-b'].deleteBatch = async () => {
      throw new Error('The process ends here.');
    };
    await expect(ended({ ...request, site: B, step: 'clear', against: A })).rejects.toThrow();
    expect(world.ledger.sites[B]!.unansweredClear).toEqual({ batch, at: world.now.toISOString() });
  });

  it('proves nothing to a redrive, which then looks for it', async () => {
    const { batch } = await world.create('take-offline', A);
    await ended(request);
    expect(await world.look('take-offline', A, batch as string)).toMatchObject({ outcome: 'not-proven' });
  });

  it('and whose site is out of reach fails, so that Lambda calls again', async () => {
    world.sites['site-a'].deleteBatch = async () => {
      throw new ClusterUnreachableError('site-a does not answer.', 'Wait.');
    };
    await expect(ended(request)).rejects.toThrow('site-a does not answer');
  });

  it.each([
    null,
    'no JSON',
    '{}',
    { ...request, step: 'dance' },
    { ...request, site: 'site-c' },
    { ...request, attempt: null },
  ])('has none where it was started with %j', async (input) => {
    expect(await ended(input)).toEqual({ outcome: 'nothing-to-delete' });
  });
});

it('what only names a source is no end of an execution', async () => {
  await expect(world.dataGrid({ source: 'site-a' })).rejects.toMatchObject({ name: 'InvalidInputError' });
});
