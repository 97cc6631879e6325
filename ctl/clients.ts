import { CloudWatchClient } from '@aws-sdk/client-cloudwatch';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { SFNClient } from '@aws-sdk/client-sfn';
import { SNSClient } from '@aws-sdk/client-sns';
import { STSClient } from '@aws-sdk/client-sts';
import type { Clients } from './edge.ts';

/** The SDK finds credentials, profile and endpoints by itself, as the AWS command line does. */
export const sdkClients = (region: string): Clients => ({
  sts: new STSClient({ region }),
  sfn: new SFNClient({ region }),
  dynamodb: new DynamoDBClient({ region }),
  sns: (of) => new SNSClient({ region: of }),
  cloudwatch: (of) => new CloudWatchClient({ region: of }),
});
