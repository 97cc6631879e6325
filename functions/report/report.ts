import { GetItemCommand, PutItemCommand } from '@aws-sdk/client-dynamodb';
import { GetExecutionHistoryCommand } from '@aws-sdk/client-sfn';
import { marshall, unmarshall } from '@aws-sdk/util-dynamodb';
import { standing } from '../ledger/standing.ts';
import { LedgerStore } from '../ledger/store.ts';
import type { Edge } from '../shared/edge.ts';
import { log } from '../shared/log.ts';
import type { Instant } from '../shared/names.ts';
import { type NestedExecution, type Notes, OperationNotes } from '../shared/operation-notes.ts';
import { publish } from '../shared/product-events.ts';
import {
  executionUrl,
  logFields,
  OPERATION_ENDED,
  type OperationReport,
  operationId,
  type Recovery,
  reportOf,
  type Step,
} from '../shared/report.ts';
import { isRoutine } from './routine.ts';
import { type Ended, readStatusChange } from './status-change.ts';
import { Steps } from './steps.ts';
import { toldAtTheEnd } from './words.ts';

export type ReportOutcome =
  | { readonly outcome: 'reported'; readonly id: string }
  /** It worked for another execution's operation, whose report names it. */
  | { readonly outcome: 'part'; readonly of: string | null }
  | { readonly outcome: 'routine' };

export type ReportEdge = Pick<Edge, 'configuration' | 'now' | 'dynamodb' | 'sfn' | 'eventbridge' | 'measure'>;

const KEPT_DAYS = 400;
const DAY_SECONDS = 86_400;

/**
 * Called when an execution of the product has ended, however it ended: makes the report of its operation, keeps it,
 * puts it on the event bus, measures the recovery. The same event twice gives the same item, and the event again.
 */
export function createReport(edge: ReportEdge): (event: unknown) => Promise<ReportOutcome> {
  const { configuration } = edge;
  const store = new LedgerStore(edge);
  const notes = new OperationNotes(edge);

  const expiresAt = (at: Instant) => Math.floor(Date.parse(at) / 1000) + KEPT_DAYS * DAY_SECONDS;

  const put = (item: { readonly id: string } & Readonly<Record<string, unknown>>) =>
    edge.dynamodb.send(
      new PutItemCommand({
        TableName: configuration.reportsTable,
        Item: marshall(item, { removeUndefinedValues: true }),
      }),
    );

  async function stepsOf(execution: string): Promise<readonly Step[]> {
    const steps = new Steps();
    let nextToken: string | undefined;
    do {
      const page = await edge.sfn.send(
        new GetExecutionHistoryCommand({
          executionArn: execution,
          maxResults: 1000,
          includeExecutionData: false,
          ...(nextToken === undefined ? {} : { nextToken }),
        }),
      );
      steps.add(page.events ?? []);
      nextToken = page.nextToken;
    } while (nextToken !== undefined);
    return steps.all();
  }

  /**
   * A loss is recovered from once: a survivor that forgot what was taken offline is isolated again for the same loss,
   * days later perhaps, and that took no days to recover.
   */
  async function isFirstOf(lossAt: Instant, ended: Ended): Promise<boolean> {
    const { deployment, reportsTable } = configuration;
    const id = `recovered#${lossAt}`;
    const { Item } = await edge.dynamodb.send(
      new GetItemCommand({
        TableName: reportsTable,
        Key: marshall({ deployment, id }),
        ConsistentRead: true,
      }),
    );
    if (Item !== undefined) return unmarshall(Item)['execution'] === ended.execution;
    await put({ deployment, id, execution: ended.execution, expiresAt: expiresAt(ended.endedAt) });
    return true;
  }

  async function recoveryOf(ended: Ended, times: OperationReport['times']): Promise<Recovery | null> {
    const { lossAt, writesGoodAt } = times;
    if (lossAt === null || writesGoodAt === null || !(await isFirstOf(lossAt, ended))) return null;
    const seconds = secondsBetween(lossAt, writesGoodAt);
    const targetSeconds = configuration.targets.recoverySeconds;
    return { seconds, targetSeconds, met: seconds <= targetSeconds };
  }

  async function reportOn(ended: Ended): Promise<OperationReport> {
    const { workflow, execution, status, startedAt, endedAt, output, error } = ended;
    const [steps, noted] = await Promise.all([stepsOf(execution), notes.of(execution)]);
    const times = timesOf(ended, steps, noted);
    const told = toldAtTheEnd(ended, noted.told);
    const report = reportOf(configuration, told, await standing(store), { execution });
    return {
      ...report,
      // Those of the mail lead to the article of the runbook as well.
      links: noted.told?.links ?? report.links,
      id: operationId(startedAt, workflow, execution),
      workflow,
      execution,
      status,
      outcome:
        status !== 'SUCCEEDED' ? error : typeof output['outcome'] === 'string' ? output['outcome'] : 'done',
      startedAt,
      endedAt,
      seconds: secondsBetween(startedAt, endedAt),
      times,
      recovery: await recoveryOf(ended, times),
      steps: withNested(steps, noted.nested),
    };
  }

  return async (event) => {
    const ended = readStatusChange(configuration.deployment, event);
    const { execution, startedAt, endedAt, caller } = ended;
    if (caller !== undefined) {
      if (caller !== null) await notes.worked(caller, { execution, startedAt, endedAt });
      return { outcome: 'part', of: caller };
    }
    if (isRoutine(ended)) return { outcome: 'routine' };
    const report = await reportOn(ended);
    await put({ ...report, expiresAt: expiresAt(endedAt) });
    await publish(edge, [{ type: 'Workflow Ended', at: endedAt, detail: { ...report } }]);
    if (report.recovery !== null) edge.measure('RecoverySeconds', report.recovery.seconds);
    log('info', OPERATION_ENDED, logFields(report));
    return { outcome: 'reported', id: report.id };
  };
}

/** By the names of failover's own states: it decides, proves the lost site offline, and tells that. */
function timesOf({ workflow }: Ended, steps: readonly Step[], { lossAt }: Notes): OperationReport['times'] {
  if (workflow !== 'failover') return { lossAt: null, decidedAt: null, writesGoodAt: null };
  const step = (name: string) => steps.find((each) => each.name === name);
  return {
    lossAt,
    decidedAt: step('Decide')?.endedAt ?? null,
    writesGoodAt: step('Tell on-call')?.startedAt ?? null,
  };
}

/** A step is left when its nested execution has ended: nothing else of the operation runs in between. */
const withNested = (steps: readonly Step[], nested: readonly NestedExecution[]): readonly Step[] =>
  steps.map((step) => {
    const within = nested.find(
      ({ startedAt, endedAt }) =>
        step.kind === 'task' &&
        startedAt >= step.startedAt &&
        step.endedAt !== null &&
        endedAt <= step.endedAt,
    );
    return within === undefined
      ? step
      : { ...step, nested: { execution: within.execution, url: executionUrl(within.execution) } };
  });

const secondsBetween = (from: Instant, to: Instant): number =>
  Math.round((Date.parse(to) - Date.parse(from)) / 100) / 10;
