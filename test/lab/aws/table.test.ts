import {
  type DynamoDBClient,
  GetItemCommand,
  PutItemCommand,
  ScanCommand,
  UpdateItemCommand,
} from '@aws-sdk/client-dynamodb';
import { marshall, unmarshall } from '@aws-sdk/util-dynamodb';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { type DynamoDbServer, serveDynamoDb } from '../../../lab/aws/dynamodb/server.ts';
import { Table } from '../../../lab/aws/dynamodb/table.ts';
import { inMemoryClient } from '../../../lab/aws/in-memory-client.ts';

type Client = Pick<DynamoDBClient, 'send'>;

const put = (client: Client, deployment: string, revision: number) =>
  client.send(
    new PutItemCommand({
      TableName: 'ledger',
      Item: marshall({ deployment, revision }),
      ...(revision === 1
        ? { ConditionExpression: 'attribute_not_exists(deployment)' }
        : {
            ConditionExpression: 'revision = :before',
            ExpressionAttributeValues: marshall({ ':before': revision - 1 }),
          }),
    }),
  );

const read = async (client: Client, deployment: string) =>
  (
    await client.send(
      new GetItemCommand({ TableName: 'ledger', Key: marshall({ deployment }), ConsistentRead: true }),
    )
  ).Item;

let server: DynamoDbServer;
beforeAll(async () => {
  server = await serveDynamoDb({ ledger: ['deployment'], reports: ['deployment', 'id'] });
});
afterAll(() => server.close());

describe.each<[string, () => Client]>([
  ['in memory', () => inMemoryClient<DynamoDBClient>(new Table('ledger', 'deployment').service)],
  ['in dynalite', () => server.client],
])('the table of the ledger, %s', (where, make) => {
  it('has no item before the first write', async () => {
    expect(await read(make(), `${where}-none`)).toBeUndefined();
  });

  it('takes a first write once', async () => {
    const client = make();
    await put(client, where, 1);
    await expect(put(client, where, 1)).rejects.toMatchObject({ name: 'ConditionalCheckFailedException' });
    expect(await read(client, where)).toEqual(marshall({ deployment: where, revision: 1 }));
  });

  it('takes a write only on the revision that was read', async () => {
    const client = make();
    const item = `${where}-two`;
    await put(client, item, 1);
    await put(client, item, 2);
    await expect(put(client, item, 2)).rejects.toMatchObject({ name: 'ConditionalCheckFailedException' });
    expect((await read(client, item))?.['revision']).toEqual({ N: '2' });
  });
});

describe.each<[string, () => Client]>([
  ['in memory', () => inMemoryClient<DynamoDBClient>(new Table('reports', 'deployment', 'id').service)],
  ['in dynalite', () => server.client],
])('the table of the reports, %s', (where, make) => {
  const Key = marshall({ deployment: where, id: 'notes#one' });
  const update = (client: Client, expression: string, values: object) =>
    client.send(
      new UpdateItemCommand({
        TableName: 'reports',
        Key,
        UpdateExpression: expression,
        ExpressionAttributeValues: marshall(values),
      }),
    );

  it('takes attributes from several hands, and a list that grows', async () => {
    const client = make();
    const grow = 'SET parts = list_append(if_not_exists(parts, :none), :part), expiresAt = :at';
    await update(client, grow, { ':none': [], ':part': ['a'], ':at': 1 });
    await update(client, 'SET told = :told, expiresAt = :at', { ':told': { what: 'x' }, ':at': 2 });
    await update(client, grow, { ':none': [], ':part': ['b'], ':at': 3 });
    const { Item } = await client.send(new GetItemCommand({ TableName: 'reports', Key }));
    expect(unmarshall(Item!)).toEqual({
      deployment: where,
      id: 'notes#one',
      parts: ['a', 'b'],
      told: { what: 'x' },
      expiresAt: 3,
    });
  });
});

describe('the table in memory', () => {
  const client = () => inMemoryClient<DynamoDBClient>(new Table('ledger', 'deployment').service);

  it('refuses loudly what it does not model', async () => {
    const asked = client().send(
      new PutItemCommand({
        TableName: 'ledger',
        Item: marshall({ deployment: 'example' }),
        ConditionExpression: 'revision < :r',
        ExpressionAttributeValues: marshall({ ':r': 1 }),
      }),
    );
    await expect(asked).rejects.toMatchObject({ name: 'NotModelledError' });
    await expect(client().send(new ScanCommand({ TableName: 'ledger' }))).rejects.toMatchObject({
      name: 'NotModelledError',
    });
  });

  it('can be lost and restored', async () => {
    const table = new Table('ledger', 'deployment');
    const edge = inMemoryClient<DynamoDBClient>(table.service);
    await put(edge, 'example', 1);
    const kept = table.backup();
    table.restore(new Map());
    expect(await read(edge, 'example')).toBeUndefined();
    table.restore(kept);
    expect(await read(edge, 'example')).toBeDefined();
  });

  it('can keep a write and lose its answer', async () => {
    const table = new Table('ledger', 'deployment');
    const faulty = inMemoryClient<DynamoDBClient>(table.service, {
      after: () => {
        throw new Error('the answer was lost');
      },
    });
    await expect(put(faulty, 'example', 1)).rejects.toThrow('the answer was lost');
    expect(await read(inMemoryClient<DynamoDBClient>(table.service), 'example')).toBeDefined();
  });
});
