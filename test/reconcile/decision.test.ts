import { describe, expect, it } from '@jest/globals';
import type { Ledger } from '../../functions/ledger/ledger.ts';
import type { Sighting } from '../../functions/reconcile/alarm-events.ts';
import {
  type Decision,
  decide,
  reachabilityEvents,
  type Situation,
  servingLost,
  viewLost,
} from '../../functions/reconcile/decision.ts';
import type { Instant, SiteName, Workflow } from '../../functions/shared/names.ts';
import type { Verdict } from '../../functions/traffic/endpoint.ts';
import { A, B, exampleConfiguration, inSync, moment, withSite } from '../ledger/example.ts';

const configuration = exampleConfiguration();
const calm = inSync();
const NOW = moment(0);

interface Checkers {
  readonly a?: Verdict;
  readonly b?: Verdict;
  /** What those that looked after the loss saw of the serving site. */
  readonly fresh?: Verdict;
  /** The same of the passive site, of which that is asked while DNS answers with it still. */
  readonly freshOfPassive?: Verdict;
  /** Route 53 has not taken the last move yet. */
  readonly unwritten?: boolean;
}

/** The moments after which somebody asked what the checkers saw. */
let asked: Instant[] = [];
function situation(
  ledger: Ledger,
  { a = 'passing', b = 'passing', fresh = 'passing', freshOfPassive, unwritten = false }: Checkers = {},
): Situation {
  asked = [];
  const since = (site: SiteName, at: Instant): Verdict => {
    asked.push(at);
    if (freshOfPassive !== undefined && site !== ledger.serving) return freshOfPassive;
    expect(site).toBe(ledger.serving);
    return fresh;
  };
  const now = (site: SiteName) => (site === A ? a : b);
  return { ledger, configuration, at: NOW, evidence: { now, since, isMoveUnwritten: unwritten } };
}

const down = (site = A, at = moment(-1)): Sighting => ({
  kind: 'endpoint-down',
  site,
  at,
  source: `alarm ${site}`,
});
const left = (site = B, at = moment(-1)): Sighting => ({
  kind: 'left-cross-site-view',
  site,
  at,
  source: `alarm view ${site}`,
});
const passive = (change: Partial<Ledger['sites'][string & SiteName]>, ledger = calm) =>
  withSite(ledger, B, change);
const disarmed = (why: string | null = 'a fire drill', ledger = calm): Ledger => ({
  ...ledger,
  automation: { armed: false, disarmedUntil: null, disarmedAt: NOW, why },
});
const idle = (because: string): Decision => ({ events: [], page: null, because });
const OVER = 'what was seen is recorded already, or is over';
const unreachable = { type: 'reachability-observed', site: B, reachability: 'unreachable', observedAt: NOW };
const moved = (reason: string, automatic = true) => ({
  type: 'serving-site-lost',
  lost: A,
  automatic,
  reason,
});
const promotion = 'start "promote-accepting-loss" with {"site":"site-b","acceptLoss":true}.';

