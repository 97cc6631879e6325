import { describe, expect, it } from '@jest/globals';
import type { LedgerEvent } from '../../functions/ledger/events.ts';
import type { Ledger, SiteRecord } from '../../functions/ledger/ledger.ts';
import { leavesSuspect, transition, transitions } from '../../functions/ledger/transition.ts';
import type { Workflow } from '../../functions/shared/names.ts';
import { A, B, execution, having, inSync, moment, withSite } from './example.ts';

const NOW = moment(0);
const calm = inSync();
const passive = (change: Partial<SiteRecord>, ledger = calm) => withSite(ledger, B, change);
const stale = passive({ trust: 'stale' });
const suspect = passive({ trust: 'suspect' });
const claim = (workflow: Workflow): LedgerEvent => ({
  type: 'operation-claimed',
  workflow,
  owner: execution(workflow),
});
const moving = having(calm, moment(-60), claim('switchover'));
const resyncing = having(stale, moment(-60), claim('resync'));
const asking = having(calm, moment(-60), { type: 'view-lost', reason: 'the view' });
const acting = having(calm, moment(-60), { type: 'passive-site-left', passive: B, reason: 'the view' });
const containing = having(stale, moment(-60), claim('contain'));

const next = (before: Ledger, event: LedgerEvent): Ledger => {
  const result = transition(before, event, NOW);
  if (result.kind !== 'changed') throw new Error(`${result.kind}: ${result.reason}`);
  return result.ledger;
};
const lost = (site: typeof A, automatic = true): LedgerEvent => ({
  type: 'serving-site-lost',
  lost: site,
  automatic,
  reason: 'its endpoint',
});
const left = (site: typeof A): LedgerEvent => ({
  type: 'passive-site-left',
  passive: site,
  reason: 'the view',
});
const view: LedgerEvent = { type: 'view-lost', reason: 'the view' };
const wanted: LedgerEvent = { type: 'isolation-wanted', reason: 'it was brought online' };
const suspected = (site: typeof A): LedgerEvent => ({ type: 'site-suspected', site });
const settled = (site: typeof A, to: 'in-sync' | 'stale'): LedgerEvent => ({
  type: 'suspect-settled',
  site,
  to,
});
const released = (owner: string, result: 'succeeded' | 'failed' = 'succeeded'): LedgerEvent => ({
  type: 'operation-released',
  owner,
  result,
  detail: 'the end',
});
const proved: LedgerEvent = { type: 'resync-proved', site: B };
const moved = (to: typeof A): LedgerEvent => ({ type: 'traffic-moved', to });
const behind = (site: typeof A): LedgerEvent => ({ type: 'old-site-left-behind', site });
const promoted = (site: typeof A): LedgerEvent => ({
  type: 'promoted-accepting-loss',
  site,
  reason: 'a person accepts it',
});

