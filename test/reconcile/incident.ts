import type { CloudWatchClient, DescribeAlarmsCommandInput } from '@aws-sdk/client-cloudwatch';
import type { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import type { Route53Client } from '@aws-sdk/client-route-53';
import type {
  DescribeExecutionCommandInput,
  SFNClient,
  StartExecutionCommandInput,
} from '@aws-sdk/client-sfn';
import type { SNSClient } from '@aws-sdk/client-sns';
import type { LedgerEvent } from '../../functions/ledger/events.ts';
import type { Ledger } from '../../functions/ledger/ledger.ts';
import { createLedger } from '../../functions/ledger/operations.ts';
import { LedgerStore } from '../../functions/ledger/store.ts';
import { createReconcile, type ReconcileOutcome } from '../../functions/reconcile/reconcile.ts';
import type { Configuration } from '../../functions/shared/configuration.ts';
import type { Edge } from '../../functions/shared/edge.ts';
import { createTraffic, type TrafficOutcome } from '../../functions/traffic/traffic.ts';
import { Table } from '../../lab/aws/dynamodb/table.ts';
import { inMemoryClient } from '../../lab/aws/in-memory-client.ts';
import { Mailbox } from '../../lab/aws/mailbox.ts';
import type { Call, Faults } from '../../lab/aws/service.ts';
import { ServiceFault } from '../../lab/aws/service.ts';
import { exampleConfiguration, inSync, moment } from '../ledger/example.ts';
import { HealthChecks } from './health-checks.ts';
import { sample } from './samples.ts';

process.env['FAILOVER_LOG'] ??= 'silent';

type Client = 'DynamoDB' | 'Route 53' | 'Step Functions' | 'SNS' | 'CloudWatch';

/** A deployment on one machine: the functions are real, what is around them is in memory, and time is a number. */
export class Incident {
  readonly configuration: Configuration;
  readonly checks: HealthChecks;
  /** Seconds since the samples' alarms went off. */
  seconds = 2;
  /** Every call, `>` when it begins and `<` when it is answered. */
  readonly calls: string[] = [];
  faults: Faults = {};
  /** Status of each execution by its name. */
  readonly executions = new Map<string, string>();
  /** Alarms in ALARM, with the second since when. */
  readonly alarms = new Map<string, number>();
  readonly table: Table;
  readonly store: LedgerStore;
  readonly edge: Pick<Edge, 'configuration' | 'now' | 'dynamodb' | 'route53' | 'sfn' | 'sns' | 'cloudwatch'>;
  readonly #mailbox: Mailbox;
  readonly #reconcile: (event: unknown) => Promise<ReconcileOutcome>;
  readonly #traffic: (event: unknown) => Promise<TrafficOutcome>;

  constructor(configuration = exampleConfiguration()) {
    this.configuration = configuration;
    this.checks = new HealthChecks(configuration, () => this.seconds);
    this.table = new Table(configuration.ledgerTable, 'deployment');
    this.#mailbox = new Mailbox([configuration.notification.topicArn]);
    const faults: Faults = {
      before: (call) => {
        this.calls.push(`> ${named(call)}`);
        return this.faults.before?.(call);
      },
      after: async (call) => {
        await this.faults.after?.(call);
        this.calls.push(`< ${named(call)}`);
      },
    };
    const stepFunctions = {
      name: 'Step Functions' satisfies Client,
      operations: {
        StartExecution: (input: StartExecutionCommandInput) => this.#start(input),
        DescribeExecution: (input: DescribeExecutionCommandInput) => this.#describe(input),
      },
    };
    const cloudwatch = (region: string) => ({
      name: 'CloudWatch' satisfies Client,
      operations: { DescribeAlarms: (input: DescribeAlarmsCommandInput) => this.#inAlarm(region, input) },
    });
    this.edge = {
      configuration,
      now: () => new Date(moment(this.seconds)),
      dynamodb: inMemoryClient<DynamoDBClient>(this.table.service, faults) as Edge['dynamodb'],
      route53: inMemoryClient<Route53Client>(this.checks.service, faults) as Edge['route53'],
      sfn: inMemoryClient<SFNClient>(stepFunctions, faults) as Edge['sfn'],
      sns: inMemoryClient<SNSClient>(this.#mailbox.service, faults) as Edge['sns'],
      cloudwatch: (region) =>
        inMemoryClient<CloudWatchClient>(cloudwatch(region), faults) as ReturnType<Edge['cloudwatch']>,
    };
    this.store = new LedgerStore(this.edge);
    this.#reconcile = createReconcile(this.edge);
    this.#traffic = createTraffic(this.edge);
  }

  /** The deployment an hour before, and what the ledger knows to have happened since. */
  async begins(ledger: Ledger = inSync(this.configuration), ...events: LedgerEvent[]): Promise<this> {
    await this.store.write({ ...ledger, revision: 1 });
    await this.knows(...events);
    this.calls.length = 0;
    return this;
  }

  async knows(...events: LedgerEvent[]): Promise<void> {
    for (const event of events) {
      const result = await this.store.change(() => [event]);
      if (result === 'stopped' || result.kind === 'refused') throw new Error(JSON.stringify(result));
    }
  }

  reconcile(event: unknown): Promise<ReconcileOutcome> {
    this.calls.length = 0;
    return this.#reconcile(event);
  }

  traffic(event: unknown): Promise<TrafficOutcome> {
    this.calls.length = 0;
    return this.#traffic(event);
  }

  sweep(): Promise<ReconcileOutcome> {
    return this.reconcile(sample('sweep'));
  }

  /** A step of a machine. */
  step(action: string, input: unknown = {}): Promise<ReconcileOutcome> {
    return this.reconcile({ action, input });
  }

  /** What the first states of *failover* do with the execution that was started. */
  claims(name: string): Promise<unknown> {
    const owner = `arn:aws:states:eu-central-1:123456789012:execution:sso-failover:${name}`;
    return createLedger(this.edge)({ action: 'claim', workflow: 'failover', owner, input: {} });
  }

  ledger(): Promise<Ledger> {
    return this.store.require();
  }

  get pages(): readonly string[] {
    return this.#mailbox.mails.map(({ body }) => body);
  }

  get subjects(): readonly string[] {
    return this.#mailbox.mails.map(({ subject }) => subject);
  }

  /** Names of the calls that began, in order. */
  get began(): readonly string[] {
    return this.calls.filter((call) => call.startsWith('>')).map((call) => call.slice(2));
  }

  get writes(): readonly string[] {
    return this.began.filter((call) => /^(PutItem|UpdateHealthCheck|StartExecution|Publish)/.test(call));
  }

  /** The function dies here: nothing of it happens from this call on. */
  diesBefore(call: string): void {
    let dead = false;
    this.faults = {
      before: (each) => {
        if (dead || named(each).startsWith(call)) {
          dead = true;
          throw new Error('the function died');
        }
      },
    };
  }

  lives(): void {
    this.faults = {};
  }

  #start({ stateMachineArn, name, input }: StartExecutionCommandInput) {
    const executionArn = `${stateMachineArn!.replace(':stateMachine:', ':execution:')}:${name}`;
    const known = this.executions.get(name!);
    if (known !== undefined && (known !== 'RUNNING' || input !== '{}')) {
      throw new ServiceFault('ExecutionAlreadyExists', `Execution Already Exists: '${executionArn}'`);
    }
    this.executions.set(name!, 'RUNNING');
    return { executionArn };
  }

  #describe({ executionArn }: DescribeExecutionCommandInput) {
    const status = this.executions.get(executionArn!.split(':').at(-1)!);
    if (status === undefined) throw new ServiceFault('ExecutionDoesNotExist', 'Execution Does Not Exist');
    return { status };
  }

  #inAlarm(region: string, { AlarmNames }: DescribeAlarmsCommandInput) {
    const inAlarm = this.configuration.alarms.filter(
      (alarm) => alarm.region === region && AlarmNames!.includes(alarm.name) && this.alarms.has(alarm.name),
    );
    const common = (name: string) => ({
      AlarmName: name,
      StateTransitionedTimestamp: new Date(moment(this.alarms.get(name)!)),
    });
    return {
      MetricAlarms: inAlarm
        .filter(({ metric }) => metric !== undefined)
        .map(({ name, metric }) => ({
          ...common(name),
          Namespace: metric!.namespace,
          MetricName: metric!.name,
          Dimensions: Object.entries(metric!.dimensions).map(([Name, Value]) => ({ Name, Value })),
        })),
      CompositeAlarms: inAlarm.filter(({ metric }) => metric === undefined).map(({ name }) => common(name)),
    };
  }
}

function named({ operation, input }: Call): string {
  const { HealthCheckId, name } = input as { HealthCheckId?: string; name?: string };
  return [operation, HealthCheckId ?? name].filter((part) => part !== undefined).join(' ');
}
