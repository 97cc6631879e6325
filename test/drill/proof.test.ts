import { describe, expect, it } from '@jest/globals';
import type { CacheName, SiteName } from '../../functions/shared/names.ts';
import { type About, prove } from '../../lab/drill/proof.ts';
import type { DrillRecord } from '../../lab/drill/record.ts';
import { A, B, LOOK, LOST_AT, read, recordWith as recordOf, WORK, write } from './records.ts';

const EVERY_DAY = [write('kept-anyway', 'one'), write('ended-anyway', 'one'), write('ended-anyway', null)];

/** With a session that is kept and one that was ended, both as they must be: nothing is proven by none. */
function recordWith(held: Readonly<Record<string, string>>, changes: Partial<DrillRecord> = {}): DrillRecord {
  const record = recordOf(held, changes);
  const kept = (site: SiteName) => ({
    ...record.entries?.[site],
    [WORK]: { ...record.entries?.[site]?.[WORK], 'kept-anyway': 'one' },
  });
  return {
    ...record,
    attempts: [...EVERY_DAY, ...record.attempts],
    entries: record.entries === null ? null : { [A]: kept(A), [B]: kept(B) },
  };
}

const failing = (record: DrillRecord): readonly About[] =>
  prove(record)
    .filter(({ passed }) => !passed)
    .map(({ about }) => about);

const detailOf = (record: DrillRecord, about: About): string =>
  prove(record).find((each) => each.about === about)!.detail;

const examplesOf = (record: DrillRecord, about: About): readonly string[] =>
  prove(record).find((each) => each.about === about)!.examples;

describe('a drill in which nothing went wrong', () => {
  it('proves everything', () => {
    const record = recordWith(
      { kept: 'two' },
      {
        attempts: [
          write('kept', 'one'),
          write('kept', 'two'),
          read('kept', 'two'),
          write('ended', 'one'),
          write('ended', null),
          read('ended', null),
        ],
      },
    );
    expect(failing(record)).toEqual([]);
  });
});

describe('what a session must be in the end', () => {
  it('is its newest good value at both sites', () => {
    const attempts = [write('key', 'one'), write('key', 'two')];
    const record = recordWith(
      {},
      { attempts, entries: { [A]: { [WORK]: { key: 'one' } }, [B]: { [WORK]: {} } } },
    );
    expect(failing(record)).toEqual(['good-writes', 'same-entries']);
    expect(examplesOf(record, 'good-writes')).toEqual([
      'site-a holds "one" instead of "two" in work/key',
      'site-b holds no session instead of "two" in work/key',
    ]);
  });

  it('is nothing after it was ended', () => {
    const record = recordWith({ key: 'one' }, { attempts: [write('key', 'one'), write('key', null)] });
    expect(failing(record)).toEqual(['ended-sessions']);
  });

  it.each(['unknown', 'refused', 'lost'] as const)(
    'may be either value after a write that was %s',
    (outcome) => {
      const attempts = [write('key', 'one'), write('key', 'two', outcome)];
      expect(failing(recordWith({ key: 'one' }, { attempts }))).toEqual([]);
      expect(failing(recordWith({ key: 'two' }, { attempts }))).toEqual([]);
      expect(failing(recordWith({ key: 'three' }, { attempts }))).toEqual(['good-writes']);
    },
  );

  it('must be the same at both sites even where either value is fine', () => {
    const attempts = [write('key', 'one'), write('key', 'two', 'unknown')];
    const entries = { [A]: { [WORK]: { key: 'one' } }, [B]: { [WORK]: { key: 'two' } } };
    expect(failing(recordWith({}, { attempts, entries }))).toEqual(['same-entries']);
  });

  it('is settled again by the next good write: an unanswered one that comes later overwrote it', () => {
    const attempts = [write('key', 'one'), write('key', 'held', 'unknown'), write('key', 'newer')];
    expect(failing(recordWith({ key: 'held' }, { attempts }))).toEqual(['good-writes']);
  });

  it('is nobody’s loss when no write of it was ever good', () => {
    const attempts = [write('key', 'one', 'refused'), write('gone', null, 'refused')];
    const record = recordWith({}, { attempts });
    expect(failing(record)).toEqual([]);
    expect(detailOf(record, 'good-writes')).toBe('1 sessions at site-a and site-b');
    expect(detailOf(record, 'ended-sessions')).toBe('1 sessions');
  });

  it('is another one in each cache', () => {
    const other = 'loginFailures' as CacheName;
    const attempts = [write('key', 'one'), write('key', 'two', 'good', { cache: other })];
    const held = { [WORK]: { key: 'one' }, [other]: { key: 'two' } };
    expect(failing(recordWith({}, { attempts, entries: { [A]: held, [B]: held } }))).toEqual([]);
  });

  it.each([
    ['only the first', { [A]: { [WORK]: { stray: 'one' } }, [B]: { [WORK]: {} } }],
    ['only the second', { [A]: { [WORK]: {} }, [B]: { [WORK]: { stray: 'one' } } }],
  ])('must not be at %s site, whoever wrote it', (_, entries) => {
    expect(failing(recordWith({}, { entries }))).toEqual(['same-entries']);
  });
});

