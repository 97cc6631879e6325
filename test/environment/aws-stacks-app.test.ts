import { beforeAll, describe, expect, it } from '@jest/globals';
import { parseDeployment } from '../../infra/configuration/parse.ts';
import { type Resource, SYNTHESIS_TAKES, type Synthesized, synthesize } from '../infra/synthesis.ts';
import { synthesizeApp } from './aws-synthesis.ts';
import { example, exampleFile } from './examples.ts';

let coreAlone: Synthesized;
let whole: ReturnType<typeof synthesizeApp>;
let ofTheExisting: ReturnType<typeof synthesizeApp>;
// Each of them throws what cdk-nag finds.
beforeAll(() => {
  coreAlone = synthesize(
    parseDeployment(
      exampleFile('openshift-26', (file) => {
        delete file.environment;
      }),
    ),
  );
  whole = synthesizeApp(example('openshift-26'));
  ofTheExisting = synthesizeApp(example('kubernetes-24'));
}, SYNTHESIS_TAKES);

const CORE = ['sso-alarms', 'sso-routing', 'sso-workflow'];

describe('the app with an environment', () => {
  it("has the core's stacks and those that the environment needs, in the sites' region", () => {
    expect(Object.keys(coreAlone.templates).sort()).toEqual(CORE);
    expect(Object.keys(whole.templates).sort()).toEqual([...CORE, 'sso-database', 'sso-site-records'].sort());
    expect(whole.regions).toMatchObject({ 'sso-database': 'eu-west-1', 'sso-site-records': 'eu-west-1' });
  });

  it('has none of them where database and records are there already', () => {
    expect(Object.keys(ofTheExisting.templates).sort()).toEqual(['sso-alarms', 'sso-workflow']);
  });

  it.each(CORE)("leaves the core's %s letter by letter as it is without one", (stack) => {
    expect(coreAlone.templates[stack]).toMatch(/^\{/);
    expect(whole.templates[stack]).toBe(coreAlone.templates[stack]);
  });

  it("makes the sites' own records before the failover records, which are aliases of them", () => {
    expect(whole.beforeRouting).toEqual(['sso-site-records']);
    const { Resources } = JSON.parse(whole.templates['sso-site-records']!) as {
      Resources: Record<string, Resource>;
    };
    const own = Object.values(Resources);
    const record = (name: string, balancer: string) => ({
      Type: 'AWS::Route53::RecordSet',
      Properties: {
        Name: name,
        Type: 'A',
        HostedZoneId: 'Z0123456789EXAMPLE',
        AliasTarget: {
          DNSName: `${balancer}.elb.eu-west-1.amazonaws.com`,
          HostedZoneId: 'Z2IFOLAFXWLO4F',
          EvaluateTargetHealth: true,
        },
      },
    });
    expect(own).toEqual([
      record('site-a.example.test', 'router-a-0123456789'),
      record('site-b.example.test', 'router-b-0123456789'),
    ]);
    const aliases = Object.values(whole.routing)
      .filter(({ Type }) => Type === 'AWS::Route53::RecordSet')
      .map(({ Properties }) => Properties.AliasTarget);
    expect(aliases.map(({ DNSName }) => DNSName)).toEqual(own.map(({ Properties }) => Properties.Name));
    // So what the load balancers' health says overrules no switch.
    expect(aliases.map(({ EvaluateTargetHealth }) => EvaluateTargetHealth)).toEqual([false, false]);
  });
});
