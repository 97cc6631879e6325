import type { Ledger } from '../../functions/ledger/ledger.ts';
import type { Configuration } from '../../functions/shared/configuration.ts';
import type { SiteName } from '../../functions/shared/names.ts';
import type { AlarmChange } from '../aws/alarms/cloudwatch.ts';
import type { HealthCheck } from '../aws/route-53/health-check.ts';
import type { StatusChange as HealthChange } from '../aws/route-53/route-53.ts';
import type { LogEntry, StatusChange } from '../aws/step-functions-records.ts';
import type { ClusterEvent } from '../kubernetes/model.ts';
import type { WorldEvent } from './world.ts';

/** What happens in a world in words, the same for every world. Null: it is not worth a line. */
type Told = Omit<WorldEvent, 'at'> | null;

const siteOfCheck = (configuration: Configuration, id: string) =>
  configuration.sites.find(
    ({ switchHealthCheckId, endpointHealthCheckId }) =>
      id === switchHealthCheckId || id === endpointHealthCheckId,
  );

const about = (site: SiteName | undefined) => (site === undefined ? {} : { site });

export function tellHealth(configuration: Configuration, { id, healthy }: HealthChange): Told {
  const site = siteOfCheck(configuration, id);
  if (site === undefined || id !== site.endpointHealthCheckId) return null;
  const text = `Route 53's checkers find the endpoint of ${site.name} ${healthy ? 'healthy' : 'unhealthy'}.`;
  return { kind: 'health-check', text, site: site.name };
}

const POSITIONS: Readonly<Record<number, string>> = { 0: 'pinned', 1: 'follows', 2: 'fenced' };

export function tellTrafficWrite(
  configuration: Configuration,
  check: HealthCheck,
  before: HealthCheck,
): Told {
  const site = siteOfCheck(configuration, check.id);
  const position = ({ config }: HealthCheck) => POSITIONS[config.HealthThreshold ?? -1] ?? 'unknown';
  const text = `Route 53: the check of ${site?.name ?? check.id} goes from ${position(before)} to ${position(check)}.`;
  return { kind: 'traffic-write', text, ...about(site?.name) };
}

export function tellAlarm(configuration: Configuration, { name, state, before }: AlarmChange): Told {
  if (state !== 'ALARM' && before !== 'ALARM') return null;
  const alarm = configuration.alarms.find((each) => each.name === name);
  return {
    kind: 'alarm',
    text: state === 'ALARM' ? `CloudWatch: ${name} is in ALARM.` : `CloudWatch: ${name} is ${state} again.`,
    ...about(alarm?.site),
  };
}

/** Looks at the ledger after each call of reconcile: a change of who serves, or of trust, is a decision. */
export function tellDecision(before: Ledger | null, after: Ledger | null): Told {
  if (after === null || before === null) return null;
  const names = Object.keys(after.sites) as SiteName[];
  const moved = before.serving !== after.serving;
  const fallen = names.filter(
    (site) =>
      before.sites[site]?.trust !== after.sites[site]?.trust && after.sites[site]?.trust !== 'in-sync',
  );
  const wanted = before.pending === null && after.pending?.mode === 'act';
  if (!moved && fallen.length === 0 && !wanted) return null;
  const reason = after.pending === null ? '' : ` (${after.pending.reason})`;
  const trust = fallen.map((site) => `, ${site} is ${after.sites[site]!.trust}`).join('');
  return {
    kind: 'decision',
    text: `reconcile decides: ${after.serving} serves${trust}${reason}.`,
    site: after.serving,
  };
}

/** Run for another machine, or each minute: their parts are told where they matter. */
const QUIET_MACHINES: ReadonlySet<string> = new Set(['run-batch', 'readiness']);

const machineOf = (deployment: string, stateMachineArn: string): string =>
  stateMachineArn
    .split(':')
    .at(-1)!
    .slice(deployment.length + 1);

export function tellExecution({ deployment }: Configuration, { detail }: StatusChange): Told {
  const machine = machineOf(deployment, detail.stateMachineArn);
  const { status, error, cause } = detail;
  const failed = status !== 'RUNNING' && status !== 'SUCCEEDED';
  if (QUIET_MACHINES.has(machine) && !failed) return null;
  const how = { RUNNING: 'begins', SUCCEEDED: 'has ended' }[status as 'RUNNING'] ?? `is ${status}`;
  const why =
    failed && error !== null ? `: ${error}${cause === null ? '' : ` (${cause.slice(0, 200)})`}` : '';
  return { kind: 'execution', text: `${machine} ${how}${why}.` };
}

/** Each state of a workflow that does something; waiting and branching are not told. */
export function tellState(machine: string, entry: LogEntry): Told {
  if (entry.type !== 'StateEntered' || entry.state.type !== 'Task' || QUIET_MACHINES.has(machine))
    return null;
  return { kind: 'state', text: `${machine}: ${entry.state.name}` };
}

export function tellCluster(site: SiteName, event: ClusterEvent): Told {
  if (event.kind === 'keycloak') {
    const { declared, ready, pods } = event;
    if (ready !== declared || pods !== declared) return null;
    const text =
      declared === 0
        ? `No Keycloak is left at ${site}.`
        : `${ready} Keycloak instances are ready at ${site}.`;
    return { kind: 'state', text, site };
  }
  const step = /^failover-(.+)-[0-9a-f]+$/.exec(event.name)?.[1] ?? event.name;
  if (event.gone || (event.phase !== null && !['Succeeded', 'Failed'].includes(event.phase))) return null;
  const what = event.phase === null ? 'is created' : `is ${event.phase}`;
  return { kind: 'batch', text: `Batch "${step}" at ${site} ${what}.`, site };
}

export const tellView = (site: SiteName, sees: boolean): Told => ({
  kind: 'view',
  text: sees ? `${site} sees the other site again.` : `${site} has dropped the other site from its view.`,
  site,
});
