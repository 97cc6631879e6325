import { StartExecutionCommand } from '@aws-sdk/client-sfn';
import { isArmed, type Ledger, type PendingWorkflow } from '../ledger/ledger.ts';
import { isRunning } from '../ledger/operation.ts';
import type { LedgerStore } from '../ledger/store.ts';
import type { Edge } from '../shared/edge.ts';
import { executionArn, executionName, stateMachineArn } from '../shared/executions.ts';
import { log } from '../shared/log.ts';

export type Started = { readonly execution: string; readonly attempt: number };

/** More than one name is taken only where a ledger was lost, and its epochs began again. */
const TRIES = 5;

/**
 * Sees to it that the workflow of the last decision runs. Its name derives from the decision's epoch, so starting
 * it again while it runs changes nothing; one that ended without claiming is started under the next attempt's name.
 * @returns null when nothing is pending
 */
export async function startPending(
  edge: Pick<Edge, 'sfn' | 'configuration'>,
  store: LedgerStore,
  ledger: Ledger,
): Promise<Started | null> {
  let { pending } = ledger;
  for (let tries = 0; tries < TRIES && pending !== null; tries++) {
    // Disarmed, what it would ask leads to no decision.
    if (pending.mode === 'ask' && !isArmed(ledger, store.now())) return null;
    const { epoch, attempt } = pending;
    const started = await start(edge, pending, attempt);
    if (started !== 'ended') return { execution: started, attempt };
    const result = await store.change((now) =>
      now.pending?.epoch === epoch && now.pending.attempt === attempt
        ? [{ type: 'pending-retried', attempt: attempt + 1 }]
        : 'stop',
    );
    if (result === 'stopped') return null;
    pending = result.ledger.pending;
  }
  return null;
}

async function start(
  edge: Pick<Edge, 'sfn' | 'configuration'>,
  pending: PendingWorkflow,
  attempt: number,
): Promise<string | 'ended'> {
  const name = executionName(pending.workflow, pending.epoch, attempt);
  try {
    const { executionArn: started } = await edge.sfn.send(
      new StartExecutionCommand({
        stateMachineArn: stateMachineArn(edge.configuration, pending.workflow),
        name,
        input: '{}',
      }),
    );
    return started!;
  } catch (error) {
    if (!(error instanceof Error && error.name === 'ExecutionAlreadyExists')) throw error;
    const arn = executionArn(edge.configuration, pending.workflow, name);
    return (await mayRun(edge.sfn, arn)) ? arn : 'ended';
  }
}

/** Where Step Functions does not say, it may: a loss is decided all the same, and the next sweep asks again. */
export async function mayRun(sfn: Edge['sfn'], execution: string): Promise<boolean> {
  try {
    return await isRunning(sfn, execution);
  } catch (error) {
    log('warn', 'an execution could not be looked at', { owner: execution, cause: String(error) });
    return true;
  }
}
