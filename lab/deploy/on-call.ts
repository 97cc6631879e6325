import { createServer } from 'node:http';
import { text } from 'node:stream/consumers';
import { listenOnLoopback } from '../aws/http/loopback.ts';

export interface ReceivedMail {
  readonly at: number;
  readonly subject: string;
}

/** A subscriber of the topic by HTTP, who confirms and keeps what comes. */
export class OnCall {
  readonly mails: ReceivedMail[] = [];
  readonly url: string;
  readonly close: () => Promise<void>;

  private constructor(url: string, close: () => Promise<void>) {
    this.url = url;
    this.close = close;
  }

  static async listen(): Promise<OnCall> {
    const server = createServer(async (request, response) => {
      const message = JSON.parse(await text(request)) as Record<string, string>;
      response.end();
      if (message['Type'] === 'SubscriptionConfirmation') await fetch(message['SubscribeURL']!);
      else onCall.mails.push({ at: Date.now(), subject: message['Subject'] ?? '' });
    });
    const { url, close } = await listenOnLoopback(server);
    const onCall = new OnCall(url, close);
    return onCall;
  }
}
