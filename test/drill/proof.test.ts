import { describe, expect, it } from '@jest/globals';
import { type About, prove } from '../../lab/drill/proof.ts';
import type { DrillRecord } from '../../lab/drill/record.ts';
import { A, B, LOST_AT, read, recordWith, WORK, write } from './records.ts';

const failing = (record: DrillRecord): readonly About[] =>
  prove(record)
    .filter(({ passed }) => !passed)
    .map(({ about }) => about);

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
    expect(failing(recordWith({}, { attempts: [write('key', 'one', 'refused')] }))).toEqual([]);
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
    const probe = {
      at: LOST_AT,
      what: 'a held value',
      cache: WORK,
      key: 'probe',
      expected: 'newer',
      found: 'held',
    };
    expect(failing(recordWith({}, { probes: [{ ...probe, counts: true }] }))).toEqual(['no-echo']);
    // Without a bridge that can be cut nobody promised it.
    expect(failing(recordWith({}, { probes: [{ ...probe, counts: false }] }))).toEqual([]);
  });
});

describe('the rest', () => {
  it('names the site whose Keycloak has another number of instances', () => {
    const record = recordWith({}, { keycloakAfter: { [A]: 0, [B]: 2 } });
    expect(failing(record)).toEqual(['keycloak']);
    expect(examplesOf(record, 'keycloak')).toEqual(['site-a has 0 instead of 2']);
  });

  it('fails when the incident was not played to its end', () => {
    expect(failing(recordWith({}, { failure: 'Not within 150 s: site-a is stale.' }))).toEqual(['played']);
  });
});
