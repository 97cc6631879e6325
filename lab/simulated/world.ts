import type { HealthCheckConfig } from '@aws-sdk/client-route-53';
import type { Ledger } from '../../functions/ledger/ledger.ts';
import type { Configuration } from '../../functions/shared/configuration.ts';
import { type SiteName, WORKFLOWS, type Workflow } from '../../functions/shared/names.ts';
import type { SnsEvent } from '../aws/alarms/alarm-event.ts';
import { CloudWatch } from '../aws/alarms/cloudwatch.ts';
import { configuredAlarms } from '../aws/alarms/configured-alarms.ts';
import { Route53 } from '../aws/route-53/route-53.ts';
import {
  ALARM_PERIOD_SECONDS,
  CLIENT_DOMAIN,
  drillConfiguration,
  KEYCLOAK_INSTANCES,
} from '../drill/configuration.ts';
import { seededRandom } from '../drill/random.ts';
import {
  tellAlarm,
  tellCluster,
  tellDecision,
  tellExecution,
  tellHealth,
  tellState,
  tellTrafficWrite,
  tellView,
} from '../drill/telling.ts';
import type {
  CreateWorld,
  ExecutionView,
  SessionAnswer,
  SessionRequest,
  World,
  WorldEvent,
  WorldOptions,
} from '../drill/world.ts';
import { BACKUP_POLICIES, DataGridPair } from './data-grid.ts';
import { Product } from './product.ts';
import { SimulatedSite } from './site.ts';

/** Checkers have looked, alarms have been evaluated. */
const SETTLING_MILLISECONDS = 25_000;

const sleep = (milliseconds: number) => new Promise<void>((resolve) => setTimeout(resolve, milliseconds));

/**
 * Two sites and all that is around them in memory, under the product's own functions and machine files. Time is the
 * global one: run it inside `onVirtualTime`, where a drill takes seconds and every run is the same.
 */
export const createSimulatedWorld: CreateWorld = (options) => new SimulatedWorld(options);

class SimulatedWorld implements World {
  readonly kind = 'simulated';
  readonly configuration: Configuration;
  readonly #options: WorldOptions;
  readonly #grid: DataGridPair;
  readonly #sites: ReadonlyMap<SiteName, SimulatedSite>;
  readonly #route53: Route53;
  readonly #cloudwatch: CloudWatch;
  /** Null: nobody is at the keyboard, and nothing of ours runs. */
  readonly #product: Product | null;
  readonly #listeners: ((event: WorldEvent) => void)[] = [];

