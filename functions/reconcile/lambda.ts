import type { CloudWatchClient } from '@aws-sdk/client-cloudwatch';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { Route53Client } from '@aws-sdk/client-route-53';
import { lambda, readConfiguration } from '../shared/lambda.ts';
import { patient } from '../shared/patience.ts';
import { lateClient } from './late/late-client.ts';
import { createReconcile } from './reconcile.ts';

const configuration = readConfiguration();
const { region } = configuration;
const alarmClients = new Map<string, Pick<CloudWatchClient, 'send'>>();

export const handler = lambda(
  'reconcile',
  createReconcile({
    configuration,
    now: () => new Date(),
    dynamodb: new DynamoDBClient({ region }),
    route53: new Route53Client({ region: 'us-east-1', ...patient }),
    sfn: lateClient(async () => (await import('./late/sfn.ts')).client(region)),
    sns: lateClient(async () => (await import('./late/sns.ts')).client(region)),
    cloudwatch: (alarmRegion) => {
      const client =
        alarmClients.get(alarmRegion) ??
        lateClient(async () => (await import('./late/cloudwatch.ts')).client(alarmRegion));
      alarmClients.set(alarmRegion, client);
      return client;
    },
  }),
);
