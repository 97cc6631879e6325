import { PublishCommand, type SNSClient } from '@aws-sdk/client-sns';
import { describe, expect, it } from '@jest/globals';
import { inMemoryClient } from '../../../lab/aws/in-memory-client.ts';
import { Mailbox } from '../../../lab/aws/mailbox.ts';
import { virtualClock } from './virtual-clock.ts';

const TOPIC = 'arn:aws:sns:eu-west-1:123456789012:on-call';

function publish(message: { TopicArn?: string; Subject?: string; Message?: string }) {
  const mailbox = new Mailbox([TOPIC], virtualClock());
  const client = inMemoryClient<SNSClient>(mailbox.service);
  const sent = client.send(new PublishCommand({ TopicArn: TOPIC, Message: 'It happened.', ...message }));
  return { mailbox, sent };
}

describe('the mailbox', () => {
  it('keeps a mail with its time', async () => {
    const { mailbox, sent } = publish({ Subject: 'site-a was lost' });
    await sent;
    expect(mailbox.mails).toEqual([
      {
        at: Date.parse('2026-01-05T12:00:00Z'),
        topicArn: TOPIC,
        subject: 'site-a was lost',
        body: 'It happened.',
      },
    ]);
  });

  it.each([
    ['longer than 100 characters', 'x'.repeat(101)],
    ['of more than one line', 'site-a\nwas lost'],
    ['with other characters than ASCII', 'site-a – lost'],
    ['that begins with a space', ' site-a was lost'],
    ['that is empty', ''],
  ])('refuses a subject %s', async (_, Subject) => {
    const { mailbox, sent } = publish({ Subject });
    await expect(sent).rejects.toMatchObject({ name: 'InvalidParameterException' });
    expect(mailbox.mails).toEqual([]);
  });

  it('takes a subject of exactly 100 characters', async () => {
    await expect(publish({ Subject: 'x'.repeat(100) }).sent).resolves.toBeDefined();
  });

  it('refuses a message that is empty, and a topic that does not exist', async () => {
    await expect(publish({ Message: '' }).sent).rejects.toMatchObject({ name: 'InvalidParameterException' });
    await expect(publish({ TopicArn: `${TOPIC}-2` }).sent).rejects.toMatchObject({
      name: 'NotFoundException',
    });
  });
});
