import { CreateTableCommand, DynamoDBClient } from '@aws-sdk/client-dynamodb';
import dynalite from 'dynalite';
import { listenOnLoopback } from '../http/loopback.ts';
import { LAB_CREDENTIALS } from '../lab-credentials.ts';

export interface DynamoDbServer {
  /** For the environment of a process whose SDK is to find it. */
  readonly environment: Readonly<Record<string, string>>;
  readonly client: DynamoDBClient;
  close(): Promise<void>;
}

/**
 * DynamoDB for the lab's processes: dynalite on a free port of the loopback, in memory.
 * Not modelled (by dynalite): backups, streams, throttling, eventual consistency.
 * @param tables each with its keys, of type string: partition, and perhaps sort
 */
export async function serveDynamoDb(
  tables: Readonly<Record<string, readonly [partition: string, sort?: string]>>,
): Promise<DynamoDbServer> {
  const server = dynalite({ createTableMs: 0 });
  const { url, close } = await listenOnLoopback(server);
  const client = new DynamoDBClient({ endpoint: url, region: 'eu-west-1', credentials: LAB_CREDENTIALS });
  for (const [TableName, keys] of Object.entries(tables)) {
    await client.send(
      new CreateTableCommand({
        TableName,
        AttributeDefinitions: keys.map((AttributeName) => ({ AttributeName, AttributeType: 'S' })),
        KeySchema: keys.map((AttributeName, index) => ({
          AttributeName,
          KeyType: index === 0 ? 'HASH' : 'RANGE',
        })),
        BillingMode: 'PAY_PER_REQUEST',
      }),
    );
  }
  return {
    environment: { AWS_ENDPOINT_URL_DYNAMODB: url },
    client,
    async close() {
      client.destroy();
      await close();
    },
  };
}
