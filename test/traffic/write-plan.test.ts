import { describe, expect, it } from '@jest/globals';
import type { Ledger } from '../../functions/ledger/ledger.ts';
import type { Position, Positions } from '../../functions/traffic/positions.ts';
import type { SwitchState, SwitchStates } from '../../functions/traffic/switches.ts';
import { answersElsewhere, mayAnswerWithStale, writePlan } from '../../functions/traffic/write-plan.ts';
import { A, B, inSync, withSite } from '../ledger/example.ts';

const ledgerWith = (a: number, b: number, serving = A): Ledger => ({
  ...inSync(),
  serving,
  checkVersions: { [A]: a, [B]: b },
});

const staleA = (ledger: Ledger): Ledger => withSite(ledger, A, { trust: 'stale' });

type Seen = readonly [SwitchState['position'], number];
const seen = (a: Seen, b: Seen): SwitchStates => ({
  [A]: { position: a[0], version: a[1] },
  [B]: { position: b[0], version: b[1] },
});
const wanted = (a: Position, b: Position): Positions => ({ [A]: a, [B]: b });

const written = (plan: ReturnType<typeof writePlan>) =>
  plan.writes.map(({ site, position, version }) => `${site} ${position} on ${version}`);

describe('what has to be written', () => {
  it('is nothing when Route 53 agrees', () => {
    const plan = writePlan(
      ledgerWith(4, 7),
      seen(['follows', 4], ['pinned', 7]),
      wanted('follows', 'pinned'),
    );
    expect(plan).toEqual({ writes: [], toRecord: {}, drift: [] });
  });

  it('is one write when the primary is lost', () => {
    const plan = writePlan(ledgerWith(4, 7), seen(['follows', 4], ['pinned', 7]), wanted('fenced', 'pinned'));
    expect(written(plan)).toEqual(['site-a fenced on 4']);
    expect(plan.toRecord).toEqual({ [A]: { version: 5, positions: ['fenced'] } });
  });

  it('returns to the primary through follows/follows, the primary first', () => {
    const plan = writePlan(
      ledgerWith(4, 7),
      seen(['fenced', 4], ['follows', 7]),
      wanted('follows', 'pinned'),
    );
    expect(written(plan)).toEqual(['site-a follows on 4', 'site-b pinned on 7']);
  });

  it('opens one site before it fences the other', () => {
    const back = writePlan(ledgerWith(4, 7), seen(['fenced', 4], ['pinned', 7]), wanted('follows', 'fenced'));
    expect(written(back)).toEqual(['site-a follows on 4', 'site-b fenced on 7']);
    const away = writePlan(ledgerWith(4, 7), seen(['follows', 4], ['fenced', 7]), wanted('fenced', 'pinned'));
    expect(written(away)).toEqual(['site-b pinned on 7', 'site-a fenced on 4']);
  });
});

describe('a write of our own that is still to come', () => {
  it('is made, and needs no second record', () => {
    const plan = writePlan(ledgerWith(5, 7), seen(['follows', 4], ['pinned', 7]), wanted('fenced', 'pinned'));
    expect([plan.toRecord, plan.drift]).toEqual([{}, []]);
    expect(written(plan)).toEqual(['site-a fenced on 4']);
  });

  it('uses its version up although the position is right, for whoever recorded it may be slow', () => {
    const plan = writePlan(
      ledgerWith(5, 7),
      seen(['follows', 4], ['pinned', 7]),
      wanted('follows', 'pinned'),
    );
    expect([plan.toRecord, plan.drift]).toEqual([{}, []]);
    expect(written(plan)).toEqual(['site-a follows on 4']);
  });
});

describe('a write that takes a version for which another was recorded', () => {
  const fencing = {
    ...ledgerWith(5, 7),
    checkPositions: { [A]: ['fenced'], [B]: ['pinned'] },
    checkPositionsOf: { [A]: 5, [B]: 7 },
  };
  const states = seen(['follows', 4], ['pinned', 7]);

  it('is recorded beside it, for either is our own', () => {
    const plan = writePlan(fencing, states, wanted('follows', 'pinned'));
    expect(written(plan)).toEqual(['site-a follows on 4']);
    expect(plan.toRecord).toEqual({ [A]: { version: 5, positions: ['fenced', 'follows'] } });
    const both = { ...fencing, checkPositions: { ...fencing.checkPositions, [A]: ['fenced', 'follows'] } };
    for (const position of ['fenced', 'follows'] as const)
      expect(writePlan(both, seen([position, 5], ['pinned', 7]), wanted('follows', 'pinned')).drift).toEqual(
        [],
      );
  });

  it('is not recorded again for the same position, nor where the ledger does not know of any', () => {
    expect(writePlan(fencing, states, wanted('fenced', 'pinned')).toRecord).toEqual({});
    expect(writePlan(ledgerWith(5, 7), states, wanted('follows', 'pinned')).toRecord).toEqual({});
    const { checkPositions: _, ...earlier } = fencing;
    expect(writePlan(earlier, states, wanted('follows', 'pinned')).toRecord).toEqual({});
  });
});

