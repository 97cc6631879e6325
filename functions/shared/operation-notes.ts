import { GetItemCommand, UpdateItemCommand } from '@aws-sdk/client-dynamodb';
import { marshall, unmarshall } from '@aws-sdk/util-dynamodb';
import type { Edge } from './edge.ts';
import { workflowOf } from './endings.ts';
import { log } from './log.ts';
import type { Instant } from './names.ts';
import type { Report } from './report.ts';

/** A redrive is possible for 14 days; afterwards the report is all that is left to say. */
const KEPT_DAYS = 30;

/** What became known of an operation while it ran, for its report. */
export interface Notes {
  /** What on-call was told last. */
  readonly told: Report | null;
  readonly lossAt: Instant | null;
  /** Executions that worked for this operation. */
  readonly nested: readonly NestedExecution[];
}

export interface NestedExecution {
  readonly execution: string;
  readonly startedAt: Instant;
  readonly endedAt: Instant;
}

/**
 * Beside the reports, under `notes#<workflow>#<execution name>`. Whoever tells on-call notes it afterwards, and a note
 * that fails is only logged: telling never depends on it.
 */
export class OperationNotes {
  readonly #edge: Pick<Edge, 'dynamodb' | 'configuration' | 'now'>;

  constructor(edge: Pick<Edge, 'dynamodb' | 'configuration' | 'now'>) {
    this.#edge = edge;
  }

  async told(execution: string, report: Report, lossAt: Instant | null = null): Promise<void> {
    try {
      await this.#note(
        execution,
        lossAt === null ? 'told = :told' : 'told = :told, lossAt = :lossAt',
        lossAt === null ? { ':told': report } : { ':told': report, ':lossAt': lossAt },
      );
    } catch (error) {
      log('warn', 'it could not be noted for the report what was told', { execution, cause: String(error) });
    }
  }

  async worked(execution: string, nested: NestedExecution): Promise<void> {
    await this.#note(execution, 'nested = list_append(if_not_exists(nested, :none), :nested)', {
      ':none': [],
      ':nested': [nested],
    });
  }

  async of(execution: string): Promise<Notes> {
    const { reportsTable } = this.#edge.configuration;
    const { Item } = await this.#edge.dynamodb.send(
      new GetItemCommand({ TableName: reportsTable, Key: this.#key(execution), ConsistentRead: true }),
    );
    const { told, lossAt, nested }: Partial<Notes> = Item === undefined ? {} : unmarshall(Item);
    return { told: told ?? null, lossAt: lossAt ?? null, nested: nested ?? [] };
  }

  async #note(execution: string, set: string, values: Readonly<Record<string, unknown>>): Promise<void> {
    const { configuration, dynamodb, now } = this.#edge;
    const expiresAt = Math.floor(now().getTime() / 1000) + KEPT_DAYS * 86_400;
    await dynamodb.send(
      new UpdateItemCommand({
        TableName: configuration.reportsTable,
        Key: this.#key(execution),
        UpdateExpression: `SET ${set}, expiresAt = :expiresAt`,
        ExpressionAttributeValues: marshall({ ...values, ':expiresAt': expiresAt }),
      }),
    );
  }

  #key(execution: string) {
    const { deployment } = this.#edge.configuration;
    const name = execution.split(':').at(-1);
    return marshall({ deployment, id: `notes#${workflowOf(deployment, execution)}#${name}` });
  }
}
