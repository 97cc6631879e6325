import { beforeAll, describe, expect, it } from '@jest/globals';
import type { Ending } from '../../lab/prove/history.ts';
import { play } from '../../lab/prove/play.ts';
import { STORIES } from '../../lab/prove/stories.ts';
import { machines, statesOf } from '../machines/graph.ts';

process.env['FAILOVER_LOG'] = 'silent';

/**
 * Where no story comes, each with what it takes to come there; of one machine, or of all that have such a state. Where it
 * takes more than one fault, of which most pass with the next try, the tests of the machines alone are sure to come there.
 */
const BY_A_FAULT_ALONE: Readonly<Record<string, string>> = {
  Close: 'a step that fails each time it is tried',
  'Failed and not told': 'the closer fails as well',
  Superseded: 'somebody decides something newer between two steps',
  'approve: Failed': 'its one step fails each time',
  'promote-accepting-loss: Failed': 'it is refused, or the API of its site stays away',
  'readiness: Failed': 'a step that fails each time',
  'Has the fault a cause': 'a step that fails each time, under a workflow that tells',
  'Hand the fault to the caller': 'the same',
  'Hand the fault without a cause to the caller': 'the same, of a process that ended',
  'contain: Whose fault is it to tell': 'a step that fails each time',
  'contain: Pods are left': 'Keycloak pods that do not end within five minutes',
  'Wait for the other writer': 'another writer comes between a read of the ledger and the write',
  'adopt: Count the attempts': 'the same',
  'adopt: Enough attempts': 'the same',
  'promote-accepting-loss: Count the attempts': 'the same',
  'promote-accepting-loss: Enough attempts': 'the same',
  'promote-accepting-loss: Tell that nothing was changed': 'a person shut its check, or the word is too old',
  'promote-accepting-loss: Tell that Keycloak is not up': 'the API of its site is away for twenty minutes',
  "failover: Tell why it can't begin": 'a person starts it while another workflow runs',
  'failover: Count the silent looks': 'an API that is away from between two calls on',
  'failover: Enough silent looks': 'the same',
  'failover: Is a proof owed': 'the same',
  'failover: Something may be left': 'a look that fails each time',
  'failover: It does not stay proven': 'it is proven, and something is found after that, five times',
  'failover: Tell that writes may be refused again':
    'it is proven, something is found, and it is not proven again',
  'failover: It is not proven again': 'the same',
  'failover: The cut took too long': 'a call that is not answered within a minute',
  'failover: Count the long cut': 'the same',
  'failover: The bridge stays': 'a cut that fails each time',
  'failover: It is not contained': 'a contain that fails',
  'failover: The database stays': 'a deployment whose database does not follow, which the world’s does',
  'Tell that the new site does not pass': 'Route 53 takes the move late, and its target has failed meanwhile',
  'The database did not follow': 'RDS fails each time',
  'readiness: Count the rounds':
    'entries are written between two counts, or a site lost some that nobody knows of',
  'readiness: Enough rounds': 'the same',
  'readiness: Wait before asking again': 'the same',
  'resync: It does not let go of the source': 'a view that keeps a site which is cut off',
  'resync: Note which caches were refused': 'the Data Grid of the stale site goes away just before the push',
  'resync: The receiver is gone': 'a site that dies while it is pushed to',
  'resync: The push did not end': 'a push that sends for twelve minutes',
  'resync: Count the proofs': 'the last proof fails once, after all that it proves was done',
  'resync: Enough proofs': 'the same',
  'resync: Wait for the next proof': 'the same',
  'run-batch: Delete what is left': 'a look at a Batch that fails each time',
};

describe('the stories', () => {
  const entered = new Set<string>();
  const endings = new Map<string, Ending>();

  beforeAll(async () => {
    for (const { name } of STORIES) {
      const { ending } = await play({ story: name, seed: 1, troubles: [] }, false, entered);
      endings.set(name, ending);
    }
  });

  it('end as they are to end where nothing goes wrong', () => {
    expect([...endings].filter(([, ending]) => ending !== 'success')).toEqual([]);
  });

  it('come to where their workflow tells why it stops, if it does', () => {
    const stopping = STORIES.flatMap(({ workflow, stopsAt }) =>
      stopsAt === undefined ? [] : [`${workflow}: ${stopsAt}`],
    );
    expect(stopping.filter((state) => !entered.has(state))).toEqual([]);
  });

  it('enter every state of the deployed machines, but those to which only a fault leads', () => {
    const states = [...machines].flatMap(([machine, definition]) =>
      statesOf(definition).map(([state]) => ({ state, machine, inFull: `${machine}: ${state}` })),
    );
    const never = states.filter(({ inFull }) => !entered.has(inFull));
    const isListed = (state: string) => state in BY_A_FAULT_ALONE;
    expect(never.filter(({ state, inFull }) => !isListed(state) && !isListed(inFull))).toEqual([]);
    const needed = new Set(never.flatMap(({ state, inFull }) => [state, inFull]));
    expect(Object.keys(BY_A_FAULT_ALONE).filter((state) => !needed.has(state))).toEqual([]);
  });
});
