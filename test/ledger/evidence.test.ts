import { describe, expect, it } from '@jest/globals';
import type { Evidence } from '../../functions/ledger/events.ts';
import type { Ledger } from '../../functions/ledger/ledger.ts';
import { transition } from '../../functions/ledger/transition.ts';
import { A, B, execution, having, inSync, moment, withSite } from './example.ts';

const NOW = moment(0);
const calm = inSync();
const stale = withSite(calm, B, { trust: 'stale' });
const token = { workflow: 'switchover', owner: execution('switchover'), epoch: 2 } as const;

/** What of the ledger is another thing after the event, its revision left out. */
function changed(before: Ledger, event: Evidence, at = NOW): Partial<Ledger> {
  const result = transition(before, event, at);
  if (result.kind !== 'changed') throw new Error(`${result.kind}: ${result.reason}`);
  expect(result.ledger.revision).toBe(before.revision + 1);
  return Object.fromEntries(
    Object.entries(result.ledger).filter(
      ([field, value]) => field !== 'revision' && value !== before[field as keyof Ledger],
    ),
  );
}
const onlyAt = (ledger: Ledger, site: typeof A, change: object) => ({
  sites: { ...ledger.sites, [site]: { ...ledger.sites[site]!, ...change } },
});
const said = (before: Ledger, event: Evidence, at = NOW) => {
  const { kind, ...rest } = transition(before, event, at);
  return [kind, 'reason' in rest ? rest.reason : null];
};
const same = (reason: string) => ['unchanged', reason];
const no = (reason: string) => ['refused', reason];

describe('what is seen of a site', () => {
  const seen = (reachability: 'reachable' | 'unreachable', observedAt = moment(-1)): Evidence => ({
    type: 'reachability-observed',
    site: B,
    reachability,
    observedAt,
  });

  it('is written down with when it was seen, and nothing else is', () => {
    expect(changed(calm, seen('unreachable'))).toEqual(
      onlyAt(calm, B, { reachability: 'unreachable', reachabilityAt: moment(-1) }),
    );
  });

  it('changes nothing where it is older than what is known, as old, or the same', () => {
    expect(said(calm, seen('unreachable', moment(-3601)))).toEqual(same('older than what is known'));
    expect(said(calm, seen('unreachable', moment(-3600)))).toEqual(same('older than what is known'));
    expect(said(calm, seen('reachable'))).toEqual(same('site-b is reachable already'));
  });

  it('of its Keycloak is never that it had no instance', () => {
    const size = (instances: number): Evidence => ({ type: 'keycloak-size-seen', site: B, instances });
    expect(changed(calm, size(1))).toEqual(onlyAt(calm, B, { keycloakInstances: 1 }));
    expect(said(calm, size(0))).toEqual(no('0 instances are no original size'));
    expect(said(withSite(calm, B, { keycloakInstances: 3 }), size(3))).toEqual(same('known'));
  });

  it('of its Data Grid counts as trusted only while it is in sync', () => {
    const pods: Evidence = { type: 'data-grid-seen', site: B, startedAt: moment(-9) };
    expect(changed(calm, pods)).toEqual(
      onlyAt(calm, B, { dataGridSeen: moment(-9), dataGridTrusted: moment(-9) }),
    );
    expect(changed(stale, pods)).toEqual(onlyAt(stale, B, { dataGridSeen: moment(-9) }));
    const again = withSite(calm, B, { dataGridSeen: moment(-9), dataGridTrusted: moment(-900) });
    expect(changed(again, pods)).toEqual(onlyAt(again, B, { dataGridTrusted: moment(-9) }));
    expect(said(having(calm, NOW, pods), pods)).toEqual(same('known'));
  });
});

