import { type Ledger, otherSite } from '../../functions/ledger/ledger.ts';
import type { SiteName, Workflow } from '../../functions/shared/names.ts';
import { checkSize, checkSuperseded, checkTold } from './invariants/people.ts';
import { checkReport } from './invariants/report.ts';
import { checkWriter } from './invariants/writer.ts';
import { asksForAdopt, asksForRestartOf, isAskedForCounts } from './mails.ts';
import { ORIGINAL_INSTANCES, type Stage } from './stage.ts';

/** On-call looks this often, and so many times before it counts as never. */
const LOOK_SECONDS = 60;
const LOOKS = 45;
/** Whether the way from here is known is asked so often: most of it is waiting. */
const REST_SECONDS = 5;
const BADLY: ReadonlySet<string> = new Set(['FAILED', 'ABORTED', 'TIMED_OUT']);
/** Sites that are up and see each other answer within this time, whoever is at the keyboard. */
const NO_WORSE_MILLISECONDS = 240_000;

/**
 * The troubles are over: the sites are whole again, and on-call does what the mails say, no more. Both sites must end
 * in sync, their Keycloak at its size, writes good, everybody told.
 * @param isKnown whether the way from here has been played already; then it is not played once more
 */
export async function finale(
  stage: Stage,
  isKnown: (when: string) => Promise<boolean> = async () => false,
): Promise<void> {
  const { world, eyes } = stage;
  if (await isKnown('troubled')) return checkPast(stage);
  await stage.moves.revive();
  const wholeAt = eyes.now();
  await stage.moves.interventions.startAgainWhatWasStopped();
  let done = false;
  for (let look = 0; look < LOOKS && !done; look++) {
    for (let waited = 0; waited < LOOK_SECONDS; waited += REST_SECONDS) {
      await world.sleep(REST_SECONDS * 1000);
      if (await isKnown('whole')) return checkPast(stage);
    }
    const ledger = await world.ledger();
    done = isDone(stage, ledger);
    if (done) {
      // What was told last is told by the closer's retries at the latest, and what happened last is found by then.
      await world.sleep(NO_WORSE_MILLISECONDS);
      done = isDone(stage, await world.ledger());
    } else await doWhatTheMailsSay(stage, ledger, look);
  }
  checkAttempts(stage, wholeAt);
  if (!done) {
    eyes.violated('liveness', `Not at rest after ${LOOKS} minutes: ${inWords(await world.ledger())}`);
    return;
  }
  for (const client of stage.clients) {
    if (client.badSince !== null && eyes.now() - client.badSince > NO_WORSE_MILLISECONDS / 2)
      eyes.violated('no-worse', 'Both sites are up and in sync, and writes are still bad.');
  }
  const { serving } = (await world.ledger())!;
  if (eyes.dns() !== serving)
    eyes.violated('no-worse', `DNS answers with ${eyes.dns()}, and ${serving} serves.`);
  for (const site of eyes.sites) {
    const lacking = stage.sessions.lacking(site, eyes.entries);
    if (lacking !== null) eyes.violated('liveness', `${site} is called in sync, and lacks ${lacking}.`);
    for (const cache of world.configuration.caches) {
      if (!world.grid.isOnline(site, cache))
        eyes.violated('liveness', `Both sites are called in sync, and ${cache} is offline at ${site}.`);
    }
  }
  const [lost] = stage.sessions.lost(eyes.sites, eyes.entries);
  if (lost !== undefined) eyes.violated('last-copy', `${lost} was acknowledged, and no site holds it.`);
  checkSize(eyes, ORIGINAL_INSTANCES);
  await checkReport(eyes);
  checkPast(stage);
}

/** `liveness`: what a trouble left behind may spoil one attempt to bring a site back in step, and no more. */
export function checkAttempts({ world, eyes }: Pick<Stage, 'world' | 'eyes'>, wholeAt: number): void {
  const spoilt = world.installation.engine
    .listExecutions('resync')
    .filter(({ startDate, status }) => startDate.getTime() >= wholeAt && BADLY.has(status));
  if (spoilt.length > 1)
    eyes.violated('liveness', `Nothing goes wrong any more, and ${spoilt.length} resyncs ended badly.`);
}

