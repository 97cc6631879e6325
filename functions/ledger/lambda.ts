import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { SFNClient } from '@aws-sdk/client-sfn';
import { lambda, readConfiguration } from '../shared/lambda.ts';
import { createLedger } from './operations.ts';

const configuration = readConfiguration();
const { region } = configuration;

export const handler = lambda(
  'ledger',
  createLedger({
    configuration,
    now: () => new Date(),
    dynamodb: new DynamoDBClient({ region }),
    sfn: new SFNClient({ region }),
  }),
);