describe('a check that somebody changed just before we would have, and that has the version of our write', () => {
  const ledger = {
    ...ledgerWith(5, 7),
    checkPositions: { [A]: ['follows'], [B]: ['pinned'] },
    checkPositionsOf: { [A]: 5, [B]: 7 },
  };

  it('is told by where it stands', () => {
    const plan = writePlan(ledger, seen(['fenced', 5], ['pinned', 7]), wanted('follows', 'pinned'));
    expect(plan.writes).toEqual([]);
    const reason = 'the health check of site-a has version 5, which was to be follows, and is fenced';
    expect(plan.drift).toEqual([{ site: A, reason }]);
    const either = { ...ledger, checkPositions: { ...ledger.checkPositions, [A]: ['follows', 'pinned'] } };
    const [drift] = writePlan(either, seen(['fenced', 5], ['pinned', 7]), wanted('follows', 'pinned')).drift;
    expect(drift?.reason).toContain('which was to be follows or pinned, and is fenced');
  });

  it('is our own where it stands as we would have put it, whatever is wanted since', () => {
    const plan = writePlan(ledger, seen(['follows', 5], ['pinned', 7]), wanted('fenced', 'pinned'));
    expect(plan.drift).toEqual([]);
    expect(plan.toRecord).toEqual({ [A]: { version: 6, positions: ['fenced'] } });
  });

  it('is not told by where an earlier version was to stand, which a build that knows of none has left behind', () => {
    const rolledBack = { ...ledger, checkVersions: { [A]: 6, [B]: 7 } };
    const fenced = seen(['fenced', 6], ['pinned', 7]);
    expect(writePlan(rolledBack, fenced, wanted('fenced', 'pinned')).drift).toEqual([]);
    // What is recorded from then on counts again.
    const anew = { ...rolledBack, checkPositionsOf: { [A]: 6, [B]: 7 } };
    expect(writePlan(anew, fenced, wanted('fenced', 'pinned')).drift).toHaveLength(1);
  });

  it('is not told by positions of which nobody has said the version', () => {
    const { checkPositionsOf: _, ...unversioned } = ledger;
    const plan = writePlan(unversioned, seen(['fenced', 5], ['pinned', 7]), wanted('follows', 'pinned'));
    expect(plan.drift).toEqual([]);
  });

  it('is not looked for while our write is still to come, nor in a ledger that knows of no positions', () => {
    expect(writePlan(ledger, seen(['fenced', 4], ['pinned', 7]), wanted('follows', 'pinned')).drift).toEqual(
      [],
    );
    const { checkPositions: _, ...earlier } = ledger;
    expect(writePlan(earlier, seen(['fenced', 5], ['pinned', 7]), wanted('follows', 'pinned')).drift).toEqual(
      [],
    );
  });
});

