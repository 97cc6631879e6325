import type { CacheName, SiteName } from '../../../functions/shared/names.ts';
import type { Execution } from '../../aws/step-functions-records.ts';
import type { Stored } from '../../simulated/data-grid.ts';
import { tellsThatWritesStayRefused } from '../mails.ts';
import type { Entries } from '../sessions.ts';
import { adoptedInTheMiddleOf } from './adopting.ts';
import { DETECTION_MILLISECONDS, type Eyes, isDryRun, SWEPT_MILLISECONDS } from './eyes.ts';
import { MUTED_MILLISECONDS, outcomeOf } from './told.ts';

/** What a site held while it was frozen, it sends within this time. */
const HELD_MILLISECONDS = 10_000;

interface Moved {
  readonly at: number;
  readonly afterMilliseconds: number;
  /** At that moment, and at the one before. */
  readonly isContained: boolean;
  readonly wasContained: boolean;
}

/** What is cleared, and what comes from the other site. */
export class DataWatch {
  readonly #eyes: Eyes;
  /** Sites that were shut out and not brought back in step since, and whether the bridge to them is open again. */
  readonly #wasRestored = new Set<SiteName>();
  readonly #wasCutOff = new Map<SiteName, { open: boolean }>();
  /** Sites that went down, or came back, since whoever clears the other one has looked at their pods. */
  readonly #unseen = new Set<SiteName>();
  /** When a site went down or came back last, and how long after the time before; and the same of the link. */
  readonly #moved = new Map<SiteName | 'link', Moved>();

  constructor(eyes: Eyes) {
    this.#eyes = eyes;
  }

  stored(stored: Stored): void {
    if (stored.by === 'clear') this.#lastCopy(stored.at, stored.from, stored.cache);
    else if (stored.at === stored.from) return;
    else if (stored.by === 'write') this.#noEcho(stored);
    else this.#noPushedEcho(stored);
  }

