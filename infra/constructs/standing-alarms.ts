import { type Alarm, ComparisonOperator, TreatMissingData } from 'aws-cdk-lib/aws-cloudwatch';
import type { Topic } from 'aws-cdk-lib/aws-sns';
import type { Construct } from 'constructs';
import { nameOf } from '../configuration/names.ts';
import { type DeploymentConfiguration, READINESS_SECONDS } from '../configuration/schema.ts';
import { runbookAlarm } from './alarms.ts';
import { deploymentMetric } from './metrics.ts';

/** About how the deployment stands, not about what came in: each goes on until a person has put it right. */
export function standingAlarms(
  scope: Construct,
  deployment: DeploymentConfiguration,
  topic: Topic,
): readonly Alarm[] {
  const { notReadySeconds, operationHeldSeconds, disarmedSeconds } = deployment.alarms;
  return [
    runbookAlarm(scope, 'NotReady', deployment, {
      alarmName: nameOf(deployment, 'not-ready'),
      article: 'not-ready',
      meaning: 'A failover could not succeed now, or readiness no longer says that it could.',
      metric: deploymentMetric(deployment, 'FailoverReady', { statistic: 'Minimum' }),
      threshold: 1,
      comparisonOperator: ComparisonOperator.LESS_THAN_THRESHOLD,
      evaluationPeriods: notReadySeconds / READINESS_SECONDS,
      // Readiness itself may be what is broken.
      treatMissingData: TreatMissingData.BREACHING,
      topic,
    }),
    runbookAlarm(scope, 'OperationHeld', deployment, {
      alarmName: nameOf(deployment, 'operation-held'),
      article: 'operation-held',
      meaning: `One workflow has held the operation for more than ${operationHeldSeconds} seconds; no other one can begin.`,
      metric: deploymentMetric(deployment, 'OperationHeldSeconds', { statistic: 'Maximum' }),
      threshold: operationHeldSeconds,
      comparisonOperator: ComparisonOperator.GREATER_THAN_THRESHOLD,
      treatMissingData: TreatMissingData.NOT_BREACHING,
      topic,
    }),
    runbookAlarm(scope, 'Drift', deployment, {
      alarmName: nameOf(deployment, 'drift'),
      article: 'drift',
      meaning: 'Somebody changed a health check behind the ledger; nothing is opened until adopt settles it.',
      metric: deploymentMetric(deployment, 'ChecksChangedByHand', { statistic: 'Maximum' }),
      threshold: 1,
      comparisonOperator: ComparisonOperator.GREATER_THAN_OR_EQUAL_TO_THRESHOLD,
      treatMissingData: TreatMissingData.NOT_BREACHING,
      topic,
    }),
    runbookAlarm(scope, 'Disarmed', deployment, {
      alarmName: nameOf(deployment, 'disarmed'),
      article: 'disarmed',
      meaning: `Automation has been disarmed for more than ${disarmedSeconds} seconds: a lost site is told, and nothing moves.`,
      metric: deploymentMetric(deployment, 'DisarmedSeconds', { statistic: 'Maximum' }),
      threshold: disarmedSeconds,
      comparisonOperator: ComparisonOperator.GREATER_THAN_THRESHOLD,
      treatMissingData: TreatMissingData.NOT_BREACHING,
      topic,
    }),
  ];
}