describe('why nothing changes, and why nothing may', () => {
  it.each<[string, Ledger, LedgerEvent, 'unchanged' | 'refused', string]>([
    ['a loss of the site that does not serve', calm, lost(B), 'unchanged', 'site-b does not serve'],
    [
      'a loss beside a stale site',
      stale,
      lost(A),
      'refused',
      "site-b is stale and reachable, so it can't take over",
    ],
    [
      'a loss beside a site that is gone',
      passive({ reachability: 'unreachable' }),
      lost(A),
      'refused',
      "site-b is in-sync and unreachable, so it can't take over",
    ],
    ['the serving site that leaves', calm, left(A), 'refused', 'site-a serves'],
    ['a stale site that leaves', stale, left(B), 'unchanged', 'site-b is stale already'],
    ['the view, once failover is about to start', asking, view, 'unchanged', 'a failover is about to start'],
    [
      'the view, while failover runs',
      having(acting, moment(-50), claim('failover')),
      view,
      'unchanged',
      'a failover runs',
    ],
    ['the view of a stale site', stale, view, 'unchanged', 'the passive site is stale already'],
    ['a question that nobody asks', calm, { type: 'question-dropped' }, 'unchanged', 'nothing is asked'],
    ['a question that is decided', acting, { type: 'question-dropped' }, 'unchanged', 'nothing is asked'],
    ['isolation that is about to come', acting, wanted, 'unchanged', 'a failover is about to start'],
    ['isolation while something runs', containing, wanted, 'unchanged', 'contain runs'],
    ['isolation of a site in sync', calm, wanted, 'refused', 'site-b is not stale'],
    ['a doubt of a stale site', stale, suspected(B), 'unchanged', 'site-b is stale, which is no better'],
    ['a doubt that is there', suspect, suspected(B), 'unchanged', 'site-b is suspect, which is no better'],
    [
      'an end of doubt while something runs',
      withSite(moving, B, { trust: 'suspect' }),
      settled(B, 'in-sync'),
      'refused',
      'switchover runs',
    ],
    [
      'an end of doubt before failover',
      withSite(asking, B, { trust: 'suspect' }),
      settled(B, 'in-sync'),
      'refused',
      'a failover is about to start',
    ],
    [
      'an end of a doubt that there is not',
      calm,
      settled(B, 'in-sync'),
      'unchanged',
      'site-b is in-sync, not suspect',
    ],
    [
      'trust in what was taken offline',
      passive({ trust: 'suspect', takeOfflineIssued: true }),
      settled(B, 'in-sync'),
      'refused',
      'site-b was taken offline since it was last in sync; only a resync mends that',
    ],
    [
      'the serving site called stale',
      withSite(calm, A, { trust: 'suspect' }),
      settled(A, 'stale'),
      'refused',
      'site-a serves, and the serving site is never called stale',
    ],
    [
      'a claim that is held',
      moving,
      claim('switchover'),
      'unchanged',
      `${execution('switchover')} holds the operation already`,
    ],
    [
      'a claim beside another',
      moving,
      claim('contain'),
      'refused',
      `switchover runs, held by ${execution('switchover')}`,
    ],
    ['another claim before failover', acting, claim('contain'), 'refused', 'a failover is about to start'],
    [
      'failover before its question is answered',
      asking,
      claim('failover'),
      'refused',
      'whether the serving site lives is not decided yet',
    ],
    ['failover of no loss', calm, claim('failover'), 'refused', 'no loss is recorded'],
    [
      'contain of a site in sync',
      calm,
      claim('contain'),
      'refused',
      'site-b is in-sync; only a stale site is contained',
    ],
    ['resync of a site in sync', calm, claim('resync'), 'refused', 'site-b is in sync'],
    [
      'resync of a suspect',
      suspect,
      claim('resync'),
      'refused',
      'site-b is suspect; only a stale site is resynchronized',
    ],
    ['switchover to a stale site', stale, claim('switchover'), 'refused', 'site-b is stale'],
    ['switchback to a suspect', suspect, claim('switchback'), 'refused', 'site-b is suspect'],
    [
      'switchover from a suspect',
      withSite(calm, A, { trust: 'suspect' }),
      claim('switchover'),
      'refused',
      'site-a is not in sync',
    ],
    ['a workflow that holds nothing', calm, claim('adopt'), 'refused', 'adopt holds no operation'],
    ['an end of nothing', calm, released('x'), 'unchanged', 'x holds no operation'],
    ['an end of what another holds', moving, released('x'), 'unchanged', 'x holds no operation'],
    [
      'a proof of what is proven',
      having(resyncing, moment(-9), proved),
      proved,
      'unchanged',
      'site-b is in sync already',
    ],
    ['a proof without a resync', stale, proved, 'refused', 'site-b is not being resynchronized'],
    ['a proof by another workflow', containing, proved, 'refused', 'site-b is not being resynchronized'],
    [
      'a proof without its operation',
      passive({ trust: 'resyncing' }),
      proved,
      'refused',
      'site-b is not being resynchronized',
    ],
    ['a move that nobody asked for', calm, moved(B), 'refused', 'no operation asked for it'],
    ['a move to where it serves', moving, moved(A), 'unchanged', 'site-a serves already'],
    [
      'a move to a suspect',
      withSite(moving, B, { trust: 'suspect' }),
      moved(B),
      'refused',
      'site-b is suspect',
    ],
    [
      'a move from a suspect',
      withSite(moving, A, { trust: 'suspect' }),
      moved(B),
      'refused',
      'site-a is suspect',
    ],
    [
      'a move to a site that is gone',
      withSite(moving, B, { reachability: 'unreachable' }),
      moved(B),
      'refused',
      'site-b is unreachable',
    ],
    ['a site left behind by nobody', calm, behind(B), 'refused', 'no operation asked for it'],
    ['the serving site left behind', moving, behind(A), 'refused', 'site-a serves'],
    [
      'a site left behind twice',
      withSite(moving, B, { trust: 'stale' }),
      behind(B),
      'unchanged',
      'site-b is stale already',
    ],
    [
      'a promotion of what serves and is in sync',
      calm,
      promoted(A),
      'unchanged',
      'site-a serves already, and is in sync',
    ],
    [
      'a promotion of what serves and may have lost what the stale one holds',
      withSite(withSite(calm, A, { trust: 'suspect' }), B, { trust: 'stale' }),
      promoted(A),
      'unchanged',
      'site-a serves already, and what it lost itself is not accepted by that',
    ],
    [
      'a promotion of what serves, may have lost entries, and fills the other one',
      withSite(resyncing, A, { trust: 'suspect' }),
      promoted(A),
      'unchanged',
      'site-a serves already, and what it lost itself is not accepted by that',
    ],
  ])('%s', (_, before, event, kind, reason) => {
    expect(transition(before, event, NOW)).toEqual({ kind, reason, ledger: before });
  });
});