describe('nothing to decide', () => {
  it.each([true, false])('is said as it is (live: %s)', (live) => {
    expect(decide(situation(calm), [], live)).toEqual(idle('nothing is in ALARM'));
    expect(decide(situation(passive({ trust: 'stale' })), [left()], live)).toEqual(
      idle('site-b is stale already'),
    );
  });

  it('is left of an alarm from before the last decision, when it is over', () => {
    expect(decide(situation(calm), [down(A, moment(-3600))], true)).toEqual(idle(OVER));
    expect(decide(situation(calm), [left(B, moment(-3600))], true)).toEqual(idle(OVER));
  });

  it('is left of an alarm from before a decision of a moment ago, or of that very moment', () => {
    const decided = { ...calm, changedAt: moment(-100) };
    const heard = (at: number) => decide(situation(decided), [down(A, moment(at))], true);
    expect(heard(-101)).toEqual(idle(OVER));
    expect(heard(-100)).toEqual(idle(OVER));
    expect(heard(-99).events).toHaveLength(1);
  });

  it('is left of an alarm that comes a quarter of an hour late, and no sooner', () => {
    expect(decide(situation(calm), [down(A, moment(-901))], true)).toEqual(idle(OVER));
    expect(decide(situation(calm), [down(A, moment(-900))], true).events).toHaveLength(1);
  });

  it('is left of an endpoint that passes again, where nobody hears of it as it happens', () => {
    expect(decide(situation(calm), [down()], false)).toEqual(idle(OVER));
    expect(decide(situation(calm), [down(B)], false)).toEqual(idle(OVER));
  });

  it('is left of an alarm of our own containment, which goes off after the site was brought back in step', () => {
    const resynced = (
      startedAt: number,
      provenAt: number,
      endedAt = provenAt + 1,
      workflow: Workflow = 'resync',
    ): Ledger => ({
      ...withSite(calm, A, { trustAt: moment(provenAt) }),
      history: [
        {
          workflow,
          owner: 'x',
          startedAt: moment(startedAt),
          endedAt: moment(endedAt),
          result: 'succeeded',
          detail: 'done',
        },
      ],
    });
    const heard = (ledger: Ledger, checkers: Checkers = {}) =>
      decide(situation(ledger, checkers), [down(A, moment(-10))], true);
    expect(heard(resynced(-129, -60))).toEqual(idle(OVER));
    expect(heard(resynced(-129, -60), { a: 'failing' }).events).not.toEqual([]);
    // It was down for longer than an alarm looks back, or was proven by something else.
    expect(heard(resynced(-130, -60)).events).toHaveLength(1);
    expect(heard(withSite(calm, A, { trustAt: moment(-60) })).events).toHaveLength(1);
    expect(heard(resynced(-129, -60, -59, 'failover')).events).toHaveLength(1);
    expect(heard(resynced(-129, -60, -60))).toEqual(idle(OVER));
    expect(heard(resynced(-129, -60, -61)).events).toHaveLength(1);
    expect(heard(resynced(-60, -60))).toEqual(idle(OVER));
    expect(heard(resynced(-59, -60, -50)).events).toHaveLength(1);
    expect(heard(withSite(resynced(-129, -60), B, { trust: 'stale' })).page).not.toBeNull();
  });

  it('is left of an endpoint that can not be probed', () => {
    expect(decide(situation(calm, { a: 'unobservable' }), [down()], true)).toEqual(idle(OVER));
  });
});