describe('a check that somebody else changed', () => {
  it('is never opened again by automation', () => {
    const plan = writePlan(
      ledgerWith(4, 7),
      seen(['follows', 4], ['fenced', 8]),
      wanted('follows', 'pinned'),
    );
    expect(plan).toEqual({
      writes: [],
      toRecord: {},
      drift: [{ site: B, reason: 'the health check of site-b has version 8, the ledger 7' }],
    });
  });

  it('keeps the other one from being opened too', () => {
    const plan = writePlan(
      ledgerWith(4, 7),
      seen(['follows', 6], ['fenced', 7]),
      wanted('follows', 'pinned'),
    );
    expect(plan.writes).toEqual([]);
  });

  it('does not keep the site that serves from being pinned, as the other one is stale', () => {
    const plan = writePlan(
      staleA(ledgerWith(4, 7, B)),
      seen(['fenced', 5], ['follows', 7]),
      wanted('fenced', 'pinned'),
    );
    expect(written(plan)).toEqual(['site-b pinned on 7']);
    expect(plan.toRecord).toEqual({ [B]: { version: 8, positions: ['pinned'] } });
    expect(plan.drift).toHaveLength(1);
  });

  it.each(['suspect', 'resyncing', 'stale'] as const)(
    'nor as the other one is %s, also where an earlier write that was to let it follow is only slow',
    (trust) => {
      const ledger = ledgerWith(4, 7, B);
      const plan = (recorded: Ledger, position: 'follows' | 'pinned') =>
        writePlan(
          { ...recorded, sites: { ...recorded.sites, [A]: { ...recorded.sites[A]!, trust } } },
          seen(['fenced', 5], [position, 7]),
          wanted('fenced', 'pinned'),
        );
      expect(written(plan(ledger, 'follows'))).toEqual(['site-b pinned on 7']);
      expect(written(plan(ledger, 'pinned'))).toEqual([]);
      expect(written(plan(ledgerWith(4, 8, B), 'pinned'))).toEqual(['site-b pinned on 7']);
    },
  );

  it.each<[string, Ledger, SwitchStates]>([
    ['is shut', staleA(ledgerWith(4, 7, B)), seen(['follows', 5], ['fenced', 7])],
    ['was changed itself', staleA(ledgerWith(4, 7, B)), seen(['fenced', 4], ['follows', 8])],
    ['does not serve', ledgerWith(4, 7), seen(['fenced', 5], ['follows', 7])],
    ['has no stale site beside it', ledgerWith(4, 7, B), seen(['fenced', 5], ['follows', 7])],
  ])('keeps one that %s from being pinned', (_, ledger, states) => {
    expect(writePlan(ledger, states, wanted('fenced', 'pinned')).writes).toEqual([]);
  });

  it('does not keep the site that serves pinned, once the other one is usable again', () => {
    const plan = writePlan(
      ledgerWith(4, 7, B),
      seen(['fenced', 5], ['pinned', 7]),
      wanted('fenced', 'follows'),
    );
    expect(written(plan)).toEqual(['site-b follows on 7']);
    expect(plan.toRecord).toEqual({ [B]: { version: 8, positions: ['follows'] } });
  });

  it.each<[string, Ledger, SwitchStates]>([
    ['is shut', ledgerWith(4, 7, B), seen(['follows', 5], ['fenced', 7])],
    ['was changed itself', ledgerWith(4, 7, B), seen(['fenced', 4], ['pinned', 8])],
    ['does not serve', ledgerWith(4, 7), seen(['fenced', 5], ['pinned', 7])],
  ])('keeps one that %s from following its endpoint', (_, ledger, states) => {
    expect(writePlan(ledger, states, wanted('fenced', 'follows')).writes).toEqual([]);
  });

  it('is fenced while the other one is open', () => {
    const plan = writePlan(
      ledgerWith(4, 7),
      seen(['follows', 4], ['pinned', 8]),
      wanted('follows', 'fenced'),
    );
    expect(written(plan)).toEqual(['site-b fenced on 8']);
  });

  it('is not in the way of fencing the other one, which is recorded as ever', () => {
    const plan = writePlan(
      ledgerWith(4, 7),
      seen(['follows', 6], ['pinned', 7]),
      wanted('follows', 'fenced'),
    );
    expect(written(plan)).toEqual(['site-b fenced on 7']);
    expect(plan.toRecord).toEqual({ [B]: { version: 8, positions: ['fenced'] } });
  });

  it('is no less theirs once it was fenced over it: it is not opened before somebody adopts', () => {
    const ledger = ledgerWith(4, 7);
    const fencing = writePlan(ledger, seen(['follows', 4], ['pinned', 8]), wanted('follows', 'fenced'));
    expect(fencing.toRecord).toEqual({});
    const opening = writePlan(ledger, seen(['follows', 4], ['fenced', 9]), wanted('follows', 'pinned'));
    expect(opening.writes).toEqual([]);
    expect(opening.drift).toEqual([
      { site: B, reason: 'the health check of site-b has version 9, the ledger 7' },
    ]);
  });

  it.each([['fenced'], ['unknown']] as const)('is not fenced while the other one is %s', (other) => {
    const plan = writePlan(ledgerWith(4, 7), seen(['follows', 5], [other, 7]), wanted('fenced', 'pinned'));
    expect(plan.writes).toEqual([]);
  });

  it('also when the ledger never had a version of it', () => {
    const plan = writePlan(
      { ...inSync(), checkVersions: { [A]: 4 } },
      seen(['follows', 4], ['pinned', 7]),
      wanted('follows', 'pinned'),
    );
    expect(plan.drift).toEqual([
      { site: B, reason: 'the ledger has no version of the health check of site-b' },
    ]);
  });

  it('stands where we never put it, and is told so', () => {
    const plan = writePlan(
      ledgerWith(4, 7),
      seen(['follows', 4], ['unknown', 8]),
      wanted('follows', 'pinned'),
    );
    expect(plan.drift).toEqual([
      {
        site: B,
        reason:
          'the health check of site-b has version 8 and is none of follows, pinned and fenced, the ledger 7',
      },
    ]);
  });

  it('two versions behind is as wrong as one ahead', () => {
    const plan = writePlan(
      ledgerWith(6, 7),
      seen(['follows', 4], ['pinned', 7]),
      wanted('follows', 'pinned'),
    );
    expect(plan.drift).toHaveLength(1);
  });

  it('that was adopted as it stands is put right, whatever it is set to', () => {
    const plan = writePlan(
      ledgerWith(4, 7),
      seen(['follows', 4], ['unknown', 7]),
      wanted('follows', 'pinned'),
    );
    expect(written(plan)).toEqual(['site-b pinned on 7']);
  });

  it('never both are fenced, whatever is seen and recorded', () => {
    const stands: readonly SwitchState['position'][] = ['follows', 'pinned', 'fenced', 'unknown'];
    const rows = [
      wanted('follows', 'pinned'),
      wanted('follows', 'fenced'),
      wanted('fenced', 'follows'),
      wanted('fenced', 'pinned'),
    ];
    const isOpen = (position: SwitchState['position']) => position === 'follows' || position === 'pinned';
    const faults: string[] = [];
    for (const a of stands)
      for (const b of stands)
        for (const versions of [0, 1, 2])
          for (const row of rows) {
            const states = seen([a, 4], [b, 7]);
            const plan = writePlan(ledgerWith(4 + versions, 7), states, row);
            const now = { [A]: a, [B]: b };
            for (const { site, position } of plan.writes) {
              const before = isOpen(now[A]!) || isOpen(now[B]!);
              now[site] = position;
              if (before && !isOpen(now[A]!) && !isOpen(now[B]!))
                faults.push(`${a}/${b} ${versions} ${JSON.stringify(row)}`);
            }
          }
    expect(faults).toEqual([]);
  });
});