  bridge(cutOff: SiteName, open: boolean): void {
    if (open) this.#wasRestored.add(cutOff);
    else this.#wasRestored.delete(cutOff);
    if (!open) this.#wasCutOff.set(cutOff, { open });
    else if (this.#wasCutOff.has(cutOff)) this.#wasCutOff.set(cutOff, { open });
  }

  disturbed(site: SiteName): void {
    this.#unseen.add(site);
    this.#noteMoved(site);
  }

  /** The link between the sites broke, or is mended. */
  linkMoved(): void {
    this.#noteMoved('link');
  }

  #noteMoved(what: SiteName | 'link'): void {
    const at = this.#eyes.now();
    const before = this.#moved.get(what);
    const { caches } = this.#eyes.world.configuration;
    this.#moved.set(what, {
      at,
      afterMilliseconds: at - (before?.at ?? Number.NEGATIVE_INFINITY),
      isContained: what !== 'link' && caches.every((cache) => this.#isContained(what, cache)),
      wasContained: before?.isContained === true,
    });
  }

  /** Whoever is about to clear the other site has looked at the Data Grid pods of this one. */
  podsSeen(site: SiteName): void {
    this.#unseen.delete(site);
  }

  /** It was cut off, and the bridge to it is open again. */
  isOpenAgain(site: SiteName): boolean {
    return this.#wasCutOff.get(site)?.open === true;
  }

  /** Such a site holds all that was acknowledged: what it sends from now on is news. */
  inStepAgain(site: SiteName): void {
    this.#wasCutOff.delete(site);
  }

  /** Before the entries go. */
  #lastCopy(at: SiteName, from: SiteName, cache: CacheName): void {
    const { sessions, entries, other, world, violated } = this.#eyes;
    const rival = other(at);
    // What a Data Grid that is down held is gone with it. One that went after the last look can't be known of.
    const isDown = world.grid.site(rival).running === 'down';
    const gone = isDown && !this.#unseen.has(rival);
    // Then nobody holds it any more, whoever is to blame.
    if (isDown && !gone) sessions.forgiveWhat(rival, () => new Map());
    const held: Entries = (site, each) => (gone && site === rival ? new Map() : entries(site, each));
    const only = sessions.heldOnlyBy(at, rival, cache, held);
    if (only !== null) {
      violated('last-copy', `${cache} is cleared at ${at}, which alone holds ${only}.`);
      return;
    }
    if (at !== from) {
      if (entries(at, cache).size > 0)
        violated('last-copy', `A clear of ${cache} at ${from} reached ${at}, which was not to be cleared.`);
      return;
    }
    if (world.grid.isOnline(at, cache) && world.grid.seesOther(at) && entries(rival, cache).size > 0) {
      violated('last-copy', `${cache} is cleared at ${at} while ${rival} is online there.`);
    }
  }

  /** The bridge can be cut, and the workflow that does it says that it is done. */
  #shouldBeCutOff(site: SiteName, at: SiteName, cache: CacheName): boolean {
    const { world, isAnyLeftStopped } = this.#eyes;
    return (
      !isAnyLeftStopped() &&
      world.configuration.bridgeCut.enabled &&
      !world.grid.isOnline(at, cache) &&
      !this.#wasRestored.has(site) &&
      !this.#isFailoverRunning() &&
      !this.#isCutOffByTheNext() &&
      this.#lastFailover()?.status === 'SUCCEEDED'
    );
  }

  /** That ended last, of those that had something to do. */
  #lastFailover(): Execution | undefined {
    const ended = this.#eyes.world.installation.engine
      .listExecutions('failover')
      .filter(
        (execution) =>
          execution.stopDate !== null &&
          !isDryRun(execution) &&
          outcomeOf(execution.output) !== 'nothing-to-do',
      );
    return ended.sort((one, other) => one.stopDate!.getTime() - other.stopDate!.getTime()).at(-1);
  }

  /** One that a person starts meanwhile has nothing to do, and ends before it. */
  #isFailoverRunning(): boolean {
    const failovers = this.#eyes.world.installation.engine.listExecutions('failover');
    return failovers.some((execution) => execution.status === 'RUNNING' && !isDryRun(execution));
  }

  /**
   * Writes are good before the bridge can be cut, as while the survivor's API does not answer. A failover that has given
   * up on the proof says so, and the sweep starts it anew; and so it does where a person's word has ended one.
   */
  #isBeingCutOff(at: SiteName): boolean {
    const { world, now, other } = this.#eyes;
    const last = this.#lastFailover();
    const gaveUp =
      last?.status === 'FAILED' &&
      now() - last.stopDate!.getTime() < SWEPT_MILLISECONDS &&
      // The mail of the one before it may have muted its own.
      tellsThatWritesStayRefused(at, world, last.startDate.getTime() - MUTED_MILLISECONDS);
    // What a switchover leaves and was lost before that has ended, the failover after it cuts off.
    const moved = this.#moved.get(other(at));
    const lostAt = moved === undefined ? Number.NEGATIVE_INFINITY : moved.at - moved.afterMilliseconds;
    const isBeingLeft = world.installation.engine
      .listExecutions('switchover')
      .some(
        ({ startDate, stopDate }) =>
          startDate.getTime() <= lostAt &&
          (stopDate === null ||
            (lostAt <= stopDate.getTime() && now() - stopDate.getTime() < SWEPT_MILLISECONDS)),
      );
    return (
      world.configuration.bridgeCut.enabled &&
      (this.#isFailoverRunning() || gaveUp || this.#isCutOffByTheNext() || isBeingLeft)
    );
  }

  /** A person who adopted has outranked the last one in the middle: the sweep starts another one. */
  #isCutOffByTheNext(): boolean {
    const last = this.#lastFailover();
    return (
      last !== undefined &&
      adoptedInTheMiddleOf(last, this.#eyes.world.installation.engine.listExecutions()) !== null &&
      this.#eyes.now() - last.stopDate!.getTime() < SWEPT_MILLISECONDS
    );
  }

  /**
   * It sends what it held, just after it or the link was away for less than it takes to be noticed. One that froze when it
   * was contained may hold what is of before, however long, and nobody cuts the bridge to it.
   */
  #wasAwayUnnoticed(site: SiteName): boolean {
    return ([site, 'link'] as const).some((what) => {
      const moved = this.#moved.get(what);
      return (
        moved !== undefined &&
        (moved.afterMilliseconds < DETECTION_MILLISECONDS || moved.wasContained) &&
        this.#eyes.now() - moved.at < HELD_MILLISECONDS
      );
    });
  }

  #isContained(site: SiteName, cache: CacheName): boolean {
    const { world } = this.#eyes;
    return (
      world.site(site).keycloakInstances === 0 &&
      !world.grid.isOnline(site, cache) &&
      world.grid.site(site).running === 'up'
    );
  }

  /** Each sees the other, and writes to it: as long as that is so, both may be written at. */
  #areInTouch(): boolean {
    const { sites, world } = this.#eyes;
    return sites.every(
      (site) =>
        world.grid.seesOther(site) &&
        world.configuration.caches.every((cache) => world.grid.isOnline(site, cache)),
    );
  }

  /** Entries go to the site that is brought back in step, never to the one that serves. */
  #noPushedEcho({ at, from, key, value, before }: Stored): void {
    const { sessions, violated, dns, couldServe } = this.#eyes;
    if (key === null || dns() !== at || !couldServe(at)) return;
    if (sessions.isOld(key, value) && !sessions.isOld(key, before))
      violated('no-echo', `${from} pushed ${key} to ${at}, which serves, over something newer.`);
  }

  #noEcho({ at, from, key, value, before, cache }: Stored): void {
    const { sessions, entries, violated, dns, couldServe, isAnyLeftStopped } = this.#eyes;
    if (key === null) return;
    const isCutOff = this.#wasCutOff.has(from) || this.#shouldBeCutOff(from, at, cache);
    const isShutOut = isCutOff || this.#isContained(from, cache);
    const wasOnItsWay = !isCutOff && this.#wasAwayUnnoticed(from);
    if (wasOnItsWay || (!isShutOut && (isAnyLeftStopped() || this.#areInTouch())))
      sessions.crosses(key, value, before);
    // It must take something newer away, not only add what is as old as what stood there.
    if (!sessions.isOld(key, value) || sessions.isOld(key, before)) return;
    // Where DNS has turned away meanwhile, from the only site that held the newer one, that is lost all the same.
    const isLast = sessions.isOld(key, entries(from, cache).get(key) ?? null);
    if (wasOnItsWay && isLast) sessions.forgive(key);
    if (dns() !== at || !couldServe(at)) return;
    // To contain a site calls nothing back that is on its way.
    const nobodyCould = wasOnItsWay || (!isShutOut && (isAnyLeftStopped() || this.#isBeingCutOff(at)));
    if (nobodyCould) sessions.forgive(key);
    else if (isShutOut)
      violated('no-echo', `${from} overwrote ${key} at ${at}, which serves, with something older.`);
  }
}