describe('an alarm of our own cut of the bridge', () => {
  const cut = passive({ bridgeCut: true });
  const restored = (ago: number, trust: 'in-sync' | 'resyncing' | 'suspect' = 'suspect') =>
    passive({ bridgeAt: moment(-ago), trust, trustAt: moment(-3600) });

  it('decides nothing while it is cut', () => {
    expect(decide(situation(cut), [left()], true)).toEqual(idle(OVER));
    expect(decide(situation(cut), [left()], false)).toEqual(idle(OVER));
  });

  it('decides nothing until alarms have caught up with its end', () => {
    expect(decide(situation(restored(179)), [left()], false)).toEqual(idle(OVER));
    expect(decide(situation(restored(180)), [left()], false).events).toHaveLength(1);
    expect(decide(situation(restored(180)), [left(B, moment(-1))], true)).toEqual(idle(OVER));
    expect(decide(situation(restored(181)), [left(B, moment(-1))], true).events).toHaveLength(1);
  });

  it('decides nothing until alarms have caught up with the proof of a resync, however long that took', () => {
    const resynced = (ago: number) =>
      passive({ bridgeAt: moment(-900), trust: 'in-sync', trustAt: moment(-ago) });
    // It goes off after the proof, and tells of the minute before it.
    expect(decide(situation(resynced(21)), [left(B, moment(-1))], true)).toEqual(idle(OVER));
    expect(decide(situation(resynced(179)), [left(B, moment(-150))], false)).toEqual(idle(OVER));
    expect(decide(situation(resynced(180)), [left(B, moment(-150))], false).events).toHaveLength(1);
    expect(decide(situation(resynced(181)), [left(B, moment(-1))], true).events).toHaveLength(1);
  });

  it('counts from the end of the cut where the proof is older, or where what came later is none', () => {
    const cutOnceMore = passive({ bridgeAt: moment(-100), trust: 'in-sync', trustAt: moment(-3600) });
    expect(decide(situation(cutOnceMore), [left(B, moment(-1))], true)).toEqual(idle(OVER));
    const suspected = passive({ bridgeAt: moment(-181), trust: 'suspect', trustAt: moment(-10) });
    expect(decide(situation(suspected), [left(B, moment(-1))], true).events).toHaveLength(1);
  });

  it('decides nothing until then also where the site that was resynced serves again since', () => {
    const switchedBack = (ago: number): Ledger => {
      const { sites } = calm;
      const resynced = { ...sites[A]!, bridgeAt: moment(-900), trustAt: moment(-ago) };
      const source = { ...sites[B]!, trustAt: moment(-86_400) };
      return { ...calm, sites: { [A]: resynced, [B]: source } };
    };
    expect(decide(situation(switchedBack(7)), [left(B, moment(-85))], false)).toEqual(idle(OVER));
    expect(decide(situation(switchedBack(30)), [left(B, moment(-1))], true)).toEqual(idle(OVER));
    expect(decide(situation(switchedBack(181)), [left(B, moment(-200))], false).events).toHaveLength(1);
  });

  it('decides nothing during a resync, however long that takes', () => {
    expect(decide(situation(restored(500, 'resyncing')), [left(B, moment(-400))], false)).toEqual(idle(OVER));
    expect(decide(situation(restored(500, 'resyncing')), [left(B, moment(-300))], false).events).toHaveLength(
      1,
    );
  });
});

describe('an alarm about the view that lasts', () => {
  const since = (seconds: number, trust: 'in-sync' | 'resyncing' | 'suspect') =>
    passive({ trust, trustAt: moment(-seconds) });
  const lasts = (ledger: Ledger) =>
    decide(situation(ledger), [left(B, moment(-200))], false).events.length === 1;

  it('counts where it is newer than the proof of sync, or alarms have had their time to clear since', () => {
    expect(lasts(since(201, 'in-sync'))).toBe(true);
    expect(lasts(since(200, 'in-sync'))).toBe(true);
    expect(decide(situation(since(100, 'in-sync')), [left(B, moment(-100))], false)).toEqual(idle(OVER));
    expect(lasts(since(181, 'in-sync'))).toBe(true);
    expect(lasts(since(180, 'in-sync'))).toBe(false);
    expect(lasts(since(1, 'suspect'))).toBe(true);
    expect(lasts(since(199, 'resyncing'))).toBe(false);
    expect(lasts(since(201, 'resyncing'))).toBe(true);
  });

  it('does not count where the serving site was proven in sync after it, however long ago the passive one was', () => {
    const proven = (seconds: number): Ledger => ({
      ...since(86_400, 'in-sync'),
      sites: {
        ...since(86_400, 'in-sync').sites,
        [A]: { ...calm.sites[A]!, trustAt: moment(-seconds) },
      },
    });
    expect(lasts(proven(180))).toBe(false);
    expect(lasts(proven(181))).toBe(true);
    const both = withSite(proven(100), B, { trustAt: moment(-190) });
    expect(lasts(both)).toBe(false);
    // A promotion proves nothing of the other one.
    const resynced = since(201, 'resyncing').sites[B]!;
    expect(lasts({ ...proven(100), sites: { ...proven(100).sites, [B]: resynced } })).toBe(true);
  });
});

