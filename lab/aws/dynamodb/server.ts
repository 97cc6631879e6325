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
 * DynamoDB for the lab's processes: dynalite on a free port of the loopback, in memory, with one table.
 * Not modelled (by dynalite): backups, streams, throttling, eventual consistency.
 * @param key the table's partition key, of type string
 */
export async function serveDynamoDb(table: string, key: string): Promise<DynamoDbServer> {
  const server = dynalite({ createTableMs: 0 });
  const { url, close } = await listenOnLoopback(server);
  const client = new DynamoDBClient({ endpoint: url, region: 'eu-west-1', credentials: LAB_CREDENTIALS });
  await client.send(
    new CreateTableCommand({
      TableName: table,
      AttributeDefinitions: [{ AttributeName: key, AttributeType: 'S' }],
      KeySchema: [{ AttributeName: key, KeyType: 'HASH' }],
      BillingMode: 'PAY_PER_REQUEST',
    }),
  );
  return {
    environment: { AWS_ENDPOINT_URL_DYNAMODB: url },
    client,
    async close() {
      client.destroy();
      await close();
    },
  };
}
