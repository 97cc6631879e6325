import { dataGridPods, type PodSummary } from '../kubernetes/cluster.ts';
import type { LedgerEvent } from '../ledger/events.ts';
import { guard, recordFor } from '../ledger/guard.ts';
import type { Ledger } from '../ledger/ledger.ts';
import { siteOf } from '../shared/configuration.ts';
import { InvalidInputError } from '../shared/errors.ts';
import type { OperationToken } from '../shared/names.ts';
import { batchManifest, batchNameOf } from './batch.ts';
import { bringOnlineRefusal, clearRefusal, type ProofPods, standingClear } from './clear-safety.ts';
import { commandsOf } from './commands.ts';
import { type CheckedStep, checkedStep, type InputOf } from './inputs.ts';
import type { CreateBatchOutcome, NotProven } from './outcomes.ts';
import { fingerprintOf } from './pods.ts';
import type { DataGridWorld } from './world.ts';

/** What is known immediately before the Batch is created. */
interface Moment {
  readonly ledger: Ledger;
  /** Data Grid pods of the site; null where the step does not depend on them. */
  readonly pods: readonly PodSummary[] | null;
  /** The clear at this site that may still run: an earlier one, or null. */
  readonly standing: string | null;
}

/**
 * Creates the Batch of a step. What must be known whatever becomes of it is in the ledger first.
 * `created` also for a Batch of the same attempt that is there already: its answer was lost.
 */
export async function createBatch(
  world: DataGridWorld,
  input: InputOf<'create-batch'>,
): Promise<CreateBatchOutcome> {
  const { configuration } = world;
  const step = checkedStep(configuration, input);
  const { cluster: names } = siteOf(configuration, step.site);
  const cluster = world.clusterOf(step.site);
  const identity = { step: step.step, execution: input.execution, attempt: input.attempt };
  const manifest = batchManifest(
    identity,
    names.infinispan,
    configuration.deployment,
    commandsOf(step.step, step),
  );

  let pods: readonly PodSummary[] | null = null;
  if (step.operation !== null) {
    const ledger = await guard(world.store, step.operation);
    if (ledger === 'superseded') return { outcome: 'superseded' };
    const restartsMatter = step.site !== ledger.serving && DEPENDS_ON_PODS.has(step.step);
    if (restartsMatter) pods = await cluster.listPods(dataGridPods(names.infinispan));
    const refusal = await refusalOf(world, step, ledger, pods, input.pods);
    if (refusal !== null) return refusal;
    const standing =
      step.step === 'clear' ? await standingClear(cluster, ledger, step.site, pods ?? []) : null;
    const moment = { ledger, pods, standing };
    const recorded = await record(world, step, step.operation, moment, batchNameOf(identity));
    if (recorded !== null) return recorded;
    if ((await guard(world.store, step.operation)) === 'superseded') return { outcome: 'superseded' };
  }
  await cluster.createBatch(manifest);
  return {
    outcome: 'created',
    batch: manifest.metadata.name,
    pods: pods === null ? null : fingerprintOf(pods),
    since: world.store.now(),
  };
}

const DEPENDS_ON_PODS: ReadonlySet<CheckedStep['step']> = new Set(['take-offline', 'clear', 'bring-online']);

/** Why the step would be dangerous now. */
async function refusalOf(
  world: DataGridWorld,
  step: CheckedStep,
  ledger: Ledger,
  pods: readonly PodSummary[] | null,
  proofPods: ProofPods | null,
): Promise<NotProven | null> {
  switch (step.step) {
    case 'clear': {
      if (step.site === ledger.serving) {
        throw new InvalidInputError(
          `${step.site} serves, and the serving site is never cleared.`,
          `Name ${step.against}.`,
        );
      }
      const { infinispan } = siteOf(world.configuration, step.against).cluster;
      const sourcePods = await world.clusterOf(step.against).listPods(dataGridPods(infinispan));
      return clearRefusal(step, pods ?? [], sourcePods, proofPods);
    }
    case 'bring-online':
      return bringOnlineRefusal(world.clusterOf(step.site), step, ledger, pods ?? []);
    case 'push':
      if (step.site !== ledger.serving) {
        throw new InvalidInputError(
          `${step.site} does not serve, and a push goes from the serving site.`,
          `Name ${step.against} as "site".`,
        );
      }
      return null;
    default:
      return null;
  }
}

/** Writes down what is about to be issued. Null: done, or there is nothing to write. */
async function record(
  { store }: DataGridWorld,
  step: CheckedStep,
  operation: OperationToken,
  moment: Moment,
  batch: string,
): Promise<CreateBatchOutcome | null> {
  const events = eventsOf(step, moment, batch);
  if (events.length === 0) return null;
  const result = await recordFor(store, operation, ...events);
  if (result === 'superseded') return { outcome: 'superseded' };
  if (result.refused === null) return null;
  return {
    outcome: 'not-proven',
    reason: `The ledger does not allow "${step.step}" at ${step.site}: ${result.refused}.`,
    remedy: 'Look at the status; start the workflow again from there.',
    caches: [],
  };
}

function eventsOf(step: CheckedStep, { ledger, standing }: Moment, batch: string): readonly LedgerEvent[] {
  const atServing = step.site === ledger.serving;
  switch (step.step) {
    case 'take-offline':
      // Whoever takes it offline anew has a reason to doubt that it still is.
      return atServing
        ? [
            { type: 'take-offline-issued', site: step.against },
            { type: 'isolation-lost', site: step.against },
          ]
        : [];
    case 'clear':
      return [{ type: 'clear-issued', site: step.site, batch: standing ?? batch }];
    // A push brings its receiver online before it sends.
    case 'push':
    case 'bring-online':
      return atServing ? [{ type: 'isolation-lost', site: step.against }] : [];
    default:
      return [];
  }
}