describe('the serving endpoint is down', () => {
  const says = 'alarm site-a says that its endpoint is down';

  it('and the other site takes over, whatever else is in ALARM', () => {
    for (const live of [true, false]) {
      expect(decide(situation(calm, { a: 'failing' }), [left(), down(B), down()], live)).toEqual({
        events: [moved(says)],
        page: null,
        because: `site-a serves, and ${says}. site-b is in sync and passes at ${NOW}: it serves from here`,
      });
    }
  });

  it('also where it passes again by now, when it is heard of as it happens', () => {
    expect(decide(situation(calm), [down()], true).events).toEqual([moved(says)]);
  });

  it.each<[Verdict, string, object[]]>([
    ['failing', 'does not pass its own health check', [unreachable]],
    ['unknown', 'is not known to pass now', []],
  ])('and nothing is moved where the other one is %s', (b, verdict, events) => {
    const because = `site-b ${verdict}, so nothing was moved`;
    expect(decide(situation(calm, { a: 'failing', b }), [down()], true)).toEqual({
      events,
      page: {
        about: `stuck:site-a:${because}`,
        what: `site-a serves, and ${says}. ${because}.`,
        remedy: `When site-a can't be brought back and the loss of what only it holds is accepted, ${promotion}`,
      },
      because,
    });
  });

  it('and nothing is moved to a stale site', () => {
    const { events, because } = decide(
      situation(passive({ trust: 'stale' }), { a: 'failing' }),
      [down()],
      true,
    );
    expect([events, because]).toEqual([[], 'site-b is stale, so nothing was moved']);
  });

  it('and a person is asked where nobody can look at the other one', () => {
    const why =
      'site-b is in sync, but nobody can look whether it passes while its check is fenced, so nothing was moved';
    const given = situation(calm, { a: 'failing', b: 'unobservable' });
    expect(decide(given, [down()], true)).toEqual({
      events: [],
      page: {
        about: 'untried:site-a',
        what: `site-a serves, and ${says}. ${why}.`,
        remedy:
          'Start "failover" with {"lostSite":"site-a"}: site-b is opened, and its own check decides. No data is lost by it.',
      },
      because: why,
    });
    // What a person says of it, is tried.
    expect(servingLost(given, 'a person says so', true).events).toEqual([moved('a person says so', false)]);
  });

  it('and even a person opens no site that was seen to be gone and can not be looked at', () => {
    const gone = situation(passive({ reachability: 'unreachable' }), { b: 'unobservable' });
    expect(servingLost(gone, 'a person says so', true)).toMatchObject({
      events: [],
      because: 'site-b is not known to pass now, so nothing was moved',
    });
  });

  it('is noted beside what is seen of the other site', () => {
    const back = situation(passive({ reachability: 'unreachable' }), { a: 'failing' });
    expect(decide(back, [down()], true).events).toEqual([
      { ...unreachable, reachability: 'reachable' },
      moved(says),
    ]);
  });
});

describe('what keeps automation from moving', () => {
  const hindered = (ledger: Ledger) => decide(situation(ledger, { a: 'failing' }), [down()], true);
  const byPerson = (ledger: Ledger) => servingLost(situation(ledger), 'a person says so', true).events;
  const movedAt = (seconds: number, moveAcknowledged = false): Ledger => ({
    ...calm,
    lastAutomaticMoveAt: moment(-seconds),
    moveAcknowledged,
  });

  it('is that it is disarmed', () => {
    const hindrance = 'automation is disarmed (a fire drill)';
    expect(hindered(disarmed())).toEqual({
      events: [],
      page: {
        about: `not-moved:site-a:${hindrance}`,
        what: `site-a serves, and alarm site-a says that its endpoint is down. site-b could take over, but ${hindrance}.`,
        remedy: 'To move now, start "failover" with {"lostSite":"site-a"}.',
      },
      because: hindrance,
    });
    expect(hindered(disarmed(null)).because).toBe('automation is disarmed (no reason given)');
    expect(byPerson(disarmed())).toEqual([moved('a person says so', false)]);
  });

  it('is that it moved a short while ago', () => {
    const hindrance = `automation moved traffic at ${moment(-3599)}, less than 3600 s ago`;
    expect(hindered(movedAt(3599)).because).toBe(hindrance);
    expect(hindered(movedAt(3600)).events).toHaveLength(1);
    expect(hindered(movedAt(60, true)).events).toHaveLength(1);
    expect(byPerson(movedAt(60))).toHaveLength(1);
  });

  it('is no move of a short while ago that Route 53 has not taken, but still that it is disarmed', () => {
    const unwritten = (ledger: Ledger) =>
      decide(situation(ledger, { a: 'failing', unwritten: true }), [down()], true).events;
    expect(unwritten(movedAt(60))).toHaveLength(1);
    expect(unwritten(disarmed())).toEqual([]);
  });

  it('is told anew where a site that was down has come back, and may have lost data', () => {
    const about = (b: Verdict) => {
      const suspect = withSite(disarmed(), A, { trust: 'suspect', trustAt: moment(-60) });
      return decide(situation(suspect, { b }), [], false).page?.about;
    };
    expect(about('passing')).toBe(`not-moved:site-a:${moment(-60)}:automation is disarmed (a fire drill)`);
    expect(about('unobservable')).toBe(`untried:site-a:${moment(-60)}`);
  });
});

