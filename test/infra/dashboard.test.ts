import { beforeAll, describe, expect, it } from '@jest/globals';
import { METRICS_NAMESPACE, SITE_METRICS, UNITS } from '../../functions/shared/metrics.ts';
import { example, ofType, SYNTHESIS_TAKES, type Synthesized, synthesize } from './synthesis.ts';

interface Widget {
  readonly type: string;
  // biome-ignore lint/suspicious/noExplicitAny: what CloudWatch takes has no type here
  readonly properties: any;
}

/** Namespace, name, and dimensions as name and value by turns. */
type Line = readonly string[];

describe.each(['existing', 'new'] as const)('the dashboard of the %s installation', (installation) => {
  let made: Synthesized;
  let widgets: readonly Widget[];
  beforeAll(() => {
    made = synthesize(example(installation));
    const [dashboard] = ofType(made.workflow, 'AWS::CloudWatch::Dashboard');
    expect(dashboard!.Properties.DashboardName).toBe('sso');
    widgets = JSON.parse(dashboard!.Properties.DashboardBody).widgets;
  }, SYNTHESIS_TAKES);

  /** What a widget draws, its options left out. */
  const drawn = (): readonly Line[] =>
    widgets.flatMap(({ properties }) =>
      (properties.metrics ?? []).map((metric: unknown[]) =>
        metric.filter((each) => typeof each === 'string'),
      ),
    );
  const titled = (title: RegExp) => widgets.find(({ properties }) => title.test(properties.title ?? ''))!;

  it('shows each metric that the functions write, of each site where there is one of each', () => {
    const own = drawn().filter(([namespace]) => namespace === METRICS_NAMESPACE);
    const shown = own.map(([, name, ...dimensions]) => `${name} ${dimensions.join(' ')}`);
    const written = Object.keys(UNITS).flatMap((name) =>
      (SITE_METRICS as readonly string[]).includes(name)
        ? ['site-a', 'site-b'].map((site) => `${name} Deployment sso Site ${site}`)
        : [`${name} Deployment sso`],
    );
    expect([...shown].sort()).toEqual(written.sort());
  });

  it("beside what the ledger says shows what Route 53's checkers find, in the region where that is", () => {
    const checkers = widgets
      .flatMap(({ properties }) => (properties.metrics ?? []) as unknown[][])
      .filter(([namespace]) => namespace === 'AWS/Route53');
    expect(checkers.map(([, , , id]) => id)).toEqual(
      installation === 'existing'
        ? ['11111111-1111-4111-8111-111111111111', '22222222-2222-4222-8222-222222222222']
        : ['PRIMARYEndpoint', 'SECONDARYEndpoint'],
    );
    for (const line of checkers) expect(line.at(-1)).toMatchObject({ region: 'us-east-1' });
  });

  it('shows the state of every alarm that there is, those in us-east-1 too', () => {
    const shown = widgets
      .filter(({ type }) => type === 'alarm')
      .flatMap(({ properties }) => properties.alarms as string[]);
    const alarms = Object.entries(made.workflow).filter(([, { Type }]) => Type === 'AWS::CloudWatch::Alarm');
    expect([...shown].sort()).toEqual(
      [
        ...alarms.map(([id]) => id),
        ...ofType(made.alarms, 'AWS::CloudWatch::Alarm').map(
          ({ Properties }) => `arn:aws:cloudwatch:us-east-1:123456789012:alarm:${Properties.AlarmName}`,
        ),
      ].sort(),
    );
  });

  it('draws recovery against its target, and what is held or disarmed against where the alarms are', () => {
    const lines = (title: RegExp) =>
      titled(title).properties.annotations.horizontal.map(({ value }: { value: number }) => value);
    expect(lines(/good writes/)).toEqual([60]);
    expect(lines(/^Operation held/)).toEqual([7200, 14_400]);
  });

  it("lists the last operations by the lines of the report function's log", () => {
    const { query } = titled(/^Last operations$/).properties;
    expect(query).toContain("SOURCE '/aws/lambda/sso-report'");
    expect(query).toContain('filter message = "operation ended"');
  });

  it('leads to the articles of the runbook and to the workflows that a person starts', () => {
    const [{ properties }] = widgets.filter(({ type }) => type === 'text') as [Widget];
    expect(properties.markdown).toContain('[not-ready](https://wiki.example.test/runbook/not-ready.md)');
    expect(properties.markdown).toContain('stateMachine:sso-failover)');
  });
});