describe('a read with old data', () => {
  it('is an older value than the newest good one', () => {
    const attempts = [write('key', 'one'), write('key', 'two'), read('key', 'one', { site: A })];
    const record = recordWith({ key: 'two' }, { attempts });
    expect(failing(record)).toEqual(['stale-reads']);
    expect(examplesOf(record, 'stale-reads')).toEqual([
      'site-a answered for work/key "one" instead of "two"',
    ]);
  });

  it('is a session that is missing, or back though it was ended', () => {
    const attempts = [write('key', 'one'), read('key', null), write('key', null), read('key', 'one')];
    expect(prove(recordWith({}, { attempts })).find(({ about }) => about === 'stale-reads')!.failed).toBe(2);
  });

  it('is none when a write before it was never answered', () => {
    const attempts = [
      write('key', 'one'),
      write('key', 'two', 'unknown'),
      read('key', 'two'),
      read('key', 'one'),
    ];
    expect(failing(recordWith({ key: 'two' }, { attempts }))).toEqual([]);
  });

  it('is none when there was no answer', () => {
    const attempts = [
      write('key', 'one'),
      read('key', null, { answer: { kind: 'no-answer' } }),
      read('key', null, { answer: { kind: 'refused' } }),
    ];
    expect(failing(recordWith({ key: 'one' }, { attempts }))).toEqual([]);
  });

  it('is also a read-back that shows what nobody wrote last', () => {
    const attempts = [
      write('key', 'one'),
      write('key', 'two'),
      write('key', 'three', 'lost', { readBack: { kind: 'value', value: 'one' } }),
    ];
    expect(failing(recordWith({ key: 'two' }, { attempts }))).toEqual(['stale-reads']);
  });
});

describe('the lost site', () => {
  it('must not get traffic for as long as the drill lasts where it never was in sync again', () => {
    const dns = [
      { at: LOST_AT, site: B },
      { at: LOST_AT + 170_000, site: A },
    ];
    expect(failing(recordWith({}, { dns, inSyncAt: null }))).toEqual(['no-traffic']);
  });

  it('has nothing to prove where it never came back', () => {
    const looked = prove(recordWith({}, { returnedAt: null })).map(({ about }) => about);
    expect(looked).toHaveLength(6);
    expect(looked).not.toContain('no-traffic');
    expect(looked).not.toContain('no-echo');
  });

  it('must not get traffic before it is in sync', () => {
    const record = recordWith(
      {},
      {
        dns: [
          { at: LOST_AT, site: B },
          { at: LOST_AT + 61_000, site: A },
        ],
      },
    );
    expect(failing(record)).toEqual(['no-traffic']);
  });

  it('must not write into the survivor', () => {
    expect(failing(recordWith({}, { probes: [{ ...LOOK, found: 'held' }] }))).toEqual(['no-echo']);
  });

  it('is not claimed to write nothing into the survivor where there is no bridge that can be cut', () => {
    const record = recordWith({}, { probes: [{ ...LOOK, found: 'held', counts: false }] });
    expect(failing(record)).toEqual([]);
    expect(prove(record).map(({ about }) => about)).not.toContain('no-echo');
  });
});

describe('nothing to look at', () => {
  const nothing = 'There was nothing to look at, so nothing is proven.';

  it('proves nothing of the survivor', () => {
    const record = recordWith({}, { probes: [] });
    expect(failing(record)).toEqual(['no-echo']);
    expect(examplesOf(record, 'no-echo')).toEqual([nothing]);
  });

  it('proves nothing of sessions, kept or ended', () => {
    const record = recordOf({});
    expect(failing(record)).toEqual(['good-writes', 'ended-sessions']);
    expect(examplesOf(record, 'good-writes')).toEqual([nothing]);
    expect(examplesOf(record, 'ended-sessions')).toEqual([nothing]);
  });
});

describe('the rest', () => {
  it('names the site whose Keycloak has another number of instances', () => {
    const record = recordWith({}, { keycloakAfter: { [A]: 0, [B]: 2 } });
    expect(failing(record)).toEqual(['keycloak']);
    expect(examplesOf(record, 'keycloak')).toEqual(['site-a has 0 instead of 2']);
  });

  it('shows five examples of what is wrong, and counts all', () => {
    const attempts = Array.from({ length: 7 }, (_, index) => write(`key-${index}`, 'one'));
    const { failed, examples } = prove(recordWith({}, { attempts })).find(
      ({ about }) => about === 'good-writes',
    )!;
    expect([failed, examples.length]).toEqual([14, 5]);
  });

  it('fails when nobody could look at what the sites hold', () => {
    expect(failing(recordWith({}, { entries: null }))).toEqual(['good-writes']);
  });

  it('fails when the incident was not played to its end', () => {
    expect(failing(recordWith({}, { failure: 'Not within 150 s: site-a is stale.' }))).toEqual(['played']);
  });
});
