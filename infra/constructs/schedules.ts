import { Duration } from 'aws-cdk-lib';
import { Rule, RuleTargetInput, Schedule } from 'aws-cdk-lib/aws-events';
import { LambdaFunction, SfnStateMachine } from 'aws-cdk-lib/aws-events-targets';
import { Construct } from 'constructs';
import { nameOf } from '../configuration/names.ts';
import { type DeploymentConfiguration, READINESS_SECONDS } from '../configuration/schema.ts';
import { MINUTE } from './alarms.ts';
import type { Functions } from './functions.ts';
import type { Machines } from './machines.ts';

export interface SchedulesProps {
  readonly deployment: DeploymentConfiguration;
  readonly functions: Functions;
  readonly machines: Machines;
}

/** What happens without anything having happened: nothing hangs on an event that was lost. */
export class Schedules extends Construct {
  constructor(scope: Construct, id: string, { deployment, functions, machines }: SchedulesProps) {
    super(scope, id);
    new Rule(this, 'Sweep', {
      ruleName: nameOf(deployment, 'sweep'),
      description: 'reconcile finishes what was begun, and decides again what is still in ALARM.',
      schedule: Schedule.rate(MINUTE),
      targets: [new LambdaFunction(functions.of('reconcile').lambda)],
    });
    const readiness = (name: string, every: Duration, description: string, input: object) =>
      new Rule(this, name, {
        ruleName: nameOf(deployment, name),
        description,
        schedule: Schedule.rate(every),
        targets: [
          new SfnStateMachine(machines.all.get('readiness')!, { input: RuleTargetInput.fromObject(input) }),
        ],
      });
    readiness(
      'readiness-minute',
      MINUTE,
      'While a site is not in sync readiness looks every minute, and does what is open.',
      { check: 'while-not-in-sync' },
    );
    readiness('readiness', Duration.seconds(READINESS_SECONDS), 'readiness looks and reports.', {});
    readiness(
      'readiness-whole',
      Duration.hours(1),
      'readiness also asks both Data Grids, by Batches, what they hold and what they think of each other.',
      { check: 'whole' },
    );
  }
}
