import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { adaptAssembly } from '../../../lab/deploy/templates.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'templates-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

const template = (resources: object): string => JSON.stringify({ Resources: resources });

const onAnExpression = {
  Type: 'AWS::CloudWatch::Alarm',
  Properties: {
    AlarmName: 'sso-event-not-handled',
    Threshold: 1,
    Metrics: [
      { Id: 'sum', Expression: 'FILL(one, 0) + FILL(other, 0)' },
      {
        Id: 'one',
        MetricStat: { Metric: { MetricName: 'One', Namespace: 'Space' }, Period: 60, Stat: 'Sum' },
        ReturnData: false,
      },
      {
        Id: 'other',
        MetricStat: { Metric: { MetricName: 'Other', Namespace: 'Space' }, Period: 60, Stat: 'Sum' },
        ReturnData: false,
      },
    ],
  },
};

const onAMetric = {
  Type: 'AWS::CloudWatch::Alarm',
  Properties: { AlarmName: 'sso-site-a-endpoint', MetricName: 'HealthCheckStatus', Namespace: 'AWS/Route53' },
};

describe('templates for the emulator', () => {
  it('an alarm on an expression, for which it would refuse the stack, is on the first metric and is said to be', () => {
    const file = join(folder, 'sso-workflow.template.json');
    writeFileSync(file, template({ Unhandled: onAnExpression, Endpoint: onAMetric }));
    const changes = adaptAssembly(folder);
    const { Resources } = JSON.parse(readFileSync(file, 'utf8'));
    expect(Resources.Unhandled).toEqual({
      Type: 'AWS::CloudWatch::Alarm',
      Properties: {
        AlarmName: 'sso-event-not-handled',
        Threshold: 1,
        MetricName: 'One',
        Namespace: 'Space',
        Period: 60,
        Statistic: 'Sum',
      },
    });
    expect(Resources.Endpoint).toEqual(onAMetric);
    expect(changes).toContain('the alarm sso-event-not-handled is on the first metric of its expression');
  });

  it('a policy asks for TLS no more, which is not spoken on loopback, and allows and denies the rest as before', () => {
    const file = join(folder, 'sso-alarms.template.json');
    const forCloudWatch = { Effect: 'Allow', Action: 'sns:Publish', Principal: { Service: 'cloudwatch' } };
    const onlyByTls = { Effect: 'Deny', Condition: { Bool: { 'aws:SecureTransport': 'false' } } };
    const policy = (Statement: readonly object[]) => ({
      Type: 'AWS::SNS::TopicPolicy',
      Properties: { Topics: ['endpoint-alarms'], PolicyDocument: { Version: '2012-10-17', Statement } },
    });
    writeFileSync(file, template({ Policy: policy([onlyByTls, forCloudWatch]) }));
    const changes = adaptAssembly(folder);
    expect(JSON.parse(readFileSync(file, 'utf8')).Resources.Policy).toEqual(policy([forCloudWatch]));
    expect(changes).toContain('Policy does not ask for TLS');
  });

  it('no role of cdk bootstrap is assumed, neither for assets nor for stacks', () => {
    const manifest = {
      properties: { stackTemplate: 'one', assumeRoleArn: 'a', cloudFormationExecutionRoleArn: 'b' },
    };
    const assets = { files: { one: { destinations: { here: { bucketName: 'c', assumeRoleArn: 'd' } } } } };
    writeFileSync(join(folder, 'manifest.json'), JSON.stringify(manifest));
    writeFileSync(join(folder, 'sso-alarms.assets.json'), JSON.stringify(assets));
    adaptAssembly(folder);
    const read = (file: string) => JSON.parse(readFileSync(join(folder, file), 'utf8'));
    expect(read('manifest.json')).toEqual({ properties: { stackTemplate: 'one' } });
    expect(read('sso-alarms.assets.json')).toEqual({
      files: { one: { destinations: { here: { bucketName: 'c' } } } },
    });
  });

  it('what it takes as it is stays as it was synthesized, to the letter', () => {
    const file = join(folder, 'sso-alarms.template.json');
    const text = template({ Endpoint: onAMetric });
    writeFileSync(file, text);
    adaptAssembly(folder);
    expect(readFileSync(file, 'utf8')).toBe(text);
  });
});