const PENDING = { workflow: 'failover', attempt: 1, since: NOW } as const;
const past = (ledger: Ledger, detail: string) => ({
  workflow: ledger.operation!.workflow,
  owner: ledger.operation!.owner,
  startedAt: moment(-60),
  endedAt: NOW,
  result: 'superseded',
  detail,
});
const nowStale = { trust: 'stale', trustAt: NOW, isolated: false, contained: false };

describe('a loss of the serving site', () => {
  it('lets the other one serve, ends what runs, and has failover started', () => {
    const before = withSite(moving, A, { isolated: true, contained: true });
    expect(next({ ...before, moveAcknowledged: true }, lost(A))).toEqual({
      ...before,
      revision: before.revision + 1,
      epoch: before.epoch + 1,
      changedAt: NOW,
      serving: B,
      operation: null,
      history: [past(moving, 'site-a was lost')],
      sites: {
        ...before.sites,
        [A]: { ...calm.sites[A]!, reachability: 'unreachable', reachabilityAt: NOW },
      },
      pending: { ...PENDING, epoch: before.epoch + 1, mode: 'act', reason: 'its endpoint' },
      lastAutomaticMoveAt: NOW,
      moveAcknowledged: false,
    });
  });

  it('that takes a move back which Route 53 has not taken undoes that somebody had seen to the one before', () => {
    const before = { ...calm, moveAcknowledged: true, lastAutomaticMoveAt: moment(-900) };
    expect(next(before, { ...lost(A, false), takesBack: true } as LedgerEvent)).toMatchObject({
      serving: B,
      moveAcknowledged: false,
      lastAutomaticMoveAt: moment(-900),
    });
  });

  it('that a person tells is no automatic move', () => {
    const before = { ...calm, moveAcknowledged: true, lastAutomaticMoveAt: moment(-900) };
    expect(next(before, lost(A, false))).toMatchObject({
      serving: B,
      moveAcknowledged: true,
      lastAutomaticMoveAt: moment(-900),
    });
  });
});

