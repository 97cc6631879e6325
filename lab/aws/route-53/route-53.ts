import type {
  GetHealthCheckCommandInput,
  GetHealthCheckStatusCommandInput,
  HealthCheckConfig,
  ListResourceRecordSetsCommandInput,
  ResourceRecordSet,
  UpdateHealthCheckCommandInput,
} from '@aws-sdk/client-route-53';
import { globalClock } from '../clock.ts';
import { type Service, ServiceFault } from '../service.ts';
import { Checkers, type CheckersOptions } from './checkers.ts';
import { type Answer, type FailoverRecords, failoverAnswer } from './failover-records.ts';
import { createHealthCheck, type HealthCheck, updateHealthCheck } from './health-check.ts';
import { statusOf } from './status.ts';

export interface Route53Options
  extends Omit<CheckersOptions, 'clock'>,
    Partial<Pick<CheckersOptions, 'clock'>> {
  readonly healthChecks: Readonly<Record<string, HealthCheckConfig>>;
  readonly records: readonly FailoverRecords[];
  /** From an answered update until the data plane and the checkers act on it. */
  readonly propagationMilliseconds?: number;
}

export interface StatusChange {
  readonly id: string;
  readonly healthy: boolean;
  readonly at: number;
}

interface Entry {
  check: HealthCheck;
  /** What the data plane acts on: lags behind `check` by the propagation. */
  effective: HealthCheck;
  healthy: boolean;
  readonly checkers: Checkers | null;
}

/**
 * Route 53: health checks with versions, checkers that probe, and failover records that follow them.
 * Not modelled: creating or deleting checks and records, other record types and policies, alias records and
 * EvaluateTargetHealth, string matching, metric and recovery-control checks, chosen regions, paging, and the request
 * limit of 5 a second (give `faults` to the client or server for that).
 */
