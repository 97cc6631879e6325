import type { LedgerEvent } from '../ledger/events.ts';
import { isArmed, isUsable, type Ledger, otherSite, type SiteRecord, type Trust } from '../ledger/ledger.ts';
import type { Configuration } from '../shared/configuration.ts';
import { type Instant, instant, type SiteName } from '../shared/names.ts';
import type { Verdict } from '../traffic/endpoint.ts';
import type { Sighting } from './alarm-events.ts';

export interface Evidence {
  /** Whether each site's endpoint passes now. */
  readonly now: (site: SiteName) => Verdict;
  /** The same by what was seen after `since` alone. */
  readonly since: (site: SiteName, since: Instant) => Verdict;
  /** Route 53 has not taken the last move yet: DNS answers with the other site than serves. */
  readonly isMoveUnwritten: boolean;
}

export interface Situation {
  readonly ledger: Ledger;
  readonly configuration: Configuration;
  readonly evidence: Evidence;
  readonly at: Instant;
}

/** What a person has to be told; `about` tells one reason from another, so that it is not repeated every minute. */
export interface Page {
  readonly about: string;
  readonly what: string;
  readonly remedy: string;
}

export interface Decision {
  readonly events: readonly LedgerEvent[];
  readonly page: Page | null;
  /** Why this and nothing else; for the log and the caller. */
  readonly because: string;
}

const nothing = (because: string): Decision => ({ events: [], page: null, because });

/**
 * Alarms clear some time after what they say is over (a period of 60 s, and the metric's own delay). A proof of
 * sync outranks an alarm that went off before it, for this long.
 */
const ALARM_LAG_SECONDS = 180;

/**
 * Decides over everything that was seen at once, never one alarm at a time.
 * @param sightings `live`: they come from an event, so each counts if it is newer than the ledger's last decision,
 *   even when it is over by now. Otherwise from the sweep: what is still in ALARM counts if it is still true.
 */
export function decide(situation: Situation, sightings: readonly Sighting[], live: boolean): Decision {
  const { ledger } = situation;
  const counting = sightings.filter((sighting) => counts(situation, sighting, live));
  const servingDown = counting.find(({ kind, site }) => kind === 'endpoint-down' && site === ledger.serving);
  if (servingDown !== undefined)
    return servingLost(situation, `${servingDown.source} says that its endpoint is down`);
  const left = counting.find(({ kind }) => kind === 'left-cross-site-view');
  if (left !== undefined) return viewLost(situation, left, left.at);
  if (ledger.sites[ledger.serving]!.trust === 'suspect') return servingSuspect(situation);
  const passive = otherSite(ledger, ledger.serving);
  // What is left to count are endpoints that are down.
  const passiveIsDown = counting.find(({ site }) => site === passive);
  if (passiveIsDown !== undefined) return passiveDown(situation, passive, passiveIsDown.source);
  return nothing(
    sightings.length === 0 ? 'nothing is in ALARM' : 'what was seen is recorded already, or is over',
  );
}

function counts(situation: Situation, sighting: Sighting, live: boolean): boolean {
  if (sighting.kind === 'left-cross-site-view') {
    if (isOurCut(situation, live || isResyncing(situation) ? sighting.at : situation.at)) return false;
    return live ? isNews(situation, sighting) : viewMayStillBeLost(situation, sighting);
  }
  const verdict = situation.evidence.now(sighting.site);
  // Fenced by path, its check fails because of us.
  if (verdict === 'unobservable') return false;
  const mayBeOver =
    isUsablePassive(situation.ledger, sighting.site) || isOfOurContainment(situation.ledger, sighting);
  if (verdict === 'passing' && mayBeOver) return false;
  return verdict === 'failing' || (live && isNews(situation, sighting));
}

/**
 * What is over at the passive site was never one that serves: to shut out a site that passes would leave nobody where the
 * serving one has died since. A stale one may hold back what it writes yet, and is cut off for that.
 */
const isUsablePassive = ({ serving, sites }: Ledger, site: SiteName): boolean =>
  site !== serving && sites[site]!.trust === 'in-sync';