describe('a loss of the passive site', () => {
  it('makes it stale, ends what runs, and has failover started', () => {
    const before = withSite(moving, B, { isolated: true, contained: true });
    expect(next(before, left(B))).toEqual({
      ...before,
      revision: before.revision + 1,
      epoch: before.epoch + 1,
      changedAt: NOW,
      operation: null,
      history: [past(moving, 'site-b left the cross-site view')],
      sites: { ...before.sites, [B]: { ...calm.sites[B]!, ...nowStale } },
      pending: { ...PENDING, epoch: before.epoch + 1, mode: 'act', reason: 'the view' },
    });
  });

  it('is asked for where only the view is lost, and decided where a resync is cut short', () => {
    expect(next(moving, view)).toMatchObject({
      operation: null,
      history: [past(moving, 'the sites left the cross-site view')],
      pending: { ...PENDING, epoch: moving.epoch + 1, mode: 'ask', reason: 'the view' },
    });
    expect(next(resyncing, view).pending).toMatchObject({ mode: 'act' });
    expect(next(asking, { type: 'question-dropped' }).pending).toBeNull();
  });

  it('keeps the name of a failover that is to start, with the newest reason', () => {
    expect(next(asking, left(B)).pending).toEqual({ ...asking.pending, mode: 'act', reason: 'the view' });
    expect(next(asking, lost(A)).pending).toEqual({
      ...asking.pending,
      mode: 'act',
      reason: 'its endpoint',
    });
  });

  it('is taken offline anew where that is not proven any more, and stays proven where it is', () => {
    const isolated = passive({ isolated: true, contained: true }, stale);
    expect(next(isolated, wanted)).toMatchObject({
      sites: { [B]: { trust: 'stale', isolated: true, contained: true } },
      pending: { ...PENDING, epoch: isolated.epoch + 1, mode: 'act', reason: 'it was brought online' },
    });
  });
});

describe('a doubt', () => {
  it('is about the one site, and ends what runs', () => {
    const doubtful = next(moving, suspected(B));
    expect(doubtful.sites).toEqual({
      ...calm.sites,
      [B]: { ...calm.sites[B]!, trust: 'suspect', trustAt: NOW },
    });
    expect(doubtful.history).toEqual([past(moving, 'the Data Grid of site-b restarted whole')]);
    expect(next(calm, suspected(A)).sites[A]).toMatchObject({ trust: 'suspect', trustAt: NOW });
  });

  it('of a suspect is news only to what runs, and it is suspect since the first time', () => {
    const running = having(
      withSite(stale, A, { trust: 'suspect', trustAt: moment(-900) }),
      moment(-60),
      claim('resync'),
    );
    const again = next(running, suspected(A));
    expect(again.sites).toEqual({
      [A]: running.sites[A]!,
      [B]: { ...stale.sites[B]!, trust: 'stale', trustAt: NOW, contained: false },
    });
    const contained = having(withSite(stale, A, { trust: 'suspect' }), moment(-60), claim('contain'));
    expect(next(contained, suspected(A))).toMatchObject({ sites: contained.sites, operation: null });
  });

  it('is settled by what is proven, either way', () => {
    const alert = (kind: 'left-cross-site-view' | 'endpoint-down') => ({ kind, site: B, since: moment(-9) });
    const before = {
      ...suspect,
      firingAlerts: { view: alert('left-cross-site-view'), down: alert('endpoint-down') },
    };
    expect(next(before, settled(B, 'in-sync'))).toMatchObject({
      sites: { [B]: { trust: 'in-sync', trustAt: NOW } },
      firingAlerts: { down: alert('endpoint-down') },
    });
    expect(next(before, settled(B, 'in-sync')).firingAlerts).toEqual({ down: alert('endpoint-down') });
    const offline = {
      ...before,
      ...withSite(before, B, { takeOfflineIssued: true, isolated: true, contained: true }),
    };
    expect(next(offline, settled(B, 'stale'))).toMatchObject({
      sites: { [B]: nowStale },
      firingAlerts: before.firingAlerts,
    });
    const serving = withSite(calm, A, { trust: 'suspect' });
    expect(next(serving, settled(A, 'in-sync')).sites[A]).toMatchObject({ trust: 'in-sync', trustAt: NOW });
  });
});

