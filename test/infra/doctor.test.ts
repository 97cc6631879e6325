import { describe, expect, it } from '@jest/globals';
import { wantedAlarms } from '../../ctl/doctor/alarms.ts';
import { runtimeConfiguration } from '../../infra/configuration/runtime.ts';
import { example, ofType, SYNTHESIS_TAKES, synthesize } from './synthesis.ts';

describe('what the command line’s doctor looks for', () => {
  it.each(['existing', 'new'] as const)(
    'is each alarm of the stacks of the %s installation, in its region',
    (installation) => {
      const deployment = example(installation);
      const { workflow, alarms } = synthesize(deployment);
      const made = (resources: typeof workflow, region: string) =>
        ofType(resources, 'AWS::CloudWatch::Alarm').map(
          ({ Properties }) => `${region} ${Properties.AlarmName}`,
        );
      const wanted = wantedAlarms(runtimeConfiguration(deployment)).map(
        ({ name, region }) => `${region} ${name}`,
      );
      expect(wanted.toSorted()).toEqual(
        [...made(workflow, deployment.region), ...made(alarms, 'us-east-1')].toSorted(),
      );
    },
    SYNTHESIS_TAKES,
  );
});
