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

/**
 * Whether an execution was started by the product itself, for a recorded decision or by readiness (which names what
 * it starts `…-r-<UUID>`), and not by a person. What starts by itself may be muted when it says the same again.
 */
export const startedByItself = (execution: string): boolean =>
  /:[a-z]+-(e\d+-\d+|r-[0-9a-f-]{36})$/.test(execution);
