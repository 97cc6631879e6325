import { type Ledger, positionsOf, type SiteRecord } from '../../functions/ledger/ledger.ts';
import { isTold } from './invariants/people.ts';
import { asksForAdopt, asksForRestartOf, isAskedForCounts } from './mails.ts';
import type { Stage } from './stage.ts';

/** Nothing is under way, and everybody is told. */
export const isAtRest = async (stage: Stage): Promise<boolean> => (await ledgerAtRest(stage)) !== null;

async function ledgerAtRest(stage: Stage): Promise<Ledger | null> {
  const { world, eyes } = stage;
  const { engine } = world.installation;
  const ledger = await world.ledger();
  if (ledger === null || ledger.operation !== null || ledger.pending !== null) return null;
  if (stage.isAnythingLate || world.installation.isCallingAgain()) return null;
  const allEnded = engine
    .listExecutions()
    .every((execution) => execution.status !== 'RUNNING' && isTold(execution, eyes));
  return allEnded ? ledger : null;
}

/**
 * All that the way from here to the end depends on, as text; null where something is still under way, or nobody was
 * told yet of an execution that ended badly. Instants are left out: what is done next does not depend on when, only
 * what is compared with them, and those comparisons are in it.
 */
export async function stateAtRest(stage: Stage): Promise<string | null> {
  const ledger = await ledgerAtRest(stage);
  if (ledger === null || mayABatchAct(stage)) return null;
  const { world, eyes, sessions } = stage;
  const { cloudwatch } = world.installation;
  return JSON.stringify({
    timings: stage.timings,
    ledger: withoutInstants(ledger),
    movedLately: movedLately(stage, ledger),
    toBeStartedAgain: stage.moves.interventions.whatWasStopped,
    asked: [
      eyes.sites.map((site) => asksForRestartOf(site, world, stage.onCallActedAt)),
      asksForAdopt(world),
      isAskedForCounts(stage),
    ],
    isAnythingLost: sessions.lost(eyes.sites, eyes.entries).length > 0,
    clients: stage.clients.map(({ badSince, keptAnswer, keepsAnswers }) => [
      badSince !== null,
      keepsAnswers,
      keptAnswer,
    ]),
    versionsAgree: eyes.sites.map((site) => ledger.checkVersions[site] === stage.versionOf(site)),
    suspected: eyes.sites.map((site) => eyes.isSuspected(site)),
    changedByHand: eyes.sites.map((site) => stage.isChangedByHand(site)),
    writer: world.installation.aurora.destination,
    checkPositions: eyes.sites.map((site) => positionsOf(ledger, site)),
    alarms: world.configuration.alarms.map(({ name }) => cloudwatch.stateOf(name)),
    sites: eyes.sites.map((site) => {
      const { running, sees, held, unsent, caches } = world.grid.site(site);
      return {
        running,
        api: world.site(site).cluster.fault,
        sees: sees !== null,
        held: held.length > 0,
        unsent: unsent.length > 0,
        caches: [...caches.values()].map(({ online, nodesDiffer, pushStatus, push }) => [
          online,
          nodesDiffer,
          pushStatus,
          push === null,
        ]),
        couldServe: eyes.couldServe(site),
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

/** One that was left behind and has not ended: what it does, and when, no state says. */
const mayABatchAct = ({ world, eyes }: Stage): boolean =>
  eyes.sites.some((site) =>
    world
      .site(site)
      .model.batches.all()
      .some(({ status }) => status?.phase !== 'Succeeded' && status?.phase !== 'Failed'),
  );

/** Automation asks before it moves again. */
const movedLately = ({ world, eyes }: Stage, { lastAutomaticMoveAt, moveAcknowledged }: Ledger): boolean =>
  lastAutomaticMoveAt !== null &&
  !moveAcknowledged &&
  eyes.now() - Date.parse(lastAutomaticMoveAt) <
    world.configuration.automation.minimumSecondsBetweenMoves * 1000;

const withoutInstants = ({ serving, sites, automation, approval, firingAlerts }: Ledger) => ({
  serving,
  sites: Object.fromEntries(Object.entries(sites).map(([name, site]) => [name, recordWithout(site)])),
  armed: automation.armed,
  armsItself: automation.disarmedUntil !== null,
  approval: approval?.answer ?? null,
  firing: Object.values(firingAlerts).map(({ kind, site }) => `${kind} ${site}`),
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
