import { describe, expect, it } from '@jest/globals';
import type { LedgerEvent } from '../../functions/ledger/events.ts';
import { isUsable, type Ledger, otherSite, type Trust } from '../../functions/ledger/ledger.ts';
import { type Transition, transition } from '../../functions/ledger/transition.ts';
import type { SiteName } from '../../functions/shared/names.ts';
import { positions } from '../../functions/traffic/positions.ts';
import { everyEvent, everyState, faultsOf } from './every-state.ts';
import { A, B, exampleConfiguration, moment } from './example.ts';

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
    const renewed = new Set(['paged', 'clear-issued', 'clear-deleted']);
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
