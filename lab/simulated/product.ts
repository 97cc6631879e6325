import type { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import type { ClusterOf } from '../../functions/kubernetes/cluster.ts';
import type { Ledger } from '../../functions/ledger/ledger.ts';
import { LedgerStore } from '../../functions/ledger/store.ts';
import type { Configuration } from '../../functions/shared/configuration.ts';
import type { Edge } from '../../functions/shared/edge.ts';
import type { CloudWatch } from '../aws/alarms/cloudwatch.ts';
import { Aurora } from '../aws/aurora.ts';
import { Table } from '../aws/dynamodb/table.ts';
import { inMemoryClient } from '../aws/in-memory-client.ts';
import { Mailbox } from '../aws/mailbox.ts';
import type { Route53 } from '../aws/route-53/route-53.ts';
import { StepFunctions } from '../aws/step-functions.ts';
import { stepFunctionsClient } from '../aws/step-functions-client.ts';
import type { Execution, LogEntry, StatusChange } from '../aws/step-functions-records.ts';
import { type Functions, productFunctions } from './functions.ts';

export interface ProductOptions {
  readonly configuration: Configuration;
  readonly route53: Route53;
  readonly cloudwatch: CloudWatch;
  readonly clusterOf: ClusterOf;
  readonly onStatusChange: (change: StatusChange) => void;
  readonly onLog: (execution: Execution, entry: LogEntry) => void;
  readonly onDecided: (before: Ledger | null, after: Ledger | null) => void;
  /** An asynchronous invocation that failed; AWS would try it again. */
  readonly onFault: (what: string, fault: unknown) => void;
}

const MINUTE = 60_000;
/** EventBridge's rule of the closer. */
const CLOSED = new Set(['FAILED', 'TIMED_OUT', 'ABORTED']);

/** The product as it is deployed: its functions and machines, what starts them, and where they keep things. */
export class Product {
  readonly mailbox: Mailbox;
  readonly engine: StepFunctions;
  readonly #options: ProductOptions;
  readonly #functions: Functions;
  readonly #aurora: Aurora;
  readonly #store: LedgerStore;
  readonly #timers: NodeJS.Timeout[] = [];

  constructor(options: ProductOptions) {
    this.#options = options;
    const { configuration } = options;
    const table = new Table(configuration.ledgerTable, 'deployment');
    this.mailbox = new Mailbox([configuration.notification.topicArn]);
    const [primary, secondary] = configuration.sites;
    this.#aurora = new Aurora({
      clusterIdentifier: configuration.database!.clusterIdentifier,
      instances: {
        [`instance-${primary!.name}`]: primary!.availabilityZone!,
        [`instance-${secondary!.name}`]: secondary!.availabilityZone!,
      },
      writer: `instance-${primary!.name}`,
    });
    const { mailbox } = this;
    const sfn: Edge['sfn'] = { send: ((command: never) => this.#sfn.send(command)) as Edge['sfn']['send'] };
    this.#functions = productFunctions({ ...options, table, mailbox, aurora: this.#aurora, sfn });
    this.engine = new StepFunctions({
      deployment: configuration,
      functions: { ...this.#functions, reconcile: (event) => this.reconcile(event) },
      onStatusChange: (change) => {
        options.onStatusChange(change);
        if (CLOSED.has(change.detail.status)) this.#inBackground('closer', this.#functions.closer(change));
      },
      onLog: options.onLog,
    });
    this.#store = new LedgerStore({
      configuration,
      now: () => new Date(),
      dynamodb: inMemoryClient<DynamoDBClient>(table.service),
    });
  }

  get #sfn(): Edge['sfn'] {
    return stepFunctionsClient(this.engine);
  }

  ledger(): Promise<Ledger | null> {
    return this.#store.read();
  }

  async reconcile(event: unknown): Promise<unknown> {
    const before = await this.ledger();
    const outcome = await this.#functions.reconcile(event);
    this.#options.onDecided(before, await this.ledger());
    return outcome;
  }

  /** What SNS does with an alarm's message. */
  deliver(event: unknown): void {
    this.#inBackground('reconcile', this.reconcile(event));
  }

  /** The schedules of the deployment. */
  start(): void {
    const everyMinute = (work: () => void) => this.#timers.push(setInterval(work, MINUTE));
    everyMinute(() => this.deliver({ source: 'aws.events', 'detail-type': 'Scheduled Event' }));
    everyMinute(() => {
      const name = `scheduled-${new Date().toISOString().replace(/[^0-9]/g, '')}`;
      this.engine.startExecution('readiness', { scheduled: true }, name);
    });
  }

  stop(): void {
    for (const timer of this.#timers) clearInterval(timer);
    this.#aurora.stop();
    for (const { executionArn, status } of this.engine.listExecutions()) {
      if (status === 'RUNNING') this.engine.stopExecution(executionArn);
    }
  }

  #inBackground(what: string, work: Promise<unknown>): void {
    work.catch((fault: unknown) => this.#options.onFault(what, fault));
  }
}
