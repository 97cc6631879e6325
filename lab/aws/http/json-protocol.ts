import { isDate } from 'node:util/types';

/** AWS JSON: dates are seconds since the epoch. */
export const jsonBody = (output: object): string => JSON.stringify(withSeconds(output));

export const jsonFault = (code: string, message: string): string => JSON.stringify({ __type: code, message });

function withSeconds(value: unknown): unknown {
  if (isDate(value)) return value.getTime() / 1000;
  if (Array.isArray(value)) return value.map(withSeconds);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, each]) => [key, withSeconds(each)]));
}
