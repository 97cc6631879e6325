import type { CacheName, SiteName } from '../../functions/shared/names.ts';
import { HEALTH_CHECK_REGION, nameOf } from '../../infra/configuration/names.ts';
import { runtimeConfiguration } from '../../infra/configuration/runtime.ts';
import type { ExistingInstallation } from '../../infra/configuration/schema.ts';
import type { SnsEvent } from '../aws/alarms/alarm-event.ts';
import { CloudWatch } from '../aws/alarms/cloudwatch.ts';
import { configuredAlarms } from '../aws/alarms/configured-alarms.ts';
import { Aurora } from '../aws/aurora.ts';
import { type AwsServer, serveAws } from '../aws/http/server.ts';
import type { Probe } from '../aws/route-53/checkers.ts';
import { Route53 } from '../aws/route-53/route-53.ts';
import { CLIENT_DOMAIN, domainOf, SITE_A, SITE_B } from '../configuration.ts';
import { TcpProxy } from '../data-grid/proxy.ts';
import { type ClusterApi, startClusterApi } from '../kubernetes/api.ts';
import { BACKUP_POLICIES, DataGridPair } from '../simulated/data-grid.ts';
import { SimulatedSite } from '../simulated/site.ts';

const sleep = (milliseconds: number) => new Promise<void>((resolve) => setTimeout(resolve, milliseconds));

/** As a site's clusters are reached from the deployed functions. */
export interface LabAccess {
  readonly apiServer: string;
  readonly certificateAuthority: string;
  readonly token: string;
}

/** AWS takes 60 s. */
const ALARM_PERIOD_SECONDS = 10;

interface Reached {
  readonly api: ClusterApi;
  /** Closed, it is a frozen machine: whoever connects is accepted and never answered. */
  readonly door: TcpProxy;
}

/**
 * The two sites in real time, and what of AWS the emulator can't stand in for: Route 53 with its checkers, the alarms on
 * what they find, and an Aurora cluster. The deployed functions reach all of it on loopback.
 */
export class LabSites {
  readonly grid: DataGridPair;
  readonly route53: Route53;
  readonly aurora: Aurora;
  readonly cloudwatch: CloudWatch;
  readonly #sites: ReadonlyMap<SiteName, SimulatedSite>;
  readonly #reached = new Map<SiteName, Reached>();
  readonly #deployment: ExistingInstallation;
  #aws: AwsServer | null = null;

