import { describe, expect, it } from '@jest/globals';
import type { Ledger, SiteRecord } from '../../functions/ledger/ledger.ts';
import { positions } from '../../functions/traffic/positions.ts';
import { A, B, exampleConfiguration, inSync, withSite } from '../ledger/example.ts';

const usable: Partial<SiteRecord> = { trust: 'in-sync', reachability: 'reachable' };
const unreachable: Partial<SiteRecord> = { trust: 'in-sync', reachability: 'unreachable' };
const stale: Partial<SiteRecord> = { trust: 'stale', reachability: 'reachable' };
const suspect: Partial<SiteRecord> = { trust: 'suspect', reachability: 'reachable' };
const resyncing: Partial<SiteRecord> = { trust: 'resyncing', reachability: 'reachable' };

const where = (serving: typeof A, passive: Partial<SiteRecord>): Ledger => ({
  ...withSite(inSync(), serving === A ? B : A, passive),
  serving,
});

describe('the table on which DNS is built', () => {
  it.each([
    ['the primary serves, the secondary is usable', where(A, usable), 'follows', 'pinned'],
    ['the primary serves, the secondary is unreachable', where(A, unreachable), 'follows', 'fenced'],
    ['the primary serves, the secondary is stale', where(A, stale), 'follows', 'fenced'],
    ['the primary serves, the secondary is suspect', where(A, suspect), 'follows', 'fenced'],
    ['the primary serves, the secondary is resyncing', where(A, resyncing), 'follows', 'fenced'],
    ['the secondary serves, the primary is usable', where(B, usable), 'fenced', 'follows'],
    ['the secondary serves, the primary is unreachable', where(B, unreachable), 'fenced', 'pinned'],
    ['the secondary serves, the primary is stale', where(B, stale), 'fenced', 'pinned'],
    ['the secondary serves, the primary is suspect', where(B, suspect), 'fenced', 'pinned'],
  ])('%s', (_, ledger, primary, secondary) => {
    const wanted = positions(ledger, exampleConfiguration());
    expect(wanted).toEqual({ [A]: primary, [B]: secondary });
    // What opens comes in this order, the primary first.
    expect(Object.keys(wanted)).toEqual([A, B]);
  });

  it.each([
    ['a secondary that is in sync', where(A, usable), 'follows', 'follows'],
    ['a secondary that is down, so that its return is seen', where(A, unreachable), 'follows', 'follows'],
    ['a stale secondary', where(A, stale), 'follows', 'fenced'],
    ['a serving secondary beside a usable primary', where(B, usable), 'fenced', 'follows'],
    ['a serving secondary beside a lost primary', where(B, stale), 'fenced', 'pinned'],
  ])('by path: %s', (_, ledger, primary, secondary) => {
    const wanted = positions(ledger, exampleConfiguration({}, 'health-check-path'));
    expect(wanted).toEqual({ [A]: primary, [B]: secondary });
  });
});
