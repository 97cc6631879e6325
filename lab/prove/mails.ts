import type { SiteName } from '../../functions/shared/names.ts';
import { executionUrl } from '../../functions/shared/report.ts';
import type { Execution } from '../aws/step-functions-records.ts';
import type { SimulatedWorld } from '../simulated/world.ts';

/** What on-call is asked for in the mails. */

/** @param since when on-call did the last thing: what was asked before has been read */
export const asksForRestartOf = (site: SiteName, world: SimulatedWorld, since: number): boolean =>
  world.mails().some(({ at, body }) => at > since && body.includes(`estart every Data Grid pod of ${site}`));

export const asksForAPerson = (world: SimulatedWorld, since = 0): boolean =>
  world.mails().some(({ at, subject }) => at > since && subject.includes('needs a person'));

export const asksForAdopt = (world: SimulatedWorld): boolean =>
  world
    .mails()
    .slice(-4)
    .some(({ body }) => body.includes('"adopt"'));

/** On-call has acted once, and a mail since then says that counts that differ are to be accepted. */
export const isAskedForCounts = ({
  world,
  onCallActedAt,
}: {
  readonly world: SimulatedWorld;
  readonly onCallActedAt: number;
}): boolean =>
  onCallActedAt > 0 &&
  world.mails().some(({ at, body }) => at > onCallActedAt && body.includes('{"acceptCounts": true}'));

/** That somebody changed its health check, and that automation leaves it so. */
export const tellsOfDrift = (site: SiteName, world: SimulatedWorld, since = 0): boolean =>
  world.mails().some(({ at, body }) => at >= since && body.includes(`health check of ${site} has version`));

/** Of a mail's subject: that the site was settled, or resynchronized. */
export const saysInSync = (subject: string, site: SiteName): boolean =>
  subject.endsWith(`: ${site} is in-sync`) || subject.endsWith(`: ${site} is in sync again`);

/** That it is in sync, in one of those two ways. */
export const tellsOfSync = (site: SiteName, world: SimulatedWorld, since: number): boolean =>
  world.mails().some(({ at, subject }) => at > since && saysInSync(subject, site));

/** That a failover or a promotion made it serve. */
export const tellsThatItServes = (site: SiteName, world: SimulatedWorld, since: number): boolean =>
  world.mails().some(({ at, subject }) => at > since && subject.includes(`: ${site} serves, `));

const hasSubject = (ending: string, world: SimulatedWorld, since: number): boolean =>
  world.mails().some(({ at, subject }) => at > since && subject.endsWith(`: ${ending}`));

/** That failover has given up on the proof that the other site is offline there. */
export const tellsThatWritesStayRefused = (site: SiteName, world: SimulatedWorld, since: number): boolean =>
  hasSubject(`URGENT: writes at ${site} may be refused`, world, since);

/** That failover could not prove at once that the other site is offline there, and tries again. */
export const tellsThatWritesMayBeRefused = (site: SiteName, world: SimulatedWorld, since: number): boolean =>
  hasSubject(`writes at ${site} may still be refused`, world, since);

/** That a site that is well would serve, and is not opened, as somebody changed a check. */
export const tellsThatItStaysShut = (site: SiteName, world: SimulatedWorld, since: number): boolean =>
  world
    .mails()
    .some(
      ({ at, body }) => at > since && body.includes(`${site} would serve from here, but its check is shut`),
    );

/** Of one execution: that Aurora's writer has not followed to the site that serves now. */
export const tellsThatTheWriterStays = (
  { executionArn }: Pick<Execution, 'executionArn'>,
  world: SimulatedWorld,
): boolean =>
  world
    .mails()
    .some(
      ({ body }) =>
        body.includes(executionUrl(executionArn)) &&
        (body.includes('The database writer did not follow') ||
          body.includes('Whether the database writer follows is not known') ||
          /^.*Database: (?!moved|already|not-asked|not-configured)/m.test(body)),
    );

/** That it can be made to serve by whoever accepts the loss of what it may lack. */
export const offersPromotion = (site: SiteName, world: SimulatedWorld, since: number): boolean =>
  world
    .mails()
    .some(({ at, body }) => at > since && body.includes(`"promote-accepting-loss" with {"site":"${site}"`));
