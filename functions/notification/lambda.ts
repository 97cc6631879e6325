import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { SNSClient } from '@aws-sdk/client-sns';
import { lambda, readConfiguration } from '../shared/lambda.ts';
import { createNotification } from './notification.ts';

const configuration = readConfiguration();
const { region } = configuration;

export const handler = lambda(
  'notification',
  createNotification({
    configuration,
    now: () => new Date(),
    sns: new SNSClient({ region }),
    dynamodb: new DynamoDBClient({ region }),
  }),
);
