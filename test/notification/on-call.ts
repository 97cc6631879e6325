import type { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import type { SNSClient } from '@aws-sdk/client-sns';
import { adopted } from '../../functions/ledger/adoption.ts';
import type { LedgerEvent } from '../../functions/ledger/events.ts';
import { LedgerStore } from '../../functions/ledger/store.ts';
import { instant, type SiteName } from '../../functions/shared/names.ts';
import { Table, tablesService } from '../../lab/aws/dynamodb/table.ts';
import { inMemoryClient } from '../../lab/aws/in-memory-client.ts';
import { Mailbox } from '../../lab/aws/mailbox.ts';
import type { Faults } from '../../lab/aws/service.ts';
import { configurationWith } from '../machines/deployment.ts';

process.env['FAILOVER_LOG'] = 'silent';

const BEGINNING = Date.UTC(2026, 0, 5, 12, 0, 0);

/** A person with a mailbox, and a ledger in which site-a serves and site-b is stale. */
export class OnCall {
  readonly configuration = configurationWith();
  readonly #table = new Table('failover-ledger', 'deployment');
  readonly reportsTable = new Table('failover-reports', 'deployment', 'id');
  readonly #mailbox = new Mailbox([this.configuration.notification.topicArn]);
  readonly edge;
  readonly store: LedgerStore;
  at = BEGINNING;

  constructor(faults: { readonly dynamodb?: Faults; readonly sns?: Faults } = {}) {
    this.edge = {
      configuration: this.configuration,
      now: () => new Date(this.at),
      dynamodb: inMemoryClient<DynamoDBClient>(
        tablesService(this.#table, this.reportsTable),
        faults.dynamodb,
      ),
      sns: inMemoryClient<SNSClient>(this.#mailbox.service, faults.sns),
    };
    this.store = new LedgerStore({
      ...this.edge,
      dynamodb: inMemoryClient<DynamoDBClient>(this.#table.service),
    });
  }

  async begins(): Promise<this> {
    const versions = { 'site-a': 1, 'site-b': 1 } as Record<SiteName, number>;
    const adoption = {
      serving: 'site-a' as SiteName,
      passiveTrust: 'in-sync',
      checkVersions: versions,
    } as const;
    await this.store.write(adopted(this.configuration, adoption, null, instant(new Date(this.at))));
    await this.knows(
      { type: 'passive-site-left', passive: 'site-b' as SiteName, reason: 'the view was lost' },
      { type: 'operation-claimed', workflow: 'failover', owner: EXECUTION },
    );
    return this;
  }

  async knows(...events: LedgerEvent[]): Promise<void> {
    await this.store.change(() => events);
  }

  get mails(): readonly { readonly subject: string; readonly body: string }[] {
    return this.#mailbox.mails;
  }
}

export const EXECUTION = 'arn:aws:states:eu-central-1:123456789012:execution:sso-failover:one';

export const onCall = (faults: ConstructorParameters<typeof OnCall>[0] = {}): Promise<OnCall> =>
  new OnCall(faults).begins();
