import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { SNSClient } from '@aws-sdk/client-sns';
import { lambda, readConfiguration } from '../shared/lambda.ts';
import { brief } from '../shared/patience.ts';
import { createCloser } from './closer.ts';

const configuration = readConfiguration();
const { region } = configuration;

export const handler = lambda(
  'closer',
  createCloser({
    configuration,
    now: () => new Date(),
    sns: new SNSClient({ region }),
    // The mail waits for what the ledger says, and goes out without it where that does not come.
    dynamodb: new DynamoDBClient({ region, ...brief() }),
  }),
);
