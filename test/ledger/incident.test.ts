import { describe, expect, it } from '@jest/globals';
import type { LedgerEvent } from '../../functions/ledger/events.ts';
import { transition, transitions } from '../../functions/ledger/transition.ts';
import { A, B, execution, having, inSync, moment, withSite } from './example.ts';

const NOW = moment(1);

describe('the ledger through an incident', () => {
  const lost: LedgerEvent = { type: 'serving-site-lost', lost: A, automatic: true, reason: 'its endpoint' };
  const claim = (workflow: 'failover' | 'resync' | 'switchover'): LedgerEvent => ({
    type: 'operation-claimed',
    workflow,
    owner: execution(workflow),
  });

  it('lets the former serving site be promoted back until failover has claimed, and not after', () => {
    const moved = having(inSync(), NOW, lost);
    const back: LedgerEvent = { type: 'serving-site-lost', lost: B, automatic: false, reason: 'a person' };
    const seen: LedgerEvent = {
      type: 'reachability-observed',
      site: A,
      reachability: 'reachable',
      observedAt: moment(2),
    };
    expect(having(moved, moment(3), seen, back).serving).toBe(A);
    const claimed = having(moved, moment(2), claim('failover'));
    expect(claimed.sites[A]!.trust).toBe('stale');
    expect(transitions(claimed, [seen, back], moment(3)).kind).toBe('refused');
  });

  it('does the work of two losses of one moment by one execution', () => {
    const asking = having(inSync(), NOW, { type: 'view-lost', reason: 'the view' });
    const decided = having(asking, moment(9), { type: 'passive-site-left', passive: B, reason: 'it lives' });
    expect(decided.pending).toMatchObject({ mode: 'act', epoch: asking.epoch, attempt: 1 });
  });

  it('makes a site stale whose resync is cut short, and has it taken offline without asking', () => {
    const stale = having(inSync(), NOW, { type: 'passive-site-left', passive: B, reason: 'the view' });
    const resyncing = having(
      stale,
      moment(2),
      claim('failover'),
      { type: 'take-offline-issued', site: B },
      { type: 'isolation-proved', site: B },
      { type: 'site-contained', site: B },
      { type: 'operation-released', owner: execution('failover'), result: 'succeeded', detail: 'done' },
      claim('resync'),
      { type: 'isolation-lost', site: B },
    );
    const cut = having(resyncing, moment(9), { type: 'view-lost', reason: 'the view again' });
    expect(cut.sites[B]).toMatchObject({ trust: 'stale', contained: false, isolated: false });
    expect(cut.pending?.mode).toBe('act');
    const suspected = having(resyncing, moment(9), { type: 'site-suspected', site: A });
    expect(suspected.sites[B]!.trust).toBe('stale');
    const released = having(
      resyncing,
      moment(9),
      { type: 'isolation-proved', site: B },
      {
        type: 'operation-released',
        owner: execution('resync'),
        result: 'failed',
        detail: 'the push failed',
      },
    );
    // Its failure path took it offline again, and that proof stays.
    expect(released.sites[B]).toMatchObject({ trust: 'stale', contained: false, isolated: true });
  });

  it('forgets an alert about the view that a proof outranks, since its end may never arrive', () => {
    const alert = { kind: 'left-cross-site-view', site: B, since: moment(0) } as const;
    const suspected = having(
      inSync(),
      NOW,
      { type: 'site-suspected', site: B },
      {
        type: 'alert-firing',
        fingerprint: 'one',
        alert,
      },
    );
    const settled = having(suspected, moment(9), { type: 'suspect-settled', site: B, to: 'in-sync' });
    expect(settled.firingAlerts).toEqual({});
  });

  it('keeps what may still happen to a site that a person promotes', () => {
    const cleared = withSite(inSync(), B, {
      trust: 'stale',
      bridgeCut: true,
      unansweredClear: { batch: 'failover-clear-1', at: moment(-60) },
    });
    const promoted = having(cleared, NOW, { type: 'promoted-accepting-loss', site: B, reason: 'A is gone' });
    expect(promoted.sites[B]).toMatchObject({
      trust: 'in-sync',
      bridgeCut: true,
      unansweredClear: { batch: 'failover-clear-1' },
    });
    expect(promoted.sites[A]!.trust).toBe('stale');
  });

  it('does not settle a suspect that was taken offline since, whatever its proof says', () => {
    const suspect = withSite(inSync(), B, { trust: 'suspect', takeOfflineIssued: true });
    const settled = transition(suspect, { type: 'suspect-settled', site: B, to: 'in-sync' }, NOW);
    expect(settled).toMatchObject({ kind: 'refused', reason: expect.stringContaining('only a resync') });
  });

  it('trusts again what the serving site holds, once a resync has filled the other site with it', () => {
    const lostEntries = withSite(inSync(), A, {
      trust: 'suspect',
      dataGridSeen: moment(-60),
      dataGridTrusted: moment(-900),
    });
    const proved = having(
      withSite(lostEntries, B, { trust: 'stale', isolated: true, contained: true }),
      NOW,
      claim('resync'),
      { type: 'resync-proved', site: B },
    );
    for (const site of [A, B]) {
      expect(proved.sites[site]).toMatchObject({
        trust: 'in-sync',
        dataGridSeen: null,
        dataGridTrusted: null,
      });
    }
  });

  it('trusts the pods that a resync was proven with, so that a restart right after the proof is seen', () => {
    const stale = withSite(inSync(), B, { trust: 'stale', isolated: true, contained: true });
    const proof: LedgerEvent = { type: 'resync-proved', site: B, startedAt: moment(-900) };
    const proved = having(stale, NOW, claim('resync'), proof);
    expect(proved.sites[B]).toMatchObject({ dataGridSeen: moment(-900), dataGridTrusted: moment(-900) });
  });

  it('ends a resync whose source restarts whole, also when its source was suspect before', () => {
    const resyncing = having(
      withSite(withSite(inSync(), A, { trust: 'suspect' }), B, { trust: 'stale', isolated: true }),
      NOW,
      claim('resync'),
    );
    const ended = having(resyncing, moment(9), { type: 'site-suspected', site: A });
    expect(ended).toMatchObject({ operation: null, history: [{ result: 'superseded' }] });
    expect([ended.sites[A]!.trust, ended.sites[B]!.trust]).toEqual(['suspect', 'stale']);
  });

  it('compares pods with those of the last look, and remembers apart those that were trusted', () => {
    const seen = (at: number): LedgerEvent => ({ type: 'data-grid-seen', site: B, startedAt: moment(at) });
    const trusted = having(inSync(), NOW, seen(-900));
    expect(trusted.sites[B]).toMatchObject({ dataGridSeen: moment(-900), dataGridTrusted: moment(-900) });
    const suspect = having(trusted, NOW, { type: 'site-suspected', site: B }, seen(-5));
    expect(suspect.sites[B]).toMatchObject({ dataGridSeen: moment(-5), dataGridTrusted: moment(-900) });
  });

  it('forgets the pods of before when a person promotes a site as it is', () => {
    const known = having(inSync(), NOW, { type: 'data-grid-seen', site: B, startedAt: moment(-900) });
    const promoted = having(known, NOW, { type: 'promoted-accepting-loss', site: B, reason: 'A is gone' });
    expect(promoted.sites[B]).toMatchObject({ dataGridSeen: null, dataGridTrusted: null });
  });

  it('ignores evidence that is older than what is known', () => {
    const ledger = withSite(inSync(), B, { reachabilityAt: moment(0) });
    const seen = { type: 'reachability-observed', site: B, reachability: 'unreachable' } as const;
    expect(transition(ledger, { ...seen, observedAt: moment(-1) }, NOW).kind).toBe('unchanged');
    expect(transition(ledger, { ...seen, observedAt: moment(1) }, NOW).kind).toBe('changed');
  });

  it('takes several events of one moment as one change, or none of them', () => {
    const both = transitions(inSync(), [{ type: 'site-suspected', site: B }, { type: 'armed' }], NOW);
    expect(both.ledger.revision).toBe(inSync().revision + 1);
    const none = transitions(
      inSync(),
      [
        { type: 'site-suspected', site: B },
        { type: 'passive-site-left', passive: A, reason: 'no' },
      ],
      NOW,
    );
    expect(none).toMatchObject({ kind: 'refused', ledger: { revision: inSync().revision } });
  });
});