describe('an operation', () => {
  it.each<[Workflow, Ledger]>([
    ['contain', stale],
    ['switchover', calm],
    ['switchback', calm],
    ['failover', stale],
  ])('is held by the %s that claimed it, at the epoch of its claim', (workflow, before) => {
    expect(next(before, claim(workflow))).toEqual({
      ...before,
      revision: before.revision + 1,
      epoch: before.epoch + 1,
      changedAt: NOW,
      operation: { workflow, owner: execution(workflow), epoch: before.epoch + 1, startedAt: NOW },
    });
  });

  it('of resync says so of its site from the claim on', () => {
    expect(next(stale, claim('resync'))).toMatchObject({
      operation: { workflow: 'resync', epoch: stale.epoch + 1 },
      sites: { [B]: { ...stale.sites[B]!, trust: 'resyncing', trustAt: NOW } },
    });
  });

  it('of failover makes the lost site stale where it was not yet, and nothing pends any more', () => {
    const promoted = having(calm, moment(-60), lost(A));
    expect(next(promoted, claim('failover'))).toMatchObject({ pending: null, sites: { [A]: nowStale } });
    const isolated = withSite(acting, B, { isolated: true });
    expect(next(isolated, claim('failover')).sites).toEqual(isolated.sites);
  });

  it('ends as it says, and acknowledges no move by that', () => {
    const end = next(moving, released(execution('switchover')));
    expect(end).toMatchObject({
      operation: null,
      approval: null,
      moveAcknowledged: false,
      history: [{ ...past(moving, 'the end'), result: 'succeeded' }],
    });
    expect(end.sites).toEqual(moving.sites);
  });

  it('is kept in a history of ten, the newest first', () => {
    const old = Array.from({ length: 10 }, (_, index) => ({
      ...past(moving, `${index}`),
      result: 'failed' as const,
    }));
    const { history } = next({ ...moving, history: old }, released(execution('switchover')));
    expect(history.map(({ detail }) => detail)).toEqual([
      'the end',
      '0',
      '1',
      '2',
      '3',
      '4',
      '5',
      '6',
      '7',
      '8',
    ]);
  });

  it('takes its approval with it', () => {
    const asked = having(moving, moment(-50), {
      type: 'approval-asked',
      token: moving.operation!,
      question: 'Move?',
      deadline: moment(60),
    });
    expect(next(asked, released(execution('switchover'))).approval).toBeNull();
    expect(next({ ...asked, operation: null }, left(B)).approval).toBeNull();
  });
});

describe('a proof of sync', () => {
  it('leaves nothing of what the site was before, and its operation goes on', () => {
    const before = withSite(resyncing, B, {
      reachability: 'unreachable',
      contained: true,
      takeOfflineIssued: true,
      isolated: true,
      bridgeCut: true,
      unansweredClear: { batch: 'failover-clear-1', at: moment(-9) },
      dataGridSeen: moment(-9),
      dataGridTrusted: moment(-9),
      keycloakInstances: 3,
    });
    const proven = next(before, proved);
    expect(proven.sites[B]).toEqual({
      ...calm.sites[B]!,
      trustAt: NOW,
      reachabilityAt: NOW,
      keycloakInstances: 3,
    });
    expect(proven.sites[A]).toEqual(calm.sites[A]);
    expect(proven.operation).toEqual({ ...resyncing.operation, epoch: resyncing.epoch + 1 });
  });

  it('outranks the alerts of before about the view, and no others', () => {
    const firingAlerts = {
      view: { kind: 'left-cross-site-view', site: B, since: moment(-9) },
      down: { kind: 'endpoint-down', site: B, since: moment(-9) },
    } as const;
    expect(next({ ...resyncing, firingAlerts }, proved).firingAlerts).toEqual({ down: firingAlerts.down });
  });

  it('trusts the pods that it was proven with, and without them those of the next look', () => {
    const startedAt = moment(-900);
    expect(next(resyncing, { ...proved, startedAt } as LedgerEvent).sites[B]).toMatchObject({
      dataGridSeen: startedAt,
      dataGridTrusted: startedAt,
    });
  });

  it('ends the doubt of its source', () => {
    const source = { trust: 'suspect', dataGridSeen: moment(-9), dataGridTrusted: moment(-99) } as const;
    expect(next(withSite(resyncing, A, source), proved).sites[A]).toEqual({
      ...calm.sites[A]!,
      trustAt: NOW,
    });
  });
});

