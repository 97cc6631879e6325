import { DescribeAlarmsCommand } from '@aws-sdk/client-cloudwatch';
import type { Ledger } from '../ledger/ledger.ts';
import type { Edge } from '../shared/edge.ts';
import { instant } from '../shared/names.ts';
import type { Sighting } from './alarm-events.ts';

/** The configured alarms that are in ALARM at this moment, each with the time since when. */
export async function alarmsInAlarm(
  edge: Pick<Edge, 'cloudwatch' | 'configuration'>,
): Promise<readonly Sighting[]> {
  const { alarms } = edge.configuration;
  const regions = [...new Set(alarms.map((alarm) => alarm.region))];
  const each = await Promise.all(
    regions.map(async (region) => {
      const { MetricAlarms = [], CompositeAlarms = [] } = await edge.cloudwatch(region).send(
        new DescribeAlarmsCommand({
          AlarmNames: alarms.filter((alarm) => alarm.region === region).map((alarm) => alarm.name),
          AlarmTypes: ['MetricAlarm', 'CompositeAlarm'],
          StateValue: 'ALARM',
        }),
      );
      return [...MetricAlarms, ...CompositeAlarms].flatMap((state): readonly Sighting[] => {
        const configured = alarms.find((alarm) => alarm.name === state.AlarmName && alarm.region === region);
        const since = state.StateTransitionedTimestamp ?? state.StateUpdatedTimestamp;
        if (configured === undefined || since === undefined) return [];
        return [
          {
            kind: configured.kind,
            site: configured.site,
            at: instant(since),
            source: `alarm ${configured.name}`,
          },
        ];
      });
    }),
  );
  return each.flat();
}

/** Alerts that have no alarm of their own, as the ledger keeps them until they are resolved. */
export const keptAlerts = (ledger: Ledger): readonly Sighting[] =>
  Object.entries(ledger.firingAlerts).map(([fingerprint, { kind, site, since }]) => ({
    kind,
    site,
    at: since,
    source: 'an alert that still fires',
    fingerprint,
  }));
