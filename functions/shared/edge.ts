import type { CloudWatchClient } from '@aws-sdk/client-cloudwatch';
import type { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import type { EventBridgeClient } from '@aws-sdk/client-eventbridge';
import type { RDSClient } from '@aws-sdk/client-rds';
import type { Route53Client } from '@aws-sdk/client-route-53';
import type { SFNClient } from '@aws-sdk/client-sfn';
import type { SNSClient } from '@aws-sdk/client-sns';
import type { Configuration } from './configuration.ts';
import type { Measure } from './metrics.ts';

/**
 * What the functions touch outside themselves. Each takes only the parts that it uses
 * (`Pick<Edge, …>`); tests and the simulated world put their own behind the same names.
 */
export interface Edge {
  readonly configuration: Configuration;
  /** The clock is read here and nowhere else. */
  readonly now: () => Date;
  readonly dynamodb: Pick<DynamoDBClient, 'send'>;
  readonly route53: Pick<Route53Client, 'send'>;
  readonly sfn: Pick<SFNClient, 'send'>;
  readonly sns: Pick<SNSClient, 'send'>;
  readonly rds: Pick<RDSClient, 'send'>;
  readonly eventbridge: Pick<EventBridgeClient, 'send'>;
  /** Alarms on health checks exist in us-east-1 alone, the others in the sites' region. */
  readonly cloudwatch: (region: string) => Pick<CloudWatchClient, 'send'>;
  /** Notes a value for CloudWatch. */
  readonly measure: Measure;
}