/** What no way to the end makes good again. */
function checkPast({ eyes }: Stage): void {
  checkTold(eyes);
  checkSuperseded(eyes);
  checkWriter(eyes);
}

const isDone = ({ world, eyes }: Stage, ledger: Ledger | null): boolean =>
  ledger !== null && isSettled(ledger) && (eyes.dns() === ledger.serving || !asksForAdopt(world));

const isSettled = ({ sites, operation, pending }: Ledger): boolean =>
  operation === null && pending === null && Object.values(sites).every(({ trust }) => trust === 'in-sync');

/** One thing at a time, and what is under way is left to end. */
async function doWhatTheMailsSay(stage: Stage, ledger: Ledger | null, look: number): Promise<void> {
  const { world } = stage;
  const start = async (workflow: Workflow, input: object) => {
    stage.onCallActedAt = stage.eyes.now();
    stage.note(`On-call starts ${workflow} with ${JSON.stringify(input)}.`);
    // Whoever says so gives up what the source does not hold.
    if ('acceptCounts' in input) stage.sessions.forgiveWhat(ledger!.serving, stage.eyes.entries);
    await world.startExecution(workflow, input);
  };
  if (ledger === null) return start('adopt', { serving: stage.eyes.dns() });
  if (ledger.approval?.answer === 'waiting') return start('approve', {});
  const drifted = asksForAdopt(world);
  if (ledger.operation !== null || (ledger.pending !== null && !drifted)) return;
  const passive = otherSite(ledger, ledger.serving);
  const record = ledger.sites[passive]!;
  if (asksForRestartOf(passive, world, stage.onCallActedAt)) {
    stage.onCallActedAt = stage.eyes.now();
    stage.note(`On-call restarts the Data Grid of ${passive}.`);
    stage.moves.restartDataGrid(passive);
    return;
  }
  if (drifted && look % 4 === 1) {
    const answered = stage.eyes.dns();
    return start('adopt', {
      serving: ledger.sites[answered]!.trust === 'in-sync' ? answered : ledger.serving,
    });
  }
  if (ledger.pending !== null) return;
  if (ledger.sites[ledger.serving]!.trust === 'suspect' && record.trust === 'in-sync') {
    // Automation moved a short while ago, and asks.
    return start('failover', { lostSite: ledger.serving });
  }
  if (ledger.sites[ledger.serving]!.trust === 'suspect' && record.trust === 'stale') {
    // It restarted empty. Who looks at the counts knows which site has the sessions.
    const count = (site: SiteName) =>
      world.configuration.caches.reduce((sum, cache) => sum + stage.eyes.entries(site, cache).size, 0);
    if (count(passive) <= count(ledger.serving)) return start('resync', { acceptCounts: true });
    stage.sessions.acceptLossAt(passive, stage.eyes.entries);
    return start('promote-accepting-loss', {
      site: passive,
      acceptLoss: true,
      why: 'the other one is empty',
    });
  }
  if (record.trust === 'stale' && record.contained) {
    // A second attempt after the first failed: the mail says why, and then to start it again.
    if (look % 5 === 1 || look % 5 === 2)
      return start('resync', isAskedForCounts(stage) || look > 20 ? { acceptCounts: true } : {});
    return;
  }
  if (record.trust === 'suspect' && look > 6 && look % 6 === 0)
    return start('failover', { lostSite: passive });
}

const inWords = (ledger: Ledger | null): string =>
  ledger === null
    ? 'there is no ledger'
    : [
        `${ledger.serving} serves`,
        ...Object.entries(ledger.sites).map(
          ([name, { trust, contained, isolated, reachability }]) =>
            `${name} is ${trust}, ${reachability}${isolated ? ', isolated' : ''}${contained ? ', contained' : ''}`,
        ),
        `operation ${ledger.operation?.workflow ?? 'none'}, pending ${ledger.pending?.workflow ?? 'none'}`,
      ].join('; ');