/** The period that an alarm looks at, and as much again until its metric is there. */
const ALARM_REACH_SECONDS = 120;

/**
 * An alarm says what was so in the minute before it: of a site that was contained, brought back in step and made to serve
 * within that time, it goes off after all that. What was lost before we stopped its Keycloak has gone off before.
 */
const isOfOurContainment = ({ sites, history }: Ledger, { site, at }: Sighting): boolean =>
  Object.values(sites).every(({ trust }) => trust === 'in-sync') &&
  history.some(
    ({ workflow, startedAt, endedAt }) =>
      workflow === 'resync' &&
      startedAt <= sites[site]!.trustAt &&
      sites[site]!.trustAt <= endedAt &&
      secondsBetween(startedAt, at) < ALARM_REACH_SECONDS,
  );

/**
 * While we keep the bridge cut the sites can't see each other; restored, they find each other within a minute, and
 * alarms lag. A resync proves the view itself, and an alarm of its own making must not pre-empt it (seen on real
 * servers: the stale site's view drops the source only 44 s after it came back, in the middle of the resync).
 */
function isOurCut({ ledger }: Situation, when: Instant): boolean {
  if (ledger.sites[otherSite(ledger, ledger.serving)]!.bridgeCut) return true;
  return provenTogether(ledger).some(({ bridgeAt, trust, trustAt }) => {
    if (bridgeAt === null) return false;
    // An alarm says what was so in the minute before it: one that goes off after the proof may be of before it.
    const since = trust === 'in-sync' && trustAt > bridgeAt ? trustAt : bridgeAt;
    return secondsBetween(since, when) < ALARM_LAG_SECONDS;
  });
}

/**
 * The passive site's record, and the serving one's where both are in sync: a resync proves both directions, writes it
 * down of the site that was stale, and a switchback may let that one serve before the alarms of its loss clear.
 */
function provenTogether({ serving, sites }: Ledger): readonly SiteRecord[] {
  const records = Object.values(sites);
  return records.every(({ trust }) => trust === 'in-sync')
    ? records
    : records.filter((record) => record !== sites[serving]);
}

/** Resync proves the view itself, so an alarm of our own cut decides nothing, however long the resync takes. */
const isResyncing = ({ ledger }: Situation): boolean =>
  ledger.sites[otherSite(ledger, ledger.serving)]!.trust === 'resyncing';

/**
 * CloudWatch and Lambda deliver within seconds, and Lambda's own retries of a failed invocation end after three
 * minutes. What comes later than this was delivered before, and was looked at then.
 */
const LATE_SECONDS = 900;

/** An event counts even when it is over, if it is newer than the last decision; else it was part of that one. */
const isNews = ({ ledger, at }: Situation, sighting: Sighting): boolean =>
  sighting.at > ledger.changedAt && secondsBetween(sighting.at, at) <= LATE_SECONDS;

/** Of an alarm that is in ALARM, or an alert that fires. */
function viewMayStillBeLost({ ledger, at }: Situation, sighting: Sighting): boolean {
  const { trust } = ledger.sites[otherSite(ledger, ledger.serving)]!;
  if (trust === 'suspect') return true;
  const isOfBefore = ({ trustAt }: SiteRecord) => sighting.at <= trustAt;
  const newer = provenTogether(ledger).filter(isOfBefore);
  if (newer.length === 0) return true;
  if (trust === 'resyncing') return false;
  return newer.every(({ trustAt }) => secondsBetween(trustAt, at) > ALARM_LAG_SECONDS);
}

/** The serving site's endpoint is down, or it is dead. */
export const servingLost = (situation: Situation, why: string, byHand = false): Decision =>
  handOver(situation, why, byHand, { about: situation.ledger.serving, stuck: stuckByName });

interface Telling {
  /** Tells one loss from another: who was told that an endpoint is down was not told that what came back lost data. */
  readonly about: string;
  /** How a person is told that nothing could be moved. */
  readonly stuck: typeof stuckByName;
}

