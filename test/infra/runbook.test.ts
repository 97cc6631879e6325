import { readdirSync, readFileSync } from 'node:fs';
import { beforeAll, describe, expect, it } from '@jest/globals';
import { METRICS_NAMESPACE, SITE_METRICS, UNITS } from '../../functions/shared/metrics.ts';
import { example, ofType, type Resource, SYNTHESIS_TAKES, synthesize } from './synthesis.ts';

const RUNBOOK = new URL('../../docs/runbook/', import.meta.url);
const ARTICLES = readdirSync(RUNBOOK);
/** What every article tells, in this order. */
const HEADINGS = ['Means', 'Check', 'Do', "Don't"];

describe('the alarms and their runbook', () => {
  let alarms: readonly Resource[];
  const alarmOf = (what: string) =>
    alarms.find(({ Properties }) => Properties.AlarmName === `sso-${what}`)!.Properties;
  beforeAll(() => {
    alarms = (['existing', 'new'] as const).flatMap((installation) => {
      const { workflow, alarms: there } = synthesize(example(installation));
      return [workflow, there].flatMap((stack) => ofType(stack, 'AWS::CloudWatch::Alarm'));
    });
  }, SYNTHESIS_TAKES);

  const linked = (description: string) =>
    /Runbook: https:\/\/wiki\.example\.test\/runbook\/([a-z-]+\.md)$/.exec(description)?.[1];

  it('each alarm says in its description where its article is, and there is one', () => {
    // Of both: two on endpoints, two on what came in, four on how it stands; of the new one two on the view.
    expect(alarms).toHaveLength(2 * 8 + 2);
    for (const { Properties } of alarms) expect(ARTICLES).toContain(linked(Properties.AlarmDescription));
  });

  it.each(ARTICLES)(
    '%s is linked by an alarm, and says what it means, how to check, what to do and not',
    (article) => {
      expect(alarms.map(({ Properties }) => linked(Properties.AlarmDescription))).toContain(article);
      const text = readFileSync(new URL(article, RUNBOOK), 'utf8');
      expect([...text.matchAll(/^\*\*([A-Z][a-z']+):?\*\*/gm)].map(([, heading]) => heading)).toEqual(
        HEADINGS,
      );
      for (const section of text.split(/^\*\*[A-Z][a-z']+:?\*\*/m).slice(1))
        expect(section.trim().length).toBeGreaterThan(60);
    },
  );

  it('not ready is also that nobody looks any more', () => {
    expect(alarmOf('not-ready')).toMatchObject({
      MetricName: 'FailoverReady',
      Statistic: 'Minimum',
      ComparisonOperator: 'LessThanThreshold',
      Threshold: 1,
      Period: 300,
      EvaluationPeriods: 2,
      TreatMissingData: 'breaching',
      AlarmActions: ['topic:sso-on-call'],
    });
  });

  it.each([
    ['operation-held', 'OperationHeldSeconds', 'GreaterThanThreshold', 7200],
    ['drift', 'ChecksChangedByHand', 'GreaterThanOrEqualToThreshold', 1],
    ['disarmed', 'DisarmedSeconds', 'GreaterThanThreshold', 14_400],
  ])('%s is told when %s says so once', (what, MetricName, ComparisonOperator, Threshold) => {
    expect(alarmOf(what)).toMatchObject({
      Namespace: METRICS_NAMESPACE,
      Dimensions: [{ Name: 'Deployment', Value: 'sso' }],
      MetricName,
      Statistic: 'Maximum',
      ComparisonOperator,
      Threshold,
      EvaluationPeriods: 1,
      TreatMissingData: 'notBreaching',
      AlarmActions: ['topic:sso-on-call'],
    });
  });

  it(
    'from when on they tell a person is said in the configuration',
    () => {
      const made = synthesize(
        example('existing', (file) =>
          Object.assign(file, {
            alarms: { notReadySeconds: 1500, operationHeldSeconds: 900, disarmedSeconds: 60 },
          }),
        ),
      );
      const of = (what: string) =>
        ofType(made.workflow, 'AWS::CloudWatch::Alarm').find(
          ({ Properties }) => Properties.AlarmName === `sso-${what}`,
        )!.Properties;
      expect(of('not-ready').EvaluationPeriods).toBe(5);
      expect(of('operation-held').Threshold).toBe(900);
      expect(of('disarmed').Threshold).toBe(60);
    },
    SYNTHESIS_TAKES,
  );

  it('at most ten custom metrics are paid for: one for each name, and one for each site where there is one of each', () => {
    expect(Object.keys(UNITS).length + SITE_METRICS.length).toBeLessThanOrEqual(10);
    const watched = alarms.filter(({ Properties }) => Properties.Namespace === METRICS_NAMESPACE);
    for (const { Properties } of watched) expect(Object.keys(UNITS)).toContain(Properties.MetricName);
  });
});
