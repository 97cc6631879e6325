import { type DynamoDBClient, QueryCommand } from '@aws-sdk/client-dynamodb';
import { marshall, unmarshall } from '@aws-sdk/util-dynamodb';
import { describe, expect, it } from '@jest/globals';
import { type OperationReport, operationId } from '../../functions/shared/report.ts';
import { moment } from '../ledger/example.ts';
import type { World } from '../machines/world.ts';
import { atTerminal, Terminal } from './terminal.ts';

const execution = (workflow: string, name: string) =>
  `arn:aws:states:eu-central-1:123456789012:execution:sso-${workflow}:${name}`;

const FAILOVER: OperationReport = {
  deployment: 'sso',
  headline: 'site-b serves, site-a is taken offline there',
  what: 'The endpoint of site-a was down.',
  done: ['site-b serves', 'site-a is taken offline at site-b'],
  notDone: ['site-a is not contained yet'],
  state: ['site-b serves; it is in-sync.'],
  next: ['Once site-a is contained: start "resync" with {}'],
  links: [{ to: 'Runbook', url: 'https://wiki.example.test/runbook/site-endpoint.md' }],
  id: operationId(moment(60), 'failover', execution('failover', 'failover-e4-0')),
  workflow: 'failover',
  execution: execution('failover', 'failover-e4-0'),
  status: 'SUCCEEDED',
  outcome: 'failed-over',
  startedAt: moment(60),
  endedAt: moment(125),
  seconds: 65,
  times: { lossAt: moment(50), decidedAt: moment(58), writesGoodAt: moment(98) },
  recovery: { seconds: 48, targetSeconds: 60, met: true },
  steps: [
    {
      name: 'Take the lost site offline',
      kind: 'task',
      result: 'succeeded',
      error: null,
      startedAt: moment(61),
      endedAt: moment(98),
      seconds: 37,
      turns: 2,
      nested: null,
    },
    {
      name: 'Contain the lost site',
      kind: 'task',
      result: 'failed',
      error: 'States.Timeout',
      startedAt: moment(99),
      endedAt: moment(120),
      seconds: 21,
      turns: 1,
      nested: null,
    },
  ],
};

const SWITCHOVER: OperationReport = {
  ...FAILOVER,
  headline: 'switchover failed',
  id: operationId(moment(20), 'switchover', execution('switchover', 'by-hand')),
  workflow: 'switchover',
  execution: execution('switchover', 'by-hand'),
  status: 'FAILED',
  outcome: 'Told',
  startedAt: moment(20),
  recovery: null,
};

/** The table of reports holds these, oldest first, beside the ledger's own. */
const holding = (world: World, reports: readonly OperationReport[]): Pick<DynamoDBClient, 'send'> => ({
  send: (async (command: unknown) => {
    if (!(command instanceof QueryCommand)) return world.dynamodb.send(command as never);
    const { TableName, ScanIndexForward, Limit, ExpressionAttributeValues } = command.input;
    expect(TableName).toBe('sso-reports');
    const { ':deployment': deployment, ':operation': prefix } = unmarshall(ExpressionAttributeValues!);
    const found = reports.filter((each) => each.deployment === deployment && each.id.startsWith(prefix));
    const ordered = ScanIndexForward === false ? found.toReversed() : found;
    return { Items: ordered.slice(0, Limit).map((each) => marshall(each)) };
  }) as never,
});

const withReports = (
  reports: readonly OperationReport[],
  story: (terminal: Terminal, world: World) => Promise<void>,
) =>
  atTerminal((_, world) =>
    story(new Terminal(world, { clients: { dynamodb: holding(world, reports) } }), world),
  );

describe('history', () => {
  it('lists the operations newest first, with the recovery against its target', () =>
    withReports([SWITCHOVER, FAILOVER], async (terminal) => {
      expect(await terminal.types('history')).toBe(0);
      expect(terminal.stdout).toEqual([
        '     Started                  Workflow    Result       Took       Writes good after',
        '  1  2026-01-05 12:01:00 UTC  failover    failed-over  1 min 5 s  48 s (target 1 min, met)  site-b serves, site-a is taken offline there',
        '  2  2026-01-05 12:00:20 UTC  switchover  Told         1 min 5 s  –                         switchover failed',
      ]);
    }));

  it.each([
    ['its number', '1'],
    ['its id', FAILOVER.id],
    ['the name of its execution', 'failover-e4-0'],
  ])('shows one operation whole by %s', (_, word) =>
    withReports([SWITCHOVER, FAILOVER], async (terminal) => {
      expect(await terminal.types(`history ${word}`)).toBe(0);
      expect(terminal.stdout[0]).toBe('site-b serves, site-a is taken offline there');
      expect(terminal.text).toContain('Writes good after 48 s (target 1 min, met)');
      expect(terminal.text).toContain('Not done\n  site-a is not contained yet');
      expect(terminal.text).toMatch(/\+1\.0 s {3}Take the lost site offline {2}37 s {2}2 times/);
      expect(terminal.text).toMatch(/\+39\.0 s {2}Contain the lost site +21 s +failed: States\.Timeout/);
      expect(terminal.text).toContain('Runbook: https://wiki.example.test/runbook/site-endpoint.md');
      await terminal.types(`history ${word} --json`);
      expect(terminal.document).toMatchObject({ operation: { id: FAILOVER.id, recovery: { met: true } } });
    }),
  );

  it('says so where there is no such operation', () =>
    withReports([FAILOVER], async (terminal) => {
      expect(await terminal.types('history 2')).toBe(1);
      expect(terminal.stderr[0]).toBe('There is no report 2 among the last 1.');
    }));

  it('falls back to what the ledger knows of before reports were kept', () =>
    withReports([], async (terminal) => {
      expect(await terminal.types('history')).toBe(0);
      expect(terminal.text).toBe('No operation has ended yet.');
      await terminal.types('switchover --no-isolate');
      expect(await terminal.types('history')).toBe(0);
      expect(terminal.text).toMatch(
        /Started +Workflow +Result +Took.*\n.*switchover +succeeded +1 min( \d s)? +traffic moved/,
      );
    }));

  it('without reports and without a ledger says how the ledger comes about', () =>
    withReports([], async (terminal, world) => {
      world.losesItsLedger();
      expect(await terminal.types('history')).toBe(1);
      expect(terminal.text).toMatch(/adopt/);
    }));
});