describe('a ledger that does not know who serves', () => {
  it('is told by a changed check with which DNS answers with the other site', () => {
    const states = seen(['fenced', 6], ['pinned', 7]);
    expect(answersElsewhere(ledgerWith(4, 7), states)).toContain('Route 53 answers with site-b');
    expect(answersElsewhere(ledgerWith(4, 7, B), states)).toBeNull();
  });

  it('is told of both checks where both were changed', () => {
    expect(answersElsewhere(ledgerWith(4, 7), seen(['fenced', 6], ['pinned', 9]))).toBe(
      'the health check of site-a has version 6, the ledger 4; the health check of site-b has version 9, the ' +
        'ledger 7; Route 53 answers with site-b, and the ledger says that site-a serves',
    );
  });

  it('is not one whose own write is still to come, nor one with a change that moves nothing', () => {
    expect(answersElsewhere(ledgerWith(7, 7), seen(['fenced', 6], ['pinned', 7]))).toBeNull();
    expect(answersElsewhere(ledgerWith(4, 7), seen(['follows', 6], ['pinned', 7]))).toBeNull();
    expect(answersElsewhere(ledgerWith(4, 7), seen(['fenced', 6], ['fenced', 7]))).toBeNull();
  });
});

describe('a site that the ledger calls stale', () => {
  const stale = withSite(ledgerWith(4, 7), B, { trust: 'stale' });

  it('may be the one that serves where somebody opened it, or fenced the other one', () => {
    expect(mayAnswerWithStale(stale, seen(['follows', 4], ['follows', 9]))).toContain(
      'site-b is open to traffic',
    );
    expect(mayAnswerWithStale(stale, seen(['fenced', 6], ['pinned', 7]))).toContain(
      'Route 53 answers with site-b',
    );
  });

  it('is not where only a version differs, or our own fencing is still to come', () => {
    expect(mayAnswerWithStale(stale, seen(['follows', 4], ['fenced', 9]))).toBeNull();
    expect(mayAnswerWithStale(stale, seen(['pinned', 6], ['fenced', 7]))).toBeNull();
    expect(mayAnswerWithStale(stale, seen(['follows', 4], ['pinned', 6]))).toBeNull();
  });

  it('is one that is in sync in no case', () => {
    expect(mayAnswerWithStale(ledgerWith(4, 7), seen(['follows', 4], ['follows', 9]))).toBeNull();
  });
});
