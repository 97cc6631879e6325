import type { SiteName } from '../../../functions/shared/names.ts';
import { offersPromotion, tellsOfDrift, tellsOfSync } from '../mails.ts';
import { adoptedBy } from './adopting.ts';
import { FENCED } from './by-hand.ts';
import { DETECTION_MILLISECONDS, type Eyes, Lasting, mayHaveLost, SWEPT_MILLISECONDS } from './eyes.ts';

const PINNED = 0;

/** `never-both`: there is always a site that DNS may answer with, and not a dead one where another could serve. */
export class NeverBoth {
  readonly #eyes: Eyes;
  readonly #asAPersonPutIt: ReadonlyMap<SiteName, number>;
  readonly #bothFenced = new Lasting();
  readonly #deadPinned: ReadonlyMap<SiteName, Lasting>;
  readonly #down: ReadonlyMap<SiteName, Lasting>;

  /** @param asAPersonPutIt sites whose check was last saved by a person, and when */
  constructor(eyes: Eyes, asAPersonPutIt: ReadonlyMap<SiteName, number>) {
    this.#eyes = eyes;
    this.#asAPersonPutIt = asAPersonPutIt;
    this.#deadPinned = new Map(eyes.sites.map((site) => [site, new Lasting()]));
    this.#down = new Map(eyes.sites.map((site) => [site, new Lasting()]));
  }

  look(): void {
    const { sites, threshold, now, violated, couldServe, other, sessions, entries, isDnsHeldUp } = this.#eyes;
    const both = this.#bothFenced.update(
      sites.every((site) => threshold(site) === FENCED && !this.#asAPersonPutIt.has(site)),
      now(),
    );
    if (both > SWEPT_MILLISECONDS) violated('never-both', 'Both sites are fenced.');
    for (const site of sites) {
      const rival = other(site);
      const downFor = this.#down.get(site)!.update(!couldServe(site), now());
      const isDeadPinned =
        threshold(site) === PINNED &&
        threshold(rival) === FENCED &&
        !couldServe(site) &&
        couldServe(rival) &&
        sessions.lacking(rival, entries) === null &&
        // Nobody can open a check that takes no changes.
        !isDnsHeldUp() &&
        !this.#isShutByAPerson(rival) &&
        !this.#isLeftToAPerson(site, downFor);
      const lasts = this.#deadPinned.get(site)!.update(isDeadPinned, now());
      if (lasts > DETECTION_MILLISECONDS + SWEPT_MILLISECONDS)
        violated('never-both', `${site} is down and pinned, while ${rival}, which lacks nothing, is fenced.`);
    }
  }

  /**
   * Of a site that had taken the other one offline, or may have, nobody can tell from outside what it took with it; nor
   * where the other one's Data Grid restarted whole before, or a person who adopted made this one serve instead of it.
   * That the other lacks nothing is luck. A person was told how that one is promoted.
   */
  #isLeftToAPerson(dead: SiteName, downForMilliseconds: number): boolean {
    const { world, now, other } = this.#eyes;
    const rival = other(dead);
    return (
      (this.#hasTakenOffline(dead) ||
        this.#mayHaveTakenOffline(dead) ||
        mayHaveLost(this.#eyes, rival) ||
        this.#isNamed(dead)) &&
      offersPromotion(rival, world, now() - downForMilliseconds)
    );
  }

  /** By the last person who adopted. */
  #isNamed(site: SiteName): boolean {
    const { world } = this.#eyes;
    const last = world.installation.engine
      .listExecutions('adopt')
      .findLast((each) => adoptedBy(each) !== null);
    // What a mail calls in sync since has no better copy behind it.
    return (
      last !== undefined &&
      adoptedBy(last) === site &&
      !tellsOfSync(this.#eyes.other(site), world, last.stopDate!.getTime())
    );
  }

  /** On-call was told of that, and nobody has adopted it yet. */
  #isShutByAPerson(site: SiteName): boolean {
    const { world, now } = this.#eyes;
    const at = this.#asAPersonPutIt.get(site);
    if (at === undefined || !tellsOfDrift(site, world, at)) return false;
    return world.installation.engine
      .listExecutions('adopt')
      .every(
        ({ status, startDate, stopDate }) =>
          status !== 'SUCCEEDED' ||
          startDate.getTime() < at ||
          now() - stopDate!.getTime() < SWEPT_MILLISECONDS,
      );
  }

  #hasTakenOffline(site: SiteName): boolean {
    const { world } = this.#eyes;
    return world.configuration.caches.some((cache) => !world.grid.isOnline(site, cache));
  }

  /** Whether its Batch came to it before the site went down, nobody has seen. */
  #mayHaveTakenOffline(site: SiteName): boolean {
    const batches = this.#eyes.world.site(site).model.batches.all();
    return batches.some(
      ({ metadata, status }) =>
        metadata.name.includes('take-offline') && status?.phase !== 'Succeeded' && status?.phase !== 'Failed',
    );
  }
}
