import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { createClusterOf } from '../kubernetes/client.ts';
import { lambda, readConfiguration } from '../shared/lambda.ts';
import { createReadiness } from './readiness.ts';

const configuration = readConfiguration();
const { region } = configuration;
const now = () => new Date();

export const handler = lambda(
  'readiness',
  createReadiness({
    configuration,
    now,
    dynamodb: new DynamoDBClient({ region }),
    clusterOf: createClusterOf({ configuration, now, secrets: new SecretsManagerClient({ region }) }),
  }),
);
