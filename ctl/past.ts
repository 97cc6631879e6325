import { GetItemCommand, QueryCommand } from '@aws-sdk/client-dynamodb';
import { marshall, unmarshall } from '@aws-sdk/util-dynamodb';
import type { ReadinessReport } from '../functions/readiness/report.ts';
import type { OperationReport } from '../functions/shared/report.ts';
import type { Context } from './command.ts';

/** As many as fit on a screen; the table keeps more. */
const LISTED = 25;

/** Reports of the operations that have ended, newest first. */
export async function pastOperations({
  clients,
  configuration,
}: Context): Promise<readonly OperationReport[]> {
  const { reportsTable, deployment } = configuration;
  const { Items = [] } = await clients.dynamodb.send(
    new QueryCommand({
      TableName: reportsTable,
      KeyConditionExpression: 'deployment = :deployment AND begins_with(id, :operation)',
      ExpressionAttributeValues: marshall({ ':deployment': deployment, ':operation': 'operation#' }),
      // Their ids begin with the time.
      ScanIndexForward: false,
      Limit: LISTED,
    }),
  );
  return Items.map((item) => unmarshall(item) as OperationReport);
}

/** What readiness found at its last look, every five minutes. Null: it has not looked yet, or its report can't be read. */
export async function lastReadiness({ clients, configuration }: Context): Promise<ReadinessReport | null> {
  const { reportsTable, deployment } = configuration;
  try {
    const { Item } = await clients.dynamodb.send(
      new GetItemCommand({ TableName: reportsTable, Key: marshall({ deployment, id: 'readiness#latest' }) }),
    );
    return Item === undefined ? null : (unmarshall(Item) as ReadinessReport);
  } catch {
    // Who serves is worth telling without it.
    return null;
  }
}
