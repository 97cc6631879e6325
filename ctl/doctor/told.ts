import { type Check, fail, pass } from '../../functions/readiness/report.ts';
import type { Context } from '../command.ts';
import { subscriptionsOf } from './alarms.ts';
import { unlessRefused } from './unless-refused.ts';

/** Whoever is to be told has said yes to SNS's mail. */
export function toldChecks(context: Context): Promise<readonly Check[]> {
  const { configuration, deployment } = context;
  const { topicArn } = configuration.notification;
  return unlessRefused(context, 'on-call', 'configuration', async () => {
    const subscriptions = await subscriptionsOf(context, topicArn);
    const waiting = subscriptions.filter(({ confirmed }) => !confirmed);
    const missing = deployment.notification.emails.filter(
      (email) => !subscriptions.some(({ endpoint }) => endpoint === email),
    );
    const told = subscriptions.length - waiting.length;
    return [
      ...waiting.map(({ endpoint }) =>
        fail(
          'on-call',
          'configuration',
          `${endpoint} has not confirmed the subscription, and is told nothing.`,
          'Follow the link in the mail of SNS ("AWS Notification - Subscription Confirmation").',
        ),
      ),
      ...missing.map((email) =>
        fail(
          'on-call',
          'configuration',
          `${email} is not subscribed to ${topicArn}.`,
          'Deploy: npx cdk deploy --all; then follow the link in the mail of SNS.',
        ),
      ),
      ...(told === 0 && waiting.length + missing.length === 0
        ? [
            fail(
              'on-call',
              'configuration',
              `Nobody is subscribed to ${topicArn}.`,
              'Name somebody in notification.emails.',
            ),
          ]
        : []),
      ...(told > 0
        ? [pass('on-call', 'configuration', `${told} subscriber${told === 1 ? ' is' : 's are'} told.`)]
        : []),
    ];
  });
}
