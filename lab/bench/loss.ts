import type { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { type Route53Client, UpdateHealthCheckCommand } from '@aws-sdk/client-route-53';
import { adopted } from '../../functions/ledger/adoption.ts';
import { LedgerStore } from '../../functions/ledger/store.ts';
import type { Configuration } from '../../functions/shared/configuration.ts';
import { type CacheName, instant } from '../../functions/shared/names.ts';
import { Table } from '../aws/dynamodb/table.ts';
import { inMemoryClient } from '../aws/in-memory-client.ts';
import { Mailbox } from '../aws/mailbox.ts';
import { Route53 } from '../aws/route-53/route-53.ts';
import type { Service } from '../aws/service.ts';
import { labConfiguration, SITE_A, SITE_B } from '../configuration.ts';

const NOWHERE = { apiServer: 'https://127.0.0.1:1' };
const PROBE_MILLISECONDS = 200;

/** A deployment whose primary's endpoint is down, again and again: what an alarm finds, and what moves when it acts. */
export class Loss {
  readonly configuration: Configuration = labConfiguration(['sessions' as CacheName], {
    [SITE_A]: NOWHERE,
    [SITE_B]: NOWHERE,
  });
  readonly table = new Table(this.configuration.ledgerTable, 'deployment');
  readonly mailbox = new Mailbox([this.configuration.notification.topicArn]);
  readonly route53 = new Route53({
    healthChecks: {
      ...Object.fromEntries(
        [SITE_A, SITE_B].map((site) => [`endpoint-${site}`, { Type: 'HTTP', FailureThreshold: 1 } as const]),
      ),
      ...Object.fromEntries(
        [SITE_A, SITE_B].map((site) => [
          `switch-${site}`,
          { Type: 'CALCULATED', ChildHealthChecks: [`endpoint-${site}`], HealthThreshold: 1 } as const,
        ]),
      ),
    },
    records: [],
    checkers: 3,
    probe: async (id) => id.endsWith(SITE_B),
    probeIntervalMilliseconds: PROBE_MILLISECONDS,
  });
  /** Starts what it is asked to, and runs nothing. */
  readonly stepFunctions: Service = {
    name: 'Step Functions',
    operations: {
      StartExecution: ({ stateMachineArn, name }: { stateMachineArn: string; name: string }) => ({
        executionArn: `${stateMachineArn.replace(':stateMachine:', ':execution:')}:${name}`,
        startDate: new Date(),
      }),
    },
  };
  readonly #store = new LedgerStore({
    configuration: this.configuration,
    dynamodb: inMemoryClient<DynamoDBClient>(this.table.service),
    now: () => new Date(),
  });

  /** The checkers have looked at both endpoints from now on. */
  async start(): Promise<void> {
    this.route53.start();
    await new Promise((resolve) => setTimeout(resolve, 2 * PROBE_MILLISECONDS));
  }

  stop(): void {
    this.route53.stop();
  }

  /** The primary serves, the secondary is in sync, and the ledger knows the checks as they stand. */
  async begin(): Promise<void> {
    const checkVersions = { [SITE_A]: await this.#set(SITE_A, 1), [SITE_B]: await this.#set(SITE_B, 0) };
    this.table.restore(new Map());
    const answers = { serving: SITE_A, passiveTrust: 'in-sync', checkVersions, contradicted: false } as const;
    await this.#store.write(adopted(this.configuration, answers, null, instant(new Date())));
  }

  async #set(site: string, threshold: number): Promise<number> {
    const command = new UpdateHealthCheckCommand({
      HealthCheckId: `switch-${site}`,
      HealthThreshold: threshold,
    });
    const { HealthCheck } = await inMemoryClient<Route53Client>(this.route53.service).send(command);
    return HealthCheck!.HealthCheckVersion!;
  }

  /** As CloudWatch calls a function when the primary's alarm goes off. */
  alarm(): unknown {
    const { region = 'us-east-1', name, metric } = this.configuration.alarms[0]!;
    const { accountId } = this.configuration;
    const timestamp = new Date().toISOString();
    return {
      source: 'aws.cloudwatch',
      alarmArn: `arn:aws:cloudwatch:${region}:${accountId}:alarm:${name}`,
      accountId,
      time: timestamp,
      region,
      alarmData: {
        alarmName: name,
        state: { value: 'ALARM', reason: 'Threshold Crossed', timestamp },
        configuration: { metrics: [{ id: 'm1', metricStat: { metric, period: 60, stat: 'Minimum' } }] },
      },
    };
  }
}
