import { DescribeExecutionCommand } from '@aws-sdk/client-sfn';
import type { Configuration } from '../shared/configuration.ts';
import { primaryOf } from '../shared/configuration.ts';
import type { Edge } from '../shared/edge.ts';
import type { OperationToken, SiteName, Workflow } from '../shared/names.ts';
import type { LedgerEvent } from './events.ts';
import { holds } from './guard.ts';
import { type Ledger, otherSite } from './ledger.ts';
import type { LedgerStore } from './store.ts';
import { transitions } from './transition.ts';
import type { WorkflowInput } from './workflow-inputs.ts';

/** What a workflow works on: `serving` and `other` always, and its own names for them. */
export interface Claimed {
  readonly outcome: 'claimed';
  readonly operation: OperationToken;
  /** The operation is the caller's: it is not released here. */
  readonly borrowed: boolean;
  readonly dryRun: false;
  readonly serving: SiteName;
  readonly other: SiteName;
  /** A NetworkPolicy was noted that keeps the sites apart, at either of them. Whether it stands is to be looked at. */
  readonly bridgeCut: boolean;
  /** The other site is contained, as far as the ledger knows. */
  readonly contained: boolean;
  /** Options of the workflow after the configuration filled in what the input left open. */
  readonly options: WorkflowOptions;
}

interface WorkflowOptions {
  readonly approve: boolean;
  readonly isolate: boolean;
  readonly moveDatabase: boolean;
  readonly acceptCounts: boolean;
}

export type ClaimOutcome =
  | Claimed
  | {
      readonly outcome: 'planned';
      readonly plan: readonly string[];
      readonly serving: SiteName;
      readonly other: SiteName;
    }
  | { readonly outcome: 'nothing-to-do'; readonly reason: string }
  | { readonly outcome: 'not-safe'; readonly reason: string; readonly remedy: string }
  | {
      readonly outcome: 'busy';
      readonly reason: string;
      readonly holder: string;
      /** As now: whoever waits looks whether they are the same when its turn comes. */
      readonly serving: SiteName;
      readonly other: SiteName;
    }
  | { readonly outcome: 'resync-first'; readonly reason: string }
  | { readonly outcome: 'unknown'; readonly reason: string }
  | { readonly outcome: 'superseded' };

interface ClaimEdge {
  readonly configuration: Configuration;
  readonly store: LedgerStore;
  readonly sfn: Edge['sfn'];
}

/**
 * Claims the operation for a workflow, or says why not. The owner is the execution's ARN: claiming again after a
 * lost answer gives the same claim, and an operation is taken over only from an execution that no longer runs.
 */
export async function claim(
  edge: ClaimEdge,
  workflow: Workflow,
  owner: string,
  input: WorkflowInput,
): Promise<ClaimOutcome> {
  const { store } = edge;
  const ledger = await store.read();
  if (ledger === null) {
    return {
      outcome: 'unknown',
      reason: 'There is no ledger. Start the workflow "adopt": it records who serves.',
    };
  }
  const options = optionsOf(edge.configuration, ledger, workflow, input);
  if (input.operation !== undefined) {
    if (!holds(ledger, input.operation)) return { outcome: 'superseded' };
    return claimedOutcome(ledger, input.operation, true, options);
  }
  const obstacle =
    nothingToDo(edge.configuration, ledger, workflow) ??
    (await held(edge, ledger, workflow, owner)) ??
    resyncFirst(ledger, workflow);
  if (obstacle !== null) return obstacle;
  const events = claimEvents(ledger, workflow, owner);
  const trial = transitions(ledger, events, store.now());
  if (trial.kind === 'refused') return { outcome: 'not-safe', reason: `${trial.reason}.`, remedy: REMEDY };
  if (input.dryRun === true) {
    const { serving } = ledger;
    const plan = planOf(ledger, workflow, options);
    return { outcome: 'planned', plan, serving, other: otherSite(ledger, serving) };
  }
  const result = await store.change((now) => (now.revision === ledger.revision ? events : 'stop'));
  if (result === 'stopped') return claim(edge, workflow, owner, input);
  const { operation, epoch } = result.ledger;
  return claimedOutcome(result.ledger, { workflow, owner: operation!.owner, epoch }, false, options);
}

const REMEDY =
  'See `status` of the ledger; where no safe way is left, "promote-accepting-loss" takes a site by name.';

function claimedOutcome(
  ledger: Ledger,
  operation: OperationToken,
  borrowed: boolean,
  options: WorkflowOptions,
): Claimed {
  const { serving } = ledger;
  const other = otherSite(ledger, serving);
  return {
    outcome: 'claimed',
    operation,
    borrowed,
    dryRun: false,
    serving,
    other,
    bridgeCut: Object.values(ledger.sites).some((site) => site.bridgeCut),
    contained: ledger.sites[other]!.contained,
    options,
  };
}

/** Taking over releases what its dead owner still held, in the same write. */
function claimEvents(ledger: Ledger, workflow: Workflow, owner: string): readonly LedgerEvent[] {
  const { operation } = ledger;
  const claiming: LedgerEvent = { type: 'operation-claimed', workflow, owner };
  if (operation === null || operation.owner === owner) return [claiming];
  const detail = 'its execution no longer runs';
  return [{ type: 'operation-released', owner: operation.owner, result: 'failed', detail }, claiming];
}

