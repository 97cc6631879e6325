import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { Route53Client } from '@aws-sdk/client-route-53';
import { lambda, readConfiguration } from '../shared/lambda.ts';
import { patient } from '../shared/patience.ts';
import { createTraffic } from './traffic.ts';

const configuration = readConfiguration();

export const handler = lambda(
  'traffic',
  createTraffic({
    configuration,
    now: () => new Date(),
    dynamodb: new DynamoDBClient({ region: configuration.region }),
    route53: new Route53Client({ region: 'us-east-1', ...patient }),
  }),
);
