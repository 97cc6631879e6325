import {
  DescribeExecutionCommand,
  type DescribeExecutionCommandInput,
  DescribeStateMachineCommand,
  type DescribeStateMachineCommandInput,
  GetExecutionHistoryCommand,
  type GetExecutionHistoryCommandInput,
  ListExecutionsCommand,
  type ListExecutionsCommandInput,
  type SFNClient,
  StartExecutionCommand,
  type StartExecutionCommandInput,
  StopExecutionCommand,
  type StopExecutionCommandInput,
} from '@aws-sdk/client-sfn';
import { type Service, ServiceFault } from './service.ts';
import { StepFunctionsError } from './step-functions-records.ts';

/**
 * Step Functions as the HTTP server serves it: hands each call to the engine's client in this process.
 * Not modelled: paging of lists with nextToken, and all operations but these.
 */
export function stepFunctionsService(client: Pick<SFNClient, 'send'>): Service {
  const answered = async <Output>(output: Promise<Output>): Promise<Output> => {
    try {
      return await output;
    } catch (error) {
      if (error instanceof StepFunctionsError) throw new ServiceFault(error.name, error.message);
      throw error;
    }
  };
  return {
    name: 'Step Functions',
    operations: {
      StartExecution: (input: StartExecutionCommandInput) =>
        answered(client.send(new StartExecutionCommand(input))),
      DescribeExecution: (input: DescribeExecutionCommandInput) =>
        answered(client.send(new DescribeExecutionCommand(input))),
      GetExecutionHistory: (input: GetExecutionHistoryCommandInput) =>
        answered(client.send(new GetExecutionHistoryCommand(input))),
      DescribeStateMachine: (input: DescribeStateMachineCommandInput) =>
        answered(client.send(new DescribeStateMachineCommand(input))),
      StopExecution: (input: StopExecutionCommandInput) =>
        answered(client.send(new StopExecutionCommand(input))),
      ListExecutions: (input: ListExecutionsCommandInput) =>
        answered(client.send(new ListExecutionsCommand(input))),
    },
  };
}
