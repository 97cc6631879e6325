import { PublishCommand } from '@aws-sdk/client-sns';
import type { Ledger } from '../ledger/ledger.ts';
import { saidLately } from '../ledger/standing.ts';
import type { Page } from './decision.ts';
import type { Parts } from './parts.ts';

/** Tells on-call that nothing was moved and what to do, once for each thing there is to say. */
export async function page(parts: Parts, ledger: Ledger, { about, what, remedy }: Page): Promise<void> {
  if (saidLately(ledger, about, parts.store.now())) return;
  await publish(parts, what, remedy);
  await parts.store.change(() => [{ type: 'paged', about }]);
}

/** Tells it, said before or not. */
export async function publish({ edge }: Parts, what: string, remedy: string): Promise<void> {
  const { deployment, notification } = edge.configuration;
  await edge.sns.send(
    new PublishCommand({
      TopicArn: notification.topicArn,
      Subject: `${deployment}: needs a person, nothing was moved`,
      Message: `${what}\n\nWhat to do: ${remedy}\n`,
    }),
  );
}