export class Route53 {
  readonly service: Service = {
    name: 'Route 53',
    operations: {
      GetHealthCheck: ({ HealthCheckId }: GetHealthCheckCommandInput) => ({
        HealthCheck: described(this.#entry(HealthCheckId).check),
      }),
      UpdateHealthCheck: (input: UpdateHealthCheckCommandInput) => this.#update(input),
      GetHealthCheckStatus: ({ HealthCheckId }: GetHealthCheckStatusCommandInput) =>
        this.#observed(HealthCheckId),
      ListResourceRecordSets: (input: ListResourceRecordSetsCommandInput) => this.#records(input),
    },
  };

  readonly #options: Route53Options & CheckersOptions;
  readonly #entries = new Map<string, Entry>();
  readonly #statusListeners: ((change: StatusChange) => void)[] = [];
  readonly #writeListeners: ((check: HealthCheck, before: HealthCheck) => void)[] = [];
  readonly #propagating = new Set<() => void>();
  #actsLateUntil = 0;

  constructor(options: Route53Options) {
    this.#options = { ...options, clock: options.clock ?? globalClock };
    for (const [id, config] of Object.entries(options.healthChecks)) {
      const check = createHealthCheck(id, config);
      const checkers =
        config.Type === 'CALCULATED'
          ? null
          : new Checkers(
              id,
              () => this.#entry(id).effective.config,
              () => this.#compare(),
              this.#options,
            );
      this.#entries.set(id, { check, effective: check, healthy: true, checkers });
    }
    for (const entry of this.#entries.values()) {
      for (const child of entry.check.config.ChildHealthChecks ?? []) this.#entry(child);
    }
    this.#compare();
  }

  /** The checkers begin to probe. */
  start(): void {
    for (const { checkers } of this.#entries.values()) checkers?.start();
  }

  stop(): void {
    for (const { checkers } of this.#entries.values()) checkers?.stop();
    for (const cancel of this.#propagating) cancel();
  }

  /** What is written in that time is in force only after it: the API takes it, and what answers has not heard of it. */
  actLate(milliseconds: number): void {
    this.#actsLateUntil = this.#options.clock.now() + milliseconds;
  }

  /** No checker probes any endpoint for so long, as where what they probe over is held up. */
  holdCheckers(milliseconds: number): void {
    for (const { checkers } of this.#entries.values()) checkers?.hold(milliseconds);
  }

  /** Whether all that was written is in force: no API tells. */
  get isInForce(): boolean {
    if (this.#propagating.size === 0) return true;
    return [...this.#entries.values()].every(({ check, effective }) => check.version === effective.version);
  }

  isHealthy(id: string): boolean {
    return this.#entry(id).healthy;
  }

  #status({ effective, checkers }: Entry): boolean {
    return statusOf(effective.config, checkers?.views() ?? [], (child) => this.#status(this.#entry(child)));
  }

  /** As last written, whether or not the data plane acts on it already. */
  configOf(id: string): HealthCheckConfig {
    return this.#entry(id).check.config;
  }

  /** What an authoritative server answers now; null: there is no such name. */
  answer(name: string): Answer | null {
    const records = this.#options.records.find((each) => each.name === name.toLowerCase());
    return records === undefined ? null : failoverAnswer(records, (id) => this.isHealthy(id));
  }

  onStatusChange(listener: (change: StatusChange) => void): void {
    this.#statusListeners.push(listener);
  }

  /** Called for each update that was carried out. */
  onWrite(listener: (check: HealthCheck, before: HealthCheck) => void): void {
    this.#writeListeners.push(listener);
  }

  /** The checks as they are, to be given to `restore` of another one. */
  backup(): readonly HealthCheck[] {
    return [...this.#entries.values()].map(({ check }) => check);
  }

  /** They are as they were there: no write, and nobody hears of one. */
  restore(checks: readonly HealthCheck[]): void {
    for (const cancel of this.#propagating) cancel();
    this.#propagating.clear();
    for (const check of checks) Object.assign(this.#entry(check.id), { check, effective: check });
    this.#compare();
  }

  #entry(id: string | undefined): Entry {
    const entry = this.#entries.get(id ?? '');
    if (entry === undefined) {
      throw new ServiceFault(
        'NoSuchHealthCheck',
        `A health check with id ${id} does not exist in this account.`,
        404,
      );
    }
    return entry;
  }

  #update(input: UpdateHealthCheckCommandInput) {
    const entry = this.#entry(input.HealthCheckId);
    for (const child of input.ChildHealthChecks ?? []) this.#entry(child);
    const before = entry.check;
    entry.check = updateHealthCheck(before, input);
    const { check } = entry;
    const { clock } = this.#options;
    const late = Math.max(this.#options.propagationMilliseconds ?? 0, this.#actsLateUntil - clock.now());
    if (late <= 0) {
      this.#takeEffect(entry, check);
    } else {
      const cancel = clock.after(late, () => {
        this.#propagating.delete(cancel);
        this.#takeEffect(entry, check);
      });
      this.#propagating.add(cancel);
    }
    for (const listener of this.#writeListeners) listener(entry.check, before);
    return { HealthCheck: described(entry.check) };
  }

  /** What was written later may be in force already. */
  #takeEffect(entry: Entry, check: HealthCheck): void {
    if (check.version <= entry.effective.version) return;
    entry.effective = check;
    this.#compare();
  }

  #compare(): void {
    const at = this.#options.clock.now();
    for (const [id, entry] of this.#entries) {
      const healthy = this.#status(entry);
      if (healthy === entry.healthy) continue;
      entry.healthy = healthy;
      for (const listener of this.#statusListeners) listener({ id, healthy, at });
    }
  }

  #observed(id: string | undefined) {
    const { checkers } = this.#entry(id);
    if (checkers === null) {
      throw new ServiceFault('InvalidInput', 'GetHealthCheckStatus is not supported for CALCULATED checks.');
    }
    return { HealthCheckObservations: checkers.observations() };
  }

  #records({ HostedZoneId }: ListResourceRecordSetsCommandInput) {
    const records = this.#options.records.filter((each) => each.hostedZoneId === HostedZoneId);
    if (records.length === 0) {
      throw new ServiceFault('NoSuchHostedZone', `No hosted zone found with ID: ${HostedZoneId}`, 404);
    }
    return { ResourceRecordSets: records.flatMap(recordSets), IsTruncated: false, MaxItems: 300 };
  }
}

const described = ({ id, version, config }: HealthCheck) => ({
  Id: id,
  CallerReference: id,
  HealthCheckConfig: config,
  HealthCheckVersion: version,
});

const recordSets = ({ name, ttlSeconds, primary, secondary }: FailoverRecords): ResourceRecordSet[] =>
  ([primary, secondary] as const).map(({ target, healthCheckId }, index) => ({
    Name: `${name}.`,
    Type: 'CNAME',
    SetIdentifier: index === 0 ? 'primary' : 'secondary',
    Failover: index === 0 ? 'PRIMARY' : 'SECONDARY',
    TTL: ttlSeconds,
    ResourceRecords: [{ Value: target }],
    HealthCheckId: healthCheckId,
  }));
