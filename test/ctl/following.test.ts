import { GetExecutionHistoryCommand, type SFNClient } from '@aws-sdk/client-sfn';
import { describe, expect, it } from '@jest/globals';
import { stepFunctionsClient } from '../../lab/aws/step-functions-client.ts';
import { B } from '../machines/world.ts';
import { atTerminal, Terminal } from './terminal.ts';

describe('whoever starts a workflow', () => {
  it('sees at once where it runs, then each step with its time, then how it ended', () =>
    atTerminal(async (terminal, world) => {
      expect(await terminal.types('switchover --no-isolate')).toBe(0);
      const [first, link, ...steps] = terminal.stdout;
      expect(first).toBe('switchover starts with {"isolate":false}');
      expect(link).toMatch(
        /^https:\/\/eu-central-1\.console\.aws\.amazon\.com\/states\/home\?region=eu-central-1#\/v2\/executions\/details\/arn:aws:states:eu-central-1:123456789012:execution:sso-switchover:by-hand-20260105T1200\d+Z$/,
      );
      const entered = world.engine
        .describeExecution(link!.split('/').at(-1)!)
        .log.flatMap((entry) =>
          entry.type === 'StateEntered' && entry.state.type === 'Task' ? [entry.state.name] : [],
        );
      for (const state of entered)
        expect(steps.join('\n')).toMatch(new RegExp(`\\+\\d+\\.\\d s {2}${state}`));
      expect(steps.join('\n')).toContain('site-b serves.');
      expect(steps.at(-1)).toMatch(/^switchover took \d+/);
    }));

  it('sees the steps of what it starts in turn, indented under its name', () =>
    atTerminal(async (terminal) => {
      expect(await terminal.types('switchover')).toBe(0);
      expect(terminal.text).toMatch(/\n +\+\d+\.\d s {4}run-batch: Create the Batch/);
      const times = [...terminal.text.matchAll(/\+(\d+\.\d) s/g)].map(([, seconds]) => Number(seconds));
      expect(times).toEqual([...times].sort((one, other) => one - other));
    }));

  it('is not told of every turn of a loop, but now and then how often it came', () =>
    atTerminal(async (terminal, world) => {
      const refused = world.wait(600).then(() => world.run('approve', { decision: 'refuse' }));
      expect(await terminal.types('switchover --approve')).toBe(1);
      await refused;
      const waits = terminal.stdout.filter((line) => line.includes('Wait a minute'));
      expect(waits.length).toBeGreaterThan(5);
      expect(waits.at(-1)).toMatch(/Wait a minute \(\d+ times now\)$/);
      expect(terminal.text).toContain('It was not approved (refused). Traffic stays where it is.');
    }));

  it('that does not want to wait gets the link, and 0', () =>
    atTerminal(async (terminal, world) => {
      expect(await terminal.types('switchover --no-follow')).toBe(0);
      expect(terminal.stdout).toHaveLength(2);
      expect(world.engine.listExecutions('switchover')[0]).toMatchObject({ status: 'RUNNING' });
    }));

  it('as a program gets one document and nothing else, with each step once', () =>
    atTerminal(async (terminal, world) => {
      expect(await terminal.types('switchover --json --no-isolate')).toBe(0);
      expect(terminal.document).toMatchObject({
        command: 'switchover',
        exitCode: 0,
        status: 'SUCCEEDED',
        input: { isolate: false },
        output: { outcome: 'switched-over', serving: B },
        said: [expect.stringContaining('site-b serves.')],
        steps: expect.arrayContaining([expect.objectContaining({ kind: 'entered', type: 'Task' })]),
      });
      const { execution, steps } = terminal.document as {
        execution: string;
        steps: readonly { depth: number; state: string }[];
      };
      expect(steps.filter(({ depth }) => depth === 0).map(({ state }) => state)).toEqual(
        world.engine
          .describeExecution(execution)
          .log.flatMap((entry) => (entry.type === 'StateEntered' ? [entry.state.name] : [])),
      );
      expect(terminal.stderr.join('\n')).toContain('switchover starts with');
    }));

  it('learns why it failed, though the machine itself only says that on-call was told', () =>
    atTerminal(
      async (terminal) => {
        expect(await terminal.types('switchover')).toBe(1);
        expect(terminal.text).toContain('switchover failed. TypeError: a surprise');
        expect(terminal.text).toContain('On-call is told.');
      },
      {},
      { script: { 'Claim the operation': new TypeError('a surprise') } },
    ));

  it('goes on following through a minute in which AWS throttles', () =>
    atTerminal(async (_, world) => {
      let throttled = 0;
      const real = stepFunctionsClient(world.engine);
      const sfn = {
        send: (async (command: unknown) => {
          if (command instanceof GetExecutionHistoryCommand && throttled++ % 2 === 0) {
            throw Object.assign(new Error('Rate exceeded'), { name: 'ThrottlingException' });
          }
          return real.send(command as never);
        }) as SFNClient['send'],
      };
      const terminal = new Terminal(world, { clients: { sfn } });
      expect(await terminal.types('switchover --no-isolate')).toBe(0);
      expect(throttled).toBeGreaterThan(2);
      expect(terminal.text).toContain('site-b serves.');
    }));

  it('is told that it goes on where it can’t be followed any more', () =>
    atTerminal(async (_, world) => {
      const real = stepFunctionsClient(world.engine);
      const sfn = {
        send: (async (command: unknown) => {
          if (command instanceof GetExecutionHistoryCommand) {
            throw Object.assign(new Error('The security token has expired'), {
              name: 'ExpiredTokenException',
            });
          }
          return real.send(command as never);
        }) as SFNClient['send'],
      };
      const terminal = new Terminal(world, { clients: { sfn } });
      expect(await terminal.types('switchover')).toBe(1);
      expect(terminal.stderr[0]).toBe(
        "switchover was started and goes on, but it can't be followed any more. The AWS credentials have expired.",
      );
      expect(terminal.stderr[1]).toMatch(/aws sso login Its end is in the console: https:/);
    }));
});