describe('a planned move', () => {
  it('lets the other site serve, and calls the old one stale when it is left behind', () => {
    const there = next(moving, moved(B));
    expect(there).toEqual({
      ...moving,
      revision: moving.revision + 1,
      epoch: moving.epoch + 1,
      changedAt: NOW,
      serving: B,
      // Whatever became of the move then: somebody has seen to what automation did before.
      moveAcknowledged: true,
      operation: { ...moving.operation, epoch: moving.epoch + 1 },
    });
    expect(next(there, behind(A)).sites).toEqual({
      ...there.sites,
      [A]: { ...there.sites[A]!, ...nowStale },
    });
  });
});

describe('a promotion that accepts the loss', () => {
  it('ends what runs, lets the site serve as it is, and has the other one taken offline', () => {
    const before = withSite({ ...resyncing, lastAutomaticMoveAt: moment(-9) }, B, {
      isolated: true,
      bridgeCut: true,
    });
    expect(next(before, promoted(B))).toMatchObject({
      serving: B,
      operation: null,
      history: [past(resyncing, 'site-b was promoted by hand')],
      sites: {
        [A]: { ...calm.sites[A]!, ...nowStale },
        [B]: { ...calm.sites[B]!, trustAt: NOW, reachabilityAt: NOW, bridgeCut: true },
      },
      pending: { ...PENDING, epoch: resyncing.epoch + 1, mode: 'act', reason: 'a person accepts it' },
      moveAcknowledged: true,
    });
  });

  it('is also of a site in sync that does not serve', () => {
    expect(next(calm, promoted(B))).toMatchObject({ serving: B, sites: { [A]: nowStale } });
  });

  it('is also of a serving site that is suspect', () => {
    expect(next(withSite(calm, A, { trust: 'suspect' }), promoted(A))).toMatchObject({
      serving: A,
      sites: { [A]: { trust: 'in-sync' }, [B]: nowStale },
    });
  });

  it('is also of the stale site, while the one that serves may have lost entries', () => {
    expect(next(withSite(stale, A, { trust: 'suspect' }), promoted(B))).toMatchObject({
      serving: B,
      sites: { [A]: nowStale, [B]: { trust: 'in-sync' } },
    });
  });

  it('leaves nothing suspect where the site serves in sync, or does not serve', () => {
    expect([leavesSuspect(stale, A), leavesSuspect(stale, B)]).toEqual([false, false]);
  });
});

describe('a failover that is to start', () => {
  it('keeps its number, whatever is decided meanwhile', () => {
    const pending = { ...PENDING, epoch: 1, mode: 'ask', reason: 'the view' } as const;
    expect(next({ ...calm, pending }, suspected(B)).pending).toEqual(pending);
  });
});

describe('what is seen', () => {
  it('is no decision: the epoch stays', () => {
    expect(transition(calm, { type: 'move-acknowledged' }, NOW)).toEqual({
      kind: 'changed',
      ledger: { ...calm, revision: calm.revision + 1, moveAcknowledged: true },
    });
  });
});

describe('several events of one moment', () => {
  it('are one revision, and say the last reason where nothing changes', () => {
    const both = transitions(calm, [suspected(B), { type: 'move-acknowledged' }], NOW);
    expect(both).toMatchObject({
      kind: 'changed',
      ledger: { revision: calm.revision + 1, epoch: calm.epoch + 1 },
    });
    expect(transitions(calm, [], NOW)).toEqual({
      kind: 'unchanged',
      ledger: calm,
      reason: 'nothing happened',
    });
    expect(transitions(calm, [{ type: 'question-dropped' }, { type: 'armed' }], NOW)).toEqual({
      kind: 'unchanged',
      ledger: calm,
      reason: 'armed already',
    });
    expect(transitions(calm, [suspected(B), left(A)], NOW)).toEqual({
      kind: 'refused',
      ledger: calm,
      reason: 'site-a serves',
    });
  });
});
