import { Stack, type StackProps } from 'aws-cdk-lib';
import { ComparisonOperator, Metric, TreatMissingData } from 'aws-cdk-lib/aws-cloudwatch';
import { EventBus, Rule } from 'aws-cdk-lib/aws-events';
import { EventBus as EventBusTarget } from 'aws-cdk-lib/aws-events-targets';
import { CfnSubscription } from 'aws-cdk-lib/aws-sns';
import type { Construct } from 'constructs';
import { alarmBusArn, endpointAlarmName, functionArn, isOptIn, nameOf } from '../configuration/names.ts';
import type { DeploymentConfiguration } from '../configuration/schema.ts';
import { alarmTopic, MINUTE, runbookAlarm } from '../constructs/alarms.ts';

export interface AlarmStackProps extends StackProps {
  readonly deployment: DeploymentConfiguration;
  readonly endpointIdOf: (site: string) => string;
}

/** In us-east-1, where alone health-check metrics are: an alarm for each site's endpoint, and its way to reconcile. */
export class AlarmStack extends Stack {
  constructor(scope: Construct, id: string, { deployment, endpointIdOf, ...props }: AlarmStackProps) {
    super(scope, id, props);
    const topic = alarmTopic(this, 'Topic', nameOf(deployment, 'endpoint-alarms'), deployment.accountId);
    const alarms = deployment.sites.map(({ name, role }) =>
      runbookAlarm(this, `${role}Endpoint`, deployment, {
        alarmName: endpointAlarmName(deployment, name),
        article: 'site-endpoint',
        meaning: `Route 53 finds the endpoint of ${name} unhealthy; reconcile decides what follows.`,
        metric: new Metric({
          namespace: 'AWS/Route53',
          metricName: 'HealthCheckStatus',
          dimensionsMap: { HealthCheckId: endpointIdOf(name) },
          statistic: 'Minimum',
          period: MINUTE,
        }),
        threshold: 1,
        comparisonOperator: ComparisonOperator.LESS_THAN_THRESHOLD,
        treatMissingData: TreatMissingData.NOT_BREACHING,
        topic,
      }),
    );
    if (!isOptIn(deployment.region)) {
      new CfnSubscription(this, 'ToReconcile', {
        topicArn: topic.topicArn,
        protocol: 'lambda',
        endpoint: functionArn(deployment, 'reconcile'),
      });
      return;
    }
    new Rule(this, 'ToTheSitesRegion', {
      ruleName: nameOf(deployment, 'endpoint-alarms'),
      description: 'SNS does not deliver from here to a region that an account has to opt in to.',
      eventPattern: {
        source: ['aws.cloudwatch'],
        detailType: ['CloudWatch Alarm State Change'],
        resources: alarms.map(({ alarmArn }) => alarmArn),
      },
      targets: [new EventBusTarget(EventBus.fromEventBusArn(this, 'SitesRegion', alarmBusArn(deployment)))],
    });
  }
}
