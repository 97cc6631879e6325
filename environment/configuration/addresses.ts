/** A block of IPv4 addresses by its first and its last one, as numbers. */
export interface Block {
  readonly first: number;
  readonly last: number;
  readonly prefix: number;
}

/** Null when the text is no block of IPv4 addresses, or begins within one: 10.0.0.1/16 is none, 10.0.0.0/16 is. */
export function blockOf(cidr: string): Block | null {
  const [, address, length] = /^(\d{1,3}(?:\.\d{1,3}){3})\/(\d{1,2})$/.exec(cidr) ?? [];
  if (address === undefined || length === undefined) return null;
  const bytes = address.split('.').map(Number);
  const prefix = Number(length);
  if (prefix > 32 || bytes.some((byte) => byte > 255)) return null;
  const first = bytes.reduce((sum, byte) => sum * 256 + byte, 0);
  const size = 2 ** (32 - prefix);
  return first % size === 0 ? { first, last: first + size - 1, prefix } : null;
}

export const overlap = (one: Block, other: Block): boolean =>
  one.first <= other.last && other.first <= one.last;

/** The first eighth of a block is 0: of 192.168.0.0/16 it is 192.168.0.0/19, and 192.168.32.0/19 the next one. */
export function eighthOf({ first, last, prefix }: Block, index: number): string {
  const start = first + ((last - first + 1) / 8) * index;
  const bytes = [24, 16, 8, 0].map((bits) => Math.floor(start / 2 ** bits) % 256);
  return `${bytes.join('.')}/${prefix + 3}`;
}