function handOver(situation: Situation, why: string, byHand: boolean, { about, stuck }: Telling): Decision {
  const { ledger, evidence, at } = situation;
  const lost = ledger.serving;
  const other = otherSite(ledger, lost);
  const seen = reachabilityEvents(situation, [other]);
  const what = `${lost} serves, and ${why}.`;
  const { trust } = ledger.sites[other]!;
  if (trust !== 'in-sync') {
    return stuck(situation, seen, what, `${other} is ${trust}, so nothing was moved`);
  }
  const now = evidence.now(other);
  // Fenced by path it can't be probed; opened, its own check decides. Whether to try that, a person says.
  const mayBeTried = now === 'unobservable' && isUsable(ledger.sites[other]!);
  if (mayBeTried && !byHand) {
    const why = `${other} is in sync, but nobody can look whether it passes while its check is fenced, so nothing was moved`;
    return {
      events: seen,
      page: {
        about: `untried:${about}`,
        what: `${what} ${why}.`,
        remedy: `Start "failover" with {"lostSite":"${lost}"}: ${other} is opened, and its own check decides. No data is lost by it.`,
      },
      because: why,
    };
  }
  if (now !== 'passing' && !mayBeTried) {
    const verdict = now === 'failing' ? 'does not pass its own health check' : 'is not known to pass now';
    return stuck(situation, seen, what, `${other} ${verdict}, so nothing was moved`);
  }
  const hindrance = byHand ? null : automationHindrance(situation);
  if (hindrance !== null) {
    return {
      events: seen,
      page: {
        about: `not-moved:${about}:${hindrance}`,
        what: `${what} ${other} could take over, but ${hindrance}.`,
        remedy: `To move now, start "failover" with {"lostSite":"${lost}"}.`,
      },
      because: hindrance,
    };
  }
  // What moves nobody is no move that the next one would have to wait for.
  const takesBack = !byHand && situation.evidence.isMoveUnwritten;
  const by = takesBack ? ({ automatic: false, takesBack } as const) : { automatic: !byHand };
  return {
    events: [...seen, { type: 'serving-site-lost', lost, ...by, reason: why }],
    page: null,
    because: `${what} ${other} is in sync and passes at ${at}: it serves from here`,
  };
}

function stuckByName(
  { ledger }: Situation,
  events: readonly LedgerEvent[],
  what: string,
  why: string,
): Decision {
  const other = otherSite(ledger, ledger.serving);
  return {
    events,
    page: {
      about: `stuck:${ledger.serving}:${why}`,
      what: `${what} ${why}.`,
      remedy: `When ${ledger.serving} can't be brought back and the loss of what only it holds is accepted, start "promote-accepting-loss" with {"site":"${other}","acceptLoss":true}.`,
    },
    because: why,
  };
}

/** Disarmed, or moved a short while ago. Null: automation may move. */
function automationHindrance({ ledger, configuration, evidence, at }: Situation): string | null {
  if (!isArmed(ledger, at)) return `automation is disarmed (${ledger.automation.why ?? 'no reason given'})`;
  // To go on with the other site moves nobody; what is still to be written would move them to the one that is lost.
  if (evidence.isMoveUnwritten) return null;
  const { lastAutomaticMoveAt, moveAcknowledged } = ledger;
  if (lastAutomaticMoveAt === null || moveAcknowledged) return null;
  const least = configuration.automation.minimumSecondsBetweenMoves;
  if (secondsBetween(lastAutomaticMoveAt, at) >= least) return null;
  return `automation moved traffic at ${lastAutomaticMoveAt}, less than ${least} s ago`;
}

/**
 * A site left the cross-site view. Both sites say so of each other, so the question is only whether the serving
 * one is alive, and only what checkers saw one interval after the loss answers it.
 */