describe('what is done to a stale site', () => {
  const done: readonly (readonly [Evidence, object])[] = [
    [{ type: 'take-offline-issued', site: B }, { takeOfflineIssued: true }],
    [{ type: 'isolation-proved', site: B }, { isolated: true }],
    [{ type: 'site-contained', site: B }, { contained: true }],
    [
      { type: 'clear-issued', site: B, batch: 'failover-clear-1' },
      { unansweredClear: { batch: 'failover-clear-1', at: NOW } },
    ],
  ];

  it.each(done)('is written down: %j', (event, change) => {
    expect(changed(stale, event)).toEqual(onlyAt(stale, B, change));
    const resyncing = withSite(calm, B, { trust: 'resyncing' });
    expect(changed(resyncing, event)).toEqual(onlyAt(resyncing, B, change));
    expect(said(having(stale, NOW, event), event)).toEqual(same('known'));
  });

  it.each(done)('is done to no other site: %j', (event) => {
    expect(said(calm, event)).toEqual(no('site-b is in-sync, not stale'));
    expect(said(withSite(calm, B, { trust: 'suspect' }), event)).toEqual(no('site-b is suspect, not stale'));
    expect(said(stale, { ...event, site: A } as Evidence)).toEqual(no('site-a serves'));
  });

  it('may be lost again, wherever it was known', () => {
    const done = withSite(stale, B, {
      isolated: true,
      contained: true,
      unansweredClear: { batch: 'failover-clear-1', at: NOW },
    });
    expect(changed(done, { type: 'isolation-lost', site: B })).toEqual(onlyAt(done, B, { isolated: false }));
    expect(changed(done, { type: 'containment-lost', site: B })).toEqual(
      onlyAt(done, B, { contained: false }),
    );
    expect(changed(done, { type: 'clear-answered', site: B })).toEqual(
      onlyAt(done, B, { unansweredClear: null }),
    );
    expect(said(calm, { type: 'isolation-lost', site: B })).toEqual(same('known'));
    expect(said(calm, { type: 'containment-lost', site: B })).toEqual(same('known'));
    expect(said(calm, { type: 'clear-answered', site: B })).toEqual(same('known'));
  });

  it('may be a clear until its Batch is deleted, also at a site that was promoted meanwhile', () => {
    const deleted: Evidence = { type: 'clear-deleted', site: A, batch: 'failover-clear-2' };
    const noted = changed(calm, deleted);
    expect(noted).toEqual(onlyAt(calm, A, { unansweredClear: { batch: 'failover-clear-2', at: NOW } }));
    expect(said(having(calm, NOW, deleted), deleted)).toEqual(same('known'));
    // Of one that is known already the moment alone moves on.
    const known = withSite(calm, A, { unansweredClear: { batch: 'failover-clear-1', at: moment(-9) } });
    expect(changed(known, deleted)).toEqual(
      onlyAt(known, A, { unansweredClear: { batch: 'failover-clear-1', at: NOW } }),
    );
  });

  it('is another clear where its Batch or its moment is another', () => {
    const clear = (batch: string): Evidence => ({ type: 'clear-issued', site: B, batch });
    const once = having(stale, NOW, clear('one'));
    expect(changed(once, clear('two'))).toEqual(
      onlyAt(once, B, { unansweredClear: { batch: 'two', at: NOW } }),
    );
    expect(changed(once, clear('one'), moment(1))).toEqual(
      onlyAt(once, B, { unansweredClear: { batch: 'one', at: moment(1) } }),
    );
  });
});

describe('the bridge', () => {
  it('is noted with when it was cut or restored', () => {
    const cut = { type: 'bridge-cut', site: B } as const;
    expect(changed(calm, cut)).toEqual(onlyAt(calm, B, { bridgeCut: true, bridgeAt: NOW }));
    expect(said(having(calm, NOW, cut), cut)).toEqual(same('known'));
    const restored = { type: 'bridge-restored', site: B } as const;
    const before = having(calm, NOW, cut);
    expect(changed(before, restored, moment(9))).toEqual(
      onlyAt(before, B, { bridgeCut: false, bridgeAt: moment(9) }),
    );
    expect(said(calm, restored)).toEqual(same('known'));
  });
});

