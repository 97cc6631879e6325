import type { Ledger, SiteRecord } from '../../functions/ledger/ledger.ts';
import type { SiteName } from '../../functions/shared/names.ts';
import { Probes } from './probes.ts';
import type { Loss } from './scenarios.ts';
import type { Stage } from './stage.ts';

/** What an incident leaves behind besides what the stage saw. */
export interface Outline {
  lostAt: number | null;
  decidedAt: number | null;
  returnedAt: number | null;
  containedAt: number | null;
  inSyncAt: number | null;
  probes: Probes | null;
}

export const WARM_UP_SECONDS = 10;
const AFTERMATH_SECONDS = 6;

/** A site is lost, failed over from, comes back, is contained, resynchronized and, where it was the primary, serves again. */
export async function playIncident(stage: Stage, loss: Loss, outline: Outline): Promise<void> {
  const { world } = stage;
  const lost = loss.site;
  const survivor = world.configuration.sites.find(({ name }) => name !== lost)!.name;
  const primary = world.configuration.sites.find(({ role }) => role === 'PRIMARY')!.name;
  const ledgerOf = async (site: SiteName): Promise<SiteRecord | undefined> =>
    (await world.ledger())?.sites[site];
  const probes = new Probes(world, stage.client, lost, survivor);
  outline.probes = probes;

  stage.tell(`Clients write sessions; ${(await world.ledger())?.serving ?? 'nobody'} serves.`);
  await world.sleep(WARM_UP_SECONDS * 1000);
  await probes.beforeTheLoss();

  outline.lostAt = world.now();
  stage.tell(loss.happens, lost, 'fault');
  await loss.lose(world);
  await probes.whileLost();

  await stage.until(
    `${lost} is stale in the ledger`,
    150,
    async () => (await ledgerOf(lost))?.trust === 'stale',
  );
  outline.decidedAt = decidedAt((await world.ledger())!, lost, outline.lostAt);
  stage.tell(`It is recorded: ${(await world.ledger())!.serving} serves, ${lost} is stale.`);
  const goodAt = await stage.untilWritesAreGood(outline.lostAt, 150);
  stage.tell(`Writes are good again since ${seconds(goodAt - outline.lostAt)} s after the loss.`);
  await stage.until('failover was started', 60, async () =>
    world.executions().some(({ workflow }) => workflow === 'failover'),
  );
  await stage.untilEnded(['failover'], 180);
  await stage.until(`${survivor} no longer sees ${lost}`, 90, async () => !(await world.seesOther(survivor)));
  await probes.newerAtTheSurvivor();
  await justAfterReadiness(stage);

  outline.returnedAt = world.now();
  stage.tell(loss.returns, lost, 'fault');
  await loss.giveBack(world);
  await tellWhetherItLooksHealthy(stage, lost);
  await probes.atTheReturned();
  await probes.look(`after the return of ${lost}`);

  await stage.until(`${lost} is contained`, 180, async () => {
    const ledger = await world.ledger();
    return ledger?.sites[lost]?.contained === true && ledger.operation === null;
  });
  outline.containedAt = world.now();
  stage.tell(`${lost} is contained: its Keycloak is down, and it can't write into ${survivor}.`, lost);
  await probes.look(`once ${lost} was contained`);

  const resync = await stage.run('resync', 300);
  if ((await ledgerOf(lost))?.trust !== 'in-sync') {
    throw new Error(`The resync ended without ${lost} in sync: ${JSON.stringify(resync.output)}`);
  }
  outline.inSyncAt = resync.endedAt;
  stage.tell(`${lost} is in sync again.`, lost);
  await probes.look('after the resync');

  if (survivor === primary) stage.tell(`${primary} serves: there is nothing to switch back.`);
  else await switchBack(stage, primary);
  await world.sleep(AFTERMATH_SECONDS * 1000);
}

/** A planned switchover to the other site and back to the primary, nothing lost. */
export async function playPlanned(stage: Stage, outline: Outline): Promise<void> {
  const { world } = stage;
  const primary = world.configuration.sites.find(({ role }) => role === 'PRIMARY')!.name;
  stage.tell(`Clients write sessions; ${primary} serves.`);
  await world.sleep(WARM_UP_SECONDS * 1000);
  outline.lostAt = world.now();
  await stage.run('switchover', 300);
  const serving = (await world.ledger())?.serving;
  if (serving === primary) throw new Error(`The switchover ended, and ${primary} serves still.`);
  stage.tell(`${serving} serves; ${primary} is left behind.`);
  // Readiness contains what is left behind, and holds the operation meanwhile.
  await stage.until(`${primary} is contained`, 150, async () => {
    const ledger = await world.ledger();
    return ledger?.sites[primary]?.contained === true && ledger.operation === null;
  });
  await switchBack(stage, primary);
  outline.inSyncAt = world.now();
  await world.sleep(AFTERMATH_SECONDS * 1000);
}

async function switchBack(stage: Stage, primary: SiteName): Promise<void> {
  const { world } = stage;
  const execution = await stage.run('switchback', 400);
  const serving = (await world.ledger())?.serving;
  if (serving !== primary) {
    throw new Error(`The switchback ended, and ${serving} serves: ${JSON.stringify(execution.output)}`);
  }
  await stage.until(`DNS answers with ${primary}`, 60, async () => (await world.resolve()) === primary);
  stage.tell(`${primary} serves again.`, primary);
}

/** When traffic was moved, or where it stays the lost site was recorded as such: the ledger's own time. */
function decidedAt({ lastAutomaticMoveAt, sites }: Ledger, lost: SiteName, lostAt: number): number {
  const moved = Date.parse(lastAutomaticMoveAt ?? '');
  return moved >= lostAt ? moved : Date.parse(sites[lost]!.trustAt);
}

/** It contains the lost site within a second of its return when it happens to look then: too soon to be watched. */
async function justAfterReadiness(stage: Stage): Promise<void> {
  const looks = () =>
    stage.world.executions().filter(({ workflow, endedAt }) => workflow === 'readiness' && endedAt !== null)
      .length;
  const before = looks();
  await stage.until('readiness has looked', 70, async () => looks() > before);
}

/** The point of the guide's warning: a recovered but stale site reports UP, and would be given traffic. */
async function tellWhetherItLooksHealthy(stage: Stage, lost: SiteName): Promise<void> {
  const { world } = stage;
  const deadline = world.now() + 45_000;
  let up = await world.endpointIsUp(lost);
  while (!up && world.now() < deadline && (await world.ledger())?.sites[lost]?.contained !== true) {
    await world.sleep(250);
    up = await world.endpointIsUp(lost);
  }
  const answer = await world.resolve();
  stage.tell(`The health endpoint of ${lost} says ${up ? 'UP' : 'DOWN'}; DNS answers with ${answer}.`, lost);
}

const seconds = (milliseconds: number): number => Math.round(milliseconds / 100) / 10;
