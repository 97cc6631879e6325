import { RemovalPolicy, Validations } from 'aws-cdk-lib';
import { Grant } from 'aws-cdk-lib/aws-iam';
import { LogGroup, type RetentionDays } from 'aws-cdk-lib/aws-logs';
import {
  type CfnStateMachine,
  DefinitionBody,
  LogLevel,
  Pass,
  StateMachine,
  StateMachineType,
} from 'aws-cdk-lib/aws-stepfunctions';
import { Construct } from 'constructs';
import { executionArns, nameOf, type Place } from '../configuration/names.ts';
import type { DeploymentConfiguration } from '../configuration/schema.ts';
import { acknowledge } from './acknowledge.ts';
import { FUNCTION_NAMES, type Functions } from './functions.ts';
import { inPascalCase, type MachineFile, machineFiles, templateForm } from './machine-definition.ts';

export interface MachinesProps {
  readonly deployment: DeploymentConfiguration;
  readonly functions: Functions;
}

/** One state machine for each file of `statemachines/`, with the permissions for what the file names. */
export class Machines extends Construct {
  readonly all: ReadonlyMap<string, StateMachine>;

  constructor(scope: Construct, id: string, props: MachinesProps) {
    super(scope, id);
    const made = new Map<string, StateMachine>();
    for (const file of machineFiles()) made.set(file.name, this.#machine(file, props, made));
    this.all = made;
  }

  #machine(file: MachineFile, { deployment, functions }: MachinesProps, made: Map<string, StateMachine>) {
    const stateMachineName = nameOf(deployment, file.name);
    const machine = new StateMachine(this, file.name, {
      stateMachineName,
      stateMachineType: StateMachineType.STANDARD,
      definitionBody: DefinitionBody.fromChainable(new Pass(this, `${file.name}-replaced`)),
      logs: {
        destination: new LogGroup(this, `${file.name}-logs`, {
          // Under this prefix the size of CloudWatch's resource policy stays within its limit.
          logGroupName: `/aws/vendedlogs/states/${stateMachineName}`,
          retention: deployment.logRetentionDays as RetentionDays,
          removalPolicy: RemovalPolicy.DESTROY,
        }),
        level: LogLevel.ALL,
        includeExecutionData: true,
      },
    });
    acknowledge(
      machine,
      'Resource::*',
      'The actions with which Step Functions sets up its logs take no resource.',
    );
    Validations.of(machine).acknowledge({
      id: 'AwsSolutions-SF2',
      reason:
        "Each step's time and data are in the execution's history and its logs; a trace would add nothing.",
    });
    const substitutions: Record<string, string> = {};
    for (const placeholder of file.placeholders) {
      const name = FUNCTION_NAMES.find((each) => `${inPascalCase(each)}Function` === placeholder);
      const child = [...made].find(([each]) => `${inPascalCase(each)}Machine` === placeholder);
      if (name !== undefined) {
        const { lambda } = functions.of(name);
        substitutions[placeholder] = lambda.functionArn;
        lambda.grantInvokeLatestVersion(machine);
      } else if (child !== undefined) {
        const [childName, childMachine] = child;
        substitutions[placeholder] = childMachine.stateMachineArn;
        this.#mayRun(machine, childMachine, childName, deployment);
      } else throw new Error(`${file.name}: nothing stands for ${placeholder}.`);
    }
    const resource = machine.node.defaultChild as CfnStateMachine;
    // As an object, so that `cdk diff` shows which field of which state changes.
    resource.addPropertyDeletionOverride('DefinitionString');
    resource.definition = templateForm(file.definition);
    resource.definitionSubstitutions = substitutions;
    return machine;
  }

  /** `startExecution.sync:2`: starts it, follows it by a rule that Step Functions manages, stops it when stopped. */
  #mayRun(parent: StateMachine, child: StateMachine, name: string, place: Place): void {
    child.grantStartExecution(parent);
    const executions = executionArns(place, name);
    Grant.addToPrincipal({
      grantee: parent,
      actions: ['states:DescribeExecution', 'states:StopExecution'],
      resourceArns: [executions],
    }).assertSuccess();
    acknowledge(
      parent,
      `Resource::${executions}`,
      'Executions that it starts get their names when they start.',
    );
    Grant.addToPrincipal({
      grantee: parent,
      actions: ['events:PutTargets', 'events:PutRule', 'events:DescribeRule'],
      resourceArns: [
        `arn:aws:events:${place.region}:${place.accountId}:rule/StepFunctionsGetEventsForStepFunctionsExecutionRule`,
      ],
    }).assertSuccess();
  }
}