describe('the checks as they are to be', () => {
  const toBe = (
    checks: Readonly<Record<string, readonly [version: number, ...positions: string[]]>>,
  ): Evidence => ({
    type: 'checks-to-be-written',
    checks: Object.fromEntries(
      Object.entries(checks).map(([site, [version, ...positions]]) => [site, { version, positions }]),
    ),
  });
  const known: Ledger = {
    ...calm,
    checkVersions: { [A]: 4, [B]: 7 },
    checkPositions: { [A]: ['follows'], [B]: ['pinned'] },
    checkPositionsOf: { [A]: 4, [B]: 7 },
  };

  it('are kept for each site, the version and where it may stand', () => {
    expect(changed(known, toBe({ [B]: [8, 'fenced'] }))).toEqual({
      checkVersions: { [A]: 4, [B]: 8 },
      checkPositions: { [A]: ['follows'], [B]: ['fenced'] },
      checkPositionsOf: { [A]: 4, [B]: 8 },
    });
    expect(changed(known, toBe({ [B]: [8, 'pinned'] }))).toEqual({
      checkVersions: { [A]: 4, [B]: 8 },
      checkPositions: known.checkPositions,
      checkPositionsOf: { [A]: 4, [B]: 8 },
    });
    expect(changed(known, toBe({ [A]: [4, 'follows'], [B]: [7, 'pinned', 'fenced'] }))).toEqual({
      checkVersions: { [A]: 4, [B]: 7 },
      checkPositions: { [A]: ['follows'], [B]: ['pinned', 'fenced'] },
      checkPositionsOf: { [A]: 4, [B]: 7 },
    });
  });

  it('are the same only where all of it is', () => {
    expect(said(known, toBe({ [A]: [4, 'follows'], [B]: [7, 'pinned'] }))).toEqual(same('the same versions'));
  });

  it('are of the version that an earlier build has recorded since, once they are said anew', () => {
    const rolledBack = { ...known, checkVersions: { [A]: 4, [B]: 8 } };
    expect(changed(rolledBack, toBe({ [B]: [8, 'pinned'] }))).toEqual({
      checkVersions: { [A]: 4, [B]: 8 },
      checkPositions: known.checkPositions,
      checkPositionsOf: { [A]: 4, [B]: 8 },
    });
  });

  it('are known from then on in a ledger that an earlier version wrote, which kept no positions', () => {
    const { checkPositions: _, checkPositionsOf: __, ...earlier } = known;
    expect(changed(earlier, toBe({ [A]: [4, 'follows'] }))).toEqual({
      checkVersions: { [A]: 4, [B]: 7 },
      checkPositions: { [A]: ['follows'] },
      checkPositionsOf: { [A]: 4 },
    });
    expect(changed(earlier, toBe({ [B]: [8, 'fenced'] }))).toEqual({
      checkVersions: { [A]: 4, [B]: 8 },
      checkPositions: { [B]: ['fenced'] },
      checkPositionsOf: { [B]: 8 },
    });
  });
});

describe('a workflow that is to start', () => {
  it('is tried again under the next number, and never under one that was', () => {
    const pending = having(calm, NOW, { type: 'view-lost', reason: 'the view' });
    const retried = (attempt: number): Evidence => ({ type: 'pending-retried', attempt });
    expect(changed(pending, retried(2))).toEqual({ pending: { ...pending.pending, attempt: 2 } });
    expect(said(pending, retried(1))).toEqual(same('attempt 1 is at work'));
    expect(said(having(pending, NOW, retried(3)), retried(2))).toEqual(same('attempt 3 is at work'));
    expect(said(calm, retried(2))).toEqual(same('nothing is pending'));
  });
});

describe('an alert without an alarm of its own', () => {
  const alert = { kind: 'left-cross-site-view', site: B, since: moment(-5) } as const;
  const firing = (fingerprint: string): Evidence => ({ type: 'alert-firing', fingerprint, alert });

  it('is kept until it is resolved, each by itself', () => {
    const both = having(calm, NOW, firing('one'), firing('two'));
    expect(both.firingAlerts).toEqual({ one: alert, two: alert });
    expect(said(both, firing('one'))).toEqual(same('known'));
    expect(changed(both, { type: 'alert-resolved', fingerprint: 'one' })).toEqual({
      firingAlerts: { two: alert },
    });
    expect(said(both, { type: 'alert-resolved', fingerprint: 'three' })).toEqual(same('not known'));
  });
});