export function viewLost(situation: Situation, left: Pick<Sighting, 'source'>, since: Instant): Decision {
  const { ledger, configuration, evidence } = situation;
  const passive = otherSite(ledger, ledger.serving);
  if (ledger.sites[passive]!.trust === 'stale') return staleLeft(situation, left.source, passive);
  // The restart breaks the view too, and then it is the passive site that holds what was lost: it must not become stale.
  if (ledger.sites[ledger.serving]!.trust === 'suspect' && ledger.sites[passive]!.trust === 'in-sync')
    return servingSuspect(situation);
  const fresh = later(since, configuration.traffic.checkIntervalSeconds);
  const verdict = evidence.since(ledger.serving, fresh);
  const why = `${left.source} says that the sites left each other's view`;
  if (verdict === 'failing') return servingLost(situation, `${why}, and its endpoint is down`);
  if (!isArmed(ledger, situation.at)) {
    const events: LedgerEvent[] =
      ledger.sites[passive]!.trust === 'in-sync' ? [{ type: 'site-suspected', site: passive }] : [];
    return {
      events,
      page: {
        about: `view-lost-disarmed:${passive}`,
        what: `${why}. Writes at ${ledger.serving} are refused until ${passive} is taken offline there, but automation is disarmed.`,
        remedy: `Start "failover" with {"lostSite":"${passive}"}.`,
      },
      because: 'automation is disarmed',
    };
  }
  const answering = whereDnsAnswersStill(situation, passive, fresh);
  if (answering === 'passing')
    return servingLost(situation, `${why}, and Route 53 has not taken the move to it`);
  if (answering === null && (verdict === 'passing' || verdict === 'unobservable')) {
    return {
      events: [{ type: 'passive-site-left', passive, reason: why }],
      page: null,
      because: `${why}, and ${ledger.serving} is alive: ${passive} is stale and taken offline`,
    };
  }
  return {
    events: [{ type: 'view-lost', reason: why }],
    page: null,
    because: `${why}; whether ${ledger.serving} is alive is asked until checkers have looked after ${fresh}`,
  };
}

/**
 * Until Route 53 has taken the move away from it, the passive site takes what clients write: alive, it serves on.
 * @returns whether it passes; null where it is down or may not serve, and the move goes on
 */
function whereDnsAnswersStill(
  { ledger, evidence }: Situation,
  passive: SiteName,
  since: Instant,
): Verdict | null {
  if (!evidence.isMoveUnwritten || ledger.sites[passive]!.trust !== 'in-sync') return null;
  const verdict = evidence.since(passive, since);
  return verdict === 'failing' ? null : verdict;
}

/** Both sites say so: the stale one is isolated for it, and no more. */
function staleLeft(situation: Situation, source: string, passive: SiteName): Decision {
  const wanted = isolationOfStale(situation, `${source} says that the sites left each other's view`, passive);
  if (wanted === null) return nothing(`${passive} is stale already`);
  return { events: [wanted], page: null, because: wanted.reason };
}

/**
 * A switchover leaves the old site stale, and its bridge open. When that one is lost as well, what was asked of it until
 * then would be carried out on its return, and overwrite what is newer: failover cuts it off.
 */
function isolationOfStale(
  { ledger, configuration, at }: Situation,
  why: string,
  passive: SiteName,
): Extract<LedgerEvent, { readonly type: 'isolation-wanted' }> | null {
  const { contained, bridgeCut } = ledger.sites[passive]!;
  if (contained || bridgeCut || !configuration.bridgeCut.enabled || !isArmed(ledger, at)) return null;
  const reason = `${why}, and ${passive} may still write into ${ledger.serving}`;
  return { type: 'isolation-wanted', reason };
}

/** Its Data Grid restarted whole, so it lost data that the other one may still have. */
function servingSuspect(situation: Situation): Decision {
  const { serving, sites } = situation.ledger;
  const other = otherSite(situation.ledger, serving);
  if (sites[other]!.trust === 'resyncing') {
    const events = reachabilityEvents(situation, [other]);
    return { events, page: null, because: `${serving} is suspect, and ${other} is filled from it` };
  }
  return handOver(situation, 'its Data Grid restarted whole and may have lost data', false, {
    about: `${serving}:${sites[serving]!.trustAt}`,
    stuck: stuckWhileSuspect,
  });
}

