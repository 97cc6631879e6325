import { reasonOf } from '../../../functions/notification/reasons.ts';
import { HOW, innermost, TOLD } from '../../../functions/shared/endings.ts';
import { startedByItself } from '../../../functions/shared/executions.ts';
import { executionUrl } from '../../../functions/shared/report.ts';
import type { Mail } from '../../aws/mailbox.ts';
import type { Execution } from '../../aws/step-functions-records.ts';
import type { Eyes } from './eyes.ts';

type Answer = Readonly<Record<string, unknown>>;

const answerIn = (value: unknown): Answer =>
  value !== null && typeof value === 'object' ? (value as Answer) : {};

export const outcomeOf = (output: unknown): unknown => answerIn(output)['outcome'];

/** A mail names the execution that tells in a link, at the end of a line. */
export const namesIt = ({ body }: Mail, executionArn: string): boolean =>
  body.includes(`${executionUrl(executionArn)}\n`);

/** The state that it entered last, of those that are meant, and what was known there. */
export function lastState(
  { log }: Execution,
  isMeant: (name: string) => boolean = () => true,
): { readonly name: string; readonly at: number; readonly known: Answer } | null {
  const entry = log.findLast((each) => each.type === 'StateEntered' && isMeant(each.state.name));
  return entry !== undefined && 'state' in entry
    ? { name: entry.state.name, at: entry.timestamp, known: answerIn(entry.state.input) }
    : null;
}

/** A condition that lasts is not said again within it, and a mail is sent a moment before it is noted. */
export const MUTED_MILLISECONDS = 31 * 60_000;

/** Whether on-call was told of what it did, where it did something; in a mail of its own, with the right subject. */
export function isSuccessTold(execution: Execution, { world, now }: Eyes): boolean {
  const { executionArn, startDate, stopDate } = execution;
  const { mails } = world.installation.mailbox;
  const ended = stopDate?.getTime() ?? now();
  return newsOf(execution).every(({ headlines, before }) =>
    mails.some((mail) => {
      if (!headlines.some((each) => mail.subject.endsWith(`: ${each}`))) return false;
      if (namesIt(mail, executionArn)) return mail.at >= startDate.getTime();
      return before?.(mail) === true && mail.at <= ended && ended - mail.at < MUTED_MILLISECONDS;
    }),
  );
}

interface News {
  /** One of them. */
  readonly headlines: readonly string[];
  /** Whether a mail of before said the same; where that is missing, it is always said anew. */
  readonly before?: (mail: Mail) => boolean;
}

function newsOf({ machine, output, ...execution }: Execution): readonly News[] {
  const { outcome, site, serving, last } = answerIn(output);
  switch (`${machine}: ${outcome}`) {
    case 'failover: failed-over':
      return newsOfFailover(answerIn(output), lastState({ machine, output, ...execution })?.known ?? {});
    case 'contain: contained':
      return [{ headlines: [`${site} is contained`] }];
    case 'resync: in-sync':
      return [{ headlines: [`${site} is in sync again`] }];
    case 'switchover: switched-over':
      return [{ headlines: [`${serving} serves after the switchover`, leftSince(machine, serving)] }];
    case 'switchback: switched-back':
      return [{ headlines: [`${serving}, the primary, serves again`, leftSince(machine, serving)] }];
    case 'switchover: not-approved':
    case 'switchback: not-approved':
      return [{ headlines: [`${machine} was not approved`] }];
    case 'promote-accepting-loss: promoted':
      return [
        {
          headlines: [
            'a site was promoted by hand, loss accepted',
            `${site} was promoted by hand, and may itself have lost entries`,
          ],
        },
      ];
    case 'adopt: adopted':
      return [{ headlines: ['the deployment was adopted'] }];
    case 'readiness: settled':
      return [{ headlines: [`${answerIn(last)['site']} is ${answerIn(last)['trust']}`] }];
    case 'readiness: needs-a-person':
      return [
        {
          headlines: ['readiness changed nothing: needs-a-person'],
          before: ({ body }) => body.includes(String(answerIn(last)['reason'])),
        },
      ];
    default:
      return [];
  }
}

/** Of a move that is redriven once it is done. */
const leftSince = (workflow: string, serving: unknown): string =>
  `${serving} served after the ${workflow}, and does not any more`;

/** What is no news: each as it is wanted, and a site that does not answer, which is contained once it does. */
const AS_WANTED: Readonly<Record<string, readonly unknown[]>> = {
  leftovers: ['none-left'],
  bridge: ['cut', 'not-configured'],
  containment: ['contained', 'unreachable'],
  database: ['moved', 'already-there', 'not-configured', 'not-asked'],
};