describe('an approval', () => {
  const claimed = having(calm, NOW, {
    type: 'operation-claimed',
    workflow: 'switchover',
    owner: token.owner,
  });
  const ask: Evidence = { type: 'approval-asked', token, question: 'Move?', deadline: moment(60) };
  const answer: Evidence = { type: 'approval-answered', answer: 'approved', by: 'Kim' };
  const asked = having(claimed, NOW, ask);

  it('is asked for once, by the operation that is held', () => {
    expect(changed(claimed, ask)).toEqual({
      approval: {
        workflow: 'switchover',
        owner: token.owner,
        question: 'Move?',
        askedAt: NOW,
        deadline: moment(60),
        answer: 'waiting',
        answeredBy: null,
      },
    });
    expect(said(asked, ask)).toEqual(same('asked already'));
    expect(said(calm, ask)).toEqual(no('the operation is no longer held'));
    const other = { ...ask, token: { ...token, owner: 'another' } };
    expect(said(claimed, other)).toEqual(no('the operation is no longer held'));
  });

  it('is answered once, and until its deadline', () => {
    expect(changed(asked, answer, moment(60))).toEqual({
      approval: { ...asked.approval, answer: 'approved', answeredBy: 'Kim' },
    });
    expect(said(asked, answer, moment(61))).toEqual(no(`the deadline ${moment(60)} has passed`));
    expect(said(calm, answer)).toEqual(same('nothing waits for an approval'));
    const refused = having(asked, NOW, { ...answer, answer: 'refused' });
    expect(said(refused, answer)).toEqual(same('answered already: refused'));
  });

  it('that another operation left behind is asked for anew', () => {
    const left = { ...claimed, approval: { ...asked.approval!, owner: 'another' } };
    expect(changed(left, ask)).toEqual({ approval: asked.approval });
  });
});

describe('what on-call was told', () => {
  const paged = (about: string): Evidence => ({ type: 'paged', about });

  it('is kept for a day, and told again at another moment', () => {
    const told = having(calm, NOW, paged('one'));
    expect(told.paged).toEqual({ one: NOW });
    expect(said(told, paged('one'))).toEqual(same('paged at this moment'));
    expect(changed(told, paged('one'), moment(1))).toEqual({ paged: { one: moment(1) } });
    expect(changed(told, paged('two'), moment(86_399))).toEqual({ paged: { one: NOW, two: moment(86_399) } });
    expect(changed(told, paged('two'), moment(86_400))).toEqual({ paged: { two: moment(86_400) } });
  });

  it('is forgotten once it is over', () => {
    const told = having(calm, NOW, paged('one'), paged('two'));
    expect(changed(told, { type: 'page-over', about: 'one' })).toEqual({ paged: { two: NOW } });
    expect(said(told, { type: 'page-over', about: 'three' })).toEqual(same('not told'));
  });
});

describe('what a person sets', () => {
  const disarm = (until: typeof NOW | null, why = 'a fire drill'): Evidence => ({
    type: 'disarmed',
    until,
    why,
  });

  it('disarms since when it was first said, however often it is prolonged', () => {
    const first = having(calm, NOW, disarm(moment(60)));
    expect(first.automation).toEqual({
      armed: false,
      disarmedUntil: moment(60),
      disarmedAt: NOW,
      why: 'a fire drill',
    });
    expect(changed(first, disarm(moment(90)), moment(30))).toEqual({
      automation: { ...first.automation, disarmedUntil: moment(90) },
    });
    expect(changed(first, disarm(moment(60), 'another'), moment(30))).toEqual({
      automation: { ...first.automation, why: 'another' },
    });
    expect(said(first, disarm(moment(60)), moment(30))).toEqual(same('disarmed already'));
  });

  it('disarms anew once the time of the one before has run out', () => {
    const over = having(calm, NOW, disarm(moment(60)));
    expect(changed(over, disarm(null), moment(60))).toEqual({
      automation: { ...over.automation, disarmedUntil: null, disarmedAt: moment(60) },
    });
  });

  it('arms, with nothing left of the disarming', () => {
    expect(changed(having(calm, NOW, disarm(null)), { type: 'armed' })).toEqual({
      automation: { armed: true, disarmedUntil: null, disarmedAt: null, why: null },
    });
    expect(said(calm, { type: 'armed' })).toEqual(same('armed already'));
    const marked = { ...calm, automation: { ...calm.automation, why: 'x', disarmedUntil: NOW } };
    expect(changed(marked, disarm(NOW, 'x')).automation).toMatchObject({ armed: false });
  });

  it('acknowledges a move once', () => {
    expect(changed(calm, { type: 'move-acknowledged' })).toEqual({ moveAcknowledged: true });
    expect(said({ ...calm, moveAcknowledged: true }, { type: 'move-acknowledged' })).toEqual(
      same('acknowledged already'),
    );
  });
});
