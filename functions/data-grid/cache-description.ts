import { createHash } from 'node:crypto';
import * as v from 'valibot';
import type { SiteName } from '../shared/names.ts';
import { isObject } from './json-object.ts';

interface BackupDescription {
  readonly site: SiteName;
  readonly strategy: 'SYNC' | 'ASYNC';
  /** What becomes of a write that did not reach that site. */
  readonly failurePolicy: 'FAIL' | 'WARN' | 'IGNORE' | 'CUSTOM';
  readonly timeoutMilliseconds: number;
}

/** What a Data Grid says of a cache's configuration, as far as a failover depends on it. */
export type CacheDescription =
  | { readonly exists: false }
  | {
      readonly exists: true;
      readonly kind: 'distributed' | 'replicated' | 'invalidation' | 'local' | 'scattered';
      /** Within the site. Null for a local cache, which has no other copies there. */
      readonly mode: 'SYNC' | 'ASYNC' | null;
      readonly statistics: boolean;
      /** `NON_XA` loses, without a word, what a backup does not take; `NONE`: no transactions. */
      readonly transactions: string;
      readonly backups: readonly BackupDescription[];
      /**
       * Of all that its configuration says, the other site's name left out: caches that mirror each other at two
       * sites have the same one.
       */
      readonly digest: string;
    };

const QUANTITY = /^(\d+(?:\.\d+)?)(ms|s|m|h|d)?$/;
const UNIT_MILLISECONDS: Readonly<Record<string, number>> = {
  ms: 1,
  s: 1_000,
  m: 60_000,
  h: 3_600_000,
  d: 86_400_000,
};

const milliseconds = v.pipe(
  v.union([v.number(), v.string()]),
  v.transform(String),
  v.regex(QUANTITY),
  v.transform((text) => {
    const [, amount, unit = 'ms'] = QUANTITY.exec(text)!;
    return Number(amount) * UNIT_MILLISECONDS[unit]!;
  }),
);

const flag = v.pipe(
  v.union([v.boolean(), v.picklist(['true', 'false'])]),
  v.transform((value) => String(value) === 'true'),
);

/** What is not said is Infinispan's default: the CLI prints what was set. */
const backup = v.object({
  strategy: v.optional(v.picklist(['SYNC', 'ASYNC']), 'ASYNC'),
  'failure-policy': v.optional(v.picklist(['FAIL', 'WARN', 'IGNORE', 'CUSTOM']), 'WARN'),
  timeout: v.optional(milliseconds, 15_000),
});

const cache = v.object({
  mode: v.optional(v.picklist(['SYNC', 'ASYNC']), 'SYNC'),
  statistics: v.optional(flag, false),
  transaction: v.optional(v.object({ mode: v.optional(v.string(), 'NONE') }), { mode: 'NONE' }),
  /** Beside the sites stands what concerns all of them, as `merge-policy`. */
  backups: v.optional(v.record(v.string(), v.unknown()), {}),
});

const KIND = /^(distributed|replicated|invalidation|local|scattered)-cache(?:-configuration)?$/;
type Kind = Extract<CacheDescription, { exists: true }>['kind'];

/**
 * Reads `{"work":{"distributed-cache":{…}}}`, which `describe` prints.
 * @param against the site whose name is left out of the digest
 * @returns null when it has no known form
 */
export function describedCache(
  said: Readonly<Record<string, unknown>>,
  name: string,
  against: string,
): CacheDescription | null {
  const outer = said[name];
  if (Object.keys(said).length !== 1 || !isObject(outer)) return null;
  const [entry, ...more] = Object.entries(outer);
  if (entry === undefined || more.length > 0) return null;
  const kind = KIND.exec(entry[0])?.[1] as Kind | undefined;
  const read = v.safeParse(cache, entry[1]);
  if (kind === undefined || !read.success) return null;
  const { mode, statistics, transaction } = read.output;
  const backups = backupsIn(read.output.backups);
  if (backups === null) return null;
  return {
    exists: true,
    kind,
    mode: kind === 'local' ? null : mode,
    statistics,
    transactions: transaction.mode,
    backups,
    digest: digestOf(outer, against),
  };
}

function backupsIn(said: Readonly<Record<string, unknown>>): readonly BackupDescription[] | null {
  const backups: BackupDescription[] = [];
  for (const [site, value] of Object.entries(said)) {
    if (!isObject(value)) continue;
    const read = v.safeParse(backup, value['backup']);
    if (!read.success) return null;
    const { strategy, timeout } = read.output;
    backups.push({
      site: site as SiteName,
      strategy,
      failurePolicy: read.output['failure-policy'],
      timeoutMilliseconds: timeout,
    });
  }
  return backups;
}

function digestOf(configuration: unknown, against: string): string {
  const ordered = (value: unknown): unknown => {
    if (Array.isArray(value)) return value.map(ordered);
    if (!isObject(value)) return value;
    return Object.entries(value)
      .map(([key, each]): [string, unknown] => [key === against ? 'the other site' : key, ordered(each)])
      .sort(([one], [other]) => (one < other ? -1 : 1));
  };
  return createHash('sha256')
    .update(JSON.stringify(ordered(configuration)))
    .digest('hex')
    .slice(0, 12);
}
