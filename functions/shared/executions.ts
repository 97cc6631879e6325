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

/** Name of the execution that carries out a recorded decision: the same however often it is started. */
export const executionName = (workflow: Workflow, epoch: number, attempt: number): string =>
  `${workflow}-e${epoch}-${attempt}`;

/** Whether an execution was started for a recorded decision, and not by a person. */
export const isForDecision = (execution: string): boolean => /:[a-z]+-e\d+-\d+$/.test(execution);
