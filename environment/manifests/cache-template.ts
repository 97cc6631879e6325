import type { CacheName, SiteName } from '../../functions/shared/names.ts';
import type { Environment } from '../configuration/environment.ts';

/** Both sites changed the same session: it is removed, and the user logs in again. Chapter 6.3, and no others. */
const REMOVED_ON_CONFLICT: ReadonlySet<string> = new Set([
  'sessions',
  'authenticationSessions',
  'offlineSessions',
  'clientSessions',
  'offlineClientSessions',
]);

/** Chapter 3.14.3 of 26.4. */
const INDEXED: Readonly<Record<string, string>> = {
  authenticationSessions: 'keycloak.RootAuthenticationSessionEntity',
  loginFailures: 'keycloak.LoginFailureEntity',
};

/** Those that a newer Data Grid refuses until it knows Keycloak's schema (ISPN028022), which Keycloak brings as it starts. */
export const indexedCachesOf = ({ version, caches }: Environment): readonly CacheName[] =>
  version === '26' ? caches.filter((cache) => INDEXED[cache] !== undefined) : [];

/** A cache as Infinispan takes it, texts and numbers as the guide writes them. */
export const cacheTemplate = (environment: Environment, cache: CacheName, backup: SiteName): object =>
  environment.version === '24'
    ? templateOf24(environment, cache, backup)
    : templateOf26(environment, cache, backup);

/** Chapter 6.3. WARN is what Infinispan does when nothing is said, as the guide leaves it. */
const templateOf24 = ({ backupFailurePolicy }: Environment, cache: CacheName, backup: SiteName): object => ({
  distributedCache: {
    mode: 'SYNC',
    owners: '2',
    statistics: 'true',
    remoteTimeout: 14000,
    stateTransfer: { chunkSize: 16 },
    backups: {
      ...(REMOVED_ON_CONFLICT.has(cache) ? { mergePolicy: 'ALWAYS_REMOVE' } : {}),
      [backup]: {
        backup: {
          strategy: 'SYNC',
          timeout: 13000,
          ...(backupFailurePolicy === 'WARN' ? {} : { failurePolicy: backupFailurePolicy }),
          stateTransfer: { chunkSize: 16 },
        },
      },
    },
  },
});

/** Chapter 3.14.3 of 26.4. The backup's time limit must be above that of the locks. */
const templateOf26 = ({ backupFailurePolicy }: Environment, cache: CacheName, backup: SiteName): object => ({
  distributedCache: {
    mode: 'SYNC',
    owners: '2',
    statistics: 'true',
    remoteTimeout: '5000',
    encoding: { 'media-type': 'application/x-protostream' },
    locking: { acquireTimeout: '4000' },
    transaction: { mode: 'NON_DURABLE_XA', locking: 'PESSIMISTIC' },
    stateTransfer: { chunkSize: '16' },
    ...(INDEXED[cache] === undefined
      ? {}
      : { indexing: { enabled: true, 'indexed-entities': [INDEXED[cache]] } }),
    backups: {
      [backup]: {
        backup: {
          strategy: 'SYNC',
          timeout: '4500',
          failurePolicy: backupFailurePolicy,
          stateTransfer: { chunkSize: '16' },
        },
      },
    },
  },
});
