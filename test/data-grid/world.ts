import { GetItemCommand, PutItemCommand, type PutItemCommandInput } from '@aws-sdk/client-dynamodb';
import { marshall, unmarshall } from '@aws-sdk/util-dynamodb';
import { createDataGrid, type DataGridEdge } from '../../functions/data-grid/data-grid.ts';
import { adopted } from '../../functions/ledger/adoption.ts';
import type { Ledger, SiteRecord } from '../../functions/ledger/ledger.ts';
import { parseConfiguration } from '../../functions/shared/configuration.ts';
import type { Instant, OperationToken, SiteName } from '../../functions/shared/names.ts';
import { CACHES, healthyCli, SiteInMemory } from './site.ts';

export const A = 'site-a' as SiteName;
export const B = 'site-b' as SiteName;

const OWNER = 'arn:aws:states:eu-central-1:123456789012:execution:sso-resync:today';
export const EXECUTION = 'arn:aws:states:eu-central-1:123456789012:execution:sso-run-batch:one';
export const OPERATION: OperationToken = { workflow: 'resync', epoch: 7, owner: OWNER };

const site = (name: string, role: 'PRIMARY' | 'SECONDARY') => ({
  name,
  role,
  switchHealthCheckId: `switch-${name}`,
  endpointHealthCheckId: `endpoint-${name}`,
  keycloakInstances: 2,
  cluster: {
    apiServer: `https://api.${name}.example.test`,
    namespace: 'keycloak',
    token: { kind: 'secret', secretId: `token-${name}` },
    infinispan: 'infinispan',
    keycloak: 'keycloak',
  },
});

const configurationWith = (changes: Readonly<Record<string, unknown>> = {}) =>
  parseConfiguration({
    deployment: 'sso',
    sites: [site('site-a', 'PRIMARY'), site('site-b', 'SECONDARY')],
    caches: [...CACHES],
    traffic: { adapter: 'calculated-checks' },
    alarms: [],
    notification: { topicArn: 'arn:aws:sns:eu-central-1:123456789012:oncall' },
    ledgerTable: 'failover-ledger',
    reportsTable: 'failover-reports',
    region: 'eu-central-1',
    accountId: '123456789012',
    ...changes,
  });

/** site-a serves and runs a resync of site-b, whose last proofs are stale. */
export class World {
  readonly configuration;
  readonly sites = {
    'site-a': new SiteInMemory(healthyCli('site-a')),
    'site-b': new SiteInMemory(healthyCli('site-b')),
  };
  now = new Date('2026-01-05T12:00:00.000Z');
  ledger: Ledger;
  /** Called before each read of the ledger: what somebody else does meanwhile. */
  meanwhile: (reads: number) => void = () => {};
  #reads = 0;
  readonly dataGrid: (event: unknown) => Promise<Record<string, unknown>>;

  constructor(changes: Readonly<Record<string, unknown>> = {}) {
    this.configuration = configurationWith(changes);
    const at = this.now.toISOString() as Instant;
    this.ledger = {
      ...adopted(
        this.configuration,
        { serving: A, passiveTrust: 'suspect', checkVersions: { [A]: 1, [B]: 1 } as never },
        null,
        at,
      ),
      epoch: OPERATION.epoch,
      operation: { ...OPERATION, startedAt: at },
    };
    this.#setSite(B, { trust: 'resyncing' });
    const edge: DataGridEdge = {
      configuration: this.configuration,
      now: () => this.now,
      dynamodb: { send: ((command: unknown) => this.#send(command)) as never },
      clusterOf: (name) => this.sites[name as 'site-a' | 'site-b'],
    };
    this.dataGrid = createDataGrid(edge) as never;
  }

  #setSite(name: SiteName, change: Partial<SiteRecord>): void {
    this.ledger = {
      ...this.ledger,
      sites: { ...this.ledger.sites, [name]: { ...this.ledger.sites[name]!, ...change } },
    };
  }

  knows(name: SiteName, change: Partial<SiteRecord>): this {
    this.#setSite(name, change);
    return this;
  }

  /** A newer decision: the operation is somebody else's from now on. */
  supersede(): void {
    this.ledger = { ...this.ledger, epoch: this.ledger.epoch + 1, operation: null };
  }

  async #send(command: unknown): Promise<unknown> {
    if (command instanceof GetItemCommand) {
      this.meanwhile(++this.#reads);
      return { Item: marshall(this.ledger, { removeUndefinedValues: true }) };
    }
    if (command instanceof PutItemCommand) {
      const ledger = unmarshall((command.input as PutItemCommandInput).Item!) as Ledger;
      if (ledger.revision !== this.ledger.revision + 1) {
        throw Object.assign(new Error('The conditional request failed'), {
          name: 'ConditionalCheckFailedException',
        });
      }
      this.ledger = ledger;
      return {};
    }
    throw new Error('The ledger is only read and put.');
  }

  create(step: string, at: SiteName, more: Readonly<Record<string, unknown>> = {}) {
    return this.dataGrid({
      action: 'create-batch',
      operation: OPERATION,
      site: at,
      step,
      against: at === A ? B : A,
      execution: EXECUTION,
      attempt: 1,
      ...more,
    });
  }

  look(step: string, at: SiteName, batch: string, more: Readonly<Record<string, unknown>> = {}) {
    return this.dataGrid({
      action: 'look-at-batch',
      operation: OPERATION,
      site: at,
      step,
      against: at === A ? B : A,
      batch,
      looks: 1,
      ...more,
    });
  }

  /** Creates the Batch and looks at it once, as the machine does. */
  async run(step: string, at: SiteName, more: Readonly<Record<string, unknown>> = {}) {
    const created = await this.create(step, at, more);
    if (created['outcome'] !== 'created') return created;
    const { caches } = more;
    return this.look(step, at, created['batch'] as string, {
      pods: created['pods'],
      ...(caches === undefined ? {} : { caches }),
    });
  }
}
