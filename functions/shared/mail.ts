import { PublishCommand } from '@aws-sdk/client-sns';
import type { Edge } from './edge.ts';
import type { Report } from './report.ts';

/** SNS refuses more than 100 characters, line breaks, and everything but printable ASCII. */
const SUBJECT_LENGTH = 99;

export const subjectOf = ({ deployment, headline }: Pick<Report, 'deployment' | 'headline'>): string =>
  `${deployment}: ${headline}`
    .normalize('NFKD')
    .replace(/\s+/g, ' ')
    .replace(/[^ -~]/g, '')
    .trim()
    .slice(0, SUBJECT_LENGTH);

export function bodyOf({ what, done, notDone, state, next, links }: Omit<Report, 'headline'>): string {
  const part = (title: string, lines: readonly string[]) => [
    title,
    ...(lines.length === 0 ? ['  Nothing.'] : lines.map((line) => `  ${line}`)),
    '',
  ];
  return [
    ...part('What happened', [what]),
    ...part('What was done', done),
    ...part('What was not done', notDone),
    ...part('Where things stand', state),
    ...part('What to do next', next),
    ...part(
      'Links',
      links.map(({ to, url }) => `${to}: ${url}`),
    ),
  ].join('\n');
}

/** Depends on no site and on nothing but SNS. */
export async function send(edge: Pick<Edge, 'sns' | 'configuration'>, report: Report): Promise<void> {
  await edge.sns.send(
    new PublishCommand({
      TopicArn: edge.configuration.notification.topicArn,
      Subject: subjectOf(report),
      Message: bodyOf(report),
    }),
  );
}
