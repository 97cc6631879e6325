import { GetItemCommand, PutItemCommand } from '@aws-sdk/client-dynamodb';
import { marshall, unmarshall } from '@aws-sdk/util-dynamodb';
import type { Edge } from '../shared/edge.ts';
import { LedgerConflictError, LedgerUnknownError } from '../shared/errors.ts';
import { epochIs } from '../shared/log.ts';
import { type Instant, instant } from '../shared/names.ts';
import type { LedgerEvent } from './events.ts';
import type { Ledger } from './ledger.ts';
import { type Transition, transitions } from './transition.ts';

const TRIES = 5;

export type LedgerEdge = Pick<Edge, 'dynamodb' | 'configuration' | 'now'>;

/** The ledger's item in DynamoDB: read consistently, written only on the revision that was read. */
export class LedgerStore {
  readonly #edge: LedgerEdge;

  constructor(edge: LedgerEdge) {
    this.#edge = edge;
  }

  now(): Instant {
    return instant(this.#edge.now());
  }

  /**
   * @returns null when there is no item: the deployment was never adopted, or the table was lost
   * @throws LedgerUnknownError when the item's form is not known to this version
   */
  async read(): Promise<Ledger | null> {
    const { ledgerTable, deployment } = this.#edge.configuration;
    const { Item } = await this.#edge.dynamodb.send(
      new GetItemCommand({ TableName: ledgerTable, Key: marshall({ deployment }), ConsistentRead: true }),
    );
    if (Item === undefined) return null;
    const item = unmarshall(Item);
    if (item['schema'] !== 1) {
      throw new LedgerUnknownError(
        `The ledger of ${deployment} has schema ${item['schema']}, and this version knows 1.`,
        'Deploy the version that wrote it.',
      );
    }
    const ledger = item as Ledger;
    epochIs(ledger.epoch);
    return ledger;
  }

  /** @throws LedgerUnknownError when there is no item. */
  async require(): Promise<Ledger> {
    const ledger = await this.read();
    if (ledger === null) {
      throw new LedgerUnknownError(
        `There is no ledger of ${this.#edge.configuration.deployment} in ${this.#edge.configuration.ledgerTable}.`,
        'Start the workflow "adopt": it records who serves.',
      );
    }
    return ledger;
  }

  /**
   * Writes a ledger that was derived from the revision before it.
   * @returns false when another writer came first; nothing was written then
   */
  async write(ledger: Ledger): Promise<boolean> {
    const first = ledger.revision === 1;
    try {
      await this.#edge.dynamodb.send(
        new PutItemCommand({
          TableName: this.#edge.configuration.ledgerTable,
          Item: marshall(ledger, { removeUndefinedValues: true }),
          ConditionExpression: first ? 'attribute_not_exists(deployment)' : 'revision = :before',
          ...(first ? {} : { ExpressionAttributeValues: marshall({ ':before': ledger.revision - 1 }) }),
        }),
      );
      epochIs(ledger.epoch);
      return true;
    } catch (error) {
      if (error instanceof Error && error.name === 'ConditionalCheckFailedException') {
        // A put whose answer was lost is repeated by the SDK, and then refused because it took effect.
        const stands = await this.read();
        return stands !== null && JSON.stringify(sorted(stands)) === JSON.stringify(sorted(ledger));
      }
      throw error;
    }
  }

  /**
   * Reads, lets `events` say what happened to the ledger that was read, and writes; again from the start when
   * another writer came first. No event: nothing is written.
   * @throws LedgerConflictError after five lost races, LedgerUnknownError without an item
   */
  async change(events: (ledger: Ledger) => readonly LedgerEvent[] | 'stop'): Promise<Transition | 'stopped'> {
    for (let tries = 0; tries < TRIES; tries++) {
      const ledger = await this.require();
      const happened = events(ledger);
      if (happened === 'stop') return 'stopped';
      const result = transitions(ledger, happened, this.now());
      if (result.kind !== 'changed' || (await this.write(result.ledger))) return result;
    }
    throw new LedgerConflictError(
      `The ledger of ${this.#edge.configuration.deployment} changed under ${TRIES} attempts to write it.`,
      'The state machine tries again.',
    );
  }
}

/** DynamoDB gives a map's keys in an order of its own. */
function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted);
  if (value === null || typeof value !== 'object') return value;
  return Object.fromEntries(
    Object.entries(value)
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([key, each]) => [key, sorted(each)]),
  );
}
