import { GetItemCommand, PutItemCommand } from '@aws-sdk/client-dynamodb';
import { marshall, unmarshall } from '@aws-sdk/util-dynamodb';
import type { Edge } from '../shared/edge.ts';
import { log } from '../shared/log.ts';
import type { ReadinessReport } from './report.ts';

/** A report that nothing replaced for so long tells nobody anything. */
const KEPT_SECONDS = 30 * 86_400;

const LATEST = 'readiness#latest';
const WHOLE = 'readiness#whole';

type StoreEdge = Pick<Edge, 'dynamodb' | 'configuration'>;

/** Keeps a report where people look it up. One that can't be kept is worth no less to whoever started it. */
export async function storeReport(edge: StoreEdge, report: ReadinessReport): Promise<void> {
  const ids = report.depth === 'whole' ? [LATEST, WHOLE] : [LATEST];
  const expiresAt = Math.floor(Date.parse(report.at) / 1000) + KEPT_SECONDS;
  for (const id of ids) {
    try {
      await edge.dynamodb.send(
        new PutItemCommand({
          TableName: edge.configuration.reportsTable,
          Item: marshall({ ...report, id, expiresAt }, { removeUndefinedValues: true }),
        }),
      );
    } catch (error) {
      log('warn', 'the readiness report could not be stored', { id, cause: String(error) });
    }
  }
}

/** The last report with what both Data Grids say. Null: there is none, or it can't be read. */
export async function lastWholeReport({
  dynamodb,
  configuration,
}: StoreEdge): Promise<ReadinessReport | null> {
  const { reportsTable, deployment } = configuration;
  try {
    const { Item } = await dynamodb.send(
      new GetItemCommand({ TableName: reportsTable, Key: marshall({ deployment, id: WHOLE }) }),
    );
    return Item === undefined ? null : (unmarshall(Item) as ReadinessReport);
  } catch (error) {
    log('warn', 'the last whole readiness report could not be read', { cause: String(error) });
    return null;
  }
}
