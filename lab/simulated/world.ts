import type { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { unmarshall } from '@aws-sdk/util-dynamodb';
import type { Ledger } from '../../functions/ledger/ledger.ts';
import { LedgerStore } from '../../functions/ledger/store.ts';
import type { Configuration } from '../../functions/shared/configuration.ts';
import type { SiteName, Workflow } from '../../functions/shared/names.ts';
import type { OperationReport } from '../../functions/shared/report.ts';
import type { Item } from '../aws/dynamodb/item.ts';
import { Table, tablesService } from '../aws/dynamodb/table.ts';
import type { BusEvent } from '../aws/event-bus.ts';
import { inMemoryClient } from '../aws/in-memory-client.ts';
import type { HealthCheck } from '../aws/route-53/health-check.ts';
import type { StepFunctions } from '../aws/step-functions.ts';
import {
  CLIENT_DOMAIN,
  domainOf,
  labConfiguration,
  SITE_A,
  SITE_B,
  tokenSecretOf,
} from '../configuration.ts';
import { BACKUP_FAILURE_POLICY, CACHE_NAMES } from '../data-grid/caches.ts';
import { seededRandom } from '../drill/random.ts';
import type {
  ExecutionView,
  SessionAnswer,
  SessionRequest,
  World,
  WorldEvent,
  WorldOptions,
} from '../drill/world.ts';
import {
  DEPLOYED,
  type DeployedName,
  type Functions,
  Installation,
  type InstallationOptions,
} from '../installation.ts';
import type { ClusterEvent } from '../kubernetes/model.ts';
import { BACKUP_POLICIES, DataGridPair, type GridTimings, type Stored } from './data-grid.ts';
import { productFunctions } from './functions.ts';
import type { Around } from './interception.ts';
import { SimulatedSite } from './site.ts';

/** Checkers have looked, alarms have been evaluated. */
const SETTLING_MILLISECONDS = 25_000;

const sleep = (milliseconds: number) => new Promise<void>((resolve) => setTimeout(resolve, milliseconds));

/**
 * Two sites and all that is around them in memory, under the product's own functions and machine files. Time is the
 * global one: run it inside `onVirtualTime`, where a drill takes seconds and every run is the same.
 */
export const createSimulatedWorld = (options: SimulatedWorldOptions): SimulatedWorld =>
  new SimulatedWorld(options);

export interface SimulatedWorldOptions
  extends WorldOptions,
    Pick<
      InstallationOptions,
      'definitions' | 'aroundTask' | 'onLog' | 'pace' | 'onItsWay' | 'requestsPerSecond'
    > {
  readonly timings?: Partial<GridTimings>;
  /** Of each site; absent: one. */
  readonly dataGridPods?: number;
  /** Fields of the configuration that differ. */
  readonly configuration?: Partial<Configuration>;
  /** What happens at each call of a function across its edge. */
  readonly around?: Around;
  /** What happens at each call of a function. */
  readonly aroundInvocation?: (
    name: DeployedName,
    event: unknown,
    proceed: () => Promise<unknown>,
  ) => Promise<unknown>;
  readonly onStored?: (stored: Stored) => void;
}

/** What is deployed, adopted and ready, as it can be carried over to another world of the same options. */
export interface Adopted {
  readonly ledger: ReadonlyMap<string, Item>;
  readonly reports: ReadonlyMap<string, Item>;
  readonly checks: readonly HealthCheck[];
  /** When it was ready, in milliseconds since the epoch. */
  readonly at: number;
}

export class SimulatedWorld implements World {
  readonly kind = 'simulated';
  readonly configuration: Configuration;
  readonly grid: DataGridPair;
  readonly installation: Installation;
  readonly #options: SimulatedWorldOptions;
  readonly #sites: ReadonlyMap<SiteName, SimulatedSite>;
  readonly #table: Table;
  readonly #reports: Table;
  readonly #store: LedgerStore;
  readonly #listeners: ((event: WorldEvent) => void)[] = [];

  constructor(options: SimulatedWorldOptions) {
    // The functions' logs are for CloudWatch; here the timeline tells.
    process.env['FAILOVER_LOG'] ??= 'silent';
    this.#options = options;
    const access = (site: SiteName) => ({ apiServer: `https://api.${domainOf(site)}` });
    const configuration = {
      ...labConfiguration(
        CACHE_NAMES[options.caches],
        {
          [SITE_A]: access(SITE_A),
          [SITE_B]: access(SITE_B),
        },
        BACKUP_FAILURE_POLICY[options.caches],
      ),
      ...options.configuration,
    };
    this.configuration = configuration;
    this.grid = new DataGridPair({
      sites: [SITE_A, SITE_B],
      caches: configuration.caches,
      policy: BACKUP_POLICIES[options.caches],
      timings: options.timings ?? {},
      time: { now: () => Date.now(), sleep, after: (delay, work) => void setTimeout(work, delay) },
      onViewChange: (site, sees) =>
        this.#tell(
          'view',
          site,
          `${site} ${sees ? 'sees the other site again' : 'has dropped the other site'}.`,
        ),
      ...(options.onStored === undefined ? {} : { onStored: options.onStored }),
    });
    const random = seededRandom(7);
    this.#sites = new Map(
      configuration.sites.map(({ name, cluster, keycloakInstances }) => [
        name,
        new SimulatedSite({
          ...cluster,
          name,
          keycloakInstances,
          grid: this.grid,
          dataGridPods: options.dataGridPods ?? 1,
          sleep,
          latencyMilliseconds: () => 2 + random() * 8,
          onEvent: (event) => this.#onClusterEvent(name, event),
        }),
      ]),
    );
    const table = new Table(configuration.ledgerTable, 'deployment');
    this.#table = table;
    this.#reports = new Table(configuration.reportsTable, 'deployment', 'id');
    const dynamodb = inMemoryClient<DynamoDBClient>(table.service);
    this.#store = new LedgerStore({ configuration, dynamodb, now: () => new Date() });
    // The functions need the installation's services, and it needs them.
    let functions: Functions | null = null;
    this.installation = new Installation({
      configuration,
      functions: Object.fromEntries(
        DEPLOYED.map((name) => [
          name,
          (event: unknown) => {
            const proceed = () => functions![name](event);
            return options.aroundInvocation?.(name, event, proceed) ?? proceed();
          },
        ]),
      ) as unknown as Functions,
      probe: (id) => this.#site(id === `endpoint-${SITE_A}` ? SITE_A : SITE_B).isUp(),
      isInView: (site) => this.#isInView(site),
      unaided: options.unaided,
      definitions: options.definitions,
      aroundTask: options.aroundTask,
      onLog: options.onLog,
      pace: options.pace,
      requestsPerSecond: options.requestsPerSecond,
      onItsWay: options.onItsWay,
      tokens: Object.fromEntries([SITE_A, SITE_B].map((name) => [tokenSecretOf(name), 'a-token'])),
      onEvent: (event) => this.#emit(event),
    });
    const { route53, requestLimit, cloudwatch, mailbox, aurora, secrets, engine, eventBus, measurements } =
      this.installation;
    table.onWrite((before, after) => this.installation.ledgerWritten(before, after));
    functions = productFunctions(
      {
        configuration,
        tables: [table, this.#reports],
        route53,
        requestLimit,
        cloudwatch,
        mailbox,
        aurora,
        secrets,
        engine,
        eventBus,
        measurements,
        clusterOf: (site) => this.#site(site).cluster,
      },
      options.around,
    );
  }

  /** With each execution's log, the nested ones too. */
  get engine(): StepFunctions {
    return this.installation.engine;
  }

  now(): number {
    return Date.now();
  }

  sleep(milliseconds: number): Promise<void> {
    return sleep(milliseconds);
  }

  async start(): Promise<void> {
    this.installation.start();
    await sleep(SETTLING_MILLISECONDS);
    if (this.#options.unaided) return;
    await this.installation.run('adopt', { serving: this.#options.serving, inSync: true });
    await this.installation.run('readiness', {});
    this.installation.startSchedule();
  }

  /** Instead of `start`: what was adopted in another world is found here. */
  async startFrom({ ledger, reports, checks, at }: Adopted): Promise<void> {
    this.#table.restore(ledger);
    this.#reports.restore(reports);
    this.installation.route53.restore(checks);
    this.installation.start();
    await sleep(at - Date.now());
    this.installation.startSchedule();
  }

  get adopted(): Adopted {
    return {
      ledger: this.#table.backup(),
      reports: this.#reports.backup(),
      checks: this.installation.route53.backup(),
      at: Date.now(),
    };
  }

  async stop(): Promise<void> {
    this.installation.stop();
    for (const site of this.#sites.values()) site.stop();
  }

  async freeze(site: SiteName): Promise<void> {
    this.#site(site).freeze();
  }

  async thaw(site: SiteName): Promise<void> {
    this.#site(site).thaw();
  }

  async kill(site: SiteName): Promise<void> {
    this.#site(site).kill();
  }

  async restart(site: SiteName): Promise<void> {
    this.#site(site).restart();
  }

  async cutLink(): Promise<void> {
    this.grid.cut('the link');
  }

  async healLink(): Promise<void> {
    this.grid.heal('the link');
  }

  async resolve(): Promise<SiteName> {
    const { target } = this.installation.route53.answer(CLIENT_DOMAIN)!;
    return target === domainOf(SITE_A) ? SITE_A : SITE_B;
  }

  async request(
    site: SiteName,
    request: SessionRequest,
    timeoutMilliseconds: number,
  ): Promise<SessionAnswer> {
    return withinTime<SessionAnswer>(timeoutMilliseconds, this.#site(site).request(request), {
      kind: 'no-answer',
    });
  }

  async entries(...[site, cache]: Parameters<World['entries']>): ReturnType<World['entries']> {
    return new Map(this.grid.entries(site, cache));
  }

  async keycloakInstances(site: SiteName): Promise<number> {
    return this.#site(site).keycloakInstances;
  }

  async endpointIsUp(site: SiteName): Promise<boolean> {
    return withinTime(1_000, Promise.resolve(this.#site(site).isUp()), false);
  }

  async seesOther(site: SiteName): Promise<boolean> {
    return this.grid.seesOther(site);
  }

  async startExecution(workflow: Workflow, input: unknown): Promise<string> {
    return this.installation.startExecution(workflow, input);
  }

  executions(): readonly ExecutionView[] {
    return this.installation.executions();
  }

  ledger(): Promise<Ledger | null> {
    return this.#store.read();
  }

  mails(): ReturnType<World['mails']> {
    return this.installation.mailbox.mails;
  }

  async reports(): Promise<readonly OperationReport[]> {
    return [...this.#reports.backup().values()]
      .map((item) => unmarshall(item) as OperationReport)
      .filter(({ id }) => id.startsWith('operation#'))
      .sort((one, other) => (one.id < other.id ? -1 : 1));
  }

  events(): readonly BusEvent[] {
    return this.installation.eventBus.events;
  }

  onEvent(listener: (event: WorldEvent) => void): void {
    this.#listeners.push(listener);
  }

  site(name: SiteName): SimulatedSite {
    return this.#site(name);
  }

  /** The ledger's own events, as whoever prepares a story knows them. */
  get store(): LedgerStore {
    return this.#store;
  }

  /** Both tables, as whoever has an account's credentials reads and writes them. */
  get dynamodb(): Pick<DynamoDBClient, 'send'> {
    return inMemoryClient<DynamoDBClient>(tablesService(this.#table, this.#reports));
  }

  /** The ledger's table is made anew, and nobody has a backup. */
  loseLedger(): void {
    this.#table.restore(new Map());
  }

  #site(name: SiteName): SimulatedSite {
    return this.#sites.get(name)!;
  }

  /** The metric of the guide: what the other site's Data Grid sees. Nothing while that one does not run. */
  #isInView(site: SiteName): boolean | null {
    const reporter = site === SITE_A ? SITE_B : SITE_A;
    return this.grid.site(reporter).running === 'up' ? this.grid.seesOther(reporter) : null;
  }

  #onClusterEvent(site: SiteName, event: ClusterEvent): void {
    if (event.kind === 'batch' && event.phase === null && !event.gone) {
      this.#tell('batch', site, `${site} runs the Batch ${event.name}.`);
    }
  }

  #tell(kind: WorldEvent['kind'], site: SiteName, text: string): void {
    this.#emit({ at: Date.now(), kind, site, text });
  }

  #emit(event: WorldEvent): void {
    for (const listener of this.#listeners) listener(event);
  }
}

async function withinTime<Result>(
  milliseconds: number,
  work: Promise<Result>,
  late: Result,
): Promise<Result> {
  let timer: NodeJS.Timeout | undefined;
  const limit = new Promise<Result>((resolve) => {
    timer = setTimeout(() => resolve(late), milliseconds);
  });
  try {
    return await Promise.race([work, limit]);
  } finally {
    clearTimeout(timer);
  }
}
