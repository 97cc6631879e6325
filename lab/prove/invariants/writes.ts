import type { Execution } from '../../aws/step-functions-records.ts';
import type { Client } from '../clients.ts';
import { tellsThatWritesMayBeRefused, tellsThatWritesStayRefused } from '../mails.ts';
import { adoptedBy, hasRecordedAlone } from './adopting.ts';
import type { Eyes } from './eyes.ts';
import { lastState } from './told.ts';

/** What is lost just after a resync is looked at when its alarms must be over, and then by the next sweep. */
const GOOD_AGAIN_MILLISECONDS = 300_000;
/** Five attempts at a take-offline, two minutes each where a Batch does not answer, and what is told between them. */
const FIVE_ATTEMPTS_MILLISECONDS = 690_000;
/** What goes wrong is seen by an alarm before it is seen by a write. */
const ASKED_BEFORE_MILLISECONDS = 120_000;
const ISOLATING: ReadonlySet<string> = new Set(['Take the old site offline', 'Wait before the next attempt']);
const ENDED_MILLISECONDS = 60_000;
const LOOK_MILLISECONDS = 15_000;

/**
 * `no-worse`: where there is a site to write to, and nobody is asked for anything, writes are made good by what starts by
 * itself: a failover, or the look that finds that the serving site has forgotten whom it had taken offline.
 */
export async function checkWrites(eyes: Eyes, clients: readonly Client[]): Promise<void> {
  const { world, sites } = eyes;
  for (;;) {
    const site = eyes.dns();
    const disturbed = Math.max(...sites.map((each) => eyes.disturbedAt(each)), lastWordAt(eyes));
    // Infinity: none is bad.
    const bad = Math.min(...clients.map(({ badSince }) => badSince ?? Number.POSITIVE_INFINITY));
    const isGood = bad > eyes.now() || clients.some(({ lastGoodAt }) => (lastGoodAt ?? 0) > bad);
    if (isGood || !eyes.couldServe(site) || isAPersonAsked(eyes, bad)) return;
    const isTriedAgain = tellsThatWritesMayBeRefused(site, world, bad) && isFailoverAtWork(eyes);
    const limit = isTriedAgain || isIsolating(eyes) ? FIVE_ATTEMPTS_MILLISECONDS : GOOD_AGAIN_MILLISECONDS;
    if (eyes.now() - Math.max(disturbed, bad) > limit) {
      const begun = world.installation.engine.listExecutions('failover').length > 0;
      return eyes.violated(
        'no-worse',
        `${begun ? 'Failover has succeeded' : 'No failover has begun'}, and writes at ${site} stay bad.`,
      );
    }
    await world.sleep(LOOK_MILLISECONDS);
  }
}

/** It is, or has just ended: writes are good with the next one that a client makes. */
const isFailoverAtWork = ({ world, now }: Eyes): boolean =>
  world.installation.engine
    .listExecutions('failover')
    .some(({ stopDate }) => stopDate === null || now() - stopDate.getTime() < ENDED_MILLISECONDS);

/** A switchover takes the site that it has left offline, in as many attempts. */
const isIsolating = ({ world, now }: Eyes): boolean =>
  world.installation.engine
    .listExecutions('switchover')
    .some((execution) =>
      execution.stopDate === null
        ? ISOLATING.has(lastState(execution)?.name ?? '')
        : now() - execution.stopDate.getTime() < ENDED_MILLISECONDS,
    );

/** It ended what ran, or may have. */
const isWord = (adopt: Execution): boolean =>
  adopt.stopDate === null ||
  adopt.status === 'ABORTED' ||
  adoptedBy(adopt) !== null ||
  hasRecordedAlone(adopt);

/** A person's word ends what runs, or they stop it; what it was to make good, the next sweep begins anew. */
function lastWordAt({ world }: Eyes): number {
  const { engine } = world.installation;
  const words = engine
    .listExecutions('adopt')
    .filter(isWord)
    .map(({ startDate }) => startDate.getTime());
  const stops = engine
    .listExecutions('failover')
    .filter(({ status, redriveCount }) => status === 'ABORTED' || redriveCount > 0)
    .map(({ stopDate }) => stopDate?.getTime() ?? 0);
  return Math.max(0, ...words, ...stops);
}

/** Of what ended badly, of a check that was changed by hand, or by a mail that says how to go on. */
function isAPersonAsked({ world, sites, mayHaveDrifted }: Eyes, badSince: number): boolean {
  const bad = world.installation.engine
    .listExecutions()
    .some(({ status, parent }) => parent === null && status !== 'SUCCEEDED' && status !== 'RUNNING');
  return (
    bad ||
    sites.some((site) => mayHaveDrifted(site) || tellsThatWritesStayRefused(site, world, badSince)) ||
    world.mails().some(
      ({ at, subject, body }) =>
        at > badSince - ASKED_BEFORE_MILLISECONDS &&
        subject.includes('needs a person') &&
        // That one is about what was lost; about writes only where it says so, or how they are made good.
        (!body.includes('restarted whole') || /tart "failover"|writes at [^ ]+ may be refused/.test(body)),
    )
  );
}
