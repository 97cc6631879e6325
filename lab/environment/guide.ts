import type { GuideVersion } from '../../environment/configuration/guide.ts';
import type { CacheName, SiteName } from '../../functions/shared/names.ts';

/** A cache's configuration as paths and texts, as `backups.site-b.backup.timeout`: `13000`. */
export type Settings = Readonly<Record<string, string>>;

const OF_BOTH = {
  'distributed-cache.mode': 'SYNC',
  'distributed-cache.owners': '2',
  'distributed-cache.statistics': 'true',
  'distributed-cache.state-transfer.chunk-size': '16',
};

const REMOVED_ON_CONFLICT = [
  'sessions',
  'authenticationSessions',
  'offlineSessions',
  'clientSessions',
  'offlineClientSessions',
];

const INDEXED: Readonly<Record<string, string>> = {
  authenticationSessions: 'keycloak.RootAuthenticationSessionEntity',
  loginFailures: 'keycloak.LoginFailureEntity',
};

/** Where a cache's configuration says how long a write waits for the other site. */
export const backupTimeoutPath = (other: SiteName): string =>
  `distributed-cache.backups.${other}.backup.timeout`;

/**
 * What the guide says of a cache, and nothing besides: copied from its text, not from the manifests, which are compared
 * with it. Chapter 6.3 of 24, chapter 3.14.3 of 26.4.
 */
export function guideSays(version: GuideVersion, cache: CacheName, other: SiteName): Settings {
  const backup = `distributed-cache.backups.${other}.backup`;
  const common = {
    ...OF_BOTH,
    [`${backup}.strategy`]: 'SYNC',
    [`${backup}.state-transfer.chunk-size`]: '16',
  };
  switch (version) {
    case '24':
      return {
        ...common,
        'distributed-cache.remote-timeout': '14000',
        [backupTimeoutPath(other)]: '13000',
        ...(REMOVED_ON_CONFLICT.includes(cache)
          ? { 'distributed-cache.backups.merge-policy': 'ALWAYS_REMOVE' }
          : {}),
      };
    case '26': {
      const entity = INDEXED[cache];
      return {
        ...common,
        'distributed-cache.remote-timeout': '5000',
        'distributed-cache.encoding.media-type': 'application/x-protostream',
        'distributed-cache.locking.acquire-timeout': '4000',
        'distributed-cache.transaction.mode': 'NON_DURABLE_XA',
        'distributed-cache.transaction.locking': 'PESSIMISTIC',
        [backupTimeoutPath(other)]: '4500',
        [`${backup}.failure-policy`]: 'FAIL',
        ...(entity === undefined
          ? {}
          : {
              'distributed-cache.indexing.enabled': 'true',
              'distributed-cache.indexing.indexed-entities.0': entity,
            }),
      };
    }
  }
}

/** What becomes of a write whose backup does not answer: 24 names no failure policy, which is WARN, 26 FAIL. */
export const WRITE_WITHOUT_BACKUP = {
  '24': 'accepted',
  '26': 'refused',
} as const satisfies Readonly<Record<GuideVersion, 'accepted' | 'refused'>>;
