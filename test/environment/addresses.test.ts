import { BlockList } from 'node:net';
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { blockOf, eighthOf, overlap } from '../../environment/configuration/addresses.ts';

// The same run after run; a failure prints what repeats it.
fc.configureGlobal({ seed: 20_260_105 });

const dotted = (address: number): string =>
  [24, 16, 8, 0].map((shift) => Math.floor(address / 2 ** shift) % 256).join('.');

/** Blocks near each other, so that many of them overlap. */
const cidrs = fc
  .record({ prefix: fc.integer({ min: 8, max: 32 }), near: fc.nat(2 ** 12) })
  .map(({ prefix, near }) => {
    const size = 2 ** (32 - prefix);
    const address = 10 * 2 ** 24 + near;
    return `${dotted(address - (address % size))}/${prefix}`;
  });

describe('blocks of addresses', () => {
  it.each([
    ['10.0.0.0/8', 10 * 2 ** 24, 11 * 2 ** 24 - 1],
    ['0.0.0.0/0', 0, 2 ** 32 - 1],
    ['255.255.255.255/32', 2 ** 32 - 1, 2 ** 32 - 1],
  ])('%s goes from its first address to its last', (cidr, first, last) => {
    expect(blockOf(cidr)).toMatchObject({ first, last });
  });

  it.each([
    '10.0.0.1/8',
    '10.0.0/8',
    '10.0.0.0',
    '10.0.0.0/33',
    '256.0.0.0/8',
    'fd00::/8',
    ' 10.0.0.0/8',
    '',
  ])('%j is none', (cidr) => {
    expect(blockOf(cidr)).toBeNull();
  });

  it('two overlap exactly when one holds the first address of the other', () => {
    const holds = (cidr: string, address: string): boolean => {
      const [base, prefix] = cidr.split('/') as [string, string];
      const list = new BlockList();
      list.addSubnet(base, Number(prefix));
      return list.check(address);
    };
    fc.assert(
      fc.property(cidrs, cidrs, (one, other) => {
        const either = holds(one, other.split('/')[0]!) || holds(other, one.split('/')[0]!);
        expect(overlap(blockOf(one)!, blockOf(other)!)).toBe(either);
        expect(overlap(blockOf(other)!, blockOf(one)!)).toBe(either);
      }),
    );
  });

  it('an eighth is what the guide cuts of its VPC for each zone', () => {
    const guide = blockOf('192.168.0.0/16')!;
    expect([eighthOf(guide, 0), eighthOf(guide, 1)]).toEqual(['192.168.0.0/19', '192.168.32.0/19']);
    expect(eighthOf(blockOf('10.9.255.128/25')!, 7)).toBe('10.9.255.240/28');
  });
});
