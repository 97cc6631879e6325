import { Resolver } from 'node:dns/promises';
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { QueryCommand } from '@aws-sdk/client-dynamodb';
import type { SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { marshall, unmarshall } from '@aws-sdk/util-dynamodb';
import { createClusterOf } from '../../functions/kubernetes/client.ts';
import { LedgerStore } from '../../functions/ledger/store.ts';
import type { Configuration } from '../../functions/shared/configuration.ts';
import type { CacheName, SiteName, Workflow } from '../../functions/shared/names.ts';
import type { OperationReport } from '../../functions/shared/report.ts';
import { type DynamoDbServer, serveDynamoDb } from '../aws/dynamodb/server.ts';
import type { BusEvent } from '../aws/event-bus.ts';
import { type AwsServer, serveAws } from '../aws/http/server.ts';
import { inMemoryClient } from '../aws/in-memory-client.ts';
import { LAB_CREDENTIALS } from '../aws/lab-credentials.ts';
import { type DnsServer, serveDns } from '../aws/route-53/dns-server.ts';
import { httpProbe } from '../aws/route-53/http-probe.ts';
import { stepFunctionsClient } from '../aws/step-functions-client.ts';
import { stepFunctionsService } from '../aws/step-functions-service.ts';
import {
  CLIENT_DOMAIN,
  domainOf,
  labConfiguration,
  SITE_A,
  SITE_B,
  tokenSecretOf,
} from '../configuration.ts';
import { BACKUP_FAILURE_POLICY, CACHE_NAMES } from '../data-grid/caches.ts';
import { makeCliArchive } from '../data-grid/cli.ts';
import { fetchJars } from '../data-grid/jars.ts';
import { DataGridPair, otherThan } from '../data-grid/pair.ts';
import type { SessionRequest, World, WorldEvent, WorldOptions } from '../drill/world.ts';
import { Installation } from '../installation.ts';
import type { SiteReport } from '../site/messages.ts';
import { bundledFunctions } from './bundles.ts';
import { ask } from './http.ts';
import { RealSite } from './site.ts';

const CACHE_FOLDER = fileURLToPath(new URL('../../.lab-cache/', import.meta.url));
const VIEW_POLL_MILLISECONDS = 2_000;
const START_LIMIT_SECONDS = 60;

const sleep = (milliseconds: number) => new Promise<void>((resolve) => setTimeout(resolve, milliseconds));

/** Two real Infinispan servers, the built bundles, and stand-ins for the rest of AWS and Kubernetes. */
class RealWorld implements World {
  readonly kind = 'real';
  configuration: Configuration;
  readonly #options: WorldOptions;
  readonly #directory = join(CACHE_FOLDER, `run-${process.pid}`);
  readonly #listeners: ((event: WorldEvent) => void)[] = [];
  readonly #sites = new Map<SiteName, RealSite>();
  readonly #resolver = new Resolver({ timeout: 1_000, tries: 2 });
  readonly #inView = new Map<SiteName, boolean | null>();
  #grids: DataGridPair | null = null;
  #installation: Installation | null = null;
  #aws: AwsServer | null = null;
  #dynamodb: DynamoDbServer | null = null;
  #dns: DnsServer | null = null;
  #store: LedgerStore | null = null;
  #poll: NodeJS.Timeout | null = null;
  #fetching: Promise<unknown> | null = null;
  readonly #stopped = new AbortController();
  #stopping: Promise<void> | null = null;

  constructor(options: WorldOptions) {
    this.#options = options;
    // The addresses of the clusters are known once they are there.
    const nowhere = { apiServer: 'https://127.0.0.1:1' };
    this.configuration = labConfiguration(
      CACHE_NAMES[options.caches],
      {
        [SITE_A]: nowhere,
        [SITE_B]: nowhere,
      },
      BACKUP_FAILURE_POLICY[options.caches],
    );
  }

  now(): number {
    return Date.now();
  }

  sleep(milliseconds: number): Promise<void> {
    return sleep(milliseconds);
  }

  async start(): Promise<void> {
    mkdirSync(this.#directory, { recursive: true });
    await this.#startSites();
    await this.#startAws();
    await this.#startProduct();
  }

  async #startSites(): Promise<void> {
    const fetching = fetchJars((text) => this.#tell({ kind: 'execution', text }), this.#stopped.signal);
    this.#fetching = fetching;
    const jars = await fetching;
    this.#grids = await DataGridPair.prepare({
      jars,
      caches: this.#options.caches,
      folder: join(this.#directory, 'data-grid'),
      onView: (site, sites) =>
        this.#tell({ kind: 'view', site, text: `${site} sees ${sites.join(' and ')}.` }),
      onDeath: (site, message) => this.#tell({ kind: 'fault', site, text: message }),
    });
    await this.#grids.start();
    await makeCliArchive(jars.home, this.#grids.restPort(SITE_A));
    for (const { name, keycloakInstances } of this.configuration.sites) {
      const site = await RealSite.start({
        name,
        grids: this.#grids,
        home: jars.home,
        directory: join(this.#directory, name),
        token: tokenOf(name),
        keycloakInstances,
        onReport: (from, report) => this.#onReport(from, report),
      });
      this.#sites.set(name, site);
    }
    this.configuration = labConfiguration(
      CACHE_NAMES[this.#options.caches],
      {
        [SITE_A]: this.#site(SITE_A).cluster,
        [SITE_B]: this.#site(SITE_B).cluster,
      },
      BACKUP_FAILURE_POLICY[this.#options.caches],
    );
    await this.#pollViews();
  }

  /** What an alarm on the cross-site view would be fed with: each site's view of the other one. */
  async #pollViews(): Promise<void> {
    for (const [name, site] of this.#sites) {
      void site.seesOther().then((sees) => this.#inView.set(otherThan(name), sees));
    }
    this.#poll = setTimeout(() => void this.#pollViews(), VIEW_POLL_MILLISECONDS);
  }

  async #startAws(): Promise<void> {
    const { configuration } = this;
    this.#installation = new Installation({
      configuration,
      functions: bundledFunctions(),
      probe: httpProbe((id) => this.#site(id.endsWith(SITE_A) ? SITE_A : SITE_B).keycloakPort),
      isInView: (site) => this.#inView.get(site) ?? null,
      unaided: this.#options.unaided,
      tokens: Object.fromEntries([SITE_A, SITE_B].map((name) => [tokenSecretOf(name), tokenOf(name)])),
      onEvent: (event) => this.#emit(event),
    });
    const { route53, requestLimit, cloudwatch, mailbox, aurora, secrets, engine, eventBus } =
      this.#installation;
    this.#dynamodb = await serveDynamoDb({
      [configuration.ledgerTable]: ['deployment'],
      [configuration.reportsTable]: ['deployment', 'id'],
    });
    this.#aws = await serveAws(
      {
        ROUTE_53: route53.service,
        SNS: mailbox.service,
        RDS: aurora.service,
        SFN: stepFunctionsService(stepFunctionsClient(engine)),
        CLOUDWATCH: (region) => cloudwatch.service(region),
        SECRETS_MANAGER: secrets.service,
        EVENTBRIDGE: eventBus.service,
      },
      configuration.region,
      requestLimit,
    );
    this.#dns = await serveDns(route53, [domainOf(SITE_A), domainOf(SITE_B)]);
    this.#resolver.setServers([`127.0.0.1:${this.#dns.port}`]);
    this.#store = new LedgerStore({ configuration, dynamodb: this.#dynamodb.client, now: () => new Date() });
    const file = join(this.#directory, 'failover.config.json');
    writeFileSync(file, JSON.stringify(configuration));
    Object.assign(process.env, this.#aws.environment, this.#dynamodb.environment, {
      FAILOVER_CONFIG_FILE: file,
      FAILOVER_LOG: 'silent',
    });
  }

  async #startProduct(): Promise<void> {
    const installation = this.#installation!;
    installation.start();
    await until("Route 53's checkers and DNS answer", async () =>
      [SITE_A, SITE_B].every((site) => installation.route53.isHealthy(`endpoint-${site}`)),
    );
    if (this.#options.unaided) return;
    await installation.run('adopt', { serving: this.#options.serving, inSync: true });
    await installation.run('readiness', {});
    installation.startSchedule();
  }

  stop(): Promise<void> {
    this.#stopping ??= this.#stopAll();
    return this.#stopping;
  }

  async #stopAll(): Promise<void> {
    this.#stopped.abort();
    await Promise.allSettled([this.#fetching]);
    if (this.#poll !== null) clearTimeout(this.#poll);
    this.#installation?.stop();
    await Promise.allSettled([...this.#sites.values()].map((site) => site.kill()));
    await Promise.allSettled([
      this.#grids?.stop(),
      this.#aws?.close(),
      this.#dns?.close(),
      this.#dynamodb?.close(),
    ]);
    rmSync(this.#directory, { recursive: true, force: true });
  }

  async freeze(site: SiteName): Promise<void> {
    this.#site(site).freeze();
  }

  async thaw(site: SiteName): Promise<void> {
    this.#site(site).thaw();
  }

  kill(site: SiteName): Promise<void> {
    return this.#site(site).kill();
  }

  restart(site: SiteName): Promise<void> {
    return this.#site(site).restart();
  }

  async cutLink(): Promise<void> {
    this.#grids!.bridge.cutLink();
  }

  async healLink(): Promise<void> {
    this.#grids!.bridge.healLink();
  }

  async resolve(): Promise<SiteName> {
    const [target] = await this.#resolver.resolveCname(CLIENT_DOMAIN);
    return target === domainOf(SITE_A) ? SITE_A : SITE_B;
  }

  request(site: SiteName, { method, cache, key, value }: SessionRequest, timeoutMilliseconds: number) {
    const path = `/sessions/${cache}/${encodeURIComponent(key)}`;
    return ask(this.#site(site).keycloakPort, method, path, timeoutMilliseconds, value);
  }

  entries(site: SiteName, cache: CacheName): Promise<ReadonlyMap<string, string>> {
    return this.#site(site).entries(cache);
  }

  async keycloakInstances(site: SiteName): Promise<number> {
    const secrets = {
      ...inMemoryClient<SecretsManagerClient>(this.#installation!.secrets.service),
      config: { credentials: async () => LAB_CREDENTIALS },
    };
    const clusterOf = createClusterOf({ configuration: this.configuration, now: () => new Date(), secrets });
    return (await clusterOf(site).readKeycloak()).instances;
  }

  endpointIsUp(site: SiteName): Promise<boolean> {
    return this.#site(site).isUp();
  }

  async seesOther(site: SiteName): Promise<boolean> {
    return (await this.#site(site).seesOther()) === true;
  }

  async startExecution(workflow: Workflow, input: unknown): Promise<string> {
    return this.#installation!.startExecution(workflow, input);
  }

  executions() {
    return this.#installation!.executions();
  }

  ledger() {
    return this.#store!.read();
  }

  mails() {
    return this.#installation?.mailbox.mails ?? [];
  }

  async reports(): Promise<readonly OperationReport[]> {
    const { Items = [] } = await this.#dynamodb!.client.send(
      new QueryCommand({
        TableName: this.configuration.reportsTable,
        KeyConditionExpression: 'deployment = :deployment AND begins_with(id, :kind)',
        ExpressionAttributeValues: marshall({
          ':deployment': this.configuration.deployment,
          ':kind': 'operation#',
        }),
      }),
    );
    return Items.map((item) => unmarshall(item) as OperationReport);
  }

  events(): readonly BusEvent[] {
    return this.#installation?.eventBus.events ?? [];
  }

  onEvent(listener: (event: WorldEvent) => void): void {
    this.#listeners.push(listener);
  }

  #site(name: SiteName): RealSite {
    return this.#sites.get(name)!;
  }

  #onReport(site: SiteName, report: SiteReport): void {
    if (report.type === 'policy') {
      if (report.manifest === null) this.#grids!.bridge.readmit(site);
      else this.#grids!.bridge.isolate(site);
      const what = report.manifest === null ? 'lets the other site in again' : 'shuts the other site out';
      this.#tell({ kind: 'view', site, text: `A NetworkPolicy at ${site} ${what}.` });
    }
    if (report.type !== 'cluster') return;
    const { event } = report;
    if (event.kind === 'batch' && event.phase === null && !event.gone) {
      this.#tell({ kind: 'batch', site, text: `${site} runs the Batch ${event.name}.` });
    }
  }

  #tell(event: Omit<WorldEvent, 'at'>): void {
    this.#emit({ at: Date.now(), ...event });
  }

  #emit(event: WorldEvent): void {
    for (const listener of this.#listeners) listener(event);
  }
}

export const createRealWorld = (options: WorldOptions): World => new RealWorld(options);

const tokenOf = (site: SiteName): string => `lab-token-of-${site}`;

async function until(what: string, holds: () => Promise<boolean>): Promise<void> {
  const deadline = Date.now() + START_LIMIT_SECONDS * 1000;
  while (!(await holds())) {
    if (Date.now() > deadline)
      throw new Error(`After ${START_LIMIT_SECONDS} s it is still not so that ${what}.`);
    await sleep(250);
  }
}
