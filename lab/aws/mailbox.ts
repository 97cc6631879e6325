import type { PublishCommandInput } from '@aws-sdk/client-sns';
import { type Clock, globalClock } from './clock.ts';
import { NotModelledError, type Service, ServiceFault } from './service.ts';

export interface Mail {
  /** Milliseconds since the epoch. */
  readonly at: number;
  readonly topicArn: string;
  readonly subject: string;
  readonly body: string;
}

const MAXIMUM_BYTES = 262_144;

/**
 * SNS with a subscriber by mail: keeps what is published and refuses what SNS refuses.
 * Not modelled: other subscribers, attributes, message structure, FIFO topics, publishing to phones, and delivery
 * (a mail is there at once, and once). Of the subject's documented rules (ASCII, no line break or control character,
 * begins with no space, at most 100 characters) the message of the refusal is the same for each, as at SNS.
 */
export class Mailbox {
  readonly mails: Mail[] = [];
  readonly service: Service = {
    name: 'SNS',
    operations: { Publish: (input: PublishCommandInput) => this.#publish(input) },
  };
  readonly #topics: ReadonlySet<string>;
  readonly #clock: Clock;
  readonly #listeners: ((mail: Mail) => void)[] = [];

  constructor(topicArns: readonly string[], clock: Clock = globalClock) {
    this.#topics = new Set(topicArns);
    this.#clock = clock;
  }

  onMail(listener: (mail: Mail) => void): void {
    this.#listeners.push(listener);
  }

  #publish({ TopicArn, Subject, Message, ...rest }: PublishCommandInput) {
    const others = Object.keys(rest).filter((field) => rest[field as keyof typeof rest] !== undefined);
    if (others.length > 0) throw new NotModelledError(`Publish with ${others.join(', ')}`);
    if (TopicArn === undefined || !/^arn:[^:]+:sns:[^:]+:\d{12}:.+$/.test(TopicArn)) {
      throw invalid('Invalid parameter: TopicArn');
    }
    if (!this.#topics.has(TopicArn)) {
      throw new ServiceFault('NotFoundException', 'Topic does not exist', 404, 'NotFound');
    }
    if (Subject !== undefined && !/^[!-~][ -~]{0,99}$/.test(Subject)) {
      throw invalid('Invalid parameter: Subject');
    }
    if (Message === undefined || Message === '') throw invalid('Invalid parameter: Empty message');
    if (Buffer.byteLength(Message) > MAXIMUM_BYTES) throw invalid('Invalid parameter: Message too long');
    const mail = { at: this.#clock.now(), topicArn: TopicArn, subject: Subject ?? '', body: Message };
    this.mails.push(mail);
    for (const listener of this.#listeners) listener(mail);
    return { MessageId: `mail-${this.mails.length}` };
  }
}

const invalid = (message: string) =>
  new ServiceFault('InvalidParameterException', message, 400, 'InvalidParameter');
