import { Duration } from 'aws-cdk-lib';
import {
  Alarm,
  type ComparisonOperator,
  type IMetric,
  type TreatMissingData,
} from 'aws-cdk-lib/aws-cloudwatch';
import { SnsAction } from 'aws-cdk-lib/aws-cloudwatch-actions';
import { PolicyStatement, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { Topic } from 'aws-cdk-lib/aws-sns';
import type { Construct } from 'constructs';
import type { DeploymentConfiguration } from '../configuration/schema.ts';

export const MINUTE = Duration.minutes(1);

/** A topic to which CloudWatch may publish, and nobody without TLS. */
export function alarmTopic(scope: Construct, id: string, topicName: string, accountId: string): Topic {
  const topic = new Topic(scope, id, { topicName, enforceSSL: true });
  // With a policy of its own a topic takes nothing but what the policy allows.
  topic.addToResourcePolicy(
    new PolicyStatement({
      principals: [new ServicePrincipal('cloudwatch.amazonaws.com')],
      actions: ['sns:Publish'],
      resources: [topic.topicArn],
      conditions: { StringEquals: { 'aws:SourceAccount': accountId } },
    }),
  );
  return topic;
}

export interface RunbookAlarm {
  readonly alarmName: string;
  readonly article: string;
  readonly meaning: string;
  readonly metric: IMetric;
  readonly threshold: number;
  readonly comparisonOperator: ComparisonOperator;
  readonly treatMissingData: TreatMissingData;
  /** Periods that must all be over the threshold. */
  readonly evaluationPeriods?: number;
  readonly topic: Topic;
}

/** An alarm whose description says what it means and where its runbook article is. */
export function runbookAlarm(
  scope: Construct,
  id: string,
  { notification }: Pick<DeploymentConfiguration, 'notification'>,
  { article, meaning, topic, ...alarm }: RunbookAlarm,
): Alarm {
  const made = new Alarm(scope, id, {
    evaluationPeriods: 1,
    ...alarm,
    alarmDescription: `${meaning} Runbook: ${notification.runbookUrl ?? 'docs/runbook'}/${article}.md`,
  });
  made.addAlarmAction(new SnsAction(topic));
  return made;
}
