import type { CacheName, SiteName } from '../../functions/shared/names.ts';
import type { DataGridRest } from './rest.ts';

export type CacheSet = 'keycloak-26' | 'rhbk-24';

const named = (...names: string[]) => names as unknown as readonly CacheName[];

export const CACHE_NAMES: Readonly<Record<CacheSet, readonly CacheName[]>> = {
  'keycloak-26': named('actionTokens', 'authenticationSessions', 'loginFailures', 'work'),
  'rhbk-24': named(
    'sessions',
    'actionTokens',
    'authenticationSessions',
    'offlineSessions',
    'clientSessions',
    'offlineClientSessions',
    'loginFailures',
    'work',
  ),
};

/** What each guide's caches do with a write that does not reach the other site. */
export const BACKUP_FAILURE_POLICY = {
  'keycloak-26': 'FAIL',
  'rhbk-24': 'WARN',
} as const satisfies Readonly<Record<CacheSet, 'FAIL' | 'WARN'>>;

/** Plain text, so that everybody can read and write an entry by REST. Keycloak itself needs x-protostream. */
const COMMON = {
  mode: 'SYNC',
  owners: 2,
  statistics: true,
  encoding: { 'media-type': 'text/plain' },
  'state-transfer': { 'chunk-size': 16 },
} as const;

/** Those of which the guide for RHBK 24 says that a conflict removes the entry. */
const REMOVED_ON_CONFLICT: ReadonlySet<string> = new Set([
  'sessions',
  'authenticationSessions',
  'offlineSessions',
  'clientSessions',
  'offlineClientSessions',
]);

/** A cache as each guide configures it. */
function configurationOf(set: CacheSet, cache: CacheName, backup: SiteName): object {
  switch (set) {
    case 'keycloak-26':
      return {
        'distributed-cache': {
          ...COMMON,
          'remote-timeout': 5_000,
          transaction: { mode: 'NON_DURABLE_XA', locking: 'PESSIMISTIC' },
          locking: { 'acquire-timeout': 4_000 },
          backups: {
            [backup]: {
              backup: {
                strategy: 'SYNC',
                timeout: 4_500,
                'failure-policy': 'FAIL',
                'state-transfer': { 'chunk-size': 16 },
              },
            },
          },
        },
      };
    case 'rhbk-24':
      return {
        'distributed-cache': {
          ...COMMON,
          'remote-timeout': 14_000,
          backups: {
            ...(REMOVED_ON_CONFLICT.has(cache) ? { 'merge-policy': 'ALWAYS_REMOVE' } : {}),
            [backup]: {
              backup: { strategy: 'SYNC', timeout: 13_000, 'state-transfer': { 'chunk-size': 16 } },
            },
          },
        },
      };
  }
}

/**
 * Creates the set's caches at one site, each backed up to the other one.
 * @throws Error when the server refuses one
 */
export async function createCaches(rest: DataGridRest, set: CacheSet, backup: SiteName): Promise<void> {
  for (const cache of CACHE_NAMES[set]) {
    const text = JSON.stringify(configurationOf(set, cache, backup));
    const answer = await rest.call('POST', `/caches/${cache}`, { type: 'application/json', text });
    if (answer.status !== 200) {
      throw new Error(
        `The Data Grid refused the cache ${cache}: ${answer.status} ${answer.body.slice(0, 300)}`,
      );
    }
  }
}
