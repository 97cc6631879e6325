import { expect, it } from '@jest/globals';
import { WORKFLOWS } from '../../functions/shared/names.ts';
import { countTransitions } from '../../lab/bench/transitions.ts';

it('every workflow is played to its end and its states are counted, with those of what it starts', async () => {
  const counted = await countTransitions();
  expect(counted.map(({ workflow }) => workflow).sort()).toEqual([...WORKFLOWS].sort());
  for (const { workflow, own, all } of counted) {
    expect({ workflow, enters: own >= 3 }).toEqual({ workflow, enters: true });
    expect({ workflow, all: all >= own }).toEqual({ workflow, all: true });
  }
  // Those that run Batches count each Batch's states too.
  const nested = counted.filter(({ own, all }) => all > own).map(({ workflow }) => workflow);
  expect(nested).toEqual(expect.arrayContaining(['failover', 'contain', 'resync', 'switchover']));
});
