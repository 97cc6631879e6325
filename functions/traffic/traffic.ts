import * as v from 'valibot';
import { guard, holds } from '../ledger/guard.ts';
import { isUsable, otherSite } from '../ledger/ledger.ts';
import { LedgerStore } from '../ledger/store.ts';
import { siteOf } from '../shared/configuration.ts';
import type { Edge } from '../shared/edge.ts';
import { operationToken, parseInput } from '../shared/input.ts';
import type { OperationToken, SiteName } from '../shared/names.ts';
import { type Agreement, readSwitches, recordAndAgree } from './agree.ts';
import { currentSince, endpointVerdict, observeEndpoint } from './endpoint.ts';
import { route53Switches } from './route-53-switches.ts';

export type TrafficOutcome =
  | { readonly outcome: 'passing'; readonly observed: boolean }
  | { readonly outcome: 'not-passing'; readonly reason: string }
  | { readonly outcome: 'moved'; readonly operation: OperationToken; readonly ttlSeconds: number }
  | { readonly outcome: 'agreed' }
  | { readonly outcome: 'drift'; readonly reason: string }
  | { readonly outcome: 'not-safe'; readonly reason: string }
  | { readonly outcome: 'superseded' };

const inputSchema = v.variant('action', [
  v.strictObject({ action: v.literal('preflight'), operation: operationToken, to: v.string() }),
  v.strictObject({ action: v.literal('move'), operation: operationToken, to: v.string() }),
  v.strictObject({ action: v.literal('agree'), operation: operationToken }),
]);

export type TrafficEdge = Pick<Edge, 'dynamodb' | 'route53' | 'configuration' | 'now'>;

/** The steps of switchover, switchback and resync that touch who DNS answers with. */
export function createTraffic(edge: TrafficEdge): (event: unknown) => Promise<TrafficOutcome> {
  const { configuration } = edge;
  const store = new LedgerStore(edge);
  const switches = route53Switches(edge);

  /** May `to` take over now: both sites in sync and reachable, and its own endpoint passing at this moment. */
  async function preflight(operation: OperationToken, to: SiteName): Promise<TrafficOutcome> {
    const [state, observations] = await Promise.all([switches.read(to), observeEndpoint(edge, to)]);
    const ledger = await guard(store, operation);
    if (ledger === 'superseded') return { outcome: 'superseded' };
    if (ledger.serving !== to && !isUsable(ledger.sites[to]!)) {
      return {
        outcome: 'not-passing',
        reason: `${to} is ${ledger.sites[to]!.trust} and ${ledger.sites[to]!.reachability}.`,
      };
    }
    const from = otherSite(ledger, to);
    if (ledger.sites[from]!.trust !== 'in-sync') {
      return {
        outcome: 'not-passing',
        reason: `${from} is ${ledger.sites[from]!.trust}: the sites are not in sync.`,
      };
    }
    const verdict = endpointVerdict(
      configuration,
      to,
      observations,
      state,
      currentSince(configuration, edge.now()),
    );
    // A site fenced by path can't be probed. Opening it is safe all the same: both checks then follow their
    // endpoints, and Route 53 turns to it only when its own checkers see it pass.
    if (verdict === 'passing' || verdict === 'unobservable') {
      return { outcome: 'passing', observed: verdict === 'passing' };
    }
    const what =
      verdict === 'failing' ? 'does not pass its own health check' : 'has no fresh health-check observations';
    return { outcome: 'not-passing', reason: `${to} ${what} now.` };
  }

  async function move(operation: OperationToken, to: SiteName): Promise<TrafficOutcome> {
    const seen = await readSwitches(switches, configuration);
    const ledger = await store.require();
    if (!holds(ledger, operation)) return { outcome: 'superseded' };
    const agreement = await recordAndAgree(
      { configuration, store, switches },
      seen,
      ledger,
      ledger.serving === to ? [] : [{ type: 'traffic-moved', to }],
    );
    if (agreement.kind !== 'agreed') return disagreement(agreement);
    return {
      outcome: 'moved',
      operation: { ...operation, epoch: agreement.ledger.epoch },
      ttlSeconds: configuration.traffic.recordTtlSeconds,
    };
  }

  async function agree(operation: OperationToken): Promise<TrafficOutcome> {
    const seen = await readSwitches(switches, configuration);
    const ledger = await store.require();
    if (!holds(ledger, operation)) return { outcome: 'superseded' };
    const agreement = await recordAndAgree({ configuration, store, switches }, seen, ledger, []);
    return agreement.kind === 'agreed' ? { outcome: 'agreed' } : disagreement(agreement);
  }

  return async (event) => {
    const input = parseInput('traffic', inputSchema, event);
    if (input.action === 'agree') return agree(input.operation);
    const to = siteOf(configuration, input.to).name;
    return input.action === 'move' ? move(input.operation, to) : preflight(input.operation, to);
  };
}

function disagreement(agreement: Exclude<Agreement, { kind: 'agreed' }>): TrafficOutcome {
  switch (agreement.kind) {
    case 'drift':
      return { outcome: 'drift', reason: agreement.reason };
    case 'refused':
      return { outcome: 'not-safe', reason: `${agreement.reason}.` };
    case 'overtaken':
      return { outcome: 'superseded' };
  }
}
