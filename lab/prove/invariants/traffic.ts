import type { SiteName } from '../../../functions/shared/names.ts';
import { ALARMS_LATE_MILLISECONDS } from '../alarm-delivery.ts';
import { asksForAPerson, tellsOfDrift, tellsOfSync, tellsThatItStaysShut } from '../mails.ts';
import { hasRecordedAlone } from './adopting.ts';
import { FENCED } from './by-hand.ts';
import {
  ALARM_MILLISECONDS,
  type Eyes,
  hasRestarted,
  Lasting,
  mayHaveLost,
  PLANNED,
  RESTART_FOUND_MILLISECONDS,
  SWEPT_MILLISECONDS,
} from './eyes.ts';
import { hasMovedAwayFrom, hasMovedTraffic, isMovingSince, mayHaveRecordedAMove } from './moving.ts';
import { NeverBoth } from './never-both.ts';
import { MUTED_MILLISECONDS } from './told.ts';

const REACTION_MILLISECONDS = 30_000;
/** As long as Route 53 takes no changes, and until what was decided meanwhile is carried out. */
const LOST_LATELY_MILLISECONDS = 600_000;

const BY_HAND: ReadonlySet<string> = new Set([
  'switchover',
  'switchback',
  'promote-accepting-loss',
  'adopt',
  'failover',
]);
/** Who starts them says which site is to serve, whatever is known of it. */
const NAMING: ReadonlySet<string> = new Set(['promote-accepting-loss', 'adopt']);
/** By then every checker has looked again, and given up waiting. */
const CHECKED_MILLISECONDS = 20_000;

/** Three intervals of a checker, and what Route 53 takes to answer otherwise. */
const TURNS_BY_ITSELF_MILLISECONDS = 45_000;
/** An alarm, and both times that Lambda calls a function again that failed over it. */
const RETRIED_MILLISECONDS = ALARM_MILLISECONDS + 180_000;
/** Until then nothing has been decided of who serves. */
const DECIDING_NOTHING: ReadonlySet<string> = new Set(['readiness', 'adopt', 'approve']);

/** What DNS answers, and what stands behind it. */
export class TrafficWatch {
  readonly #eyes: Eyes;
  readonly #neverBoth: NeverBoth;
  readonly #asAPersonPutIt = new Map<SiteName, number>();
  readonly #shutByAPerson = new Set<SiteName>();
  /** When one of those was opened again, as somebody adopted. */
  readonly #handedBackAt = new Map<SiteName, number>();
  readonly #down: ReadonlyMap<SiteName, Lasting>;
  readonly #stuck = new Lasting();
  /** When each was last seen to be down. */
  readonly #downAt = new Map<SiteName, number>();
  /** When the sites last did not see each other. */
  #apartAt = Number.NEGATIVE_INFINITY;
  /** Both were up then: each may lack what the other one took. */
  #missedAt = Number.NEGATIVE_INFINITY;
  #looked = '';
  #answer: SiteName | null = null;
  #answerAt = 0;
  /** What resolvers may answer besides. */
  #cached: SiteName | null = null;
  /** DNS answers with it, and nobody could do better so far. */
  #excused: SiteName | null = null;

  constructor(eyes: Eyes) {
    this.#eyes = eyes;
    this.#neverBoth = new NeverBoth(eyes, this.#asAPersonPutIt);
    this.#down = new Map(eyes.sites.map((site) => [site, new Lasting()]));
  }

