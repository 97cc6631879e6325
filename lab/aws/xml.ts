import { isDate } from 'node:util/types';

const ESCAPES: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' };

/** A value as the XML of AWS: a list `Names` holds elements `Name`, absent fields are left out. */
export function xml(name: string, value: unknown): string {
  if (value === undefined || value === null) return '';
  return `<${name}>${content(name, value)}</${name}>`;
}

function content(name: string, value: unknown): string {
  if (isDate(value)) return value.toISOString();
  if (Array.isArray(value)) return value.map((each) => xml(name.replace(/s$/, ''), each)).join('');
  if (typeof value === 'object' && value !== null) {
    return Object.entries(value)
      .map(([key, each]) => xml(key, each))
      .join('');
  }
  return String(value).replace(/[&<>"]/g, (character) => ESCAPES[character]!);
}
