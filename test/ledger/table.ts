import type { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { DescribeExecutionCommand } from '@aws-sdk/client-sfn';
import type { Ledger } from '../../functions/ledger/ledger.ts';
import { LedgerStore } from '../../functions/ledger/store.ts';
import type { Configuration } from '../../functions/shared/configuration.ts';
import type { Edge } from '../../functions/shared/edge.ts';
import { Table } from '../../lab/aws/dynamodb/table.ts';
import { inMemoryClient } from '../../lab/aws/in-memory-client.ts';
import type { Call, Faults } from '../../lab/aws/service.ts';
import { exampleConfiguration, moment } from './example.ts';

/** The ledger's table, with every call that reached it and a place to make one slow or fail. */
export class LedgerTable {
  readonly configuration: Configuration;
  readonly calls: string[] = [];
  readonly store: LedgerStore;
  readonly edge: Pick<Edge, 'dynamodb' | 'configuration' | 'now' | 'sfn'>;
  faults: Faults = {};
  /** Seconds since the story began. */
  seconds = 0;
  /** Of each execution, by its ARN. */
  readonly executions = new Map<string, string>();
  readonly table: Table;

  constructor(configuration = exampleConfiguration()) {
    this.configuration = configuration;
    this.table = new Table(configuration.ledgerTable, 'deployment');
    const dynamodb = inMemoryClient<DynamoDBClient>(this.table.service, {
      before: (call: Call) => {
        this.calls.push(call.operation);
        return this.faults.before?.(call);
      },
      after: (call: Call) => this.faults.after?.(call),
    }) as Edge['dynamodb'];
    this.edge = {
      configuration,
      dynamodb,
      now: () => new Date(moment(this.seconds)),
      sfn: { send: (async (command: unknown) => this.#describe(command)) as never },
    };
    this.store = new LedgerStore(this.edge);
  }

  async holds(ledger: Ledger): Promise<void> {
    if (!(await this.store.write({ ...ledger, revision: 1 }))) throw new Error('There is a ledger already.');
    this.calls.length = 0;
  }

  #describe(command: unknown): unknown {
    if (!(command instanceof DescribeExecutionCommand)) throw new Error('not modelled');
    const status = this.executions.get(command.input.executionArn!);
    if (status !== undefined) return { status };
    throw Object.assign(new Error('Execution Does Not Exist'), { name: 'ExecutionDoesNotExist' });
  }
}
