import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { SNSClient } from '@aws-sdk/client-sns';
import { lambda, readConfiguration } from '../shared/lambda.ts';
import { createCloser } from './closer.ts';

const configuration = readConfiguration();
const { region } = configuration;

export const handler = lambda(
  'closer',
  createCloser({
    configuration,
    now: () => new Date(),
    sns: new SNSClient({ region }),
    dynamodb: new DynamoDBClient({ region }),
  }),
);
