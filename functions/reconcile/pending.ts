import { StartExecutionCommand } from '@aws-sdk/client-sfn';
import type { Ledger, PendingWorkflow } from '../ledger/ledger.ts';
import { isRunning } from '../ledger/operation.ts';
import type { LedgerStore } from '../ledger/store.ts';
import type { Edge } from '../shared/edge.ts';
import { executionArn, stateMachineArn } from '../shared/executions.ts';

export type Started = { readonly execution: string; readonly attempt: number };

const nameOf = (pending: PendingWorkflow, attempt: number): string =>
  `${pending.workflow}-e${pending.epoch}-${attempt}`;

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
  const { pending } = ledger;
  if (pending === null) return null;
  const first = await start(edge, pending, pending.attempt);
  if (first !== 'ended') return { execution: first, attempt: pending.attempt };
  const attempt = pending.attempt + 1;
  const result = await store.change((now) =>
    now.pending?.epoch === pending.epoch && now.pending.attempt === pending.attempt
      ? [{ type: 'pending-retried', attempt }]
      : 'stop',
  );
  if (result === 'stopped') return null;
  const again = await start(edge, pending, attempt);
  return again === 'ended' ? null : { execution: again, attempt };
}

async function start(
  edge: Pick<Edge, 'sfn' | 'configuration'>,
  pending: PendingWorkflow,
  attempt: number,
): Promise<string | 'ended'> {
  const name = nameOf(pending, attempt);
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
    return (await isRunning(edge.sfn, arn)) ? arn : 'ended';
  }
}