  /** @param onAlarm called when the alarm on a site's endpoint changes its state, with what CloudWatch sends of it */
  constructor(deployment: ExistingInstallation, onAlarm: (event: SnsEvent) => void) {
    this.#deployment = deployment;
    const { caches, traffic, database } = deployment;
    this.grid = new DataGridPair({
      sites: [SITE_A, SITE_B],
      caches,
      policy: BACKUP_POLICIES['rhbk-24'],
      time: { now: () => Date.now(), sleep, after: (delay, work) => void setTimeout(work, delay).unref() },
    });
    this.#sites = new Map(
      deployment.sites.map(({ name, cluster, keycloakInstances }) => [
        name as SiteName,
        new SimulatedSite({
          ...cluster,
          name: name as SiteName,
          keycloakInstances,
          grid: this.grid,
          dataGridPods: 1,
          sleep,
          latencyMilliseconds: () => 5,
          onEvent: () => {},
        }),
      ]),
    );
    const endpointCheck = (site: SiteName) => ({
      Type: 'HTTPS' as const,
      FullyQualifiedDomainName: domainOf(site),
      ResourcePath: traffic.normalPath,
      RequestInterval: traffic.checkIntervalSeconds,
      FailureThreshold: 1,
    });
    const record = (site: SiteName) => ({ target: domainOf(site), healthCheckId: this.#checkOf(site) });
    this.route53 = new Route53({
      healthChecks: {
        [this.#checkOf(SITE_A)]: endpointCheck(SITE_A),
        [this.#checkOf(SITE_B)]: endpointCheck(SITE_B),
      },
      records: [
        {
          hostedZoneId: 'Z0LAB',
          name: CLIENT_DOMAIN,
          ttlSeconds: traffic.recordTtlSeconds,
          primary: record(SITE_A),
          secondary: record(SITE_B),
        },
      ],
      checkers: 3,
      probe: this.#probe,
    });
    this.cloudwatch = new CloudWatch({
      accountId: deployment.accountId,
      topicName: nameOf(deployment, 'endpoint-alarms'),
      periodSeconds: ALARM_PERIOD_SECONDS,
      samplesPerPeriod: 5,
      alarms: configuredAlarms(runtimeConfiguration(deployment), {
        isHealthy: (id) => this.route53.isHealthy(id),
        isInView: () => null,
      }).filter(({ region }) => region === HEALTH_CHECK_REGION),
      deliver: onAlarm,
    });
    this.aurora = new Aurora({
      clusterIdentifier: database!.clusterIdentifier,
      instances: Object.fromEntries(
        deployment.sites.map(({ name, availabilityZone }) => [`aurora-${name}`, availabilityZone!]),
      ),
      writer: `aurora-${SITE_A}`,
    });
  }

  /** Everything listens and the checkers probe; alarms are evaluated once `cloudwatch` is started too. */
  async start(): Promise<void> {
    for (const [name, site] of this.#sites) {
      const api = await startClusterApi({ model: site.model, tokens: () => [tokenOf(name)] });
      this.#reached.set(name, { api, door: await TcpProxy.listen(api.port) });
    }
    const { route53, aurora } = this;
    this.#aws = await serveAws({ ROUTE_53: route53.service, RDS: aurora.service }, this.#deployment.region);
    route53.start();
  }

  /** Where the SDK of a deployed function finds Route 53 and RDS. */
  get endpoints(): Readonly<Record<string, string>> {
    const { AWS_ENDPOINT_URL_ROUTE_53, AWS_ENDPOINT_URL_RDS } = this.#aws!.environment;
    return {
      AWS_ENDPOINT_URL_ROUTE_53: AWS_ENDPOINT_URL_ROUTE_53!,
      AWS_ENDPOINT_URL_RDS: AWS_ENDPOINT_URL_RDS!,
    };
  }

  access(site: SiteName): LabAccess {
    const { api, door } = this.#reached.get(site)!;
    return {
      apiServer: `https://127.0.0.1:${door.port}`,
      certificateAuthority: api.certificateAuthority,
      token: tokenOf(site),
    };
  }

  /** Its Data Grid, its Keycloak and its cluster's API hang. */
  freeze(site: SiteName): void {
    this.#reached.get(site)!.door.open = false;
    this.#site(site).freeze();
  }

  /** It goes on where it stopped. */
  thaw(site: SiteName): void {
    this.#site(site).thaw();
    this.#reached.get(site)!.door.open = true;
  }

  /** What DNS answers now. */
  answer(): SiteName {
    return this.route53.answer(CLIENT_DOMAIN)!.target === domainOf(SITE_A) ? SITE_A : SITE_B;
  }

  endpointIsHealthy(site: SiteName): boolean {
    return this.route53.isHealthy(this.#checkOf(site));
  }

  get normalPath(): string {
    return this.#deployment.traffic.normalPath;
  }

  /** What the check of the site asks for: with the guide's records the path is the switch. */
  path(site: SiteName): string {
    return this.route53.configOf(this.#checkOf(site)).ResourcePath ?? '/';
  }

  keycloakInstances(site: SiteName): number {
    return this.#site(site).keycloakInstances;
  }

  /** The caches in which this site's Data Grid replicates to the other one. */
  online(site: SiteName): readonly CacheName[] {
    return this.#deployment.caches.filter((cache) => this.grid.isOnline(site, cache));
  }

  async stop(): Promise<void> {
    this.cloudwatch.stop();
    this.route53.stop();
    this.aurora.stop();
    for (const site of this.#sites.values()) site.stop();
    await Promise.all([
      this.#aws?.close(),
      ...[...this.#reached.values()].flatMap(({ api, door }) => [api.close(), door.stop()]),
    ]);
  }

  /** The normal path is Keycloak's own; nothing answers on the fenced one. */
  readonly #probe: Probe = async (id, { ResourcePath }) =>
    ResourcePath === this.normalPath
      ? this.#site(this.#siteOf(id)).isUp()
      : 'HTTP Status Code 404, Not Found';

  /** Each site's check is its endpoint's and its switch at once, as the guide left them. */
  #checkOf(site: SiteName): string {
    return this.#deployment.sites.find(({ name }) => name === site)!.healthCheck.id;
  }

  #siteOf(healthCheckId: string): SiteName {
    return healthCheckId === this.#checkOf(SITE_A) ? SITE_A : SITE_B;
  }

  #site(name: SiteName): SimulatedSite {
    return this.#sites.get(name)!;
  }
}

const tokenOf = (site: SiteName): string => `lab-token-of-${site}`;
