import { DescribeAlarmsCommand, type MetricAlarm } from '@aws-sdk/client-cloudwatch';
import type { Ledger } from '../ledger/ledger.ts';
import type { Edge } from '../shared/edge.ts';
import { log } from '../shared/log.ts';
import { instant } from '../shared/names.ts';
import { isAbout, type Sighting } from './alarm-events.ts';

type AlarmsEdge = Pick<Edge, 'cloudwatch' | 'configuration'>;

/**
 * The configured alarms that are in ALARM at this moment, each with the time since when. A region whose alarms can't
 * be read has none: the ledger, Route 53 and the other region's alarms are worth acting on without them.
 */
export async function alarmsInAlarm(edge: AlarmsEdge): Promise<readonly Sighting[]> {
  const regions = [...new Set(edge.configuration.alarms.map((alarm) => alarm.region))];
  const each = await Promise.all(
    regions.map((region) =>
      inAlarmIn(edge, region).catch((error: Error) => {
        log('warn', 'the alarms could not be read', { region, cause: `${error.name}: ${error.message}` });
        return [];
      }),
    ),
  );
  return each.flat();
}

async function inAlarmIn(edge: AlarmsEdge, region: string): Promise<readonly Sighting[]> {
  const alarms = edge.configuration.alarms.filter((alarm) => alarm.region === region);
  const { MetricAlarms = [], CompositeAlarms = [] } = await edge.cloudwatch(region).send(
    new DescribeAlarmsCommand({
      AlarmNames: alarms.map((alarm) => alarm.name),
      AlarmTypes: ['MetricAlarm', 'CompositeAlarm'],
      StateValue: 'ALARM',
    }),
  );
  const states = [
    ...MetricAlarms.map((state) => ({ state, metrics: [metricOf(state)] })),
    ...CompositeAlarms.map((state) => ({ state, metrics: [] })),
  ];
  return states.flatMap(({ state, metrics }): readonly Sighting[] => {
    const configured = alarms.find((alarm) => alarm.name === state.AlarmName);
    const since = state.StateTransitionedTimestamp ?? state.StateUpdatedTimestamp;
    if (configured === undefined || since === undefined || !isAbout(configured, metrics)) return [];
    const { kind, site, name } = configured;
    return [{ kind, site, at: instant(since), source: `alarm ${name}` }];
  });
}

const metricOf = ({ Namespace, MetricName, Dimensions = [] }: MetricAlarm) => ({
  namespace: String(Namespace),
  name: String(MetricName),
  dimensions: Object.fromEntries(Dimensions.map(({ Name, Value }) => [String(Name), String(Value)])),
});

/** Alerts that have no alarm of their own, as the ledger keeps them until they are resolved. */
export const keptAlerts = (ledger: Ledger): readonly Sighting[] =>
  Object.entries(ledger.firingAlerts).map(([fingerprint, { kind, site, since }]) => ({
    kind,
    site,
    at: since,
    source: 'an alert that still fires',
    fingerprint,
  }));
