import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { changesOf } from '../../functions/changes/changes-of.ts';
import type { SiteName } from '../../functions/shared/names.ts';
import { A, B, execution, having, inSync, moment } from '../ledger/example.ts';
import { FAILOVER, SWITCHOVER, TURNS, told } from './story.ts';

// The same run after run; a failure prints what repeats it.
fc.configureGlobal({ seed: 20_260_105 });

const types = (changes: ReturnType<typeof told>) => changes.map(({ type }) => type);

describe('a change of the ledger', () => {
  it('by which another site serves says so, and why, and that the old one is out of reach', () => {
    expect(told(TURNS.lost)).toEqual([
      {
        type: 'Serving Site Changed',
        detail: {
          deployment: 'sso',
          revision: 2,
          epoch: 2,
          before: 'site-a',
          after: 'site-b',
          why: 'alarm sso-endpoint-site-a says that its endpoint is down',
        },
      },
      {
        type: 'Site Reachability Changed',
        detail: {
          deployment: 'sso',
          revision: 2,
          epoch: 2,
          site: 'site-a',
          before: 'reachable',
          after: 'unreachable',
          seenAt: moment(10),
        },
      },
    ]);
  });

  it('by which a workflow begins is the hook before what it does, with who and since when', () => {
    const [claimed, trust] = told(TURNS.claimed);
    expect(claimed).toMatchObject({
      type: 'Operation Claimed',
      detail: {
        before: null,
        after: { workflow: 'failover', execution: FAILOVER, startedAt: moment(11) },
        serving: 'site-b',
        other: 'site-a',
      },
    });
    expect(trust).toMatchObject({
      type: 'Site Trust Changed',
      detail: { site: 'site-a', before: 'in-sync', after: 'stale', why: 'failover' },
    });
  });

  it('by which a workflow ends is the hook after it, with how it ended', () => {
    expect(told(TURNS.released)).toMatchObject([
      {
        type: 'Operation Released',
        detail: {
          before: { workflow: 'failover', execution: FAILOVER },
          after: null,
          result: 'succeeded',
          why: 'the lost site is proven offline at the survivor',
        },
      },
    ]);
  });

  it('by which a loss ends what runs says first what it ended', () => {
    const running = having(inSync(), moment(0), {
      type: 'operation-claimed',
      workflow: 'switchover',
      owner: SWITCHOVER,
    });
    const changes = changesOf(
      running,
      having(running, moment(5), { type: 'serving-site-lost', lost: A, automatic: true, reason: 'x' }),
    );
    expect(changes[0]).toMatchObject({
      type: 'Operation Released',
      detail: { result: 'superseded', why: 'site-a was lost' },
    });
    expect(types(changes)).toContain('Serving Site Changed');
  });

  it('by which one workflow takes over from another is both', () => {
    const owner = execution('resync', 'two');
    const after = { ...TURNS.released.after, operation: { ...TURNS.claimed.after.operation!, owner } };
    expect(types(changesOf(TURNS.claimed.after, after))).toEqual(['Operation Released', 'Operation Claimed']);
  });

  it('by which a suspect site is known to have restarted says that', () => {
    const running = TURNS.asked.after;
    const after = having(running, moment(9), { type: 'site-suspected', site: B });
    expect(changesOf(running, after).map(({ detail }) => detail['why'])).toEqual([
      'the Data Grid of site-b restarted whole',
      'the Data Grid of site-b restarted whole',
    ]);
  });

  it('of an approval says that it is asked for, and then what was answered, by whom', () => {
    expect(told(TURNS.asked)).toMatchObject([
      { type: 'Approval Asked', detail: { workflow: 'switchover', deadline: moment(86_401) } },
    ]);
    expect(told(TURNS.answered)).toMatchObject([
      { type: 'Approval Answered', detail: { before: 'waiting', after: 'approved', by: 'Robin' } },
    ]);
  });

  it('of the automation says until when it is disarmed, and why', () => {
    expect(told(TURNS.disarmed)).toMatchObject([
      {
        type: 'Automation Changed',
        detail: {
          before: { armed: true, disarmedUntil: null },
          after: { armed: false, disarmedUntil: moment(7200) },
          why: 'maintenance of site-b',
        },
      },
    ]);
  });

  it('by which a deployment is adopted says everything for the first time', () => {
    expect(types(told(TURNS.adopted))).toEqual([
      'Serving Site Changed',
      'Site Trust Changed',
      'Site Reachability Changed',
      'Site Trust Changed',
      'Site Reachability Changed',
      'Automation Changed',
    ]);
  });

  it('by which only something was looked at, noted or told is none', () => {
    expect(told(TURNS.looked)).toEqual([]);
  });

  it('is none when it comes backwards, or with the same revision', () => {
    expect(changesOf(TURNS.lost.after, inSync())).toEqual([]);
    expect(changesOf(inSync(), inSync())).toEqual([]);
  });

  it('has as many events as what it changed, each of its own revision, whatever the two ledgers are', () => {
    const turns = Object.values(TURNS);
    fc.assert(
      fc.property(fc.constantFrom(...turns), fc.constantFrom(...turns), fc.nat(9), (one, other, more) => {
        const after = { ...other.after, revision: one.after.revision + more };
        const changes = changesOf(one.after, after);
        const changed = (['site-a', 'site-b'] as SiteName[]).filter(
          (site) => one.after.sites[site]!.trust !== after.sites[site]!.trust,
        );
        const trust = changes.filter(({ type }) => type === 'Site Trust Changed');
        expect(trust).toHaveLength(more === 0 ? 0 : changed.length);
        for (const { detail } of changes) expect(detail).toMatchObject({ revision: after.revision });
      }),
    );
  });
});