describe('a site left the view', () => {
  const why = "alarm view site-b says that the sites left each other's view";

  it.each<Verdict>(['passing', 'unobservable'])(
    'and the passive one is stale where the serving one is %s',
    (fresh) => {
      expect(decide(situation(calm, { fresh }), [left()], true)).toEqual({
        events: [{ type: 'passive-site-left', passive: B, reason: why }],
        page: null,
        because: `${why}, and site-a is alive: site-b is stale and taken offline`,
      });
      // One interval of the checkers after the loss.
      expect(asked).toEqual([moment(9)]);
    },
  );

  it('and means no endpoint, though it is the serving site of which it is said', () => {
    expect(decide(situation(calm), [left(A)], true).events).toEqual([
      {
        type: 'passive-site-left',
        passive: B,
        reason: "alarm view site-a says that the sites left each other's view",
      },
    ]);
  });

  it('and the serving one is lost where checkers say so since', () => {
    expect(decide(situation(calm, { fresh: 'failing' }), [left()], true).events).toEqual([
      moved(`${why}, and its endpoint is down`),
    ]);
  });

  it('and failover asks where nobody has looked since', () => {
    expect(decide(situation(calm, { fresh: 'unknown' }), [left()], true)).toEqual({
      events: [{ type: 'view-lost', reason: why }],
      page: null,
      because: `${why}; whether site-a is alive is asked until checkers have looked after ${moment(9)}`,
    });
  });

  it('and the passive one serves on that DNS answers with still, as Route 53 has not taken the move from it', () => {
    const unwritten = (freshOfPassive: Verdict, ledger = calm) =>
      decide(situation(ledger, { freshOfPassive, unwritten: true }), [left()], true).events;
    const because = `${why}, and Route 53 has not taken the move to it`;
    expect(unwritten('passing')).toEqual([{ ...moved(because, false), takesBack: true }]);
    expect(asked).toEqual([moment(9), moment(9)]);
    expect(unwritten('unknown')).toEqual([{ type: 'view-lost', reason: why }]);
    const gone = { type: 'passive-site-left', passive: B, reason: why };
    expect(unwritten('failing')).toEqual([gone]);
    expect(unwritten('passing', passive({ trust: 'suspect' }))).toEqual([gone]);
  });

  it('and a person is told where automation is disarmed', () => {
    expect(decide(situation(disarmed()), [left()], true)).toEqual({
      events: [{ type: 'site-suspected', site: B }],
      page: {
        about: 'view-lost-disarmed:site-b',
        what: `${why}. Writes at site-a are refused until site-b is taken offline there, but automation is disarmed.`,
        remedy: 'Start "failover" with {"lostSite":"site-b"}.',
      },
      because: 'automation is disarmed',
    });
    const suspect = disarmed('x', passive({ trust: 'suspect' }));
    expect(decide(situation(suspect), [left()], true).events).toEqual([]);
  });

  it('and the serving one takes over nothing from a stale one', () => {
    expect(viewLost(situation(passive({ trust: 'stale' })), { source: 'x' }, NOW)).toEqual(
      idle('site-b is stale already'),
    );
  });

  it('and the one that restarted is not called the survivor', () => {
    const restarted = withSite(calm, A, { trust: 'suspect' });
    expect(viewLost(situation(restarted), { source: 'x' }, NOW).events).toEqual([
      moved('its Data Grid restarted whole and may have lost data'),
    ]);
    const both = withSite(restarted, B, { trust: 'suspect' });
    expect(viewLost(situation(both), { source: 'x' }, NOW).events).toEqual([
      { type: 'passive-site-left', passive: B, reason: "x says that the sites left each other's view" },
    ]);
  });
});

