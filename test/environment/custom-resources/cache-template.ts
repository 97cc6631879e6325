import { closed, listOf, only, type Schema } from './schema.ts';

/** The guide's own template, which Infinispan's configuration schema (infinispan-config-15.0.xsd) has in the same words. */
const OF = { '24': 'chapter 6.3', '26': 'chapter 3.14.3 of 26.4' } as const;

const backup = (version: '24' | '26'): Schema => {
  const from = `${OF[version]}, backups.<site>`;
  const chunk = version === '24' ? 16 : '16';
  return closed(from, {
    backup: closed(
      `${from}.backup`,
      {
        strategy: only('SYNC', `${from}.backup.strategy`),
        timeout: only(version === '24' ? 13000 : '4500', `${from}.backup.timeout, in milliseconds`),
        failurePolicy: only('FAIL', `${from}.backup.failurePolicy; 24 leaves it out, which is WARN`),
        stateTransfer: closed(`${from}.backup.stateTransfer`, {
          chunkSize: only(chunk, `${from}.backup.stateTransfer.chunkSize`),
        }),
      },
      version === '24' ? ['failurePolicy'] : [],
    ),
  });
};

/** Stands for the name of the other site, the only one that is backed up to. */
export const OTHER_SITE = '<other site>';

export function cacheTemplateSchema(version: '24' | '26'): Schema {
  const from = `${OF[version]}, distributedCache`;
  const chunk = version === '24' ? 16 : '16';
  return closed(OF[version], {
    distributedCache: closed(
      from,
      {
        mode: only('SYNC', `${from}.mode`),
        owners: only('2', `${from}.owners`),
        statistics: only('true', `${from}.statistics`),
        remoteTimeout: only(version === '24' ? 14000 : '5000', `${from}.remoteTimeout, in milliseconds`),
        stateTransfer: closed(`${from}.stateTransfer`, {
          chunkSize: only(chunk, `${from}.stateTransfer.chunkSize`),
        }),
        backups: closed(
          `${OF[version]}, backups`,
          {
            [OTHER_SITE]: backup(version),
            ...(version === '24'
              ? { mergePolicy: only('ALWAYS_REMOVE', `${OF[version]}, backups.mergePolicy`) }
              : {}),
          },
          ['mergePolicy'],
        ),
        ...(version === '24' ? {} : transactional(from)),
      },
      ['indexing'],
    ),
  });
}

const transactional = (from: string): Readonly<Record<string, Schema>> => ({
  encoding: closed(`${from}.encoding`, {
    'media-type': only('application/x-protostream', `${from}.encoding.media-type`),
  }),
  locking: closed(`${from}.locking`, {
    acquireTimeout: only('4000', `${from}.locking.acquireTimeout, in milliseconds`),
  }),
  transaction: closed(`${from}.transaction`, {
    mode: only('NON_DURABLE_XA', `${from}.transaction.mode`),
    locking: only('PESSIMISTIC', `${from}.transaction.locking`),
  }),
  indexing: closed(`${from}.indexing`, {
    enabled: only(true, `${from}.indexing.enabled`),
    'indexed-entities': listOf(
      {
        enum: ['keycloak.RootAuthenticationSessionEntity', 'keycloak.LoginFailureEntity'],
        description: `${from}.indexing.indexed-entities`,
      },
      `${from}.indexing.indexed-entities`,
      { maxItems: 1 },
    ),
  }),
});
