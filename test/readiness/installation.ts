import type { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import type { RDSClient } from '@aws-sdk/client-rds';
import type { Route53Client } from '@aws-sdk/client-route-53';
import type { SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { marshall, unmarshall } from '@aws-sdk/util-dynamodb';
import type { Cluster, PodSummary } from '../../functions/kubernetes/cluster.ts';
import type { LedgerEvent } from '../../functions/ledger/events.ts';
import type { Ledger } from '../../functions/ledger/ledger.ts';
import { LedgerStore } from '../../functions/ledger/store.ts';
import { createReadiness } from '../../functions/readiness/readiness.ts';
import type { Check, ReadinessReport } from '../../functions/readiness/report.ts';
import type { Configuration } from '../../functions/shared/configuration.ts';
import type { SiteName } from '../../functions/shared/names.ts';
import { Aurora } from '../../lab/aws/aurora.ts';
import { Table, tablesService } from '../../lab/aws/dynamodb/table.ts';
import { inMemoryClient } from '../../lab/aws/in-memory-client.ts';
import { Measurements } from '../../lab/aws/measurements.ts';
import { Secrets } from '../../lab/aws/secrets.ts';
import type { Faults } from '../../lab/aws/service.ts';
import { A, B, exampleConfiguration, having, inSync, moment } from '../ledger/example.ts';
import { HealthChecks } from '../reconcile/health-checks.ts';

// What the functions log is no news in these tests.
process.env['FAILOVER_LOG'] = 'silent';

const ZONES = { [A]: 'eu-central-1a', [B]: 'eu-central-1b' } as Readonly<Record<SiteName, string>>;

/** As the example, with Aurora across both zones. */
export function installed(
  adapter: Configuration['traffic']['adapter'] = 'calculated-checks',
  changes: Readonly<Record<string, unknown>> = {},
): Configuration {
  const configuration = exampleConfiguration(
    { database: { clusterIdentifier: 'keycloak' }, ...changes },
    adapter,
  );
  const sites = configuration.sites.map((site) => ({ ...site, availabilityZone: ZONES[site.name]! }));
  return { ...configuration, sites };
}

const pod = (name: string): PodSummary => ({
  name,
  phase: 'Running',
  startedAt: moment(-7200),
  ready: true,
  restarts: 0,
});

type Answers = Pick<Cluster, 'listPods' | 'readKeycloak' | 'readInfinispan' | 'may'>;

/** A deployment at one moment of its life, and what readiness says of it. All is well until a test says otherwise. */
export class Installation {
  readonly configuration: Configuration;
  seconds = 0;
  readonly checks: HealthChecks;
  aurora = new Aurora({
    clusterIdentifier: 'keycloak',
    instances: { 'writer-a': 'eu-central-1a', 'reader-b': 'eu-central-1b' },
    writer: 'writer-a',
  });
  readonly secrets = new Secrets({ 'token-site-a': 'opaque', 'token-site-b': 'opaque' });
  readonly measurements = new Measurements();
  readonly faults: { route53: Faults; dynamodb: Faults; rds: Faults } = {
    route53: {},
    dynamodb: {},
    rds: {},
  };
  /** What a path of a site's endpoint answers, or why it can't be asked. */
  path: (url: string) => number | Error = () => 404;
  readonly asked: string[] = [];
  readonly #ledger: Table;
  readonly #reports: Table;
  readonly #clusters = new Map<SiteName, Answers>();

  constructor(configuration = installed()) {
    this.configuration = configuration;
    this.checks = new HealthChecks(configuration, () => this.seconds);
    this.#ledger = new Table(configuration.ledgerTable, 'deployment');
    this.#reports = new Table(configuration.reportsTable, 'deployment', 'id');
    for (const site of [A, B]) {
      this.#clusters.set(site, {
        listPods: async () => [pod('one'), pod('two')],
        readKeycloak: async () => ({ instances: 2, ready: true }),
        readInfinispan: async () => ({ wellFormed: true, crossSiteViewFormed: true }),
        may: async () => [],
      });
    }
  }

  get #edge() {
    const { faults } = this;
    const tables = tablesService(this.#ledger, this.#reports);
    return {
      configuration: this.configuration,
      now: () => new Date(moment(this.seconds)),
      dynamodb: inMemoryClient<DynamoDBClient>(tables, faults.dynamodb),
      route53: inMemoryClient<Route53Client>(this.checks.service, faults.route53),
      rds: inMemoryClient<RDSClient>(this.aurora.service, faults.rds),
      secrets: inMemoryClient<SecretsManagerClient>(this.secrets.service),
      measure: this.measurements.measure,
      clusterOf: (site: SiteName) => this.#clusters.get(site) as unknown as Cluster,
      ask: async (url: string) => {
        this.asked.push(url);
        const answer = this.path(url);
        if (answer instanceof Error) throw answer;
        return answer;
      },
    };
  }

  async holds(ledger: Ledger): Promise<this> {
    await new LedgerStore(this.#edge).write({ ...ledger, revision: 1 });
    return this;
  }

  /** site-a serves and both are in sync, but for what happened since. */
  begins(...events: readonly LedgerEvent[]): Promise<this> {
    return this.holds(having(inSync(this.configuration), moment(-600), ...events));
  }

  site(name: SiteName, answers: Partial<Answers>): void {
    this.#clusters.set(name, { ...this.#clusters.get(name)!, ...answers });
  }

  look(input: unknown = {}): Promise<unknown> {
    return createReadiness(this.#edge)({ action: 'observe', input });
  }

  async report(): Promise<ReadinessReport> {
    return ((await this.look()) as { readonly report: ReadinessReport }).report;
  }

  /** What the function is asked by the machine after the Batches. */
  async reportWhole(found: object): Promise<ReadinessReport> {
    const outcome = await createReadiness(this.#edge)({ action: 'report-whole', ...found });
    return (outcome as { readonly report: ReadinessReport }).report;
  }

  stored(id: string): Readonly<Record<string, unknown>> | undefined {
    return [...this.#reports.backup().values()]
      .map((item) => unmarshall(item))
      .find((item) => item['id'] === id);
  }

  keeps(id: string, report: Readonly<Record<string, unknown>>): void {
    const item = marshall({ ...report, id });
    this.#reports.restore(new Map([[`${this.configuration.deployment} ${id}`, item]]));
  }

  measured(name: string): number | undefined {
    return this.measurements.all.findLast((each) => each.name === name)?.value;
  }
}

export const failing = ({ checks }: ReadinessReport): readonly string[] =>
  checks.filter(({ result }) => result === 'fail').map(({ id, about }) => `${id} of ${about}`);

/** @throws Error unless there is exactly one */
export function checkOf({ checks }: ReadinessReport, id: string, about?: string): Check {
  const found = checks.filter((check) => check.id === id && (about === undefined || check.about === about));
  if (found.length !== 1) throw new Error(`${id} stands ${found.length} times in the report.`);
  return found[0]!;
}