async function held(
  edge: ClaimEdge,
  ledger: Ledger,
  workflow: Workflow,
  owner: string,
): Promise<ClaimOutcome | null> {
  const { operation } = ledger;
  if (operation === null || operation.owner === owner) return null;
  if (!(await isRunning(edge.sfn, operation.owner))) return null;
  // Two decisions of one loss may each have started one; the first does the work of both.
  if (workflow === 'failover' && operation.workflow === 'failover') {
    return { outcome: 'nothing-to-do', reason: `A failover runs already: ${operation.owner}.` };
  }
  return {
    outcome: 'busy',
    reason: `${operation.workflow} runs since ${operation.startedAt}. Wait for it, or stop its execution.`,
    holder: operation.owner,
    serving: ledger.serving,
    other: otherSite(ledger, ledger.serving),
  };
}

/** Unknown executions do not run: their history is kept for ninety days, an operation lasts hours. */
export async function isRunning(sfn: Edge['sfn'], execution: string): Promise<boolean> {
  try {
    const { status } = await sfn.send(new DescribeExecutionCommand({ executionArn: execution }));
    return status === 'RUNNING' || status === 'PENDING_REDRIVE';
  } catch (error) {
    if (error instanceof Error && error.name === 'ExecutionDoesNotExist') return false;
    throw error;
  }
}

function nothingToDo(configuration: Configuration, ledger: Ledger, workflow: Workflow): ClaimOutcome | null {
  const passive = otherSite(ledger, ledger.serving);
  const { trust, contained } = ledger.sites[passive]!;
  if (workflow === 'contain' && trust === 'in-sync') {
    return { outcome: 'nothing-to-do', reason: `${passive} is in sync.` };
  }
  if (workflow === 'contain' && contained) {
    return { outcome: 'nothing-to-do', reason: `${passive} is contained already.` };
  }
  if (workflow === 'resync' && trust === 'in-sync') {
    return { outcome: 'nothing-to-do', reason: `${passive} is in sync already.` };
  }
  if (workflow === 'switchback') {
    const primary = primaryOf(configuration).name;
    if (ledger.serving === primary)
      return { outcome: 'nothing-to-do', reason: `${primary}, the primary, serves already.` };
  }
  return null;
}

/** Asked once nobody holds the operation: a resync that died leaves behind a site that is still being resynchronized. */
function resyncFirst(ledger: Ledger, workflow: Workflow): ClaimOutcome | null {
  const passive = otherSite(ledger, ledger.serving);
  const { trust } = ledger.sites[passive]!;
  return workflow === 'switchback' && (trust === 'stale' || trust === 'resyncing')
    ? { outcome: 'resync-first', reason: `${passive} is stale.` }
    : null;
}

function optionsOf(
  configuration: Configuration,
  ledger: Ledger,
  workflow: Workflow,
  input: WorkflowInput,
): WorkflowOptions {
  const gate =
    workflow === 'switchback'
      ? configuration.approval.switchbackAfterFailover &&
        ledger.lastAutomaticMoveAt !== null &&
        !ledger.moveAcknowledged
      : configuration.approval.switchover;
  return {
    approve: input.approve ?? gate,
    isolate: input.isolate ?? configuration.switchover.isolate,
    moveDatabase: input.moveDatabase ?? configuration.database?.moveWriter ?? false,
    acceptCounts: input.acceptCounts ?? false,
  };
}

function planOf(ledger: Ledger, workflow: Workflow, options: WorkflowOptions): readonly string[] {
  const { serving } = ledger;
  const other = otherSite(ledger, serving);
  const database = options.moveDatabase ? [`move the database writer to the zone of the serving site`] : [];
  const contain = [
    `scale Keycloak at ${other} to 0`,
    `take ${serving} offline at ${other}, proven for every cache`,
    `wait until no Keycloak pod is left at ${other}`,
  ];
  const plans: Partial<Record<Workflow, readonly string[]>> = {
    failover: [
      `record ${other} as stale`,
      `take ${other} offline at ${serving}, proven for every cache`,
      `cut the bridge at ${serving}, where configured`,
      ...contain,
      ...database,
    ],
    contain,
    resync: [
      ...contain,
      `restore the bridge and wait for the cross-site view`,
      `prove that ${serving} holds its data`,
      `clear every cache at ${other}`,
      `bring ${serving} online at ${other}, push state from ${serving}, compare entry counts`,
      `scale Keycloak at ${other} to its original size`,
      `prove both directions online and record ${other} as in sync`,
    ],
    switchover: [
      ...(options.approve ? ['ask for approval'] : []),
      `move traffic from ${serving} to ${other}`,
      ...(options.isolate ? [`after the records' TTL, take ${serving} offline at ${other}`] : []),
      ...database,
    ],
    switchback: [
      ...(options.approve ? ['ask for approval'] : []),
      `move traffic from ${serving} to ${other}`,
      ...database,
    ],
  };
  return plans[workflow] ?? [];
}
