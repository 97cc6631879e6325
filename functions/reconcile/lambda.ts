import { CloudWatchClient } from '@aws-sdk/client-cloudwatch';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { Route53Client } from '@aws-sdk/client-route-53';
import { SFNClient } from '@aws-sdk/client-sfn';
import { SNSClient } from '@aws-sdk/client-sns';
import { lambda, readConfiguration } from '../shared/lambda.ts';
import { createReconcile } from './reconcile.ts';

const configuration = readConfiguration();
const { region } = configuration;
const alarmClients = new Map<string, CloudWatchClient>();

export const handler = lambda(
  'reconcile',
  createReconcile({
    configuration,
    now: () => new Date(),
    dynamodb: new DynamoDBClient({ region }),
    // Five requests a second for the whole account: throttled ones are worth more attempts than the usual three.
    route53: new Route53Client({ region: 'us-east-1', maxAttempts: 8 }),
    sfn: new SFNClient({ region }),
    sns: new SNSClient({ region }),
    cloudwatch: (alarmRegion) => {
      const client = alarmClients.get(alarmRegion) ?? new CloudWatchClient({ region: alarmRegion });
      alarmClients.set(alarmRegion, client);
      return client;
    },
  }),
);
