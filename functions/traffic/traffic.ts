import * as v from 'valibot';
import type { LedgerEvent } from '../ledger/events.ts';
import { decidedBefore, guard, holds } from '../ledger/guard.ts';
import { isUsable, type Ledger, otherSite } from '../ledger/ledger.ts';
import { LedgerStore } from '../ledger/store.ts';
import { primaryOf, siteOf } from '../shared/configuration.ts';
import type { Edge } from '../shared/edge.ts';
import { LedgerConflictError, TransientError } from '../shared/errors.ts';
import { named } from '../shared/faults.ts';
import { caller, operationToken, parseInput } from '../shared/input.ts';
import type { OperationToken, SiteName } from '../shared/names.ts';
import { within } from '../shared/within.ts';
import { type Agreement, readSwitches, recordAndAgree } from './agree.ts';
import { currentSince, endpointVerdict, type Observation, observeEndpoint } from './endpoint.ts';
import { positions } from './positions.ts';
import { route53Switches } from './route-53-switches.ts';
import type { SwitchState, SwitchStates } from './switches.ts';
import { mayAnswerWithStale, writePlan } from './write-plan.ts';

type Passing =
  | { readonly outcome: 'passing'; readonly observed: boolean }
  | { readonly outcome: 'not-passing'; readonly reason: string };

export type TrafficOutcome =
  | Passing
  | { readonly outcome: 'moved'; readonly operation: OperationToken; readonly ttlSeconds: number }
  /** Moved, and the site has failed meanwhile: DNS goes on with the other one by itself. */
  | { readonly outcome: 'moved-not-passing'; readonly operation: OperationToken; readonly reason: string }
  | { readonly outcome: 'agreed' }
  | {
      readonly outcome: 'drift';
      /** The ledger may take the wrong site for stale; not only a version differs. */
      readonly contradicted: boolean;
      readonly reason: string;
      readonly remedy: string;
    }
  | { readonly outcome: 'not-safe'; readonly reason: string }
  | { readonly outcome: 'superseded' };

/** What to record, or the outcome that ends it. */
type Decided = readonly LedgerEvent[] | TrafficOutcome;

const TRIES = 4;

/** The look once traffic is moved, which must not keep what is done from being told. */
const LAST_LOOK_MILLISECONDS = 10_000;