describe('the serving site is suspect', () => {
  const restarted = (trust: 'in-sync' | 'stale' | 'suspect' | 'resyncing', trustAt = moment(-60)) =>
    withSite(withSite(calm, A, { trust: 'suspect', trustAt }), B, { trust });
  const what = 'site-a serves, and its Data Grid restarted whole and may have lost data.';
  const instead = `When what site-b holds is to be kept instead, and the loss of what only site-a holds is accepted: ${promotion}`;

  it('and the other one takes over where it is in sync', () => {
    expect(decide(situation(restarted('in-sync')), [], false).events).toEqual([
      moved('its Data Grid restarted whole and may have lost data'),
    ]);
  });

  it('and nothing is done while the other one is filled from it', () => {
    expect(decide(situation(restarted('resyncing'), { b: 'failing' }), [], false)).toEqual({
      events: [unreachable],
      page: null,
      because: 'site-a is suspect, and site-b is filled from it',
    });
  });

  it.each<['stale' | 'suspect' | 'in-sync', Verdict, string, string]>([
    [
      'stale',
      'passing',
      'site-b is stale, so nothing was moved',
      `When what site-a holds now is to be kept: start "resync" with {"acceptCounts":true}. ${instead}`,
    ],
    [
      'suspect',
      'passing',
      'site-b is suspect, so nothing was moved',
      `When what site-a holds now is to be kept: start "failover" with {"lostSite":"site-b"}, and once site-b is taken offline start "resync" with {"acceptCounts":true}. ${instead}`,
    ],
    [
      'in-sync',
      'failing',
      'site-b does not pass its own health check, so nothing was moved',
      `When what site-a holds now is to be kept: start "promote-accepting-loss" with {"site":"site-a","acceptLoss":true}. To have what site-b holds, bring it back: it serves by itself once it passes. ${instead} Until one of these is done, writes at site-a may be refused.`,
    ],
  ])('and a person has to say what is kept, where the other one is %s', (trust, b, because, remedy) => {
    expect(decide(situation(restarted(trust), { b }), [], false)).toEqual({
      events: b === 'failing' ? [unreachable] : [],
      page: { about: `serving-suspect:site-a:${moment(-60)}`, what: `${what} ${because}.`, remedy },
      because,
    });
  });
});

