import { describe, expect, it } from '@jest/globals';
import type { GuideVersion } from '../../../environment/configuration/guide.ts';
import type { CacheName, SiteName } from '../../../functions/shared/names.ts';
import { guideSays } from '../../../lab/environment/guide.ts';
import { differences, settingsIn } from '../../../lab/environment/settings.ts';

/** As real servers (16.0.7) described the caches of both guides, word for word. */
const SESSIONS_24 =
  '{"sessions":{"distributed-cache":{"owners":"2","mode":"SYNC","remote-timeout":"14000","statistics":true,"backups":{"merge-policy":"ALWAYS_REMOVE","site-b":{"backup":{"strategy":"SYNC","timeout":"13000","state-transfer":{"chunk-size":"16"}}}},"state-transfer":{"chunk-size":"16"}}}}';
const LOGIN_FAILURES_26 =
  '{"loginFailures":{"distributed-cache":{"owners":"2","mode":"SYNC","remote-timeout":"5000","statistics":true,"backups":{"site-b":{"backup":{"strategy":"SYNC","timeout":"4500","failure-policy":"FAIL","state-transfer":{"chunk-size":"16"}}}},"encoding":{"media-type":"application/x-protostream"},"locking":{"acquire-timeout":"4000"},"transaction":{"mode":"NON_DURABLE_XA","locking":"PESSIMISTIC"},"indexing":{"enabled":true,"index-reader":{},"indexed-entities":["keycloak.LoginFailureEntity"]},"state-transfer":{"chunk-size":"16"}}}}';

const compare = (version: GuideVersion, cache: string, description: string, other = 'site-b') =>
  differences(guideSays(version, cache as CacheName, other as SiteName), settingsIn(description, cache));

describe('a cache as a real server describes it', () => {
  it('is what the guide of its version says', () => {
    expect(compare('24', 'sessions', SESSIONS_24)).toEqual([]);
    expect(compare('26', 'loginFailures', LOGIN_FAILURES_26)).toEqual([]);
  });

  it('is backed up to the wrong site', () => {
    const told = compare('26', 'loginFailures', LOGIN_FAILURES_26.replace('site-b', 'site-z'));
    expect(told).toContain('distributed-cache.backups.site-b.backup.timeout is not set, the guide says 4500');
    expect(told).toContain('distributed-cache.backups.site-z.backup.timeout is 4500, the guide says nothing');
  });

  it.each([
    [
      'goes on without its backup',
      '"FAIL"',
      '"WARN"',
      'backups.site-b.backup.failure-policy is WARN, the guide says FAIL',
    ],
    [
      'loses writes without a word',
      'NON_DURABLE_XA',
      'NON_XA',
      'transaction.mode is NON_XA, the guide says NON_DURABLE_XA',
    ],
    [
      'has another entity in its index',
      'LoginFailureEntity',
      'UserEntity',
      'indexing.indexed-entities.0 is keycloak.UserEntity, the guide says keycloak.LoginFailureEntity',
    ],
    [
      'gives up a lock later than its backup',
      '"4000"',
      '"5000"',
      'locking.acquire-timeout is 5000, the guide says 4000',
    ],
  ])('%s, and is told apart by that alone', (_, said, other, difference) => {
    expect(compare('26', 'loginFailures', LOGIN_FAILURES_26.replace(said, other))).toEqual([
      `distributed-cache.${difference}`,
    ]);
  });

  it('says something that the guide of 24 leaves out, or leaves out what it says', () => {
    const failing = SESSIONS_24.replace('"timeout"', '"failure-policy":"FAIL","timeout"');
    expect(compare('24', 'sessions', failing)).toEqual([
      'distributed-cache.backups.site-b.backup.failure-policy is FAIL, the guide says nothing',
    ]);
    expect(compare('24', 'work', SESSIONS_24.replace('sessions', 'work'))).toEqual([
      'distributed-cache.backups.merge-policy is ALWAYS_REMOVE, the guide says nothing',
    ]);
  });

  it('is another cache than was asked for', () => {
    expect(() => settingsIn(SESSIONS_24, 'work')).toThrow('The server described something else than work.');
  });
});
