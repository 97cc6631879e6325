import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { adaptTemplates } from '../../../lab/deploy/templates.ts';

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
    const changes = adaptTemplates(folder);
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
    expect(changes).toEqual([expect.stringContaining('sso-event-not-handled')]);
  });

  it('what it takes as it is stays as it was synthesized, to the letter', () => {
    const file = join(folder, 'sso-alarms.template.json');
    const text = `${template({ Endpoint: onAMetric })}\n`;
    writeFileSync(file, text);
    expect(adaptTemplates(folder)).toEqual([]);
    expect(readFileSync(file, 'utf8')).toBe(text);
  });
});
