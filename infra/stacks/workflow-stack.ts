import { Duration, RemovalPolicy, Stack, type StackProps, Validations } from 'aws-cdk-lib';
import {
  Alarm,
  ComparisonOperator,
  MathExpression,
  Metric,
  TreatMissingData,
} from 'aws-cdk-lib/aws-cloudwatch';
import { AttributeType, BillingMode, StreamViewType, Table } from 'aws-cdk-lib/aws-dynamodb';
import { EventBus, Rule } from 'aws-cdk-lib/aws-events';
import { LambdaFunction } from 'aws-cdk-lib/aws-events-targets';
import { ArnPrincipal, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { SqsDestination } from 'aws-cdk-lib/aws-lambda-destinations';
import type { Topic } from 'aws-cdk-lib/aws-sns';
import { EmailSubscription, LambdaSubscription } from 'aws-cdk-lib/aws-sns-subscriptions';
import { Queue, QueueEncryption } from 'aws-cdk-lib/aws-sqs';
import type { Construct } from 'constructs';
import type { Configuration } from '../../functions/shared/configuration.ts';
import { endpointTopicArn, isOptIn, nameOf, viewAlarmName } from '../configuration/names.ts';
import type { DeploymentConfiguration } from '../configuration/schema.ts';
import { alarmTopic, MINUTE, runbookAlarm } from '../constructs/alarms.ts';
import { failoverDashboard } from '../constructs/dashboard.ts';
import { Functions, type HealthChecks } from '../constructs/functions.ts';
import { Machines } from '../constructs/machines.ts';
import { Reporting } from '../constructs/reporting.ts';
import { Schedules } from '../constructs/schedules.ts';
import { standingAlarms } from '../constructs/standing-alarms.ts';

export interface WorkflowStackProps extends StackProps {
  readonly deployment: DeploymentConfiguration;
  readonly runtime: Configuration;
  readonly healthChecks: HealthChecks;
  /** Folder with one folder `<name>` for each function: its `index.mjs` and what that loads later. */
  readonly bundles: string;
}

/** In the sites' region: ledger, functions, machines, what starts them, and who is told. */
export class WorkflowStack extends Stack {
  readonly #deployment: DeploymentConfiguration;
  readonly #functions: Functions;
  readonly #machines: Machines;
  readonly #onCall: Topic;
  readonly #unhandled: Queue;

  constructor(
    scope: Construct,
    id: string,
    { deployment, runtime, healthChecks, bundles, ...props }: WorkflowStackProps,
  ) {
    super(scope, id, props);
    this.#deployment = deployment;
    const table = new Table(this, 'Ledger', {
      tableName: nameOf(deployment, 'ledger'),
      partitionKey: { name: 'deployment', type: AttributeType.STRING },
      billingMode: BillingMode.PAY_PER_REQUEST,
      stream: StreamViewType.NEW_AND_OLD_IMAGES,
      pointInTimeRecoverySpecification: { pointInTimeRecoveryEnabled: true },
      deletionProtection: true,
      removalPolicy: RemovalPolicy.RETAIN,
    });
    this.#onCall = alarmTopic(this, 'OnCall', nameOf(deployment, 'on-call'), deployment.accountId);
    for (const email of deployment.notification.emails)
      this.#onCall.addSubscription(new EmailSubscription(email));
    this.#functions = new Functions(this, 'Functions', {
      deployment,
      runtime,
      bundles,
      table,
      onCall: this.#onCall,
      healthChecks,
    });
    this.#machines = new Machines(this, 'Machines', { deployment, functions: this.#functions });
    this.#unhandled = this.#unhandledEvents();
    new Schedules(this, 'Schedules', {
      deployment,
      functions: this.#functions,
      machines: this.#machines,
    });
    this.#endings();
    new Reporting(this, 'Reporting', {
      deployment,
      functions: this.#functions,
      machines: this.#machines,
      ledger: table,
      unhandled: this.#unhandled,
    });
    standingAlarms(this, deployment, this.#onCall);
    this.#endpointAlarms();
    this.#crossSiteView();
    failoverDashboard(this, {
      deployment,
      endpointIds: healthChecks.endpointIds,
      alarms: this.node.findAll().filter((each) => each instanceof Alarm),
    });
  }

  #lambda(name: 'reconcile' | 'closer' | 'report' | 'data-grid') {
    return this.#functions.of(name).lambda;
  }

  /** What Lambda gave up on is kept for a person, who is told by an alarm. */
  #unhandledEvents(): Queue {
    const queueName = nameOf(this.#deployment, 'unhandled-events');
    const queue = new Queue(this, 'Unhandled', {
      queueName,
      encryption: QueueEncryption.SQS_MANAGED,
      enforceSSL: true,
      retentionPeriod: Duration.days(14),
    });
    Validations.of(queue).acknowledge({
      id: 'AwsSolutions-SQS3',
      reason: 'It is where others put what they could not deliver; nothing reads it but a person.',
    });
    for (const name of ['reconcile', 'closer', 'report'] as const) {
      this.#lambda(name).configureAsyncInvoke({
        onFailure: new SqsDestination(queue),
        retryAttempts: 2,
        maxEventAge: Duration.hours(1),
      });
    }
    runbookAlarm(this, 'UnhandledAlarm', this.#deployment, {
      alarmName: nameOf(this.#deployment, 'event-not-handled'),
      article: 'event-not-handled',
      meaning: `An event could not be handled and lies in the queue ${queueName}.`,
      // The queue's own metric sleeps with an empty queue, and wakes up to 15 minutes late.
      metric: new MathExpression({
        expression: 'FILL(reconcile, 0) + FILL(closer, 0) + FILL(report, 0) + FILL(kept, 0)',
        label: 'Events that were given up or are kept',
        usingMetrics: {
          reconcile: this.#lambda('reconcile').metric('AsyncEventsDropped', { statistic: 'Sum' }),
          closer: this.#lambda('closer').metric('AsyncEventsDropped', { statistic: 'Sum' }),
          report: this.#lambda('report').metric('AsyncEventsDropped', { statistic: 'Sum' }),
          kept: queue.metricApproximateNumberOfMessagesVisible({ statistic: 'Maximum' }),
        },
        period: MINUTE,
      }),
      threshold: 1,
      comparisonOperator: ComparisonOperator.GREATER_THAN_OR_EQUAL_TO_THRESHOLD,
      treatMissingData: TreatMissingData.NOT_BREACHING,
      topic: this.#onCall,
    });
    return queue;
  }

  /** An execution that timed out or was stopped runs no Catch, and some failures none either. */
  #endings(): void {
    const ending = (id: string, name: string, machines: readonly string[]) =>
      new Rule(this, id, {
        ruleName: nameOf(this.#deployment, name),
        description: 'Executions that failed, timed out or were stopped are told and closed.',
        eventPattern: {
          source: ['aws.states'],
          detailType: ['Step Functions Execution Status Change'],
          detail: {
            stateMachineArn: machines.map((machine) => this.#machines.all.get(machine)!.stateMachineArn),
            status: ['FAILED', 'TIMED_OUT', 'ABORTED'],
          },
        },
        targets: [new LambdaFunction(this.#lambda('closer'), { deadLetterQueue: this.#unhandled })],
      });
    const workflows = [...this.#machines.all.keys()].filter((machine) => machine !== 'run-batch');
    const rule = ending('Endings', 'endings', workflows);
    // Whoever started a Batch looks at how it ended, and a failed one may be an answer: it sets off no alarm.
    const batchRule = ending('BatchEndings', 'batch-endings', ['run-batch']);
    // Nobody deletes the Batch of an execution that was stopped, or ran out of time.
    batchRule.addTarget(new LambdaFunction(this.#lambda('data-grid'), { deadLetterQueue: this.#unhandled }));
    runbookAlarm(this, 'EndingAlarm', this.#deployment, {
      alarmName: nameOf(this.#deployment, 'workflow-failed'),
      article: 'workflow-failed',
      meaning: 'A workflow failed, ran out of time or was stopped; the mail of the closer says which.',
      metric: new Metric({
        namespace: 'AWS/Events',
        metricName: 'MatchedEvents',
        dimensionsMap: { RuleName: rule.ruleName },
        statistic: 'Sum',
        period: MINUTE,
      }),
      threshold: 1,
      comparisonOperator: ComparisonOperator.GREATER_THAN_OR_EQUAL_TO_THRESHOLD,
      treatMissingData: TreatMissingData.NOT_BREACHING,
      topic: this.#onCall,
    });
  }

  /** The alarms themselves are in us-east-1; this is the end of their way. */
  #endpointAlarms(): void {
    const reconcile = this.#lambda('reconcile');
    if (!isOptIn(this.#deployment.region)) {
      reconcile.addPermission('EndpointAlarms', {
        principal: new ServicePrincipal('sns.amazonaws.com'),
        sourceArn: endpointTopicArn(this.#deployment),
      });
      return;
    }
    const bus = new EventBus(this, 'AlarmBus', { eventBusName: nameOf(this.#deployment, 'alarms') });
    new Rule(this, 'EndpointAlarms', {
      ruleName: nameOf(this.#deployment, 'endpoint-alarms'),
      eventBus: bus,
      eventPattern: { source: ['aws.cloudwatch'], detailType: ['CloudWatch Alarm State Change'] },
      targets: [new LambdaFunction(reconcile, { deadLetterQueue: this.#unhandled })],
    });
  }

  #crossSiteView(): void {
    const { crossSiteView, sites, accountId } = this.#deployment;
    if (crossSiteView === undefined) return;
    const topic = alarmTopic(this, 'ViewTopic', nameOf(this.#deployment, 'view-alarms'), accountId);
    topic.addSubscription(
      new LambdaSubscription(this.#lambda('reconcile'), { deadLetterQueue: this.#unhandled }),
    );
    for (const arn of crossSiteView.alertmanager?.principalArns ?? [])
      topic.grantPublish(new ArnPrincipal(arn));
    const { metric } = crossSiteView;
    if (metric === undefined) return;
    for (const { name, role } of sites) {
      runbookAlarm(this, `${role}LeftView`, this.#deployment, {
        alarmName: viewAlarmName(this.#deployment, name),
        article: 'site-left-view',
        meaning: `${name} left the cross-site view; reconcile decides what follows.`,
        metric: new Metric({
          namespace: metric.namespace,
          metricName: metric.name,
          dimensionsMap: metric.dimensionsOf[name]!,
          statistic: 'Minimum',
          period: MINUTE,
        }),
        threshold: 1,
        comparisonOperator: ComparisonOperator.LESS_THAN_THRESHOLD,
        treatMissingData: TreatMissingData.MISSING,
        topic,
      });
    }
  }
}
