import type { Configuration } from './configuration.ts';
import type { Workflow } from './names.ts';

/** Machines have fixed names, so that a function can start one without depending on its resource. */
export const stateMachineArn = (configuration: Configuration, workflow: Workflow | 'run-batch'): string =>
  `arn:aws:states:${configuration.region}:${configuration.accountId}:stateMachine:${configuration.deployment}-${workflow}`;

export const executionArn = (
  configuration: Configuration,
  workflow: Workflow | 'run-batch',
  name: string,
): string =>
  `arn:aws:states:${configuration.region}:${configuration.accountId}:execution:${configuration.deployment}-${workflow}:${name}`;
