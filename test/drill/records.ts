import type { CacheName, SiteName } from '../../functions/shared/names.ts';
import type { DrillRecord, Probe, Read, ReadAnswer, Write, WriteOutcome } from '../../lab/drill/record.ts';

export const A = 'site-a' as SiteName;
export const B = 'site-b' as SiteName;
export const WORK = 'work' as CacheName;

/** The loss of every record here. */
export const LOST_AT = Date.UTC(2026, 0, 5, 12, 0, 0);

export const write = (
  key: string,
  value: string | null,
  outcome: WriteOutcome = 'good',
  more: Partial<Write> = {},
): Write => ({
  type: 'write',
  at: LOST_AT,
  site: B,
  cache: WORK,
  key,
  value,
  outcome,
  milliseconds: 5,
  readBack: outcome === 'good' ? answerOf(value) : null,
  ...more,
});

export const read = (key: string, value: string | null, more: Partial<Read> = {}): Read => ({
  type: 'read',
  at: LOST_AT,
  site: B,
  cache: WORK,
  key,
  milliseconds: 3,
  answer: answerOf(value),
  ...more,
});

const answerOf = (value: string | null): ReadAnswer =>
  value === null ? { kind: 'missing' } : { kind: 'value', value };

/** One look at the survivor, and nothing wrong with it. */
export const LOOK: Probe = {
  at: LOST_AT + 70_000,
  what: 'a held value',
  cache: WORK,
  key: 'probe',
  expected: 'newer',
  found: 'newer',
  counts: true,
};

/** Both sites hold `held`, unless told otherwise; nothing else is wrong. */
export const recordWith = (
  held: Readonly<Record<string, string>>,
  changes: Partial<DrillRecord> = {},
): DrillRecord => ({
  scenario: 'freeze',
  world: 'simulated',
  caches: 'keycloak-26',
  unaided: false,
  sites: [A, B],
  serving: A,
  lost: A,
  recordTtlSeconds: 10,
  startedAt: LOST_AT - 20_000,
  clientsFrom: LOST_AT - 15_000,
  lostAt: LOST_AT,
  decidedAt: LOST_AT + 22_000,
  returnedAt: LOST_AT + 60_000,
  containedAt: LOST_AT + 80_000,
  inSyncAt: LOST_AT + 120_000,
  endedAt: LOST_AT + 180_000,
  failure: null,
  attempts: [],
  probes: [LOOK],
  dns: [
    { at: LOST_AT - 20_000, site: A },
    { at: LOST_AT + 23_000, site: B },
    { at: LOST_AT + 130_000, site: A },
  ],
  events: [],
  executions: [],
  mails: [],
  keycloakBefore: { [A]: 2, [B]: 2 },
  keycloakAfter: { [A]: 2, [B]: 2 },
  entries: { [A]: { [WORK]: held }, [B]: { [WORK]: held } },
  ...changes,
});
