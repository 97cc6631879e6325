import type { Table } from 'aws-cdk-lib/aws-dynamodb';
import { Grant } from 'aws-cdk-lib/aws-iam';
import type { Topic } from 'aws-cdk-lib/aws-sns';
import { Construct } from 'constructs';
import { WORKFLOWS } from '../../functions/shared/names.ts';
import { defaultBusArn, executionArns, machineArn, reportsTableArn } from '../configuration/names.ts';
import type { DeploymentConfiguration } from '../configuration/schema.ts';
import { acknowledge } from './acknowledge.ts';
import { FailoverFunction, type FailoverFunctionProps } from './function.ts';

const DESCRIPTIONS = {
  reconcile: 'Compares the ledger with what is true now, decides, and moves the traffic.',
  ledger: 'Claims, records and releases what a workflow does.',
  traffic: 'Makes Route 53 agree with the ledger.',
  'data-grid': "Runs a site's Batches and reads what they prove.",
  keycloak: "Scales a site's Keycloak down and up.",
  database: "Moves Aurora's writer to the zone of the serving site.",
  notification: 'Tells on-call what happened and what to do next.',
  closer: 'Tells of an execution that failed, timed out or was stopped, and releases what it held.',
  readiness: 'Looks after what a failover left open, and tells whether the next one would succeed.',
  report: 'Makes the report of every operation that has ended.',
  changes: "Puts the ledger's changes on the event bus.",
} as const;
export type FunctionName = keyof typeof DESCRIPTIONS;
export const FUNCTION_NAMES = Object.keys(DESCRIPTIONS) as readonly FunctionName[];

/** Those that talk to the sites' Kubernetes APIs. */
const TO_CLUSTERS: readonly FunctionName[] = ['data-grid', 'keycloak', 'readiness'];
/** Workflows that hold the ledger's operation, whose executions are looked at before it is taken over. */
const HOLDERS = ['failover', 'contain', 'resync', 'switchover', 'switchback'] as const;

export interface HealthChecks {
  /** What the functions find as environment variables. */
  readonly environment: Readonly<Record<string, string>>;
  readonly endpointIds: readonly string[];
  readonly switchIds: readonly string[];
}

export type FunctionsProps = Pick<FailoverFunctionProps, 'deployment' | 'runtime' | 'bundles'> & {
  readonly table: Table;
  readonly onCall: Topic;
  readonly healthChecks: HealthChecks;
};

/** The functions, each with the permissions for what its code calls and no others. */
export class Functions extends Construct {
  readonly #props: FunctionsProps;
  readonly #functions: ReadonlyMap<FunctionName, FailoverFunction>;

