import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { RDSClient } from '@aws-sdk/client-rds';
import { Route53Client } from '@aws-sdk/client-route-53';
import { SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { createClusterOf } from '../kubernetes/client.ts';
import { lambda, readConfiguration } from '../shared/lambda.ts';
import { createMeasure } from '../shared/metrics.ts';
import { brief, modest } from '../shared/patience.ts';
import { askStatus } from './gather/ask.ts';
import { createReadiness } from './readiness.ts';

const configuration = readConfiguration();
const { region } = configuration;
const now = () => new Date();
const secrets = new SecretsManagerClient({ region });

export const handler = lambda(
  'readiness',
  createReadiness({
    configuration,
    now,
    secrets,
    ask: askStatus,
    measure: createMeasure(configuration.deployment),
    dynamodb: new DynamoDBClient({ region }),
    route53: new Route53Client({ region: 'us-east-1', ...modest() }),
    rds: new RDSClient({ region, ...brief() }),
    clusterOf: createClusterOf({ configuration, now, secrets }),
  }),
);
