import { describe, expect, it } from '@jest/globals';
import type { LedgerEvent } from '../../functions/ledger/events.ts';
import { isUsable, type Ledger, otherSite, type Trust } from '../../functions/ledger/ledger.ts';
import { type Transition, transition, transitions } from '../../functions/ledger/transition.ts';
import type { SiteName } from '../../functions/shared/names.ts';
import { positions } from '../../functions/traffic/positions.ts';
import { everyEvent, everyState, faultsOf } from './every-state.ts';
import { A, B, exampleConfiguration, execution, having, inSync, moment, withSite } from './example.ts';

const NOW = moment(1);

const DECISIONS: ReadonlySet<LedgerEvent['type']> = new Set([
  'serving-site-lost',
  'passive-site-left',
  'view-lost',
  'question-dropped',
  'isolation-wanted',
  'site-suspected',
  'suspect-settled',
  'operation-claimed',
  'operation-released',
  'resync-proved',
  'traffic-moved',
  'old-site-left-behind',
  'promoted-accepting-loss',
]);

const STATES = [...everyState()];
const CASES = STATES.flatMap((before) =>
  everyEvent(before).map((event) => ({ before, event, result: transition(before, event, NOW) })),
);

/** Runs a rule over every state and every event, and gives back where it does not hold. */
function broken(
  rule: (before: Ledger, event: LedgerEvent, result: Transition) => string | null,
): readonly string[] {
  const found: string[] = [];
  for (const { before, event, result } of CASES) {
    const fault = rule(before, event, result);
    if (fault === null) continue;
    found.push(`${fault}: ${JSON.stringify(event)} in ${summary(before)}`);
    if (found.length === 20) return found;
  }
  return found;
}

const summary = ({ serving, sites, operation, pending }: Ledger): string =>
  `${serving} serves; ${Object.entries(sites)
    .map(([site, { trust, reachability }]) => `${site} ${trust} ${reachability}`)
    .join(', ')}; ${operation?.workflow ?? 'nothing'} runs; ${pending?.mode ?? 'nothing'} pends`;

const RANK: Readonly<Record<Trust, number>> = { stale: 0, resyncing: 0, suspect: 1, 'in-sync': 2 };

/** Where trust rises, and to which site it may. */
function mayRaise(before: Ledger, event: LedgerEvent, site: SiteName): boolean {
  switch (event.type) {
    case 'resync-proved':
      // Its source too, when it lost entries before: what it holds was accepted by a person, and both hold it now.
      return before.operation?.workflow === 'resync' && (event.site === site || site === before.serving);
    case 'suspect-settled':
      return event.site === site && event.to === 'in-sync' && !before.sites[site]!.takeOfflineIssued;
    case 'promoted-accepting-loss':
      return event.site === site;
    default:
      return false;
  }
}

