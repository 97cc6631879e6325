import type {
  GetItemCommandInput,
  PutItemCommandInput,
  UpdateItemCommandInput,
} from '@aws-sdk/client-dynamodb';
import { NotModelledError, type Service, ServiceFault } from '../service.ts';
import type { Item } from './item.ts';
import { updated } from './update.ts';

/** As the table's stream carries it: images before and after. */
export type WriteListener = (before: Item | null, after: Item) => void;

/**
 * One DynamoDB table with a partition key of type string, and perhaps a sort key, for tests and the simulated world.
 * Modelled: GetItem, PutItem with the conditions `attribute_not_exists(name)` and `name = :placeholder`, UpdateItem that
 * sets attributes; all reads are consistent, nothing expires. Everything else is refused by a NotModelledError: the
 * lab's real processes use dynalite.
 */
export class Table {
  /** It replaces items and never changes one; who writes one made it for that, and who reads one takes its values out. */
  readonly service: Service = {
    name: 'DynamoDB',
    operations: {
      GetItem: (input: GetItemCommandInput) => this.#get(input),
      PutItem: (input: PutItemCommandInput) => this.#put(input),
      UpdateItem: (input: UpdateItemCommandInput) => this.#update(input),
    },
    shared: true,
  };
  readonly name: string;
  readonly #keys: readonly string[];
  readonly #listeners: WriteListener[] = [];
  #items = new Map<string, Item>();

  constructor(name: string, ...keys: readonly [partition: string, sort?: string]) {
    this.name = name;
    this.#keys = keys.filter((key) => key !== undefined);
  }

  /** The table's items, to be given back to `restore` later. */
  backup(): ReadonlyMap<string, Item> {
    return new Map(this.#items);
  }

  /** As a person would restore the table from a backup; an empty map loses everything. */
  restore(items: ReadonlyMap<string, Item>): void {
    this.#items = new Map(items);
  }

  onWrite(listener: WriteListener): void {
    this.#listeners.push(listener);
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
    this.#write(key, Item!);
    return {};
  }

  #update({ TableName, Key, UpdateExpression, ExpressionAttributeValues, ...rest }: UpdateItemCommandInput) {
    this.#check('UpdateItem', TableName, rest);
    const key = this.#keyOf(Key);
    const item = this.#items.get(key) ?? Key!;
    this.#write(key, updated(item, UpdateExpression ?? '', ExpressionAttributeValues ?? {}));
    return {};
  }

  #write(key: string, item: Item): void {
    const before = this.#items.get(key) ?? null;
    this.#items.set(key, item);
    for (const listener of this.#listeners) listener(before, item);
  }

  #check(operation: string, table: string | undefined, rest: object): void {
    if (table !== this.name) {
      throw new ServiceFault('ResourceNotFoundException', 'Requested resource not found');
    }
    const others = Object.entries(rest).filter(([, value]) => value !== undefined);
    if (others.length > 0) {
      throw new NotModelledError(`${operation} with ${others.map(([field]) => field).join(', ')}`);
    }
  }

  #keyOf(item: Item | undefined): string {
    return this.#keys
      .map((name) => {
        const key = item?.[name]?.S;
        if (key !== undefined) return key;
        throw new ServiceFault('ValidationException', `The item has no key ${name} of type string`);
      })
      .join(' ');
  }
}

/** Several tables behind one client, as an account has them. */
export const tablesService = (...tables: readonly Table[]): Service => ({
  name: 'DynamoDB',
  operations: Object.fromEntries(
    ['GetItem', 'PutItem', 'UpdateItem'].map((operation) => [
      operation,
      (input: { readonly TableName?: string }) => {
        const table = tables.find(({ name }) => name === input.TableName) ?? tables[0]!;
        return table.service.operations[operation]!(input as never);
      },
    ]),
  ),
  shared: true,
});

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
