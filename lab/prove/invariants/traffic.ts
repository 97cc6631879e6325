import type { SiteName } from '../../../functions/shared/names.ts';
import { type Eyes, Lasting } from './eyes.ts';

/** A Data Grid that restarts empty behind a healthy endpoint is found by the next look of readiness. */
const RESTART_FOUND_MILLISECONDS = 180_000;
/** One sweep, what an alarm takes before it, and what the decision takes. */
const SWEEP_MILLISECONDS = 60_000;
const DETECTION_MILLISECONDS = 120_000;
const REACTION_MILLISECONDS = 30_000;

export const FENCED = 2;
const BY_HAND: ReadonlySet<string> = new Set([
  'switchover',
  'switchback',
  'promote-accepting-loss',
  'adopt',
  'failover',
]);
const PINNED = 0;

/** What DNS answers, and what stands behind it. */
export class TrafficWatch {
  readonly #eyes: Eyes;
  readonly #bothFenced = new Lasting();
  readonly #deadPinned: ReadonlyMap<SiteName, Lasting>;
  #looked = '';
  #answer: SiteName | null = null;
  #answerAt = 0;
  /** What resolvers may answer besides. */
  #cached: SiteName | null = null;

  constructor(eyes: Eyes) {
    this.#eyes = eyes;
    this.#deadPinned = new Map(eyes.sites.map((site) => [site, new Lasting()]));
  }

  /** @param change something that says whether entries or promises changed since the last look */
  look(change: number): void {
    this.#neverBoth();
    const { dns, couldServe, other } = this.#eyes;
    const site = dns();
    this.#resolversFollow(site);
    const state = `${site} ${this.#cached} ${change} ${couldServe(other(site))}`;
    // Nothing it depends on has changed.
    if (state === this.#looked) return;
    this.#looked = state;
    this.#noStaleTraffic(site, 'DNS answers');
    if (this.#cached !== null) this.#noStaleTraffic(this.#cached, 'Resolvers still answer');
  }

  /** For as long as the record's TTL, they go on with the answer of before. */
  #resolversFollow(site: SiteName): void {
    const now = this.#eyes.now();
    const ttlSeconds = this.#eyes.world.configuration.traffic.recordTtlSeconds;
    if (site !== this.#answer) {
      this.#cached = this.#answer;
      this.#answer = site;
      this.#answerAt = now;
    }
    if (now - this.#answerAt > ttlSeconds * 1000) this.#cached = null;
  }

  /**
   * `no-worse`: a site that serves, and is well, is fenced only because a person asked for it.
   * @param answered whom DNS answered with before
   */
  fenced(site: SiteName, answered: SiteName): void {
    const { couldServe, sessions, entries, now, disturbedAt, world, violated } = this.#eyes;
    if (site !== answered || !couldServe(site) || sessions.lacking(site, entries) !== null) return;
    if (now() - disturbedAt(site) < RESTART_FOUND_MILLISECONDS) return;
    const asked = world.installation.engine.listExecutions().some(
      ({ machine, stopDate }) =>
        BY_HAND.has(machine) &&
        // A function that is at work when its execution is stopped ends what it does.
        (stopDate === null || now() - stopDate.getTime() < REACTION_MILLISECONDS),
    );
    if (!asked) violated('no-worse', `${site} serves and is well, and is fenced all the same.`);
  }

  #noStaleTraffic(site: SiteName, who: string): void {
    const { other, couldServe, sessions, entries, now, disturbedAt, violated } = this.#eyes;
    const rival = other(site);
    if (!couldServe(rival) || !couldServe(site)) return;
    const lacking = sessions.lacking(site, entries);
    if (lacking === null || sessions.lacking(rival, entries) !== null) return;
    const lately = now() - disturbedAt(site) < RESTART_FOUND_MILLISECONDS;
    if (this.#restarted(site) && (lately || this.#aPersonIsAsked(site))) {
      // To be looked at again, whatever else changes.
      this.#looked = '';
      return;
    }
    violated(
      'no-stale-traffic',
      `${who} with ${site}, which lacks ${lacking}; ${rival} has it and could serve.`,
    );
  }

  /** Automation moves once in a while only: within that time it asks, and on-call moves. */
  #aPersonIsAsked(site: SiteName): boolean {
    const { world, disturbedAt } = this.#eyes;
    return world
      .mails()
      .some(({ at, subject }) => at > disturbedAt(site) && subject.includes('needs a person'));
  }

  #restarted = (site: SiteName): boolean => this.#eyes.world.grid.site(site).start > 1;

  #neverBoth(): void {
    const { sites, threshold, now, violated, couldServe, other, sessions, entries } = this.#eyes;
    const both = this.#bothFenced.update(
      sites.every((site) => threshold(site) === FENCED),
      now(),
    );
    if (both > SWEEP_MILLISECONDS + REACTION_MILLISECONDS) violated('never-both', 'Both sites are fenced.');
    for (const site of sites) {
      const rival = other(site);
      const suspicious = threshold(site) === PINNED && threshold(rival) === FENCED && !couldServe(site);
      const lasts = this.#deadPinned
        .get(site)!
        .update(suspicious && couldServe(rival) && sessions.lacking(rival, entries) === null, now());
      if (lasts > SWEEP_MILLISECONDS + DETECTION_MILLISECONDS + REACTION_MILLISECONDS) {
        violated('never-both', `${site} is down and pinned, while ${rival}, which lacks nothing, is fenced.`);
      }
    }
  }
}
