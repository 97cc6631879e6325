import { beforeAll, describe, expect, it } from '@jest/globals';
import { TransientError } from '../../functions/shared/errors.ts';
import type { Execution } from '../../lab/aws/step-functions-records.ts';
import { isTelling, type Machine, machines, tasksOf, waysOf } from './graph.ts';
import { tasksOfPath, type Ways } from './ways.ts';
import { inWorld, type World, type WorldOptions } from './world.ts';

/** A run of a machine, from which others follow: the same with one task that answers differently. */
export interface Story {
  readonly options?: WorldOptions;
  readonly play: (world: World) => Promise<Execution>;
}

/** No machine knows it, so it is not retried. */
class NeverSeenError extends Error {
  override readonly name = 'NeverSeenError';
}

/**
 * Takes every step of a machine and has it fail, be superseded, or fail once in a way that passes.
 * @param stories together they reach every task
 */
export function everyStep(machine: string, ways: Ways, stories: readonly Story[]): void {
  const definition = machines.get(machine)!;
  const reaching = new Map<string, Story>();

  const tell = (
    { options, play }: Story,
    more: WorldOptions,
    check?: (world: World, end: Execution) => unknown,
  ): Promise<Execution> =>
    inWorld({ ...options, ...more, onLog: ways.onLog }, async (world) => {
      const end = await play(world);
      await check?.(world, end);
      return end;
    });

  const storyOf = (state: string): Story => {
    const story = reaching.get(state);
    if (story === undefined) throw new Error(`No story of ${machine} reaches "${state}".`);
    return story;
  };

  beforeAll(async () => {
    for (const story of stories) {
      for (const task of tasksOfPath(await tell(story, {}))) reaching.set(task, reaching.get(task) ?? story);
    }
  });

  describe('a fault', () => {
    it.each(tasksOf(definition))('in "%s" leaves on-call told and the operation free', async (state) => {
      const failing: WorldOptions = {
        aroundTask: async (task, proceed) => {
          if (task.execution.machine !== machine || task.state !== state) return proceed();
          throw new NeverSeenError('nobody expected this');
        },
      };
      await tell(storyOf(state), failing, async (world, { status, error, input, executionArn }) => {
        if (actsForACaller(input)) {
          // Which tells and releases.
          expect([status === 'SUCCEEDED' || error === 'NeverSeenError', world.mails]).toEqual([true, []]);
          return;
        }
        expect(status === 'SUCCEEDED' || world.mails.length > 0).toBe(true);
        expect(['Told', 'Untold', null]).toContain(error);
        // What it started by itself may be at work.
        expect((await world.ledger()).operation?.owner).not.toBe(executionArn);
      });
    });
  });

  const stoppable = supersedableTasks(definition);
  if (stoppable.length > 0) {
    describe('a newer decision', () => {
      it.each(stoppable)('that "%s" meets ends everything quietly', async (state) => {
        let mailsAfter = 0;
        let met = false;
        const superseded: WorldOptions = {
          aroundTask: async (task, proceed) => {
            if (task.execution.machine === machine && task.state === state) {
              met = true;
              return { outcome: 'superseded', Output: { outcome: 'superseded' } };
            }
            if (met && isTelling(machines.get(task.execution.machine)!.States[task.state]!)) mailsAfter++;
            return proceed();
          },
        };
        await tell(storyOf(state), superseded, async (_, end) => {
          expect(end).toMatchObject({ status: 'SUCCEEDED', output: { outcome: 'superseded' } });
          expect(tasksOfPath(end).at(-1)).toBe(state);
          expect(mailsAfter).toBe(0);
        });
      });
    });
  }

  describe('a fault that passes', () => {
    it.each(stories.map((story, index) => [index + 1, story] as const))(
      'once in each step of story %i changes nothing of its end',
      async (_, story) => {
        const usual = await tell(story, {});
        const failed = new Set<string>();
        const failingOnce: WorldOptions = {
          aroundTask: async ({ execution, state }, proceed) => {
            const key = `${execution.machine}: ${state}`;
            // What starts another machine fails with that machine's own name for it.
            if (failed.has(key) || isNested(execution.machine, state)) return proceed();
            failed.add(key);
            throw new TransientError('Throttled.', 'It passes.');
          },
        };
        const { status, error } = await tell(story, failingOnce);
        expect([status, error]).toEqual([usual.status, usual.error]);
      },
    );
  });
}

const actsForACaller = (input: unknown): boolean =>
  input !== null && typeof input === 'object' && 'operation' in input;

/** Tasks after which the machine looks whether something newer was decided. */
function supersedableTasks(definition: Machine): readonly string[] {
  const ways = waysOf(definition);
  const looking = ways
    .filter(({ to, kind }) => to === 'Superseded' && kind === 'choice')
    .map(({ from }) => from);
  return ways
    .filter(
      ({ from, to, kind }) =>
        kind === 'next' && looking.includes(to) && definition.States[from]!.Type === 'Task',
    )
    .map(({ from }) => from);
}

const isNested = (machine: string, state: string): boolean =>
  machines.get(machine)!.States[state]!.Resource!.includes('startExecution');