describe('whatever happens, from every state', () => {
  it('has a result and never throws', () => {
    const faults = broken((before, _, result) => {
      if (result.kind === 'changed') return null;
      if (result.ledger !== before) return `${result.kind}, and yet another ledger`;
      return result.reason === '' ? 'no reason' : null;
    });
    expect(faults).toEqual([]);
    expect(CASES.length).toBeGreaterThan(20_000);
  });

  it('gives each change the next revision, and a decision alone the next epoch', () => {
    expect(
      broken((before, event, { kind, ledger }) => {
        if (kind !== 'changed') return null;
        if (ledger.revision !== before.revision + 1) return `revision ${ledger.revision}`;
        const decides = DECISIONS.has(event.type);
        if (ledger.epoch !== before.epoch + (decides ? 1 : 0)) return `epoch ${ledger.epoch}`;
        return (ledger.changedAt === NOW) === decides ? null : 'changedAt';
      }),
    ).toEqual([]);
  });

  it('leaves a ledger in which all that must hold holds', () => {
    expect(
      broken((_, __, { ledger }) => {
        const faults = faultsOf(ledger);
        return faults.length === 0 ? null : faults.join(', ');
      }),
    ).toEqual([]);
  });

  it('changes nothing more when the same happens again', () => {
    expect(
      broken((_, event, result) => {
        if (result.kind !== 'changed') return null;
        const again = transition(result.ledger, event, NOW);
        return again.kind === 'changed' ? `changed again` : null;
      }),
    ).toEqual([]);
  });

  it('changes nothing more when the same is heard again a minute later', () => {
    const renewed = new Set(['paged', 'clear-issued']);
    expect(
      broken((_, event, result) => {
        if (result.kind !== 'changed' || renewed.has(event.type)) return null;
        return transition(result.ledger, event, moment(61)).kind === 'changed' ? 'changed again' : null;
      }),
    ).toEqual([]);
  });

  it('raises trust by a proof or by a person, and by nothing else', () => {
    expect(
      broken((before, event, { ledger }) => {
        const raised = ([A, B] as const).filter(
          (site) =>
            RANK[ledger.sites[site]!.trust] > RANK[before.sites[site]!.trust] &&
            !mayRaise(before, event, site),
        );
        return raised.length === 0 ? null : `${raised} raised`;
      }),
    ).toEqual([]);
  });

  it('says since when a site is trusted or not, whenever that changes', () => {
    expect(
      broken((before, _, { ledger }) =>
        ([A, B] as const).some(
          (site) =>
            ledger.sites[site]!.trust !== before.sites[site]!.trust && ledger.sites[site]!.trustAt !== NOW,
        )
          ? 'trustAt is of before'
          : null,
      ),
    ).toEqual([]);
  });

  it('ends the operation when a decision outranks it, and keeps what became of it', () => {
    const outranking = new Set<LedgerEvent['type']>([
      'serving-site-lost',
      'passive-site-left',
      'view-lost',
      'site-suspected',
      'promoted-accepting-loss',
    ]);
    expect(
      broken((before, event, { kind, ledger }) => {
        if (kind !== 'changed' || !outranking.has(event.type)) return null;
        if (ledger.operation !== null || ledger.approval !== null) return 'the operation is still held';
        if (before.operation === null) return null;
        const [last] = ledger.history;
        return last?.owner === before.operation.owner && last.result === 'superseded' ? null : 'no history';
      }),
    ).toEqual([]);
  });

  it('moves the token of an operation on only by a decision of its own', () => {
    const own = new Set<LedgerEvent['type']>([
      'operation-claimed',
      'resync-proved',
      'traffic-moved',
      'old-site-left-behind',
    ]);
    expect(
      broken((before, event, { kind, ledger }) =>
        kind === 'changed' &&
        before.operation !== null &&
        ledger.operation?.owner === before.operation.owner &&
        ledger.epoch !== before.epoch &&
        !own.has(event.type)
          ? 'the operation outlived a decision that was not its own'
          : null,
      ),
    ).toEqual([]);
  });

  it('never lets the other site serve when it is not in sync and reachable, but for a person who accepts the loss', () => {
    expect(
      broken((before, event, { ledger }) =>
        ledger.serving !== before.serving &&
        event.type !== 'promoted-accepting-loss' &&
        !isUsable(before.sites[ledger.serving]!)
          ? `${ledger.serving} serves`
          : null,
      ),
    ).toEqual([]);
  });
});

describe.each(['calculated-checks', 'health-check-path'] as const)(
  'DNS by %s, from every state',
  (adapter) => {
    const configuration = exampleConfiguration({}, adapter);

    it('never fences both sites, and never the serving one', () => {
      const faults = STATES.filter((ledger) => {
        const wanted = positions(ledger, configuration);
        return wanted[ledger.serving] === 'fenced';
      });
      expect(faults.map(summary)).toEqual([]);
    });

    it('never opens a site that is not in sync while a trusted one lives', () => {
      const faults = STATES.filter((ledger) => {
        const passive = otherSite(ledger, ledger.serving);
        return (
          ledger.sites[passive]!.trust !== 'in-sync' && positions(ledger, configuration)[passive] !== 'fenced'
        );
      });
      expect(faults.map(summary)).toEqual([]);
    });

    it('never pins a site that is not there', () => {
      const faults = STATES.filter((ledger) => {
        const passive = otherSite(ledger, ledger.serving);
        return (
          ledger.sites[passive]!.reachability === 'unreachable' &&
          positions(ledger, configuration)[passive] === 'pinned'
        );
      });
      expect(faults.map(summary)).toEqual([]);
    });
  },
);

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