/** It serves on, so the way out that loses the least comes first. Said once for one restart, whatever the other site is. */
function stuckWhileSuspect(
  { ledger }: Situation,
  events: readonly LedgerEvent[],
  what: string,
  why: string,
): Decision {
  const { serving, sites } = ledger;
  const other = otherSite(ledger, serving);
  const remedy = [keepingWhatServes(serving, other, sites[other]!.trust)];
  if (sites[other]!.trust === 'in-sync') {
    remedy.push(`To have what ${other} holds, bring it back: it serves by itself once it passes.`);
  }
  remedy.push(
    `When what ${other} holds is to be kept instead, and the loss of what only ${serving} holds is accepted: start "promote-accepting-loss" with {"site":"${other}","acceptLoss":true}.`,
  );
  // It is still online there, and does not answer.
  if (sites[other]!.trust === 'in-sync')
    remedy.push(`Until one of these is done, writes at ${serving} may be refused.`);
  return {
    events,
    page: {
      about: `serving-suspect:${serving}:${sites[serving]!.trustAt}`,
      what: `${what} ${why}.`,
      remedy: remedy.join(' '),
    },
    because: why,
  };
}

function keepingWhatServes(serving: SiteName, other: SiteName, trust: Trust): string {
  const resync = 'start "resync" with {"acceptCounts":true}';
  const kept = `When what ${serving} holds now is to be kept`;
  switch (trust) {
    case 'suspect':
      return `${kept}: start "failover" with {"lostSite":"${other}"}, and once ${other} is taken offline ${resync}.`;
    case 'in-sync':
      return `${kept}: start "promote-accepting-loss" with {"site":"${serving}","acceptLoss":true}.`;
    default:
      return `${kept}: ${resync}.`;
  }
}

function passiveDown(situation: Situation, passive: SiteName, source: string): Decision {
  const events = reachabilityEvents(situation, [passive], 'unreachable');
  const { trust, contained } = situation.ledger.sites[passive]!;
  const isolation =
    trust === 'stale' && !isOfAnEndedResync(situation, passive)
      ? isolationOfStale(situation, `${source} says that ${passive} is down`, passive)
      : null;
  if (isolation !== null) return { events: [...events, isolation], page: null, because: isolation.reason };
  // What we stopped ourselves is down because of us; and of the site that was just lost, failover tells.
  if (contained || trust === 'stale' || trust === 'resyncing' || situation.ledger.pending !== null)
    return { events, page: null, because: `${passive} is ${trust}` };
  return {
    events,
    page: {
      about: `passive-down:${passive}`,
      what: `The passive site ${passive} is down. ${situation.ledger.serving} serves on; there is no site to fail over to.`,
      remedy: `Bring ${passive} back. Until then "readiness" says why a failover could not succeed.`,
    },
    because: `${passive} is down`,
  };
}

/**
 * A resync that ended badly left its Keycloak at 0: that its endpoint is down tells of no loss, and it is contained anew.
 * Where that does not come about, for long it was the resync's doing no more.
 */
function isOfAnEndedResync({ ledger, at }: Situation, passive: SiteName): boolean {
  const last = ledger.history[0];
  const { trustAt } = ledger.sites[passive]!;
  const isLate = secondsBetween(trustAt, at) >= ALARM_LAG_SECONDS;
  return !isLate && last?.workflow === 'resync' && last.endedAt === trustAt;
}

/** What the checkers say now, as events for the ledger. A site that can't be probed keeps what is known of it. */
export function reachabilityEvents(
  { ledger, evidence, at }: Situation,
  sites: readonly SiteName[],
  force?: 'unreachable',
): readonly LedgerEvent[] {
  return sites.flatMap((site): readonly LedgerEvent[] => {
    const verdict = evidence.now(site);
    const reachability =
      force ?? (verdict === 'passing' ? 'reachable' : verdict === 'failing' ? 'unreachable' : null);
    if (reachability === null || reachability === ledger.sites[site]!.reachability) return [];
    return [{ type: 'reachability-observed', site, reachability, observedAt: at }];
  });
}

const secondsBetween = (from: Instant, to: Instant): number => (Date.parse(to) - Date.parse(from)) / 1000;

const later = (time: Instant, seconds: number): Instant =>
  instant(new Date(Date.parse(time) + seconds * 1000));
