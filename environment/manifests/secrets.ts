import { credentialsSecretName, databaseStackName } from '../aws/names.ts';
import { type Environment, type EnvironmentSite, otherSite } from '../configuration/environment.ts';

/** A Secret that must be there before. The manifests name it, and never hold what is in it. */
export interface SecretToHave {
  readonly name: string;
  readonly keys: readonly string[];
  readonly holds: string;
  /** A command, where no file that it reads is left in the repository. */
  readonly made: string;
}

const generic = (name: string, ...from: readonly string[]): string =>
  `\`kubectl create secret generic ${name} ${from.join(' ')}\``;
const tls = (name: string): string => `\`kubectl create secret tls ${name} --cert=tls.crt --key=tls.key\``;
const PASSWORD_OF_STORE = '--from-file=password=<(printf %s "$STORE_PASSWORD") --from-literal=type=pkcs12';
const KEYTOOL = '-storetype PKCS12 -storepass:env STORE_PASSWORD';

export function secretsOf(environment: Environment, site: EnvironmentSite): readonly SecretToHave[] {
  const { dataGrid, keycloak } = environment;
  const { keyStoreSecret, keyStoreFile, keyAlias, trustStoreSecret, trustStoreFile } = dataGrid.crossSiteTls;
  const other = otherSite(environment, site).name;
  return [
    {
      name: dataGrid.credentialsSecret,
      keys: ['identities.yaml'],
      holds: 'whom the Data Grid knows: a user with the role admin',
      made: `${generic(dataGrid.credentialsSecret, '--from-file=identities.yaml')}, of a file with \`credentials: [{username: …, password: …, roles: [admin]}]\` (6.3)`,
    },
    {
      name: keyStoreSecret,
      keys: [keyStoreFile, 'password', 'type'],
      holds: `the key store of the cross-site connection, with the certificate ${keyAlias}; type is pkcs12`,
      made: `\`keytool -genkeypair -alias ${keyAlias} -keyalg RSA -keysize 4096 -validity 365 -dname CN=cross-site -keystore ${keyStoreFile} ${KEYTOOL}\`; ${generic(keyStoreSecret, `--from-file=${keyStoreFile}`, PASSWORD_OF_STORE)}`,
    },
    {
      name: trustStoreSecret,
      keys: [trustStoreFile, 'password', 'type'],
      holds: `its trust store, which trusts the certificates of ${other} and of the site itself; type is pkcs12`,
      made: `of each site \`keytool -exportcert -rfc -alias ${keyAlias} -keystore ${keyStoreFile} ${KEYTOOL} > SITE.pem\`, then both by \`keytool -importcert -noprompt -alias SITE -file SITE.pem -keystore ${trustStoreFile} ${KEYTOOL}\`; ${generic(trustStoreSecret, `--from-file=${trustStoreFile}`, PASSWORD_OF_STORE)}`,
    },
    {
      name: keycloak.databaseSecret,
      keys: ['username', 'password'],
      holds: `the user of the database, the same at both sites${whereMade(environment)}`,
      made: `${environment.database.kind === 'create' ? 'docs/environment.md of the product, *In which order*, step 4' : fromShell(keycloak.databaseSecret)}`,
    },
    {
      name: keycloak.remoteStoreSecret,
      keys: ['username', 'password'],
      holds: `a user of identities.yaml in ${dataGrid.credentialsSecret}, for Keycloak`,
      made: fromShell(keycloak.remoteStoreSecret),
    },
    {
      name: keycloak.tlsSecret,
      keys: ['tls.crt', 'tls.key'],
      holds: `Keycloak's certificate for ${keycloak.hostname}, and its key`,
      made: `${tls(keycloak.tlsSecret)}, of your authority; to try it \`openssl req -x509 -newkey rsa:2048 -nodes -days 90 -subj /CN=${keycloak.hostname} -addext subjectAltName=DNS:${keycloak.hostname} -keyout tls.key -out tls.crt\``,
    },
    ...(site.cluster.platform === 'openshift'
      ? []
      : [
          {
            name: site.cluster.dataGridTls.certificateSecret,
            keys: ['tls.crt', 'tls.key'],
            holds: `the Data Grid's certificate for ${site.infinispan}.${site.namespace}.svc, and its key`,
            made: `${tls(site.cluster.dataGridTls.certificateSecret)}, of an authority of yours, for the name ${site.infinispan}.${site.namespace}.svc`,
          },
          {
            name: site.cluster.dataGridTls.authoritySecret,
            keys: ['ca.crt'],
            holds: 'the authority that signed it, as PEM, for Keycloak to trust',
            made: generic(site.cluster.dataGridTls.authoritySecret, '--from-file=ca.crt'),
          },
        ]),
  ];
}

const fromShell = (name: string): string =>
  generic(
    name,
    '--from-file=username=<(printf %s "$USER_NAME")',
    '--from-file=password=<(printf %s "$USER_PASSWORD")',
  );

const whereMade = ({ deployment, database }: Environment): string =>
  database.kind === 'create'
    ? `: ${credentialsSecretName(databaseStackName(deployment))} of Secrets Manager`
    : '';