/** That it is isolated, and what could not be done. Of a doubt about the first the same is not said twice. */
function newsOfFailover({ serving, lost }: Answer, known: Answer): readonly News[] {
  const isInDoubt = outcomeOf(known['leftovers']) !== 'none-left';
  const isLeft = Object.entries(AS_WANTED).some(([part, wanted]) => !wanted.includes(outcomeOf(known[part])));
  const left: News = {
    headlines: [`${serving} serves, and something is left to do`],
    before: ({ body }) =>
      isInDoubt &&
      body.includes(`${lost} was taken offline at ${serving}`) &&
      body.includes(`Bridge: ${outcomeOf(known['bridge'])}`) &&
      body.includes(`Containing ${lost}: ${outcomeOf(known['containment'])}`) &&
      body.includes(`Database: ${outcomeOf(known['database'])}`),
  };
  // Where that mail could not be sent, or it is not so any more, it is told at the end alone.
  if ('untold' in known || outcomeOf(known['leftovers']) === 'unproven') return [left];
  const isolated: News = isInDoubt
    ? {
        headlines: [`${serving} serves, ${lost} was taken offline there and may be online again`],
        before: () => true,
      }
    : { headlines: [`${serving} serves, ${lost} is taken offline there`] };
  return isLeft ? [isolated, left] : [isolated];
}

export const startsByItself = (executionArn: string): boolean =>
  startedByItself(executionArn) || /-readiness:[^:]+$/.test(executionArn);

/** A bad end, as a mail would say it. */
export interface Ending {
  /** When it began to tell; or its end, where that was for the rule on such ends to tell. */
  readonly from: number;
  /** Until when, at the latest, it was decided whether it is said once more. */
  readonly to: number;
  /** A workflow that it had started told of the end, and it ended with that. */
  readonly isOfNested: boolean;
  /** What the subject of a mail about the same says, one of them. */
  readonly headlines: readonly string[];
  /** What such a mail says of the cause; empty: the subject says it. */
  readonly cause: string;
}

/** The closer is called again for so long. */
const CLOSER_RETRIES_MILLISECONDS = 240_000;

export function endingsOf(execution: Execution, now: number): readonly Ending[] {
  const last = endingOf(execution, now, isTelling);
  if (lastState(execution, isTelling)?.name !== 'Tell that it is not contained either') return [last];
  // Before that it has told of the writes.
  const refused = endingOf(execution, now, (name) => name === 'Tell that writes stay refused');
  return [{ ...refused, to: last.from }, last];
}

const isTelling = (name: string): boolean => /^(Close$|Tell )/.test(name);

function endingOf(execution: Execution, now: number, isMeant: (name: string) => boolean): Ending {
  const { machine, error, status } = execution;
  const ended = execution.stopDate?.getTime() ?? now;
  const last = error === TOLD ? lastState(execution, isMeant) : null;
  if (last === null) {
    const headlines = closedAs(machine, error ?? status);
    return { from: ended, to: ended + CLOSER_RETRIES_MILLISECONDS, isOfNested: false, headlines, cause: '' };
  }
  const { known, name, at } = last;
  const told = { from: at, to: ended, isOfNested: false, cause: '' };
  if (name === 'Close') {
    const { Error: fault, Cause = '' } = answerIn(known['error']);
    const { error: own } = innermost(
      String(fault),
      typeof Cause === 'string' ? Cause : JSON.stringify(Cause),
    );
    return { ...told, isOfNested: own === TOLD, headlines: closedAs(machine, own) };
  }
  const { serving, other } = answerIn(known['claim']);
  if (name.includes('is not contained')) return { ...told, headlines: [`${other} is not contained`] };
  if (name.includes('writes stay refused')) {
    const headlines = ['are', 'may be'].map((each) => `URGENT: writes at ${serving} ${each} refused`);
    return { ...told, headlines };
  }
  const answer = known['claim'] ?? known['decision'];
  const headlines = [`${machine} changed nothing: ${outcomeOf(answer)}`];
  return { ...told, headlines, cause: reasonOf(answer) };
}

/** Of the same error the closer says the same, whichever way it ended. */
const closedAs = (machine: string, error: string): readonly string[] =>
  [...new Set(Object.values(HOW))].map((how) => `${machine} ${how}: ${error}`);

/** Whether it says the same, and keeps that from being said again: only what starts by itself is muted, by its like. */
export function mutes({ subject, body, at }: Mail, { to, from, headlines, cause }: Ending): boolean {
  const by = body.match(/^ *Execution: .*\/(arn:\S+)$/m)?.[1];
  return (
    by !== undefined &&
    startsByItself(by) &&
    at <= to &&
    from - at < MUTED_MILLISECONDS &&
    headlines.some((each) => subject.endsWith(`: ${each}`)) &&
    body.includes(cause)
  );
}