describe('the passive endpoint is down', () => {
  const seen = (ledger: Ledger) => decide(situation(ledger, { b: 'failing' }), [down(B)], false);

  it('and there is no site to fail over to', () => {
    expect(seen(calm)).toEqual({
      events: [unreachable],
      page: {
        about: 'passive-down:site-b',
        what: 'The passive site site-b is down. site-a serves on; there is no site to fail over to.',
        remedy: 'Bring site-b back. Until then "readiness" says why a failover could not succeed.',
      },
      because: 'site-b is down',
    });
    expect(seen(passive({ trust: 'suspect' })).page).not.toBeNull();
  });

  it('not where it passes again by now, and nobody but DNS may have turned to it meanwhile', () => {
    const decided = (ledger: Ledger, b: Verdict = 'passing') =>
      decide(situation(ledger, { b }), [down(B)], true).events;
    expect(decided(calm)).toEqual([]);
    expect(decided(calm, 'failing')).toEqual([unreachable]);
    expect(decided(passive({ trust: 'stale' }))).toEqual([unreachable]);
  });

  it.each<[string, Ledger, string]>([
    ['that we stopped', passive({ contained: true }), 'site-b is in-sync'],
    ['that is stale', passive({ trust: 'stale' }), 'site-b is stale'],
    ['that is being filled', passive({ trust: 'resyncing' }), 'site-b is resyncing'],
    [
      'that was just lost',
      {
        ...calm,
        pending: { workflow: 'failover', epoch: 1, attempt: 1, since: NOW, mode: 'act', reason: 'x' },
      },
      'site-b is in-sync',
    ],
  ])('and nobody is told of one %s', (_, ledger, because) => {
    expect(seen(ledger)).toEqual({ events: [unreachable], page: null, because });
  });

  describe('of a stale site that may still write into the serving one', () => {
    const cutting = { ...configuration, bridgeCut: { ...configuration.bridgeCut, enabled: true } };
    const stale = (change: Parameters<typeof passive>[0] = {}) => passive({ trust: 'stale', ...change });
    const decided = (ledger: Ledger, sighting = down(B)) =>
      decide({ ...situation(ledger, { b: 'failing' }), configuration: cutting }, [sighting], false).events;
    const wanted = (why: string) => ({
      type: 'isolation-wanted',
      reason: `${why}, and site-b may still write into site-a`,
    });

    it('and it is cut off, as it is when it leaves the view', () => {
      expect(decided(stale())).toEqual([unreachable, wanted('alarm site-b says that site-b is down')]);
      expect(decided(stale(), left())).toEqual([
        wanted("alarm view site-b says that the sites left each other's view"),
      ]);
    });

    it.each<[string, Ledger]>([
      ['contained', stale({ contained: true })],
      ['cut off', stale({ bridgeCut: true })],
    ])('but not where it is %s already', (_, ledger) => {
      expect(decided(ledger)).toEqual([unreachable]);
      expect(decided(ledger, left())).toEqual([]);
    });

    it('nor while automation is disarmed', () => {
      expect(decided(disarmed('x', stale()))).toEqual([unreachable]);
    });

    it.each(['in-sync', 'resyncing'] as const)('nor is one that is %s', (trust) => {
      expect(decided(passive({ trust }))).toEqual([unreachable]);
    });

    it('nor for a resync that ended badly, which had stopped its Keycloak', () => {
      const ended = (workflow: 'resync' | 'contain', endedAt: Instant, trustAt = moment(-60)) => ({
        ...stale({ trustAt }),
        history: [
          { workflow, owner: 'x', startedAt: moment(-300), endedAt, result: 'failed' as const, detail: '' },
        ],
      });
      expect(decided(ended('resync', moment(-60)))).toEqual([unreachable]);
      expect(decided(ended('resync', moment(-61)))).toHaveLength(2);
      expect(decided(ended('contain', moment(-60)))).toHaveLength(2);
      expect(decided(ended('resync', moment(-179), moment(-179)))).toEqual([unreachable]);
      expect(decided(ended('resync', moment(-180), moment(-180)))).toHaveLength(2);
    });
  });

  it('is no news where it is known', () => {
    expect(seen(passive({ reachability: 'unreachable' })).events).toEqual([]);
  });
});

describe('what the checkers say', () => {
  it('is written down where it is another thing than what is known, and where they can look', () => {
    const events = (ledger: Ledger, checkers: Checkers) =>
      reachabilityEvents(situation(ledger, checkers), [A, B]);
    expect(events(calm, {})).toEqual([]);
    expect(events(calm, { a: 'unknown', b: 'unobservable' })).toEqual([]);
    expect(events(calm, { a: 'failing', b: 'failing' })).toEqual([{ ...unreachable, site: A }, unreachable]);
    expect(events(passive({ reachability: 'unreachable' }), {})).toEqual([
      { ...unreachable, reachability: 'reachable' },
    ]);
    expect(events(passive({ reachability: 'unreachable' }), { b: 'unobservable' })).toEqual([]);
  });
});
