import { credentialsSecretName, databaseStackName } from '../aws/names.ts';
import { type Environment, type EnvironmentSite, otherSite } from '../configuration/environment.ts';

/** A Secret that must be there before. The manifests name it, and never hold what is in it. */
export interface SecretToHave {
  readonly name: string;
  readonly keys: readonly string[];
  readonly holds: string;
}

export function secretsOf(environment: Environment, site: EnvironmentSite): readonly SecretToHave[] {
  const { dataGrid, keycloak } = environment;
  const { keyStoreSecret, keyStoreFile, keyAlias, trustStoreSecret, trustStoreFile } = dataGrid.crossSiteTls;
  const other = otherSite(environment, site).name;
  return [
    {
      name: dataGrid.credentialsSecret,
      keys: ['identities.yaml'],
      holds: 'whom the Data Grid knows: a user with the role admin',
    },
    {
      name: dataGrid.tokenSecret,
      keys: ['token'],
      holds: `the token by which the operator looks at ${other}; the commands below carry it over`,
    },
    {
      name: keyStoreSecret,
      keys: [keyStoreFile, 'password', 'type'],
      holds: `the key store of the cross-site connection, with the certificate ${keyAlias}; type is pkcs12`,
    },
    {
      name: trustStoreSecret,
      keys: [trustStoreFile, 'password', 'type'],
      holds: `its trust store, which trusts the certificate of ${other}; type is pkcs12`,
    },
    {
      name: keycloak.databaseSecret,
      keys: ['username', 'password'],
      holds: `the user of the database, the same at both sites${whereMade(environment)}`,
    },
    {
      name: keycloak.remoteStoreSecret,
      keys: ['username', 'password'],
      holds: `a user of identities.yaml in ${dataGrid.credentialsSecret}, for Keycloak`,
    },
    {
      name: keycloak.tlsSecret,
      keys: ['tls.crt', 'tls.key'],
      holds: `Keycloak's certificate for ${keycloak.hostname}, and its key`,
    },
    ...(site.cluster.platform === 'openshift'
      ? []
      : [
          {
            name: site.cluster.dataGridTls.certificateSecret,
            keys: ['tls.crt', 'tls.key'],
            holds: `the Data Grid's certificate for ${site.infinispan}.${site.namespace}.svc, and its key`,
          },
          {
            name: site.cluster.dataGridTls.authoritySecret,
            keys: ['ca.crt'],
            holds: 'the authority that signed it, as PEM, for Keycloak to trust',
          },
        ]),
  ];
}

const whereMade = ({ deployment, database }: Environment): string =>
  database.kind === 'create'
    ? `: ${credentialsSecretName(databaseStackName(deployment))} of Secrets Manager`
    : '';
