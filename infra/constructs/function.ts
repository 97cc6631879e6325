import { cpSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Duration, RemovalPolicy } from 'aws-cdk-lib';
import { Effect, PolicyStatement, Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import {
  Architecture,
  type CfnFunction,
  Code,
  Function as LambdaFunction,
  Runtime,
} from 'aws-cdk-lib/aws-lambda';
import { LogGroup, type RetentionDays } from 'aws-cdk-lib/aws-logs';
import { Construct } from 'constructs';
import type { Configuration } from '../../functions/shared/configuration.ts';
import { INVOCATION_SECONDS } from '../../functions/shared/patience.ts';
import { nameOf } from '../configuration/names.ts';
import type { DeploymentConfiguration } from '../configuration/schema.ts';
import { acknowledge } from './acknowledge.ts';

export interface FailoverFunctionProps {
  readonly deployment: DeploymentConfiguration;
  readonly runtime: Configuration;
  readonly environment: Readonly<Record<string, string>>;
  /** Folder with one folder `<name>` for each function: its `index.mjs` and what that loads later. */
  readonly bundles: string;
  readonly description: string;
  readonly memorySize?: number;
  /** Talks to the sites' Kubernetes APIs, which may be private. */
  readonly inNetwork?: boolean;
  readonly reservedConcurrentExecutions?: number;
}

/** One Lambda function: its bundle with the configuration beside it, its own role, its own log group. */
export class FailoverFunction extends Construct {
  readonly lambda: LambdaFunction;
  readonly role: Role;

  constructor(scope: Construct, name: string, props: FailoverFunctionProps) {
    super(scope, name);
    const { deployment, runtime, bundles } = props;
    const functionName = nameOf(deployment, name);
    const logGroup = new LogGroup(this, 'Logs', {
      logGroupName: `/aws/lambda/${functionName}`,
      retention: deployment.logRetentionDays as RetentionDays,
      removalPolicy: RemovalPolicy.DESTROY,
    });
    this.role = new Role(this, 'Role', { assumedBy: new ServicePrincipal('lambda.amazonaws.com') });
    logGroup.grantWrite(this.role);
    this.lambda = withCode(
      runtime,
      join(bundles, name),
      (code) =>
        new LambdaFunction(this, 'Function', {
          functionName,
          description: props.description,
          runtime: Runtime.NODEJS_24_X,
          architecture: Architecture.ARM_64,
          handler: 'index.handler',
          code,
          environment: props.environment,
          memorySize: props.memorySize ?? 512,
          timeout: Duration.seconds(INVOCATION_SECONDS),
          role: this.role,
          logGroup,
          ...(props.reservedConcurrentExecutions === undefined
            ? {}
            : { reservedConcurrentExecutions: props.reservedConcurrentExecutions }),
        }),
    );
    if (props.inNetwork === true && deployment.network !== undefined) this.#attach(deployment.network);
  }

  /** By the ids alone: looking a VPC up would need an account at synthesis. */
  #attach({ subnetIds, securityGroupIds }: NonNullable<DeploymentConfiguration['network']>): void {
    (this.lambda.node.defaultChild as CfnFunction).vpcConfig = { subnetIds, securityGroupIds };
    this.role.addToPolicy(
      new PolicyStatement({
        effect: Effect.ALLOW,
        actions: [
          'ec2:CreateNetworkInterface',
          'ec2:DescribeNetworkInterfaces',
          'ec2:DescribeSubnets',
          'ec2:DeleteNetworkInterface',
          'ec2:AssignPrivateIpAddresses',
          'ec2:UnassignPrivateIpAddresses',
        ],
        resources: ['*'],
      }),
    );
    acknowledge(
      this.role,
      'Resource::*',
      'Lambda checks these actions on * when a function is attached to a VPC.',
    );
    // The attachment is refused before the role may make network interfaces.
    const policy = this.role.node.tryFindChild('DefaultPolicy');
    if (policy !== undefined) this.lambda.node.addDependency(policy);
  }
}

/** Lambda's code as a folder of its own for as long as the asset is made of it. */
function withCode<T>(runtime: Configuration, bundle: string, make: (code: Code) => T): T {
  const folder = mkdtempSync(join(tmpdir(), 'function-'));
  try {
    cpSync(bundle, folder, { recursive: true });
    writeFileSync(join(folder, 'failover.config.json'), `${JSON.stringify(runtime, null, 2)}\n`);
    return make(Code.fromAsset(folder));
  } finally {
    rmSync(folder, { recursive: true });
  }
}