  constructor(scope: Construct, id: string, props: FunctionsProps) {
    super(scope, id);
    this.#props = props;
    const { deployment, runtime, bundles, healthChecks } = props;
    this.#functions = new Map(
      FUNCTION_NAMES.map((name) => [
        name,
        new FailoverFunction(this, name, {
          deployment,
          runtime,
          bundles,
          environment: healthChecks.environment,
          description: DESCRIPTIONS[name],
          // More memory is more processor: an alarm's way to the traffic write is mostly import and TLS.
          ...(name === 'reconcile' ? { memorySize: 1024 } : {}),
          inNetwork: TO_CLUSTERS.includes(name),
          ...(name === 'reconcile' && deployment.reservedConcurrency !== undefined
            ? { reservedConcurrentExecutions: deployment.reservedConcurrency }
            : {}),
        }),
      ]),
    );
    // The ledger comes to *changes* with its stream, and is only looked at by *report*.
    for (const name of FUNCTION_NAMES.filter((each) => each !== 'changes'))
      props.table.grant(
        this.of(name).role,
        'dynamodb:GetItem',
        ...(name === 'database' || name === 'report' ? [] : ['dynamodb:PutItem']),
      );
    this.#report(deployment);
    for (const name of ['reconcile', 'notification', 'closer'] as const)
      props.onCall.grantPublish(this.of(name).role);
    for (const name of ['reconcile', 'ledger'] as const) this.#lookAtExecutions(name);
    for (const name of ['reconcile', 'traffic'] as const) this.#switchTraffic(name);
    for (const name of TO_CLUSTERS) this.#readTokens(name, deployment);
    this.#decide();
    this.#lookAtTraffic('readiness');
    this.#grant('readiness', ['dynamodb:GetItem', 'dynamodb:PutItem'], [reportsTableArn(deployment)]);
    this.#database(deployment);
  }

  of(name: FunctionName): FailoverFunction {
    return this.#functions.get(name)!;
  }

  #grant(name: FunctionName, actions: string[], resourceArns: string[]): void {
    Grant.addToPrincipal({ grantee: this.of(name).role, actions, resourceArns }).assertSuccess();
  }

  /** Whoever tells on-call notes it for the report. */
  #report(deployment: DeploymentConfiguration): void {
    const reports = [reportsTableArn(deployment)];
    for (const name of ['notification', 'closer'] as const)
      this.#grant(name, ['dynamodb:UpdateItem'], reports);
    this.#grant('report', ['dynamodb:GetItem', 'dynamodb:PutItem', 'dynamodb:UpdateItem'], reports);
    for (const name of ['report', 'changes'] as const)
      this.#grant(name, ['events:PutEvents'], [defaultBusArn(deployment)]);
    for (const workflow of WORKFLOWS) {
      const executions = executionArns(deployment, workflow);
      this.#grant('report', ['states:GetExecutionHistory'], [executions]);
      acknowledge(
        this.of('report').role,
        `Resource::${executions}`,
        'Any execution of this one machine is reported on.',
      );
    }
  }

  #lookAtExecutions(name: FunctionName): void {
    const executions = HOLDERS.map((workflow) => executionArns(this.#props.deployment, workflow));
    this.#grant(name, ['states:DescribeExecution'], executions);
    for (const arn of executions)
      acknowledge(
        this.of(name).role,
        `Resource::${arn}`,
        'Any execution of this one machine may hold the operation.',
      );
  }

  #switchTraffic(name: FunctionName): void {
    const { switchIds, endpointIds } = this.#props.healthChecks;
    this.#grant(name, ['route53:GetHealthCheck', 'route53:UpdateHealthCheck'], healthCheckArns(switchIds));
    this.#grant(name, ['route53:GetHealthCheckStatus'], healthCheckArns(endpointIds));
  }

  #lookAtTraffic(name: FunctionName): void {
    const { switchIds, endpointIds } = this.#props.healthChecks;
    this.#grant(name, ['route53:GetHealthCheck'], healthCheckArns([...switchIds, ...endpointIds]));
    this.#grant(name, ['route53:GetHealthCheckStatus'], healthCheckArns(endpointIds));
  }

  #readTokens(name: FunctionName, { sites, region, accountId }: DeploymentConfiguration): void {
    const secrets = sites.flatMap(({ cluster: { token } }) => ('secretId' in token ? [token] : []));
    if (secrets.length === 0) return;
    const arns = secrets.map(({ secretId }) =>
      secretId.startsWith('arn:')
        ? secretId
        : `arn:aws:secretsmanager:${region}:${accountId}:secret:${secretId}-??????`,
    );
    this.#grant(name, ['secretsmanager:GetSecretValue'], [...new Set(arns)]);
    const keys = secrets.flatMap(({ kmsKeyArn }) => kmsKeyArn ?? []);
    if (keys.length === 0) return;
    Grant.addToPrincipal({
      grantee: this.of(name).role,
      actions: ['kms:Decrypt'],
      resourceArns: [...new Set(keys)],
      conditions: { StringEquals: { 'kms:ViaService': `secretsmanager.${region}.amazonaws.com` } },
    }).assertSuccess();
  }

  /** Machines call reconcile, so a reference to one would close a circle: the fixed name is used. */
  #decide(): void {
    this.#grant('reconcile', ['states:StartExecution'], [machineArn(this.#props.deployment, 'failover')]);
    this.#grant('reconcile', ['cloudwatch:DescribeAlarms'], ['*']);
    acknowledge(
      this.of('reconcile').role,
      'Resource::*',
      'cloudwatch:DescribeAlarms gives composite alarms only with *, and an alarm may be one.',
    );
  }

  #database({ database, region, accountId }: DeploymentConfiguration): void {
    if (database === undefined) return;
    const rds = `arn:aws:rds:${region}:${accountId}`;
    const cluster = `${rds}:cluster:${database.clusterIdentifier}`;
    this.#grant('database', ['rds:FailoverDBCluster'], [cluster]);
    for (const name of ['database', 'readiness'] as const) {
      this.#grant(name, ['rds:DescribeDBClusters'], [cluster]);
      this.#grant(name, ['rds:DescribeDBInstances'], [`${rds}:db:*`]);
      acknowledge(
        this.of(name).role,
        `Resource::${rds}:db:*`,
        "The instances are asked for by their cluster: their names are not known, and change with Aurora's scaling.",
      );
    }
  }
}

const healthCheckArns = (ids: readonly string[]): string[] =>
  [...new Set(ids)].map((id) => `arn:aws:route53:::healthcheck/${id}`);
