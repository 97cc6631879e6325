import type { Configuration } from './configuration.ts';
import type { Instant } from './names.ts';

interface Link {
  readonly to: string;
  readonly url: string;
}

/** What a person is told: the mail is rendered from it, and the report of an operation holds what was told last. */
export interface Report {
  readonly deployment: string;
  /** A few words: the mail's subject. */
  readonly headline: string;
  /** What happened, and why. */
  readonly what: string;
  readonly done: readonly string[];
  readonly notDone: readonly string[];
  /** Where things stand, by the ledger. */
  readonly state: readonly string[];
  readonly next: readonly string[];
  readonly links: readonly Link[];
}

/** What the steps of one name did, all their turns together. */
export interface Step {
  readonly name: string;
  readonly kind: 'task' | 'wait';
  /** Of the last turn. `unfinished`: the execution ended in the middle of it. */
  readonly result: 'succeeded' | 'failed' | 'unfinished';
  readonly error: string | null;
  /** When it first began, and when it last ended. */
  readonly startedAt: Instant;
  readonly endedAt: Instant | null;
  /** Spent in it, over all turns. */
  readonly seconds: number;
  readonly turns: number;
  /** A workflow that it started for this operation. */
  readonly nested: { readonly execution: string; readonly url: string } | null;
}

/** A failover's way back to good writes, against what the deployment aims at. */
export interface Recovery {
  readonly seconds: number;
  readonly targetSeconds: number;
  readonly met: boolean;
}

export type EndStatus = 'SUCCEEDED' | 'FAILED' | 'TIMED_OUT' | 'ABORTED';

/** One operation that has ended: stored, put on the event bus, listed in the history and logged, all from this. */
export interface OperationReport extends Report {
  /** `operation#<startedAt>#<workflow>#<execution name>`: sorts by time. */
  readonly id: string;
  readonly workflow: string;
  /** ARN of the execution. */
  readonly execution: string;
  readonly status: EndStatus;
  /** What the workflow answered, or the error that ended it. */
  readonly outcome: string;
  readonly startedAt: Instant;
  readonly endedAt: Instant;
  readonly seconds: number;
  readonly times: {
    /** When the loss was recorded. Null: no loss, or not known. */
    readonly lossAt: Instant | null;
    readonly decidedAt: Instant | null;
    /** The lost site is proven offline at the survivor. */
    readonly writesGoodAt: Instant | null;
  };
  /** Null: not a failover, or one that recovered nothing (isolated again, failed). */
  readonly recovery: Recovery | null;
  readonly steps: readonly Step[];
}

export const operationId = (startedAt: Instant, workflow: string, execution: string): string =>
  `operation#${startedAt}#${workflow}#${execution.split(':').at(-1)}`;

/** The articles of docs/runbook/ that a mail can point to. */
export type Article =
  | 'disarmed'
  | 'drift'
  | 'event-not-handled'
  | 'not-ready'
  | 'operation-held'
  | 'site-endpoint'
  | 'site-left-view'
  | 'workflow-failed';

export type Told = Pick<Report, 'headline' | 'what' | 'done' | 'notDone' | 'next'>;

/**
 * @param about what the links lead to: the execution by its ARN, an article of the runbook
 */
export function reportOf(
  configuration: Configuration,
  told: Told,
  state: readonly string[],
  about: { readonly execution?: string; readonly article?: Article },
): Report {
  const { execution, article } = about;
  const { deployment, region, notification } = configuration;
  const { runbookUrl } = notification;
  const dashboard = `https://${region}.console.aws.amazon.com/cloudwatch/home?region=${region}#dashboards/dashboard/${deployment}`;
  return {
    deployment,
    headline: fitting(told.headline),
    what: fitting(told.what),
    done: told.done.map(fitting),
    notDone: told.notDone.map(fitting),
    state: state.map(fitting),
    next: told.next.map(fitting),
    links: [
      ...(execution === undefined ? [] : [{ to: 'Execution', url: executionUrl(execution) }]),
      { to: 'Dashboard', url: dashboard },
      ...(article === undefined || runbookUrl === undefined
        ? []
        : [{ to: 'Runbook', url: `${runbookUrl}/${article}.md` }]),
    ],
  };
}

export function executionUrl(execution: string): string {
  const region = execution.split(':')[3];
  return `https://${region}.console.aws.amazon.com/states/home?region=${region}#/v2/executions/details/${execution}`;
}

/** Beyond it an error's cause tells nobody anything, and a report has to fit into an event of 256 kB. */
const LONGEST_TEXT = 4000;

/** Bearer tokens and what they look like: a ServiceAccount's (JWT) and EKS's. */
const TOKENS = /\b(?:eyJ[\w-]{8,}(?:\.[\w-]*){0,2}|k8s-aws-v1\.[\w-]+|(?<=Bearer\s+)\S+)/gi;

/** Causes are other people's texts: as long as they like, and nobody knows what is in them. */
function fitting(text: string): string {
  const safe = text.replace(TOKENS, '[left out]');
  return safe.length <= LONGEST_TEXT ? safe : `${safe.slice(0, LONGEST_TEXT)} […]`;
}

/** The line of an operation in a history. */
function historyLine(report: OperationReport): string {
  const { startedAt, workflow, status, outcome, seconds, headline, recovery } = report;
  const recovered =
    recovery === null
      ? ''
      : `; writes good after ${recovery.seconds} s, ${recovery.met ? 'within' : 'beyond'} the ${recovery.targetSeconds} s aimed at`;
  return `${startedAt} ${workflow} ${status} (${outcome}) in ${seconds} s: ${headline}${recovered}`;
}

/** What the dashboard lists: one line of log for each operation, by this message. */
export const OPERATION_ENDED = 'operation ended';

export const logFields = (report: OperationReport) => {
  const { workflow, status, outcome, headline, startedAt, endedAt, seconds, recovery, execution } = report;
  return {
    workflow,
    status,
    outcome,
    headline,
    startedAt,
    endedAt,
    seconds,
    recoverySeconds: recovery?.seconds ?? null,
    targetSeconds: recovery?.targetSeconds ?? null,
    line: historyLine(report),
    execution,
  };
};
