import type { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { type Route53Client, UpdateHealthCheckCommand } from '@aws-sdk/client-route-53';
import { jest } from '@jest/globals';
import { adopted } from '../../functions/ledger/adoption.ts';
import type { LedgerEvent } from '../../functions/ledger/events.ts';
import type { Ledger } from '../../functions/ledger/ledger.ts';
import { LedgerStore } from '../../functions/ledger/store.ts';
import { instant, type OperationToken, type SiteName, type Workflow } from '../../functions/shared/names.ts';
import { CloudWatch } from '../../lab/aws/alarms/cloudwatch.ts';
import { Aurora } from '../../lab/aws/aurora.ts';
import { Table, tablesService } from '../../lab/aws/dynamodb/table.ts';
import { EventBus } from '../../lab/aws/event-bus.ts';
import { inMemoryClient } from '../../lab/aws/in-memory-client.ts';
import type { FunctionName } from '../../lab/aws/machine-files.ts';
import { Mailbox } from '../../lab/aws/mailbox.ts';
import { Measurements } from '../../lab/aws/measurements.ts';
import { Route53 } from '../../lab/aws/route-53/route-53.ts';
import { Secrets } from '../../lab/aws/secrets.ts';
import { StepFunctions, type StepFunctionsOptions, type TaskCall } from '../../lab/aws/step-functions.ts';
import type { Execution } from '../../lab/aws/step-functions-records.ts';
import { InMemoryCluster } from '../../lab/kubernetes/in-memory-cluster.ts';
import { ClusterModel } from '../../lab/kubernetes/model.ts';
import { runCli } from '../../lab/simulated/cli.ts';
import { BACKUP_POLICIES, DataGridPair } from '../../lab/simulated/data-grid.ts';
import { productFunctions } from '../../lab/simulated/functions.ts';
import { onVirtualTime } from '../../lab/simulated/virtual-time.ts';
import { configurationWith, healthChecks, INSTANCES, RECORDS } from './deployment.ts';

// A story takes part of a second; a machine that is busy with something else takes longer.
jest.setTimeout(30_000);

// What the functions log is no news in these tests.
process.env['FAILOVER_LOG'] = 'silent';

export const A = 'site-a' as SiteName;
export const B = 'site-b' as SiteName;

/** The function itself answers. */
export const REAL = Symbol('the function itself');
/** What Step Functions hands to a Catch when a task took too long: an error without a cause. */
export const TIMED_OUT: Error = Object.assign(new Error(), { name: 'States.Timeout', message: undefined });
/** What a task answers instead of its function: an outcome, or an error that it throws. */
type Scripted = object | typeof REAL | ((task: TaskCall, proceed: () => Promise<unknown>) => unknown);
/** By the state's name, or `machine: state`: one answer for every time, or a list, the last of which stays. */
export type Script = Readonly<Record<string, Scripted | readonly Scripted[]>>;

export interface WorldOptions {
  readonly script?: Script;
  /** Fields of the configuration that differ. */
  readonly configuration?: Readonly<Record<string, unknown>>;
  readonly onLog?: StepFunctionsOptions['onLog'];
  /** Before the script: what happens at every task. */
  readonly aroundTask?: NonNullable<StepFunctionsOptions['aroundTask']>;
  /** Routes of the rule on executions that ended badly. Absent: it works. */
  readonly withoutRule?: boolean;
}

const sleep = (milliseconds: number) => new Promise<void>((resolve) => setTimeout(resolve, milliseconds));
const time = {
  now: () => Date.now(),
  sleep,
  after: (milliseconds: number, work: () => void) => void setTimeout(work, milliseconds),
};
const NOT_FINISHED = new Set(['FAILED', 'TIMED_OUT', 'ABORTED']);

/** Both sites, AWS around them and the real functions, on virtual time. site-a is the primary and serves. */
export class World {
  readonly configuration;
  readonly engine: StepFunctions;
  readonly grid: DataGridPair;
  readonly clusters: Readonly<Record<SiteName, InMemoryCluster>>;
  readonly models: Readonly<Record<SiteName, ClusterModel>>;
  readonly measurements = new Measurements();
  readonly secrets = new Secrets({ 'token-site-a': 'of-site-a', 'token-site-b': 'of-site-b' });
  readonly route53: Route53;
  readonly aurora = new Aurora({ clusterIdentifier: 'keycloak', instances: INSTANCES, writer: 'writer-a' });
  readonly #options: WorldOptions;
  readonly #store: LedgerStore;
  readonly #table: Table;
  readonly #reports: Table;
  readonly #mailbox: Mailbox;
  readonly #calls = new Map<string, number>();

  constructor(options: WorldOptions) {
    this.#options = options;
    this.configuration = configurationWith(options.configuration);
    const { configuration } = this;
    this.#table = new Table(configuration.ledgerTable, 'deployment');
    this.#reports = new Table(configuration.reportsTable, 'deployment', 'id');
    this.#mailbox = new Mailbox([configuration.notification.topicArn]);
    this.#store = new LedgerStore({
      configuration,
      now: () => new Date(),
      dynamodb: inMemoryClient<DynamoDBClient>(this.#table.service),
    });
    this.grid = new DataGridPair({
      sites: [A, B],
      caches: configuration.caches,
      time,
      policy: BACKUP_POLICIES['keycloak-26'],
    });
    this.models = { [A]: this.#model(A), [B]: this.#model(B) } as Record<SiteName, ClusterModel>;
    this.clusters = {
      [A]: new InMemoryCluster(A, () => this.models[A]!),
      [B]: new InMemoryCluster(B, () => this.models[B]!),
    } as Record<SiteName, InMemoryCluster>;
    this.route53 = new Route53({
      probe: async (id) => this.grid.site(id === 'endpoint-site-a' ? A : B).running === 'up',
      healthChecks: healthChecks(),
      records: [RECORDS],
      checkers: 2,
    });
    this.engine = this.#machines();
  }

  #model(site: SiteName): ClusterModel {
    return new ClusterModel({
      namespace: 'keycloak',
      infinispan: 'infinispan',
      keycloak: 'keycloak',
      keycloakInstances: 2,
      runJob: ({ script, signal }) => runCli(this.grid, site, script, sleep, signal),
      onPolicy: (name, manifest) => (manifest === null ? this.grid.heal(name) : this.grid.cut(name)),
    });
  }

  #machines(): StepFunctions {
    const { configuration, route53, aurora, clusters } = this;
    // The functions need the engine that calls them.
    const functions = {} as Record<FunctionName, (event: unknown) => Promise<unknown>>;
    const engine = new StepFunctions({
      deployment: configuration,
      functions: new Proxy(functions, {
        get: (_, name: FunctionName) => (event: unknown) => functions[name](event),
      }),
      onStatusChange: (event) => {
        if (this.#options.withoutRule !== true && NOT_FINISHED.has(event.detail.status)) {
          void functions.closer(event);
        }
      },
      onLog: (execution, entry) => this.#options.onLog?.(execution, entry),
      aroundTask: (task, proceed) => {
        const scripted = () => this.#scripted(task, proceed);
        return this.#options.aroundTask?.(task, scripted) ?? scripted();
      },
    });
    const cloudwatch = new CloudWatch({
      accountId: configuration.accountId,
      topicName: 'alarms',
      alarms: [],
      deliver: () => {},
    });
    Object.assign(
      functions,
      productFunctions({
        configuration,
        route53,
        aurora,
        engine,
        cloudwatch,
        mailbox: this.#mailbox,
        eventBus: new EventBus(),
        tables: [this.#table, this.#reports],
        measurements: this.measurements,
        secrets: this.secrets,
        clusterOf: (site) => clusters[site]!,
      }),
    );
    return engine;
  }

  /** Adopted, both sites in sync, their pods seen, and the health checkers have looked. */
  async begins(): Promise<void> {
    this.route53.start();
    const at = instant(new Date());
    const versions = { [A]: 1, [B]: 1 } as Record<SiteName, number>;
    const adoption = { serving: A, passiveTrust: 'in-sync', checkVersions: versions } as const;
    await this.#store.write(adopted(this.configuration, adoption, null, at));
    await this.knows(...[A, B].map((site): LedgerEvent => ({ type: 'data-grid-seen', site, startedAt: at })));
    await sleep(30_000);
  }

  ends(): void {
    this.route53.stop();
    this.aurora.stop();
    for (const model of Object.values(this.models)) model.stop();
  }

  async #scripted(task: TaskCall, proceed: () => Promise<unknown>): Promise<unknown> {
    const { execution, state } = task;
    const key = `${execution.machine}: ${state}`;
    const script = this.#options.script ?? {};
    const scripted = script[key] ?? script[state];
    if (scripted === undefined) return proceed();
    const call = this.#calls.get(key) ?? 0;
    this.#calls.set(key, call + 1);
    const answer = (
      Array.isArray(scripted) ? scripted[Math.min(call, scripted.length - 1)] : scripted
    ) as Scripted;
    if (answer === REAL) return proceed();
    if (typeof answer === 'function') return answer(task, proceed);
    if (answer instanceof Error) throw answer;
    // A task that starts another machine answers with an execution, and this is its output.
    return { ...(answer as object), Output: answer };
  }

  async ledger(): Promise<Ledger> {
    return this.#store.require();
  }

  /** The tables, for whoever reads and writes them from outside. */
  get dynamodb(): Pick<DynamoDBClient, 'send'> {
    return inMemoryClient<DynamoDBClient>(tablesService(this.#table, this.#reports));
  }

  losesItsLedger(): void {
    this.#table.restore(new Map());
  }

  /** What happened before the story, as the ledger knows it. */
  async knows(...events: LedgerEvent[]): Promise<void> {
    const result = await this.#store.change(() => events);
    if (result === 'stopped' || result.kind === 'refused') throw new Error(JSON.stringify(result));
  }

  /** site-b was lost, is stale and proven offline at site-a, and is back with old data. */
  async lostAndFoundB(known: { isolated?: boolean; contained?: boolean } = {}): Promise<void> {
    const owner = 'arn:aws:states:eu-central-1:123456789012:execution:sso-failover:before';
    await this.knows(
      { type: 'passive-site-left', passive: B, reason: 'the view was lost' },
      { type: 'operation-claimed', workflow: 'failover', owner },
      { type: 'take-offline-issued', site: B },
      ...(known.isolated === false ? [] : [{ type: 'isolation-proved', site: B } as const]),
      ...(known.contained === true ? [{ type: 'site-contained', site: B } as const] : []),
      { type: 'operation-released', owner, result: 'succeeded', detail: 'before the story' },
    );
    for (const cache of this.configuration.caches) {
      this.grid.takeOffline(A, cache);
      await this.grid.write(A, cache, 'newer', 'only at site-a');
    }
  }

  /** site-b serves since a switchover, and both sites are in sync. */
  async switchedOver(): Promise<void> {
    await this.knows(
      { type: 'operation-claimed', workflow: 'switchover', owner: 'before' },
      { type: 'traffic-moved', to: B },
      { type: 'operation-released', owner: 'before', result: 'succeeded', detail: 'before the story' },
    );
  }

  /** An operation that was claimed before the story, for a machine that acts for a caller. */
  async claimedBefore(workflow: 'failover' | 'contain' | 'resync'): Promise<OperationToken> {
    const owner = `arn:aws:states:eu-central-1:123456789012:execution:sso-${workflow}:caller`;
    await this.knows({ type: 'operation-claimed', workflow, owner });
    return { workflow, owner, epoch: (await this.ledger()).epoch };
  }

  /** Nothing of the site answers, as when its power is gone. */
  loses(site: SiteName): void {
    this.grid.freeze(site);
    this.clusters[site]!.fault = 'refusing';
  }

  /** A person writes a site's check, or the ledger is one from before its last change: to us they look the same. */
  async changesCheck(site: SiteName): Promise<void> {
    const HealthCheckId = `switch-${site}`;
    await inMemoryClient<Route53Client>(this.route53.service).send(
      new UpdateHealthCheckCommand({ HealthCheckId, HealthThreshold: 1 }),
    );
  }

  /** Started as from the console; gives the execution when it has ended. */
  async run(workflow: Workflow | 'run-batch', input: unknown = {}, name?: string): Promise<Execution> {
    return this.ended(this.engine.startExecution(workflow, input, name));
  }

  async ended({ executionArn }: Execution): Promise<Execution> {
    const ended = await this.engine.ended(executionArn);
    // The rule's closer works on after the end.
    await sleep(1);
    return ended;
  }

  get mails(): readonly { readonly subject: string; readonly body: string }[] {
    return this.#mailbox.mails;
  }

  get subjects(): readonly string[] {
    return this.mails.map(({ subject }) => subject.replace('sso: ', ''));
  }

  wait(seconds: number): Promise<void> {
    return sleep(seconds * 1000);
  }
}

/** Tells a story in a world of its own, on virtual time. */
export const inWorld = <Result>(
  options: WorldOptions,
  story: (world: World) => Promise<Result>,
): Promise<Result> =>
  onVirtualTime(async () => {
    const world = new World(options);
    await world.begins();
    try {
      return await story(world);
    } finally {
      world.ends();
    }
  });
