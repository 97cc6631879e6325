import type { Ledger, SiteRecord } from '../../functions/ledger/ledger.ts';
import type { Stage } from './stage.ts';

/**
 * All that the way from here to the end depends on, as text; null where an execution ended badly, or something is
 * still under way. Instants are left out: what is done next does not depend on when, only what is compared with them,
 * and those comparisons are in it.
 */
export async function stateAtRest(stage: Stage): Promise<string | null> {
  const { world, eyes, sessions } = stage;
  const { engine, cloudwatch } = world.installation;
  const ledger = await world.ledger();
  const executions = engine.listExecutions();
  if (ledger === null || ledger.operation !== null || ledger.pending !== null || stage.isAnythingLate)
    return null;
  if (executions.some(({ status }) => status !== 'SUCCEEDED')) return null;
  return JSON.stringify({
    ledger: withoutInstants(ledger),
    versionsAgree: eyes.sites.map((site) => ledger.checkVersions[site] === stage.versionOf(site)),
    alarms: world.configuration.alarms.map(({ name }) => cloudwatch.stateOf(name)),
    sites: eyes.sites.map((site) => {
      const { running, sees, held, unsent, caches } = world.grid.site(site);
      return {
        running,
        sees: sees !== null,
        held: held.length > 0,
        unsent: unsent.length > 0,
        caches: [...caches.values()].map(({ online, nodesDiffer, pushStatus, push }) => [
          online,
          nodesDiffer,
          pushStatus,
          push === null,
        ]),
        lacks: sessions.lacking(site, eyes.entries) !== null,
        threshold: eyes.threshold(site),
        keycloak: world.site(site).keycloakInstances,
        left: world.site(site).model.batches.all().length,
        policies: world
          .site(site)
          .model.etcd()
          .policies.map(({ metadata }) => metadata.name),
      };
    }),
  });
}

const withoutInstants = ({
  serving,
  sites,
  automation,
  approval,
  firingAlerts,
  moveAcknowledged,
}: Ledger) => ({
  serving,
  sites: Object.fromEntries(Object.entries(sites).map(([name, site]) => [name, recordWithout(site)])),
  armed: automation.armed,
  approval: approval?.answer ?? null,
  firing: Object.values(firingAlerts).map(({ kind, site }) => `${kind} ${site}`),
  moveAcknowledged,
});

const recordWithout = (site: SiteRecord) => ({
  trust: site.trust,
  reachability: site.reachability,
  contained: site.contained,
  takeOfflineIssued: site.takeOfflineIssued,
  isolated: site.isolated,
  bridgeCut: site.bridgeCut,
  keycloakInstances: site.keycloakInstances,
  sameDataGrid: site.dataGridSeen === site.dataGridTrusted,
  unansweredClear: site.unansweredClear !== null,
});
