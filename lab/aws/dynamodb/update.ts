import type { AttributeValue } from '@aws-sdk/client-dynamodb';
import { NotModelledError } from '../service.ts';
import type { Item } from './item.ts';

/**
 * An item after `SET name = <value>, …`, where a value is `:placeholder` or
 * `list_append(if_not_exists(name, :placeholder), :placeholder)`.
 * @throws NotModelledError for everything else
 */
export function updated(item: Item, expression: string, values: Item): Item {
  const assignments = /^SET (.*)$/.exec(expression)?.[1]?.split(/,\s*(?=\w+ =)/);
  if (assignments === undefined) throw new NotModelledError(`The update "${expression}" is not modelled.`);
  const given = (placeholder: string): AttributeValue => {
    const value = values[placeholder];
    if (value === undefined) throw new NotModelledError(`The update has no value for ${placeholder}.`);
    return value;
  };
  const set = assignments.map((assignment): [string, AttributeValue] => {
    const [, name, value] = /^(\w+) = (.*)$/.exec(assignment) ?? [];
    if (name === undefined || value === undefined)
      throw new NotModelledError(`The assignment "${assignment}" is not modelled.`);
    if (/^:\w+$/.test(value)) return [name, given(value)];
    const append = /^list_append\(if_not_exists\((\w+), (:\w+)\), (:\w+)\)$/.exec(value);
    if (append === null) throw new NotModelledError(`The value "${value}" is not modelled.`);
    const [, list, otherwise, more] = append;
    return [name, { L: [...((item[list!] ?? given(otherwise!)).L ?? []), ...(given(more!).L ?? [])] }];
  });
  return { ...item, ...Object.fromEntries(set) };
}