  /** @param change something that says whether entries or promises changed since the last look */
  look(change: number): void {
    this.#neverBoth.look();
    for (const site of this.#eyes.sites) {
      this.#downFor(site);
      if (this.#isShutByAPerson(site)) this.#shutByAPerson.add(site);
      else this.#shutByAPerson.delete(site);
    }
    const { dns, couldServe, other, sites, world, now } = this.#eyes;
    if (!sites.every((each) => world.grid.seesOther(each))) {
      this.#apartAt = now();
      if (sites.every(couldServe)) this.#missedAt = now();
    }
    const site = dns();
    this.#turnsByItself(site);
    this.#resolversFollow(site);
    const state = `${site} ${this.#cached} ${change} ${couldServe(other(site))}`;
    // Nothing it depends on has changed.
    if (state === this.#looked) return;
    this.#looked = state;
    this.#excused = this.#noStaleTraffic(site, 'DNS answers') === 'excused' ? site : null;
    if (this.#cached !== null) this.#noStaleTraffic(this.#cached, 'Resolvers still answer');
  }

  /**
   * `no-worse`: nobody has to decide anything for DNS to leave a site that is down, where the other one is in step with
   * it: so it was before us.
   */
  #turnsByItself(site: SiteName): void {
    const { couldServe, other, sessions, entries, world, now, sites, disturbedAt, violated } = this.#eyes;
    const rival = other(site);
    const isStuck =
      !couldServe(site) &&
      couldServe(rival) &&
      disturbedAt(rival) === 0 &&
      sessions.lacking(rival, entries) === null &&
      !sites.some((each) => this.#eyes.mayHaveDrifted(each) || this.#eyes.isSuspected(each)) &&
      !this.#mayHaveMissed(rival) &&
      world.installation.engine.listExecutions().every(({ machine }) => DECIDING_NOTHING.has(machine));
    const lasts = this.#stuck.update(isStuck, now());
    if (lasts > TURNS_BY_ITSELF_MILLISECONDS)
      violated(
        'no-worse',
        `DNS answers with ${site}, down for ${lasts / 1000} s; ${rival} lacks nothing and could serve.`,
      );
  }

  /** Though it lacks nothing in truth, nobody can tell before its entries have been compared. */
  #mayHaveMissed(site: SiteName): boolean {
    const since = this.#missedAt;
    return since > Number.NEGATIVE_INFINITY && !tellsOfSync(site, this.#eyes.world, since);
  }

  /** For as long as the record's TTL, they go on with the answer of before. */
  #resolversFollow(site: SiteName): void {
    const now = this.#eyes.now();
    const ttlSeconds = this.#eyes.world.configuration.traffic.recordTtlSeconds;
    if (site !== this.#answer) {
      // Nobody takes from resolvers what they were given while there was nothing better: DNS returns by itself to a site
      // that was down, where nothing could be written to shut the other one, or that lacks what came while the link was broken.
      const couldNotFollow = this.#eyes.isDnsHeldUp() || this.#apartAt === now || this.#isBeingLeft();
      const returns = couldNotFollow && now - this.#lastDownAt(site) < CHECKED_MILLISECONDS;
      const isLeft = this.#excused === this.#answer || returns || this.#isLeftByAWord(this.#answer);
      this.#cached = isLeft ? null : this.#answer;
      this.#answer = site;
      this.#answerAt = now;
    }
    if (now - this.#answerAt > ttlSeconds * 1000) this.#cached = null;
    // DNS left a site that was lost, and it came back: nobody takes from resolvers what they hold.
    const lost = (left: SiteName) =>
      Math.max(this.#eyes.disturbedAt(left), this.#lastDownAt(left)) >
      this.#answerAt - RESTART_FOUND_MILLISECONDS;
    if (this.#cached !== null && lost(this.#cached)) this.#cached = null;
  }

  /** A switchover waits for resolvers once; that DNS turned back meanwhile, as the new site failed for a moment, it does not see. */
  #isBeingLeft(): boolean {
    const { engine } = this.#eyes.world.installation;
    return engine
      .listExecutions('switchover')
      .some((execution) => execution.stopDate === null && hasMovedTraffic(execution));
  }

  /**
   * A person who adopts at this moment, or has called it lost though it lives, takes it that resolvers still answer with it
   * while it is not in step any more.
   */
  #isLeftByAWord(site: SiteName | null): boolean {
    const { now, world } = this.#eyes;
    return world.installation.engine.listExecutions().some(({ machine, input, stopDate }) => {
      const isUnderWay = stopDate === null || stopDate.getTime() === now();
      const { lostSite, serving } = input as { readonly lostSite?: unknown; readonly serving?: unknown };
      const isLeft =
        (machine === 'failover' && lostSite === site) ||
        (machine === 'adopt' && typeof serving === 'string' && serving !== site);
      return isUnderWay && isLeft;
    });
  }

  #lastDownAt = (site: SiteName): number => this.#downAt.get(site) ?? Number.NEGATIVE_INFINITY;

  #downFor(site: SiteName): number {
    const isDown = !this.#eyes.couldServe(site);
    if (isDown) this.#downAt.set(site, this.#eyes.now());
    return this.#down.get(site)!.update(isDown, this.#eyes.now());
  }

  /**
   * `no-worse`: a site that serves, and is well, is fenced only because a person asked for it, and then only when the
   * other one passes, unless they have named it.
   * @param answered whom DNS answered with before
   */
  fenced(site: SiteName, answered: SiteName): void {
    const {
      couldServe,
      sessions,
      entries,
      now,
      disturbedAt,
      apiAwayUntil,
      other,
      world,
      sites,
      mayHaveDrifted,
      isDnsHeldUp,
      isSuspected,
      decidedBetween,
      madeServeBetween,
      violated,
    } = this.#eyes;
    if (site !== answered || !couldServe(site) || sessions.lacking(site, entries) !== null) return;
    // Checkers have not found out yet that it is well again.
    if (now() - this.#lastDownAt(site) < CHECKED_MILLISECONDS) return;
    // DNS turned to it by itself before the sweep came to it; not to serve what may be stale comes first.
    if (isDnsHeldUp() || isSuspected(site)) return;
    // A person had it left, which is not in force yet; or it restarted empty meanwhile, and the other one failed.
    if ((this.#eyes.notInForceAt() === now() || mayHaveLost(this.#eyes, site)) && this.#wasJustLeft(site))
      return;
    // Whoever changed a check by hand has held up what was to be done about it; or the other site was waited for.
    if (hasRestarted(this.#eyes, site) && (sites.some(mayHaveDrifted) || this.#aPersonIsAsked(site))) return;
    const asked = world.installation.engine.listExecutions().filter((execution) => {
      const { machine, status, stopDate } = execution;
      // A function that is at work when its execution is stopped ends what it does; of a move that is recorded, and of a
      // word that is recorded and was told to be at odds with a check, the sweep does.
      const isLeftToTheSweep =
        machine === 'adopt'
          ? hasRecordedAlone(execution)
          : status !== 'SUCCEEDED' && mayHaveRecordedAMove(execution);
      const ends = isLeftToTheSweep ? SWEPT_MILLISECONDS : REACTION_MILLISECONDS;
      return BY_HAND.has(machine) && (stopDate === null || now() - stopDate.getTime() < ends);
    });
    // Readiness looks at the pods, which takes the cluster's API.
    const wasAway = mayHaveLost(this.#eyes, site) && apiAwayUntil(site) <= now();
    const awayUntil = wasAway ? apiAwayUntil(site) : 0;
    const lately = now() - Math.max(disturbedAt(site), awayUntil) < RESTART_FOUND_MILLISECONDS;
    if (asked.length === 0 && !lately && !this.#isOfAnAlarm(site))
      violated('no-worse', `${site} serves and is well, and is fenced all the same.`);
    const rival = other(site);
    const down = this.#downFor(rival);
    // Lost before the other one was seen to be down as well: which of them comes back, and with what, a person says.
    const seenDownAt = now() - down + CHECKED_MILLISECONDS;
    const wasLostBefore = asked.some(
      ({ machine, status, startDate, stopDate }) =>
        machine === 'failover' &&
        // Its function ends what it does when a person stops it.
        (stopDate === null || status === 'ABORTED') &&
        !decidedBetween(seenDownAt, startDate.getTime()),
    );
    // Or that was decided by then, by a function that was held up or died: the sweep carries it out.
    const wasDecidedBefore =
      madeServeBetween(rival, now() - SWEPT_MILLISECONDS, seenDownAt) &&
      !decidedBetween(seenDownAt, now()) &&
      !asked.some((execution) => PLANNED.has(execution.machine) && mayHaveRecordedAMove(execution));
    // A planned move is made by the function that looked last; what is at work since before then has not seen it.
    const hadLooked = asked.some(
      (execution) =>
        PLANNED.has(execution.machine) && execution.stopDate === null && isMovingSince(execution, seenDownAt),
    );
    const isSeen = down > CHECKED_MILLISECONDS && now() > this.#eyes.checkersLateUntil();
    if (
      isSeen &&
      !hadLooked &&
      !wasLostBefore &&
      !wasDecidedBefore &&
      !asked.some(({ machine }) => NAMING.has(machine))
    )
      violated(
        'no-worse',
        `${site} serves and is well, and is fenced for ${rival}, down for ${down / 1000} s.`,
      );
  }

  /** A planned move away from it has just come to its end. */
  #wasJustLeft(site: SiteName): boolean {
    const { world, now } = this.#eyes;
    return world.installation.engine
      .listExecutions()
      .some(
        (execution) =>
          hasMovedAwayFrom(execution, site) && now() - execution.stopDate!.getTime() < SWEPT_MILLISECONDS,
      );
  }

  /** What is newer than the last decision counts when it is heard of, though it is over by then. */
  #isOfAnAlarm(site: SiteName): boolean {
    const { now, outrankedBetween, heldAlarmsArrivedAt, world } = this.#eyes;
    const downAt = this.#lastDownAt(site);
    if (now() - downAt < ALARM_MILLISECONDS && outrankedBetween(downAt, now())) return true;
    const arrivedAt = heldAlarmsArrivedAt();
    if (now() - arrivedAt < REACTION_MILLISECONDS && arrivedAt - downAt < ALARMS_LATE_MILLISECONDS)
      return true;
    const { calledAgainAt } = world.installation;
    return now() - calledAgainAt < REACTION_MILLISECONDS && calledAgainAt - downAt < RETRIED_MILLISECONDS;
  }

  /** Where a person put it is not our doing. */
  saved(site: SiteName, byHand: boolean): void {
    if (byHand) {
      this.#asAPersonPutIt.set(site, this.#eyes.now());
      return;
    }
    this.#asAPersonPutIt.delete(site);
    if (this.#shutByAPerson.delete(site) && this.#eyes.threshold(site) !== FENCED)
      this.#handedBackAt.set(site, this.#eyes.now());
  }

  /** Its check stands where a person put it, it stays shut because of that, or was opened again just now. */
  isAPersons(site: SiteName): readonly boolean[] {
    return [this.#asAPersonPutIt.has(site), this.#isShutByAPerson(site), this.#isHandedBack(site)];
  }

  #noStaleTraffic(site: SiteName, who: string): 'excused' | null {
    const { other, couldServe, sessions, entries, now, disturbedAt, apiAwayUntil, violated } = this.#eyes;
    const rival = other(site);
    if (!couldServe(rival) || !couldServe(site)) return null;
    const lacking = sessions.lacking(site, entries);
    if (lacking === null || sessions.lacking(rival, entries) !== null) return null;
    // Readiness looks at the pods, which takes the cluster's API.
    const lately = now() - Math.max(disturbedAt(site), apiAwayUntil(site)) < RESTART_FOUND_MILLISECONDS;
    const isBeingFound =
      hasRestarted(this.#eyes, site) &&
      (lately ||
        this.#aPersonIsAsked(site) ||
        this.#isAboutToAsk(site) ||
        this.#isNamed(site) ||
        // A sweep that failed is called once more.
        this.#eyes.world.installation.isCallingAgain('reconcile') ||
        // Only the next sweep can move to it.
        now() - this.#lastDownAt(rival) < SWEPT_MILLISECONDS);
    // Of a lost site that comes back meanwhile, or only its endpoint, or the view of it: nobody can shut it, and it is
    // contained once it answers.
    const lostAt = Math.max(this.#lastDownAt(site), this.#apartAt);
    const wasLost = disturbedAt(site) > 0 || now() - lostAt < LOST_LATELY_MILLISECONDS;
    const isHeldUp = wasLost && this.#eyes.isDnsHeldUp();
    const isAPersons = this.#isShutByAPerson(rival) || (site === this.#answer && this.#isHandedBack(rival));
    // What was written is in force within a minute, and resolvers follow after that.
    const ttlMilliseconds = this.#eyes.world.configuration.traffic.recordTtlSeconds * 1000;
    const isOnItsWay = now() <= this.#eyes.notInForceAt() + ttlMilliseconds;
    if (isBeingFound || isHeldUp || isAPersons || isOnItsWay) {
      // To be looked at again, whatever else changes.
      this.#looked = '';
      return 'excused';
    }
    violated(
      'no-stale-traffic',
      `${who} with ${site}, which lacks ${lacking}; ${rival} has it and could serve.`,
    );
    return null;
  }

  /** Somebody fenced it by hand, and on-call was told: what is opened then is for a person to say. */
  #isShutByAPerson(site: SiteName): boolean {
    const { threshold, world, other } = this.#eyes;
    if (this.#asAPersonPutIt.size === 0 || threshold(site) !== FENCED) return false;
    // Nor is one that we had fenced opened behind a change of the other one's check.
    const adopts = world.installation.engine.listExecutions('adopt');
    const adoptedAt = adopts.findLast(({ status }) => status === 'SUCCEEDED')?.stopDate?.getTime() ?? 0;
    const isShutBehind =
      this.#asAPersonPutIt.has(other(site)) && tellsThatItStaysShut(site, world, adoptedAt);
    return isShutBehind || (this.#asAPersonPutIt.has(site) && tellsOfDrift(site, world));
  }

  /** It was so until just now; what is to be moved then, the next sweep moves. */
  #isHandedBack(site: SiteName): boolean {
    const at = this.#handedBackAt.get(site) ?? Number.NEGATIVE_INFINITY;
    return this.#eyes.now() - at < SWEPT_MILLISECONDS;
  }

  /**
   * While a failover that began before its restart must have been found takes the other site offline nobody is asked; the
   * sweep after it does.
   */
  #isAboutToAsk(site: SiteName): boolean {
    const { world, now } = this.#eyes;
    const { startedAt } = world.grid.site(site);
    return world.installation.engine
      .listExecutions('failover')
      .some(
        ({ startDate, stopDate }) =>
          startDate.getTime() >= startedAt &&
          startDate.getTime() < startedAt + RESTART_FOUND_MILLISECONDS &&
          (stopDate === null || now() - stopDate.getTime() < SWEPT_MILLISECONDS),
      );
  }

  /** Who adopts says which site serves, whatever is known of it. */
  #isNamed(site: SiteName): boolean {
    const { world } = this.#eyes;
    const { startedAt } = world.grid.site(site);
    const adopts = world.installation.engine.listExecutions('adopt');
    const last = adopts.findLast(({ status }) => status !== 'FAILED' && status !== 'ABORTED');
    return (
      last !== undefined &&
      last.startDate.getTime() >= startedAt &&
      (last.input as { readonly serving?: unknown }).serving === site
    );
  }

  /** Automation moves once in a while only: within that time it asks, and on-call moves. */
  #aPersonIsAsked(site: SiteName): boolean {
    const { start, startedAt } = this.#eyes.world.grid.site(site);
    // One that restarts again is no news for half an hour.
    const since = start > 2 ? startedAt - MUTED_MILLISECONDS : startedAt;
    // Where DNS has left it and comes back to it, what was asked before is answered.
    return asksForAPerson(this.#eyes.world, Math.max(since, site === this.#answer ? this.#answerAt : 0));
  }
}
