import { beforeAll, describe, expect, it } from '@jest/globals';
import { example, ofType, SYNTHESIS_TAKES, type Synthesized, synthesize } from './synthesis.ts';

describe('Route 53 of a new installation', () => {
  let existing: Synthesized;
  let fresh: Synthesized;
  beforeAll(() => {
    existing = synthesize(example('existing'));
    fresh = synthesize(example('new'));
  }, SYNTHESIS_TAKES);

  const switches = (made: Synthesized) =>
    Object.entries(made.routing).filter(
      ([, { Properties }]) => Properties?.HealthCheckConfig?.Type === 'CALCULATED',
    );

  it('the records name the switches, and nothing else decides', () => {
    const records = ofType(fresh.routing, 'AWS::Route53::RecordSet').map(({ Properties }) => Properties);
    expect(records.map(({ Failover, HealthCheckId }) => [Failover, HealthCheckId])).toEqual([
      ['PRIMARY', 'PRIMARYSwitch'],
      ['SECONDARY', 'SECONDARYSwitch'],
    ]);
    for (const { AliasTarget } of records) expect(AliasTarget.EvaluateTargetHealth).toBe(false);
  });

  it(
    'nothing that a person may change in the configuration changes a switch, which the ledger owns',
    () => {
      // CloudFormation writes a whole health check when a property of its template changed, its threshold included.
      const before = switches(fresh);
      expect(before.map(([, { Properties }]) => Properties.HealthCheckConfig.HealthThreshold)).toEqual([
        1, 0,
      ]);
      // biome-ignore lint/suspicious/noExplicitAny: a file before it is checked
      const changes: readonly ((file: any) => void)[] = [
        (file) => {
          for (const site of file.sites)
            site.healthCheck = {
              endpointDomain: `new-${site.name}.example.test`,
              port: 8443,
              path: '/health',
            };
        },
        (file) => {
          file.sites.reverse();
          file.sites[0].name = 'site-c';
          file.crossSiteView = undefined;
          file.bridgeCut = undefined;
        },
        (file) => {
          file.dns = { hostedZoneId: 'Z999', clientDomain: 'sso.example.test' };
          file.traffic = { recordTtlSeconds: 300 };
          file.logRetentionDays = 7;
          file.network = undefined;
        },
      ];
      for (const change of changes) {
        const after = switches(synthesize(example('new', change)));
        expect(Object.fromEntries(after)).toEqual(Object.fromEntries(before));
      }
    },
    SYNTHESIS_TAKES,
  );

  it('an existing installation keeps its checks and records: none is in its templates', () => {
    expect(existing.routing).toEqual({});
    for (const stack of [existing.workflow, existing.alarms])
      expect(Object.values(stack).filter(({ Type }) => Type.startsWith('AWS::Route53'))).toEqual([]);
  });

  it('the functions find the ids of the created checks in their environment', () => {
    for (const { Properties } of ofType(fresh.workflow, 'AWS::Lambda::Function'))
      expect(Properties.Environment.Variables).toEqual({
        PRIMARY_ENDPOINT_HEALTH_CHECK_ID: 'PRIMARYEndpoint',
        PRIMARY_SWITCH_HEALTH_CHECK_ID: 'PRIMARYSwitch',
        SECONDARY_ENDPOINT_HEALTH_CHECK_ID: 'SECONDARYEndpoint',
        SECONDARY_SWITCH_HEALTH_CHECK_ID: 'SECONDARYSwitch',
      });
  });
});