  constructor(options: WorldOptions) {
    // The functions' logs are for CloudWatch; here the timeline tells.
    process.env['FAILOVER_LOG'] ??= 'silent';
    this.#options = options;
    const configuration = drillConfiguration(options.caches, (site) => ({
      apiServer: `https://api.${site}.example.test`,
    }));
    this.configuration = configuration;
    const [first, second] = configuration.sites;
    this.#grid = new DataGridPair({
      sites: [first!.name, second!.name],
      caches: configuration.caches,
      policy: BACKUP_POLICIES[options.caches],
      time: { now: () => Date.now(), sleep, after: (delay, work) => void setTimeout(work, delay) },
      onViewChange: (site, sees) => this.#tell(tellView(site, sees)),
    });
    const random = seededRandom(7);
    this.#sites = new Map(
      configuration.sites.map(({ name, cluster }) => [
        name,
        new SimulatedSite({
          name,
          ...cluster,
          keycloakInstances: KEYCLOAK_INSTANCES,
          grid: this.#grid,
          sleep,
          latencyMilliseconds: () => 2 + random() * 8,
          onEvent: (event) => this.#tell(tellCluster(name, event)),
        }),
      ]),
    );
    this.#route53 = this.#newRoute53();
    this.#cloudwatch = new CloudWatch({
      accountId: configuration.accountId,
      topicName: 'alarms',
      alarms: configuredAlarms(configuration, {
        isHealthy: (id) => this.#route53.isHealthy(id),
        isInView: (site) => this.#isInView(site),
      }),
      deliver: (event: SnsEvent) => this.#product?.deliver(event),
      periodSeconds: ALARM_PERIOD_SECONDS,
    });
    this.#product = options.unaided ? null : this.#newProduct();
    this.#route53.onStatusChange((change) => this.#tell(tellHealth(configuration, change)));
    this.#route53.onWrite((check, before) => this.#tell(tellTrafficWrite(configuration, check, before)));
    this.#cloudwatch.onChange((change) => this.#tell(tellAlarm(configuration, change)));
  }

  now(): number {
    return Date.now();
  }

  sleep(milliseconds: number): Promise<void> {
    return sleep(milliseconds);
  }

  async start(): Promise<void> {
    this.#route53.start();
    this.#cloudwatch.start();
    await sleep(SETTLING_MILLISECONDS);
    if (this.#product === null) return;
    this.#product.start();
    await this.#run('adopt', { serving: this.#options.serving, inSync: true });
    // A site that has served for long has been looked at before.
    await this.#run('readiness', {});
  }

  async #run(workflow: Workflow, input: unknown): Promise<void> {
    const arn = await this.startExecution(workflow, input);
    const { status, output, cause } = await this.#product!.engine.ended(arn);
    if (status !== 'SUCCEEDED')
      throw new Error(`${workflow} is ${status}: ${cause ?? JSON.stringify(output)}`);
  }

  async stop(): Promise<void> {
    this.#route53.stop();
    this.#cloudwatch.stop();
    this.#product?.stop();
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
    this.#grid.cut('the link');
  }

  async healLink(): Promise<void> {
    this.#grid.heal('the link');
  }

  async resolve(): Promise<SiteName> {
    return this.#route53.answer(CLIENT_DOMAIN)!.target as SiteName;
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
    return new Map(this.#grid.entries(site, cache));
  }

  async keycloakInstances(site: SiteName): Promise<number> {
    return this.#site(site).keycloakInstances;
  }

  async endpointIsUp(site: SiteName): Promise<boolean> {
    return withinTime(1_000, this.#site(site).isUp(), false);
  }

  async seesOther(site: SiteName): Promise<boolean> {
    return this.#grid.seesOther(site);
  }

  async startExecution(workflow: Workflow, input: unknown): Promise<string> {
    if (this.#product === null) throw new Error('Nothing of ours runs in an unaided drill.');
    return this.#product.engine.startExecution(workflow, input).executionArn;
  }

  executions(): readonly ExecutionView[] {
    return (this.#product?.engine.listExecutions() ?? []).flatMap((execution) => {
      const workflow = WORKFLOWS.find((each) => each === execution.machine);
      if (workflow === undefined) return [];
      return [
        {
          arn: execution.executionArn,
          workflow,
          status: execution.status,
          output: execution.output ?? execution.cause,
          startedAt: execution.startDate.getTime(),
          endedAt: execution.stopDate?.getTime() ?? null,
        },
      ];
    });
  }

  async ledger(): Promise<Ledger | null> {
    return this.#product === null ? null : this.#product.ledger();
  }

  mails(): ReturnType<World['mails']> {
    return this.#product?.mailbox.mails ?? [];
  }

  onEvent(listener: (event: WorldEvent) => void): void {
    this.#listeners.push(listener);
  }

  #site(name: SiteName): SimulatedSite {
    return this.#sites.get(name)!;
  }

  #tell(told: Omit<WorldEvent, 'at'> | null): void {
    if (told === null) return;
    const event = { at: Date.now(), ...told };
    for (const listener of this.#listeners) listener(event);
  }

  /** The metric of the guide: what the other site's Data Grid sees. Nothing while that one does not run. */
  #isInView(site: SiteName): boolean | null {
    const reporter = this.configuration.sites.find(({ name }) => name !== site)!.name;
    return this.#grid.site(reporter).running === 'up' ? this.#grid.seesOther(reporter) : null;
  }

  /** The records and checks as our own stacks create them; without us, both sites' checks follow their endpoints. */
  #newRoute53(): Route53 {
    const { sites, traffic } = this.configuration;
    const [primary, secondary] = [sites[0]!, sites[1]!];
    const threshold = (site: SiteName): number => {
      if (this.#options.unaided) return 1;
      if (this.#options.serving === primary.name) return site === primary.name ? 1 : 0;
      return site === primary.name ? 2 : 1;
    };
    const healthChecks = sites.flatMap(
      ({ name, endpointHealthCheckId, switchHealthCheckId }): [string, HealthCheckConfig][] => [
        [
          endpointHealthCheckId,
          {
            Type: 'HTTPS',
            FullyQualifiedDomainName: `${name}.example.test`,
            ResourcePath: traffic.normalPath,
            RequestInterval: traffic.checkIntervalSeconds,
            FailureThreshold: 1,
          },
        ],
        [
          switchHealthCheckId,
          {
            Type: 'CALCULATED',
            ChildHealthChecks: [endpointHealthCheckId],
            HealthThreshold: threshold(name),
          },
        ],
      ],
    );
    return new Route53({
      healthChecks: Object.fromEntries(healthChecks),
      records: [
        {
          hostedZoneId: 'ZONE',
          name: CLIENT_DOMAIN,
          ttlSeconds: traffic.recordTtlSeconds,
          primary: { target: primary.name, healthCheckId: primary.switchHealthCheckId },
          secondary: { target: secondary.name, healthCheckId: secondary.switchHealthCheckId },
        },
      ],
      probe: (id) => {
        const { name } = sites.find(({ endpointHealthCheckId }) => endpointHealthCheckId === id)!;
        return this.#site(name).isUp();
      },
    });
  }

  #newProduct(): Product {
    const { configuration } = this;
    const product = new Product({
      configuration,
      route53: this.#route53,
      cloudwatch: this.#cloudwatch,
      clusterOf: (site) => this.#site(site).cluster,
      onStatusChange: (change) => this.#tell(tellExecution(configuration, change)),
      onLog: ({ machine }, entry) => this.#tell(tellState(machine, entry)),
      onDecided: (before, after) => this.#tell(tellDecision(before, after)),
      onFault: (what, fault) => this.#tell({ kind: 'execution', text: `${what} failed: ${String(fault)}` }),
    });
    product.mailbox.onMail(({ subject }) =>
      this.#tell({ kind: 'mail', text: `On-call is told: ${subject}` }),
    );
    return product;
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
