import { describe, expect, it } from '@jest/globals';
import type { Execution } from '../../lab/aws/step-functions-records.ts';
import { Stopped } from '../../lab/prove/stopped.ts';

const execution = (
  name: string,
  machine: string,
  status: string,
  outcome = 'failed-over',
  after = 1,
  input = {},
) =>
  ({
    executionArn: name,
    machine,
    status,
    input,
    output: { outcome },
    startDate: new Date(Date.now() + after),
  }) as unknown as Execution;

describe('what a person stopped', () => {
  const first = execution('first', 'contain', 'ABORTED');
  /** @param becameOf the one that was stopped @param others that began then, or before */
  const isLeft = (becameOf: Execution, ...others: readonly Execution[]) => {
    const stopped = new Stopped({
      describeExecution: () => becameOf,
      listExecutions: (machine) => others.filter((each) => each.machine === machine),
    });
    stopped.add(first);
    return stopped.isAnyLeft;
  };

  it('is left where nobody has gone on', () => {
    expect(isLeft(first)).toBe(true);
    expect(isLeft(first, execution('another', 'resync', 'SUCCEEDED'))).toBe(true);
    expect(isLeft(first, execution('before', 'contain', 'SUCCEEDED', 'contained', -60_000))).toBe(true);
    expect(isLeft(first, execution('again', 'contain', 'FAILED'))).toBe(true);
  });

  it('is not once it was redriven, or its workflow or a failover has done it since', () => {
    expect(isLeft(execution('first', 'contain', 'SUCCEEDED', 'contained'))).toBe(false);
    expect(isLeft(first, execution('again', 'contain', 'SUCCEEDED', 'contained'))).toBe(false);
    expect(isLeft(first, execution('after it', 'failover', 'SUCCEEDED'))).toBe(false);
  });

  it('is left by one that was outranked, came while another one was at work, or is a dry run, though that has ended well', () => {
    expect(isLeft(execution('first', 'contain', 'SUCCEEDED', 'superseded'))).toBe(true);
    const dry = execution('a dry run', 'failover', 'SUCCEEDED', 'dry-run', 1, { dryRun: true });
    expect(isLeft(first, dry)).toBe(true);
    for (const outcome of ['superseded', 'nothing-to-do'])
      expect(isLeft(first, execution('again', 'contain', 'SUCCEEDED', outcome))).toBe(true);
  });

  it('is nothing where nobody stopped anything', () => {
    const quiet = new Stopped({ describeExecution: () => first, listExecutions: () => [] });
    expect(quiet.isAnyLeft).toBe(false);
  });
});
