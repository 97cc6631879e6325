import type { GuideVersion } from '../../environment/configuration/guide.ts';
import type { CacheName } from '../../functions/shared/names.ts';

/** An entry as it is sent, and as a server that has it answers. */
export interface Entry {
  readonly type: 'text/plain' | 'application/json';
  readonly text: string;
}

/**
 * An entry that carries a value, in the form that the cache takes: the caches of 24 name no encoding and keep what they
 * get, those of 26 keep Protobuf, which REST reads and writes as JSON. Fields stand in the order of keycloak.proto.
 */
export function entryOf(version: GuideVersion, cache: CacheName, value: string): Entry {
  if (version === '24') return { type: 'text/plain', text: value };
  return { type: 'application/json', text: JSON.stringify(message(cache, value)) };
}

function message(cache: string, value: string): object {
  switch (cache) {
    case 'authenticationSessions':
      return { _type: 'keycloak.RootAuthenticationSessionEntity', realmId: 'lab', id: value, timestamp: 1 };
    case 'loginFailures':
      return { _type: 'keycloak.LoginFailureEntity', realmId: 'lab', userId: value, numFailures: 1 };
    default:
      return { _type: 'string', _value: value };
  }
}
