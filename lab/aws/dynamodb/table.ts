import type { AttributeValue, GetItemCommandInput, PutItemCommandInput } from '@aws-sdk/client-dynamodb';
import { NotModelledError, type Service, ServiceFault } from '../service.ts';

type Item = Readonly<Record<string, AttributeValue>>;

/**
 * One DynamoDB table with a partition key of type string, for tests and the simulated world.
 * Modelled: GetItem, and PutItem with the conditions `attribute_not_exists(name)` and `name = :placeholder`; all reads
 * are consistent. Everything else is refused by a NotModelledError: the lab's real processes use dynalite.
 */
export class Table {
  readonly service: Service = {
    name: 'DynamoDB',
    operations: {
      GetItem: (input: GetItemCommandInput) => this.#get(input),
      PutItem: (input: PutItemCommandInput) => this.#put(input),
    },
  };
  readonly #name: string;
  readonly #key: string;
  #items = new Map<string, Item>();

  constructor(name: string, key: string) {
    this.#name = name;
    this.#key = key;
  }

  /** The table's items, to be given back to `restore` later. */
  backup(): ReadonlyMap<string, Item> {
    return new Map(this.#items);
  }

  /** As a person would restore the table from a backup; an empty map loses everything. */
  restore(items: ReadonlyMap<string, Item>): void {
    this.#items = new Map(items);
  }

  #get({ TableName, Key, ConsistentRead: _, ...rest }: GetItemCommandInput) {
    this.#check('GetItem', TableName, rest);
    const item = this.#items.get(this.#keyOf(Key));
    return item === undefined ? {} : { Item: item };
  }

  #put(input: PutItemCommandInput) {
    const { TableName, Item, ConditionExpression, ExpressionAttributeValues, ...rest } = input;
    this.#check('PutItem', TableName, rest);
    const key = this.#keyOf(Item);
    if (ConditionExpression !== undefined) {
      const met = isMet(ConditionExpression, this.#items.get(key), ExpressionAttributeValues ?? {});
      if (!met) {
        throw new ServiceFault('ConditionalCheckFailedException', 'The conditional request failed');
      }
    }
    this.#items.set(key, Item!);
    return {};
  }

  #check(operation: string, table: string | undefined, rest: object): void {
    if (table !== this.#name) {
      throw new ServiceFault('ResourceNotFoundException', 'Requested resource not found');
    }
    const others = Object.entries(rest).filter(([, value]) => value !== undefined);
    if (others.length > 0) {
      throw new NotModelledError(`${operation} with ${others.map(([field]) => field).join(', ')}`);
    }
  }

  #keyOf(item: Item | undefined): string {
    const key = item?.[this.#key]?.S;
    if (key === undefined) {
      throw new ServiceFault('ValidationException', `The item has no key ${this.#key} of type string`);
    }
    return key;
  }
}

function isMet(expression: string, item: Item | undefined, values: Item): boolean {
  const absent = /^attribute_not_exists\((\w+)\)$/.exec(expression);
  if (absent !== null) return item?.[absent[1]!] === undefined;
  const equals = /^(\w+) = (:\w+)$/.exec(expression);
  if (equals === null) throw new NotModelledError(`The condition "${expression}" is not modelled.`);
  const wanted = values[equals[2]!];
  if (wanted === undefined) {
    throw new ServiceFault('ValidationException', `The condition names ${equals[2]}, which has no value`);
  }
  return JSON.stringify(item?.[equals[1]!]) === JSON.stringify(wanted);
}
