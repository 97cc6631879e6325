import { describe, expect, it } from '@jest/globals';
import { readAlarmEvent } from '../../../functions/reconcile/alarm-events.ts';
import { parseConfiguration } from '../../../functions/shared/configuration.ts';
import { CloudWatch } from '../../../lab/aws/alarms/cloudwatch.ts';
import { configuredAlarms } from '../../../lab/aws/alarms/configured-alarms.ts';
import { exampleConfiguration } from '../../kubernetes/example-configuration.ts';
import { virtualClock } from './virtual-clock.ts';

const configuration = parseConfiguration({
  ...exampleConfiguration({ apiServer: 'https://api.site.example.test', keycloak: 'keycloak' }),
  alarms: [
    {
      name: 'site-a-down',
      kind: 'endpoint-down',
      site: 'site-a',
      metric: {
        namespace: 'AWS/Route53',
        name: 'HealthCheckStatus',
        dimensions: { HealthCheckId: 'endpoint-site-a' },
      },
    },
    { name: 'site-b-left', kind: 'left-cross-site-view', site: 'site-b' },
  ],
});

describe('the alarms of the configuration', () => {
  it('are understood by reconcile: one says that an endpoint is down, one that a site left the view', async () => {
    const clock = virtualClock();
    let up = true;
    const nudges: ReturnType<typeof readAlarmEvent>[] = [];
    const cloudwatch = new CloudWatch({
      clock,
      accountId: configuration.accountId,
      topicName: 'failover-alarms',
      alarms: configuredAlarms(configuration, {
        isHealthy: (id) => id !== 'endpoint-site-a' || up,
        isInView: () => up,
      }),
      deliver: (event) => nudges.push(readAlarmEvent(event, configuration)),
    });
    cloudwatch.start();
    await clock.advance(60);
    expect(nudges.flatMap(({ sightings }) => sightings)).toEqual([]);
    up = false;
    await clock.advance(60);
    cloudwatch.stop();
    expect(nudges.flatMap(({ sightings }) => sightings)).toMatchObject([
      { kind: 'endpoint-down', site: 'site-a', at: '2026-01-05T12:02:00.000Z' },
      { kind: 'left-cross-site-view', site: 'site-b', at: '2026-01-05T12:02:00.000Z' },
    ]);
  });
});
