import { Validations } from 'aws-cdk-lib';
import type { IConstruct } from 'constructs';

/**
 * Wildcards that a policy can't do without, each with the reason. What is not named here fails `cdk synth` by
 * cdk-nag, and the tests by a walk over every policy of their own.
 */
export const acknowledge = (where: IConstruct, finding: string, reason: string): void =>
  Validations.of(where).acknowledge({ id: `AwsSolutions-IAM5[${finding}]`, reason });
