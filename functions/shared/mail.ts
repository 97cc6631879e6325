import { PublishCommand } from '@aws-sdk/client-sns';
import type { Edge } from './edge.ts';

/** What a person reads: what happened, where things stand, what to do next. */
export interface Mail {
  readonly headline: string;
  readonly what: string;
  readonly standing: readonly string[];
  readonly next: readonly string[];
  /** ARN of the execution that it is about; a link to the console is made of it. */
  readonly execution?: string;
}

/** SNS refuses more than 100 characters, line breaks, and everything but printable ASCII. */
const SUBJECT_LENGTH = 99;

export const subjectOf = (deployment: string, headline: string): string =>
  `${deployment}: ${headline}`
    .normalize('NFKD')
    .replace(/\s+/g, ' ')
    .replace(/[^ -~]/g, '')
    .trim()
    .slice(0, SUBJECT_LENGTH);

export function bodyOf({ what, standing, next, execution }: Mail): string {
  const part = (title: string, lines: readonly string[]) => [title, ...lines.map((line) => `  ${line}`), ''];
  return [
    ...part('What happened', [what]),
    ...part('Where things stand', standing),
    ...part('What to do next', next),
    ...(execution === undefined ? [] : part('Execution', [execution, consoleLink(execution)])),
  ].join('\n');
}

const consoleLink = (execution: string): string => {
  const region = execution.split(':')[3];
  return `https://${region}.console.aws.amazon.com/states/home?region=${region}#/v2/executions/details/${execution}`;
};

/** Depends on no site and on nothing but SNS. */
export async function send(edge: Pick<Edge, 'sns' | 'configuration'>, mail: Mail): Promise<void> {
  const { deployment, notification } = edge.configuration;
  await edge.sns.send(
    new PublishCommand({
      TopicArn: notification.topicArn,
      Subject: subjectOf(deployment, mail.headline),
      Message: bodyOf(mail),
    }),
  );
}
