import { currentLoss, noteTold, standing, wasToldOf } from '../ledger/standing.ts';
import { LedgerStore } from '../ledger/store.ts';
import type { Edge } from '../shared/edge.ts';
import { endingTold, HOW } from '../shared/endings.ts';
import { LedgerUnknownError } from '../shared/errors.ts';
import { startedByItself } from '../shared/executions.ts';
import { send } from '../shared/mail.ts';
import { OperationNotes } from '../shared/operation-notes.ts';
import { reportOf } from '../shared/report.ts';
import { type Ending, readEnding } from './ending.ts';
import { afterSwitchover, nextOf } from './next.ts';

export interface CloserOutcome {
  readonly outcome: 'closed';
  /** The execution held the operation, and holds it no longer. */
  readonly released: boolean;
}

/** A fault that lasts would otherwise be told every minute by what starts every minute. */
const startsByItself = ({ workflow, execution }: Ending): boolean =>
  workflow === 'readiness' || startedByItself(execution);

/**
 * The end of every execution that did not find its own: called by each machine's Catch, and by a rule for those
 * that no Catch sees (timed out, aborted, failed in a way that `States.ALL` does not cover). Tells first, then
 * releases the operation if that execution holds it; depends on no site for either.
 */
export function createCloser(
  edge: Pick<Edge, 'sns' | 'dynamodb' | 'configuration' | 'now'>,
): (event: unknown) => Promise<CloserOutcome> {
  const store = new LedgerStore(edge);
  const notes = new OperationNotes(edge);

  async function tell(ending: Ending): Promise<void> {
    const lasting = startsByItself(ending)
      ? `${ending.workflow}:${ending.error}:${await currentLoss(store)}`
      : null;
    if (lasting !== null && (await wasToldOf(store, lasting))) return;
    const { workflow, status, error, cause, execution } = ending;
    const told = {
      ...endingTold(workflow, status, error, cause),
      next: workflow === 'switchover' ? await afterSwitchover(store, ending) : nextOf(ending),
    };
    const about = { execution, article: 'workflow-failed' } as const;
    const report = reportOf(edge.configuration, told, await standing(store), about);
    await send(edge, report);
    await notes.told(execution, report);
    if (lasting !== null) await noteTold(store, lasting);
  }

  async function release({ execution, error, workflow, status }: Ending): Promise<boolean> {
    try {
      const detail = `${workflow} ${HOW[status]}: ${error}`;
      const result = await store.change(() => [
        { type: 'operation-released', owner: execution, result: 'failed', detail },
      ]);
      return result !== 'stopped' && result.kind === 'changed';
    } catch (fault) {
      // Without a ledger nobody holds anything.
      if (fault instanceof LedgerUnknownError) return false;
      throw fault;
    }
  }

  return async (event) => {
    const ending = readEnding(edge.configuration.deployment, event);
    if (!ending.toldElsewhere) await tell(ending);
    return { outcome: 'closed', released: await release(ending) };
  };
}
