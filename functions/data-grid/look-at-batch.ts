import type { BatchStatus, Cluster } from '../kubernetes/cluster.ts';
import type { LedgerEvent } from '../ledger/events.ts';
import { guard, recordFor } from '../ledger/guard.ts';
import type { Ledger } from '../ledger/ledger.ts';
import { log } from '../shared/log.ts';
import { ENDED } from './clear-safety.ts';
import { type Reading, readLog } from './cli-output.ts';
import { commandsOf } from './commands.ts';
import { withoutSecrets } from './excerpt.ts';
import { type CheckedStep, checkedStep, type InputOf } from './inputs.ts';
import type { LookAtBatchOutcome, NotProven, Proven } from './outcomes.ts';
import { clearsAreAnswered, prove } from './proofs.ts';
import { whyItWaits } from './waiting.ts';
import type { DataGridWorld } from './world.ts';

interface Verdict {
  readonly outcome: Proven | NotProven;
  readonly clearAnswered: boolean;
}

/**
 * Looks once at a Batch. Ended: its log is read, and what it proves is written down. The Batch stays, so that a look
 * whose answer was lost can be taken again; the machine deletes it once the answer has arrived.
 * Superseded: it is deleted however far it is, so that one that still waits does not act for a decision of the past.
 * @throws UnparseableLogError when the log has no known form; the function's own log keeps the text
 */
export async function lookAtBatch(
  world: DataGridWorld,
  input: InputOf<'look-at-batch'>,
): Promise<LookAtBatchOutcome> {
  const step = checkedStep(world.configuration, input);
  const cluster = world.clusterOf(step.site);
  const { batch } = input;
  let ledger: Ledger | null = null;
  if (step.operation !== null) {
    const held = await guard(world.store, step.operation);
    if (held === 'superseded') {
      await tidyUp(cluster, batch);
      return { outcome: 'superseded' };
    }
    ledger = held;
  }
  const status = await cluster.readBatch(batch);
  if (status !== null && !ENDED.has(status.phase)) {
    const reason = await whyItWaits(cluster, step.site, batch, status.phase, input.looks);
    return { outcome: 'running', phase: status.phase ?? 'none', reason, overdue: isOverdue(world, input) };
  }
  let verdict: Verdict;
  try {
    verdict = await judge(cluster, step, batch, status, input.pods);
  } catch (error) {
    await note(world, step, ledger, batch, null);
    throw error;
  }
  const superseded = await note(world, step, ledger, batch, verdict);
  return superseded ? { outcome: 'superseded' } : verdict.outcome;
}

/**
 * A Batch takes two to four seconds, and one that never begins has no deadline of its own. Told by the clock and not
 * by the number of looks alone, since a look at an API that is slow to answer takes long itself.
 */
const PATIENCE_SECONDS = 120;

const isOverdue = ({ store }: DataGridWorld, { since }: InputOf<'look-at-batch'>): boolean =>
  since !== null && Date.parse(store.now()) - Date.parse(since) >= PATIENCE_SECONDS * 1000;

async function judge(
  cluster: Cluster,
  step: CheckedStep,
  batch: string,
  status: BatchStatus | null,
  pods: string | null,
): Promise<Verdict> {
  const no = (reason: string): Verdict => ({
    outcome: {
      outcome: 'not-proven',
      reason,
      remedy: `Run the step "${step.step}" at ${step.site} again.`,
      caches: [],
    },
    clearAnswered: false,
  });
  if (status === null)
    return no(`Batch ${batch} no longer exists at ${step.site}, and its log went with it.`);
  // A failed Batch repeats its whole log as its reason, also when the pod is gone.
  const text = (await cluster.batchLog(batch)) ?? status.reason;
  if (text === null) return no(`Batch ${batch} ended as ${status.phase} at ${step.site} and left no log.`);
  const reading = readKept(text, step, batch);
  return { outcome: prove({ ...step, pods }, reading), clearAnswered: clearsAreAnswered(reading) };
}

/** More of a log than this says nothing new, and every line of the function's own log costs. */
const KEPT_CHARACTERS = 20_000;

/** Reads the log, and keeps in the function's own what can't be read: the Batch and its pod go. */
function readKept(text: string, step: CheckedStep, batch: string): Reading {
  try {
    return readLog(text, commandsOf(step.step, step), batch, step.against);
  } catch (error) {
    log('error', 'the log of a Batch has no known form', {
      batch,
      site: step.site,
      text: withoutSecrets(text).slice(0, KEPT_CHARACTERS),
    });
    throw error;
  }
}

/**
 * Writes down what was learnt.
 * @param verdict null: the log can't be read
 * @returns whether the operation was superseded meanwhile
 */
async function note(
  { store }: DataGridWorld,
  step: CheckedStep,
  ledger: Ledger | null,
  batch: string,
  verdict: Verdict | null,
): Promise<boolean> {
  if (ledger === null || step.operation === null) return false;
  const result = await recordFor(store, step.operation, ...lessons(step, ledger, batch, verdict));
  return result === 'superseded';
}

function lessons(
  { step, site, against }: CheckedStep,
  ledger: Ledger,
  batch: string,
  verdict: Verdict | null,
): readonly LedgerEvent[] {
  const proven = verdict?.outcome.outcome === 'proven';
  if (step === 'take-offline') {
    return proven && site === ledger.serving ? [{ type: 'isolation-proved', site: against }] : [];
  }
  if (step !== 'clear') return [];
  const standing = ledger.sites[site]?.unansweredClear?.batch ?? batch;
  // The answer of this clear says nothing about an earlier one that its server may still hold.
  if (verdict?.clearAnswered === true) return standing === batch ? [{ type: 'clear-answered', site }] : [];
  // Noted anew: only a server that starts after this moment can't have been sent the clear.
  return [{ type: 'clear-issued', site, batch: standing }];
}

/** A Batch that stays behind does no harm, its name is never used again. So a proof is not lost over it. */
async function tidyUp(cluster: Cluster, batch: string): Promise<void> {
  try {
    await cluster.deleteBatch(batch);
  } catch (error) {
    log('warn', 'a Batch could not be deleted', {
      batch,
      error: error instanceof Error ? error.name : 'unknown',
    });
  }
}
