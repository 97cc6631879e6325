import type { SiteName } from '../../../functions/shared/names.ts';
import { hasRecordedAlone } from './adopting.ts';
import { ALARM_MILLISECONDS, type Eyes, PLANNED, RESTART_FOUND_MILLISECONDS } from './eyes.ts';

/** Whoever starts one of them has a site fenced. */
const BY_HAND: ReadonlySet<string> = new Set(['switchover', 'switchback', 'promote-accepting-loss', 'adopt']);

/** `no-worse`: a site that on-call was told is in sync again is not shut out for nothing. */
export class ShutOutWatch {
  readonly #eyes: Eyes;
  /** Sites that on-call was told of, and to which nothing has happened since. */
  readonly #inSync = new Set<SiteName>();
  #apartAt = Number.NEGATIVE_INFINITY;

  constructor(eyes: Eyes) {
    this.#eyes = eyes;
  }

  mail(text: string): void {
    for (const site of this.#eyes.sites)
      if (text.endsWith(`: ${site} is in sync again`)) this.#inSync.add(site);
  }

  look(): void {
    const { sites, couldServe, world, now } = this.#eyes;
    if (sites.every((site) => couldServe(site) && world.grid.seesOther(site))) return;
    this.#apartAt = now();
    this.#inSync.clear();
  }

  /** The product fences the site that does not serve. */
  fenced(site: SiteName): void {
    const { sites, world, sessions, entries, now, mayHaveDrifted, isDnsHeldUp, checkersLateUntil, violated } =
      this.#eyes;
    if (!this.#inSync.has(site) || sites.some(mayHaveDrifted)) return;
    if (this.#isOfAnAlarm()) return;
    // Its checkers are late: it passes, and they have not found that out since it was in sync.
    const areLate = now() < checkersLateUntil();
    if (areLate && !world.installation.route53.isHealthy(`endpoint-${site}`)) return;
    const { engine } = world.installation;
    // What it was to do is done once Route 53 takes changes again, though it has failed meanwhile.
    const byHand = engine
      .listExecutions()
      .some(
        (execution) =>
          (BY_HAND.has(execution.machine) && execution.status === 'RUNNING') ||
          (isDnsHeldUp() &&
            (hasRecordedAlone(execution) ||
              (PLANNED.has(execution.machine) && execution.status === 'FAILED'))),
      );
    const { caches } = world.configuration;
    const bothOnline = sites.every((each) => caches.every((cache) => world.grid.isOnline(each, cache)));
    if (bothOnline && !byHand && sessions.lacking(site, entries) === null)
      violated('no-worse', `${site} is fenced, though it is in sync again and nothing has happened since.`);
  }

  /** One that went off tells of the minute before, in which the story, and not our own cut, had them lose sight of each other. */
  #isOfAnAlarm(): boolean {
    const { now, sites, disturbedAt, outrankedBetween } = this.#eyes;
    const isDisturbed = sites.some((site) => now() - disturbedAt(site) < RESTART_FOUND_MILLISECONDS);
    return (
      isDisturbed && now() - this.#apartAt < ALARM_MILLISECONDS && outrankedBetween(this.#apartAt, now())
    );
  }
}