const inputSchema = v.variant('action', [
  v.strictObject({
    action: v.literal('preflight'),
    ...caller,
    /** Null: for the plan of a dry run, from which nothing follows. */
    operation: v.nullable(operationToken),
    to: v.string(),
  }),
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
  async function preflight(operation: OperationToken | null, to: SiteName): Promise<TrafficOutcome> {
    const [state, observations] = await Promise.all([switches.read(to), observeEndpoint(edge, to)]);
    const ledger = operation === null ? await store.require() : await guard(store, operation);
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
    return passes(to, state, observations);
  }

  /** By what its checkers saw until now. */
  function passes(to: SiteName, state: SwitchState, observations: readonly Observation[]): Passing {
    const since = currentSince(configuration, edge.now());
    const verdict = endpointVerdict(configuration, to, observations, state, since);
    // A site fenced by path can't be probed. Opening it is safe all the same: both checks then follow their
    // endpoints, and Route 53 turns to it only when its own checkers see it pass.
    if (verdict === 'passing' || verdict === 'unobservable') {
      return { outcome: 'passing', observed: verdict === 'passing' };
    }
    const what =
      verdict === 'failing' ? 'does not pass its own health check' : 'has no fresh health-check observations';
    return { outcome: 'not-passing', reason: `${to} ${what} now.` };
  }

  /**
   * Whoever changes the ledger or a check first (the sweep, evidence) supersedes nobody: it is looked again.
   */
  async function agreed(
    decide: (ledger: Ledger, seen: SwitchStates) => Decided | Promise<Decided>,
  ): Promise<Exclude<Agreement, { kind: 'overtaken' | 'unwritten' }> | TrafficOutcome> {
    for (let tries = 0; tries < TRIES; tries++) {
      const seen = await readSwitches(switches, configuration);
      const ledger = await store.require();
      const events = await decide(ledger, seen);
      if ('outcome' in events) return events;
      const agreement = await recordAndAgree({ configuration, store, switches }, seen, ledger, events);
      if (agreement.kind === 'unwritten') throw agreement.error;
      if (agreement.kind !== 'overtaken') return agreement;
    }
    throw new LedgerConflictError(
      `Another writer changed the ledger or a health check first, ${TRIES} times.`,
      'The state machine tries again.',
    );
  }

  async function move(operation: OperationToken, to: SiteName): Promise<TrafficOutcome> {
    const moving: LedgerEvent = { type: 'traffic-moved', to };
    let looked: number | null = null;
    let stood: SwitchState | null = null;
    const agreement = await agreed(async (ledger, seen) => {
      stood = seen[to]!;
      // Moved by the attempt before, whose answer was lost or whose check was overtaken: only its check is left.
      if (decidedBefore(ledger, operation, moving, store.now())) return [];
      if (!holds(ledger, operation)) return { outcome: 'superseded' };
      if (ledger.serving === to) return [];
      const { drift } = writePlan(ledger, seen, positions(ledger, configuration));
      if (drift.length > 0) return drifted(drift.map(({ reason }) => reason).join('; '));
      // Looked at once more, and last: to be read, a check may have taken its time since the preflight.
      const passing = passes(to, stood, await observeEndpoint(edge, to));
      looked = edge.now().getTime();
      return passing.outcome === 'passing' ? [moving] : passing;
    });
    if ('outcome' in agreement) return agreement;
    if (agreement.kind !== 'agreed') return disagreement(agreement);
    const moved = { ...operation, epoch: agreement.ledger.epoch };
    if (await hasFailed(to, stood!, looked))
      return {
        outcome: 'moved-not-passing',
        operation: moved,
        reason: `${to} does not pass its own health check now.`,
      };
    return { outcome: 'moved', operation: moved, ttlSeconds: configuration.traffic.recordTtlSeconds };
  }

  /**
   * Whether checkers say that it fails, asked once Route 53 has taken the move, which may be a minute after it was recorded.
   * Where nobody can say, the move goes on.
   * @param stood its switch before this attempt wrote it
   * @param looked when this attempt saw it pass; null: an attempt before did
   */
  async function hasFailed(to: SiteName, stood: SwitchState, looked: number | null): Promise<boolean> {
    const { checkIntervalSeconds } = configuration.traffic;
    if (looked !== null && edge.now().getTime() - looked < checkIntervalSeconds * 1000) return false;
    // A primary that does not serve is fenced: where the path does that, its check may have asked for another one until now.
    const { switchHealthCheckId, endpointHealthCheckId } = siteOf(configuration, to);
    const wasFenced = to === primaryOf(configuration).name && switchHealthCheckId === endpointHealthCheckId;
    if (looked === null && wasFenced) return false;
    const late = () => new TransientError('Route 53 did not say in time whether it passes.', 'Look again.');
    const observations = await within(LAST_LOOK_MILLISECONDS, late, (abortSignal) =>
      observeEndpoint(edge, to, { abortSignal }),
    ).catch((error: unknown) => {
      if (named(error) instanceof TransientError) return [];
      throw error;
    });
    const since = currentSince(configuration, edge.now());
    return endpointVerdict(configuration, to, observations, stood, since) === 'failing';
  }

  async function agree(operation: OperationToken): Promise<TrafficOutcome> {
    const agreement = await agreed((ledger, seen) => {
      if (!holds(ledger, operation)) return { outcome: 'superseded' };
      const contradiction = mayAnswerWithStale(ledger, seen);
      return contradiction === null ? [] : { ...drifted(contradiction), contradicted: true };
    });
    if ('outcome' in agreement) return agreement;
    return agreement.kind === 'agreed' ? { outcome: 'agreed' } : disagreement(agreement);
  }

  return async (event) => {
    const input = parseInput('traffic', inputSchema, event);
    if (input.action === 'agree') return agree(input.operation);
    const to = siteOf(configuration, input.to).name;
    return input.action === 'move' ? move(input.operation, to) : preflight(input.operation, to);
  };
}

const disagreement = ({
  kind,
  reason,
}: Extract<Agreement, { kind: 'drift' | 'shut' | 'refused' }>): TrafficOutcome =>
  kind === 'refused' ? { outcome: 'not-safe', reason: `${reason}.` } : drifted(reason);

const drifted = (reason: string) => ({
  outcome: 'drift' as const,
  contradicted: false,
  reason,
  remedy: 'Start "adopt" with {"serving":"<the site that serves>"}: it takes the checks as they stand.',
});
