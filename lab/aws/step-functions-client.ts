import {
  DescribeExecutionCommand,
  DescribeStateMachineCommand,
  GetExecutionHistoryCommand,
  ListExecutionsCommand,
  type SFNClient,
  StartExecutionCommand,
  StopExecutionCommand,
} from '@aws-sdk/client-sfn';
import type { StepFunctions } from './step-functions.ts';
import type { Execution } from './step-functions-records.ts';

/** Behind the functions' edge instead of an SFNClient: the same commands, answered by the engine in this process. */
export const stepFunctionsClient = (engine: StepFunctions): Pick<SFNClient, 'send'> => ({
  send: (async (command: unknown) => answer(engine, command)) as SFNClient['send'],
});

function answer(engine: StepFunctions, command: unknown): unknown {
  if (command instanceof StartExecutionCommand) {
    const { stateMachineArn, input, name } = command.input;
    const execution = engine.startExecution(stateMachineArn!, JSON.parse(input ?? '{}'), name);
    return { executionArn: execution.executionArn, startDate: execution.startDate };
  }
  if (command instanceof DescribeExecutionCommand) {
    return described(engine.describeExecution(command.input.executionArn!));
  }
  if (command instanceof GetExecutionHistoryCommand) {
    return engine.historyOf(command.input.executionArn!).page(command.input);
  }
  if (command instanceof DescribeStateMachineCommand) {
    return engine.describeStateMachine(command.input.stateMachineArn!);
  }
  if (command instanceof StopExecutionCommand) {
    const { executionArn, error, cause } = command.input;
    engine.stopExecution(executionArn!, error, cause);
    return { stopDate: new Date() };
  }
  if (command instanceof ListExecutionsCommand) {
    const { stateMachineArn, statusFilter, maxResults } = command.input;
    const executions = engine
      .listExecutions(stateMachineArn)
      .filter(({ status }) => statusFilter === undefined || status === statusFilter)
      .map(described)
      .reverse();
    return { executions: maxResults === undefined ? executions : executions.slice(0, maxResults) };
  }
  throw new Error(`The lab's Step Functions knows no ${(command as object).constructor.name}.`);
}

/** As the API says it: input and output as text, absent fields absent. */
function described(execution: Execution) {
  const { executionArn, stateMachineArn, name, status, startDate, stopDate, error, cause } = execution;
  return {
    executionArn,
    stateMachineArn,
    name,
    status,
    startDate,
    input: JSON.stringify(execution.input),
    redriveCount: execution.redriveCount,
    ...(stopDate === null ? {} : { stopDate }),
    ...(status === 'SUCCEEDED' ? { output: JSON.stringify(execution.output) } : {}),
    ...(error === null ? {} : { error }),
    ...(cause === null ? {} : { cause }),
  };
}
