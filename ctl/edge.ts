import type { CloudWatchClient } from '@aws-sdk/client-cloudwatch';
import type { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import type { SFNClient } from '@aws-sdk/client-sfn';
import type { SNSClient } from '@aws-sdk/client-sns';
import type { STSClient } from '@aws-sdk/client-sts';

/** With the caller's own credentials: what the product may do does not matter here. */
export interface Clients {
  readonly sts: Pick<STSClient, 'send'>;
  readonly sfn: Pick<SFNClient, 'send'>;
  readonly dynamodb: Pick<DynamoDBClient, 'send'>;
  readonly sns: (region: string) => Pick<SNSClient, 'send'>;
  readonly cloudwatch: (region: string) => Pick<CloudWatchClient, 'send'>;
}

/** What the command line touches outside itself; tests put their own behind the same names. */
export interface ControlEdge {
  readonly readFile: (path: string) => string;
  readonly connect: (region: string) => Clients;
  readonly now: () => Date;
  readonly sleep: (milliseconds: number) => Promise<void>;
  /** Of the operating system, for want of a better name. */
  readonly userName: () => string;
  /** Null where nobody is at a keyboard. */
  readonly ask: ((question: string) => Promise<string>) | null;
}

export interface Output {
  readonly toStdout: (line: string) => void;
  readonly toStderr: (line: string) => void;
  readonly colours: boolean;
}
