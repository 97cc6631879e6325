import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { EventBridgeClient } from '@aws-sdk/client-eventbridge';
import { SFNClient } from '@aws-sdk/client-sfn';
import { lambda, readConfiguration } from '../shared/lambda.ts';
import { createMeasure } from '../shared/metrics.ts';
import { createReport } from './report.ts';

const configuration = readConfiguration();
const { region, deployment } = configuration;

export const handler = lambda(
  'report',
  createReport({
    configuration,
    now: () => new Date(),
    dynamodb: new DynamoDBClient({ region }),
    sfn: new SFNClient({ region }),
    eventbridge: new EventBridgeClient({ region }),
    measure: createMeasure(deployment),
  }),
);
