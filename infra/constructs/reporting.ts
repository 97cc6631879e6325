import { RemovalPolicy } from 'aws-cdk-lib';
import { AttributeType, BillingMode, Table } from 'aws-cdk-lib/aws-dynamodb';
import { Rule } from 'aws-cdk-lib/aws-events';
import { LambdaFunction } from 'aws-cdk-lib/aws-events-targets';
import { Grant } from 'aws-cdk-lib/aws-iam';
import { EventSourceMapping, StartingPosition } from 'aws-cdk-lib/aws-lambda';
import { SqsDlq } from 'aws-cdk-lib/aws-lambda-event-sources';
import type { Queue } from 'aws-cdk-lib/aws-sqs';
import { Construct } from 'constructs';
import { ledgerStreamArns, nameOf } from '../configuration/names.ts';
import type { DeploymentConfiguration } from '../configuration/schema.ts';
import { acknowledge } from './acknowledge.ts';
import type { Functions } from './functions.ts';
import type { Machines } from './machines.ts';

export interface ReportingProps {
  readonly deployment: DeploymentConfiguration;
  readonly functions: Functions;
  readonly machines: Machines;
  /** With a stream of what it was and what it is. */
  readonly ledger: Table;
  readonly unhandled: Queue;
}

/** What becomes of what was done: a report of each operation, and an event of each change of the ledger. */
export class Reporting extends Construct {
  constructor(scope: Construct, id: string, props: ReportingProps) {
    super(scope, id);
    this.#reports(props);
    this.#changes(props);
  }

  #reports({ deployment, functions, machines, unhandled }: ReportingProps): void {
    new Table(this, 'Reports', {
      tableName: nameOf(deployment, 'reports'),
      partitionKey: { name: 'deployment', type: AttributeType.STRING },
      sortKey: { name: 'id', type: AttributeType.STRING },
      billingMode: BillingMode.PAY_PER_REQUEST,
      timeToLiveAttribute: 'expiresAt',
      pointInTimeRecoverySpecification: { pointInTimeRecoveryEnabled: true },
      // What was done in an incident is asked for when the deployment may be gone.
      removalPolicy: RemovalPolicy.RETAIN,
    });
    new Rule(this, 'Ended', {
      ruleName: nameOf(deployment, 'reports'),
      description: 'Every execution that has ended, however it ended, is reported on.',
      eventPattern: {
        source: ['aws.states'],
        detailType: ['Step Functions Execution Status Change'],
        detail: {
          stateMachineArn: [...machines.all.values()].map(({ stateMachineArn }) => stateMachineArn),
          status: ['SUCCEEDED', 'FAILED', 'TIMED_OUT', 'ABORTED'],
        },
      },
      targets: [new LambdaFunction(functions.of('report').lambda, { deadLetterQueue: unhandled })],
    });
  }

  #changes({ deployment, functions, ledger, unhandled }: ReportingProps): void {
    const { lambda, role } = functions.of('changes');
    const stream = ledger.tableStreamArn!;
    const all = ledgerStreamArns(deployment);
    // Not grantStreamRead, which lets list the streams of every table.
    const granted = [
      Grant.addToPrincipal({
        grantee: role,
        actions: ['dynamodb:DescribeStream', 'dynamodb:GetRecords', 'dynamodb:GetShardIterator'],
        resourceArns: [stream],
      }),
      Grant.addToPrincipal({ grantee: role, actions: ['dynamodb:ListStreams'], resourceArns: [all] }),
    ];
    acknowledge(role, `Resource::${all}`, 'A stream is listed before it is known by its own name.');
    const mapping = new EventSourceMapping(this, 'LedgerChanges', {
      target: lambda,
      eventSourceArn: stream,
      startingPosition: StartingPosition.LATEST,
      batchSize: 10,
      reportBatchItemFailures: true,
      bisectBatchOnError: true,
      // About an hour, as each wait is longer than the one before; what is left then is kept for a person.
      retryAttempts: 20,
      onFailure: new SqsDlq(unhandled),
    });
    for (const grant of granted) grant.applyBefore(mapping);
  }
}
