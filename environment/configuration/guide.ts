import type { CacheName } from '../../functions/shared/names.ts';

/**
 * The high-availability guide by which an environment is made: that of 24 (and 25), or of 26 and later. Its chapters are
 * cited as of 24, and as of 26.4 with chapter 3, multi-cluster deployments.
 */
export type GuideVersion = '24' | '26';

const named = (...names: string[]) => names as unknown as readonly CacheName[];

/** The caches that the Data Grid of each site holds. Chapter 6.3 of 24; 26 keeps sessions in the database. */
export const CACHES_OF: Readonly<Record<GuideVersion, readonly CacheName[]>> = {
  '24': named(
    'sessions',
    'actionTokens',
    'authenticationSessions',
    'offlineSessions',
    'clientSessions',
    'offlineClientSessions',
    'loginFailures',
    'work',
  ),
  '26': named('actionTokens', 'authenticationSessions', 'loginFailures', 'work'),
};

/** Where Kubernetes puts the token that is carried to the other site (chapter 6.3). */
export const CROSS_SITE_TOKEN = 'ispn-xsite-sa-token';

/** Threads of JGroups in each node, which the request threads of a site's whole cluster share (chapter 13.1.2). */
export const JGROUPS_THREADS = 200;
