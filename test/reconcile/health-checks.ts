import type {
  GetHealthCheckCommandInput,
  GetHealthCheckStatusCommandInput,
  HealthCheckConfig,
  UpdateHealthCheckCommandInput,
} from '@aws-sdk/client-route-53';
import { type Configuration, siteOf } from '../../functions/shared/configuration.ts';
import type { Instant, SiteName } from '../../functions/shared/names.ts';
import type { SwitchState } from '../../functions/traffic/switches.ts';
import { failoverAnswer } from '../../lab/aws/route-53/failover-records.ts';
import {
  createHealthCheck,
  type HealthCheck,
  updateHealthCheck,
} from '../../lab/aws/route-53/health-check.ts';
import { statusOf } from '../../lab/aws/route-53/status.ts';
import { type Service, ServiceFault } from '../../lab/aws/service.ts';
import { A, B, moment } from '../ledger/example.ts';

const CHECKERS = 8;

/** Route 53's health checks with the lab's versions, and checkers whose looks follow from the story's time. */
export class HealthChecks {
  readonly #checks = new Map<string, HealthCheck>();
  readonly #configuration: Configuration;
  readonly #now: () => number;
  /** Since when each site's endpoint passes or not, in seconds of the story. */
  readonly #lives: Record<SiteName, { since: number; passes: boolean }[]> = {
    [A]: [{ since: -Infinity, passes: true }],
    [B]: [{ since: -Infinity, passes: true }],
  };
  /** Paths on which a site that lives answers well. */
  readonly #wellPaths = new Set<string>();
  /** Nobody has looked since. */
  checkersStoppedAt = Infinity;
  /** The check as it was before the last update. */
  #lastWrite: HealthCheck | null = null;

  readonly service: Service = {
    name: 'Route 53',
    operations: {
      GetHealthCheck: ({ HealthCheckId }: GetHealthCheckCommandInput) => {
        const { version, config } = this.#check(HealthCheckId!);
        return { HealthCheck: { HealthCheckConfig: config, HealthCheckVersion: version } };
      },
      UpdateHealthCheck: (input: UpdateHealthCheckCommandInput) => {
        this.#lastWrite = this.#check(input.HealthCheckId!);
        this.#checks.set(input.HealthCheckId!, updateHealthCheck(this.#lastWrite, input));
      },
      GetHealthCheckStatus: ({ HealthCheckId }: GetHealthCheckStatusCommandInput) => ({
        HealthCheckObservations: this.#observations(HealthCheckId!),
      }),
    },
  };

  constructor(configuration: Configuration, now: () => number) {
    this.#configuration = configuration;
    this.#now = now;
    const { adapter, normalPath, checkIntervalSeconds } = configuration.traffic;
    this.#wellPaths.add(normalPath);
    for (const [site, HealthThreshold] of [
      [A, 1],
      [B, 0],
    ] as const) {
      this.#create(`endpoint-${site}`, {
        Type: 'HTTPS',
        FullyQualifiedDomainName: `${site}.example.test`,
        ResourcePath: normalPath,
        RequestInterval: checkIntervalSeconds,
      });
      if (adapter === 'calculated-checks') {
        this.#create(`switch-${site}`, {
          Type: 'CALCULATED',
          ChildHealthChecks: [`endpoint-${site}`],
          HealthThreshold,
        });
      }
    }
  }

  /** Something in front of the sites answers 200 on a path that nobody meant to exist. */
  answersWell(path: string): void {
    this.#wellPaths.add(path);
  }

  loses(site: SiteName): void {
    this.#lives[site]!.push({ since: this.#now(), passes: false });
  }

  finds(site: SiteName): void {
    this.#lives[site]!.push({ since: this.#now(), passes: true });
  }

  /** As a person does it in the console: without a version. */
  changedByHand(site: SiteName, change: Partial<UpdateHealthCheckCommandInput>): void {
    const id = siteOf(this.#configuration, site).switchHealthCheckId;
    this.#checks.set(id, updateHealthCheck(this.#check(id), { HealthCheckId: id, ...change }));
  }

  /** The configuration names another check than was meant: a type can't change afterwards. */
  isOfType(site: SiteName, Type: HealthCheckConfig['Type']): void {
    const id = siteOf(this.#configuration, site).switchHealthCheckId;
    const check = this.#check(id);
    this.#checks.set(id, { ...check, config: { ...check.config, Type } });
  }

  /** Route 53 answered an update and did not keep it. */
  lastWriteIsLost(): void {
    this.#checks.set(this.#lastWrite!.id, this.#lastWrite!);
  }

  version(site: SiteName): number {
    return this.#check(siteOf(this.#configuration, site).switchHealthCheckId).version;
  }

  config(site: SiteName): HealthCheckConfig {
    return this.#check(siteOf(this.#configuration, site).switchHealthCheckId).config;
  }

  /** `follows`, `pinned` or `fenced`, by what the API documents of these fields. */
  position(site: SiteName): SwitchState['position'] {
    const { Type, HealthThreshold, Disabled, ResourcePath } = this.config(site);
    if (Type === 'CALCULATED')
      return (['pinned', 'follows', 'fenced'] as const)[HealthThreshold!] ?? 'unknown';
    if (Disabled) return 'pinned';
    return ResourcePath === this.#configuration.traffic.normalPath ? 'follows' : 'fenced';
  }

  /** Whom DNS answers with now, with nobody of ours awake. */
  get answer(): SiteName {
    const record = (site: SiteName) => ({
      target: site,
      healthCheckId: siteOf(this.#configuration, site).switchHealthCheckId,
    });
    const records = { hostedZoneId: 'Z0EXAMPLE', name: 'login.example.test', ttlSeconds: 60 };
    const { target } = failoverAnswer({ ...records, primary: record(A), secondary: record(B) }, (id) =>
      this.#isHealthy(id),
    );
    return target as SiteName;
  }

  #isHealthy(id: string): boolean {
    const { config } = this.#check(id);
    if (config.Type === 'CALCULATED') return statusOf(config, [], (child) => this.#isHealthy(child));
    const site = id === `endpoint-${A}` ? A : B;
    return statusOf(config, [this.#passes(site, this.#now(), config)], () => false);
  }

  #passes(site: SiteName, at: number, config: HealthCheckConfig): boolean {
    const life = this.#lives[site]!.findLast(({ since }) => since <= at)!;
    return life.passes && this.#wellPaths.has(config.ResourcePath ?? '');
  }

  #observations(id: string) {
    const { config } = this.#check(id);
    if (config.Type === 'CALCULATED') throw new ServiceFault('InvalidInput', 'not supported');
    const site = id === `endpoint-${A}` ? A : B;
    const interval = this.#configuration.traffic.checkIntervalSeconds;
    return Array.from({ length: CHECKERS }, (_, checker) => {
      const at = Math.min(this.#now(), this.checkersStoppedAt) - (interval * (checker + 0.5)) / CHECKERS;
      const passes = this.#passes(site, at, config);
      return {
        StatusReport: {
          Status: passes ? 'Success: HTTP Status Code 200, OK' : 'Failure: The endpoint is down',
          CheckedTime: new Date(moment(at) as Instant),
        },
      };
    });
  }

  #create(id: string, config: HealthCheckConfig): void {
    this.#checks.set(id, createHealthCheck(id, config));
  }

  #check(id: string): HealthCheck {
    const check = this.#checks.get(id);
    if (check === undefined) throw new ServiceFault('NoSuchHealthCheck', `no ${id}`, 404);
    return check;
  }
}
