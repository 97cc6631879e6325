import { EventBridgeClient } from '@aws-sdk/client-eventbridge';
import { lambda, readConfiguration } from '../shared/lambda.ts';
import { createChanges } from './changes.ts';

const configuration = readConfiguration();

export const handler = lambda(
  'changes',
  createChanges({
    configuration,
    now: () => new Date(),
    eventbridge: new EventBridgeClient({ region: configuration.region }),
  }),
);
