import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { RDSClient } from '@aws-sdk/client-rds';
import { lambda, readConfiguration } from '../shared/lambda.ts';
import { createDatabase } from './database.ts';

const configuration = readConfiguration();
const { region } = configuration;

export const handler = lambda(
  'database',
  createDatabase({
    configuration,
    now: () => new Date(),
    rds: new RDSClient({ region }),
    dynamodb: new DynamoDBClient({ region }),
  }),
);
