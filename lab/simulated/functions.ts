import type { CloudWatchClient } from '@aws-sdk/client-cloudwatch';
import type { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import type { EventBridgeClient } from '@aws-sdk/client-eventbridge';
import type { RDSClient } from '@aws-sdk/client-rds';
import type { Route53Client } from '@aws-sdk/client-route-53';
import type { SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import type { SNSClient } from '@aws-sdk/client-sns';
import { createChanges } from '../../functions/changes/changes.ts';
import { createCloser } from '../../functions/closer/closer.ts';
import { createDataGrid } from '../../functions/data-grid/data-grid.ts';
import { createDatabase } from '../../functions/database/database.ts';
import { createKeycloak } from '../../functions/keycloak/keycloak.ts';
import type { ClusterOf } from '../../functions/kubernetes/cluster.ts';
import { createLedger } from '../../functions/ledger/operations.ts';
import { createNotification } from '../../functions/notification/notification.ts';
import { createReadiness } from '../../functions/readiness/readiness.ts';
import { createReconcile } from '../../functions/reconcile/reconcile.ts';
import { createReport } from '../../functions/report/report.ts';
import type { Configuration } from '../../functions/shared/configuration.ts';
import { named } from '../../functions/shared/faults.ts';
import { modest, patient } from '../../functions/shared/patience.ts';
import { createTraffic } from '../../functions/traffic/traffic.ts';
import { type Table, tablesService } from '../aws/dynamodb/table.ts';
import { inMemoryClient } from '../aws/in-memory-client.ts';
import { repeatingClient } from '../aws/repeating-client.ts';
import { NotModelledError } from '../aws/service.ts';
import { stepFunctionsClient } from '../aws/step-functions-client.ts';
import { seededRandom } from '../drill/random.ts';
import type { DeployedName, Functions, Installation } from '../installation.ts';
import { type Around, intercepted } from './interception.ts';

// Loaded ahead: deployed they are when they are needed, which takes real time, and virtual time would not wait.
import '../../functions/reconcile/page.ts';
import '../../functions/reconcile/pending.ts';
import '../../functions/reconcile/steps.ts';
import '../../functions/reconcile/sweep.ts';

/** What the functions touch, as `Installation` has it, and the rest that is this world's own. */
export interface Services
  extends Pick<
    Installation,
    | 'route53'
    | 'requestLimit'
    | 'cloudwatch'
    | 'mailbox'
    | 'aurora'
    | 'secrets'
    | 'engine'
    | 'eventBus'
    | 'measurements'
  > {
  readonly configuration: Configuration;
  readonly tables: readonly Table[];
  readonly clusterOf: ClusterOf;
}

/**
 * The product's own functions, with the stand-ins behind their edge instead of the SDK's clients.
 * @param around what happens at each call that a function makes; absent: the call
 */
export function productFunctions(services: Services, around: Around | null = null): Functions {
  const edge = {
    configuration: services.configuration,
    now: () => new Date(),
    clusterOf: services.clusterOf,
    dynamodb: inMemoryClient<DynamoDBClient>(tablesService(...services.tables)),
    sns: inMemoryClient<SNSClient>(services.mailbox.service),
    rds: inMemoryClient<RDSClient>(services.aurora.service),
    secrets: inMemoryClient<SecretsManagerClient>(services.secrets.service),
    sfn: stepFunctionsClient(services.engine),
    eventbridge: inMemoryClient<EventBridgeClient>(services.eventBus.service),
    ask: async (url: string): Promise<number> => {
      throw new NotModelledError(`an endpoint to be asked: ${url}`);
    },
    measure: services.measurements.measure,
    cloudwatch: (region: string) => inMemoryClient<CloudWatchClient>(services.cloudwatch.service(region)),
  };
  const route53 = inMemoryClient<Route53Client>(services.route53.service, services.requestLimit);
  const random = seededRandom(11);
  const edgeOf = (caller: DeployedName) => {
    const { maxAttempts } = caller === 'readiness' ? modest() : patient;
    const whole = { ...edge, route53: repeatingClient(route53, { maxAttempts, random }) };
    return around === null ? whole : intercepted(whole, caller, around);
  };
  const functions: Functions = {
    reconcile: createReconcile(edgeOf('reconcile')),
    ledger: createLedger(edgeOf('ledger')),
    traffic: createTraffic(edgeOf('traffic')),
    'data-grid': createDataGrid(edgeOf('data-grid')),
    keycloak: createKeycloak(edgeOf('keycloak')),
    database: createDatabase(edgeOf('database')),
    notification: createNotification(edgeOf('notification')),
    closer: createCloser(edgeOf('closer')),
    readiness: createReadiness(edgeOf('readiness')),
    report: createReport(edgeOf('report')),
    changes: createChanges(edgeOf('changes')),
  };
  return Object.fromEntries(
    Object.entries(functions).map(([name, work]) => [name, namingFaults(work)]),
  ) as unknown as Functions;
}

/** As the Lambda wrapper does it: machines retry and catch by these names. */
const namingFaults =
  (work: (event: unknown) => Promise<unknown>) =>
  async (event: unknown): Promise<unknown> => {
    try {
      return await work(event);
    } catch (fault) {
      throw named(fault);
    }
  };
