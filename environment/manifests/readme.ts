import type { Environment, EnvironmentSite } from '../configuration/environment.ts';
import { orderOf } from './order.ts';
import { procedures } from './procedures.ts';
import { secretsOf } from './secrets.ts';

/** What a person needs beside the manifests: what must be there before, the order, and the procedures by hand. */
export function readme(environment: Environment): string {
  const { deployment, keycloak, sites } = environment;
  return [
    `# ${deployment.deployment}: ${sites.map(({ name }) => name).join(' and ')}`,
    '',
    'The commands take kubectl to have a context named like each site, and are run in this folder (on OpenShift, `oc` takes',
    'them as they are). `by-hand/` is never applied: its Batches are created, one by one, by the procedures below.',
    '',
    '## What must be there before',
    '',
    '- In both clusters the operators of Infinispan (or Data Grid) and of Keycloak.',
    `- The namespaces: ${sites.map(({ name, namespace }) => `${namespace} at ${name}`).join(', ')}.`,
    `- The image ${keycloak.image}, which has the AWS JDBC driver${builtBefore(environment)}`,
    `- The database ${environment.database.databaseName} at ${environment.database.writerEndpoint}, reached from both clusters.`,
    '- These Secrets (that of the token to the other site is made below):',
    ...sites.flatMap((site) => secretTable(environment, site)),
    '',
    'How each is made, with `--context` and `-n` of its site. Passwords come by `read -rs STORE_PASSWORD; export STORE_PASSWORD`, so that',
    "none is in the shell's history; identities.yaml, key stores and keys are made outside of any repository, and not left about.",
    '',
    ...new Set(
      sites.flatMap((site) =>
        secretsOf(environment, site).map(({ name, made }) => `- \`${name}\`: ${made}.`),
      ),
    ),
    '',
    '## The order',
    ...orderOf(environment).flatMap(({ title, notes, commands }, index) => [
      '',
      `${index + 1}. ${title}:`,
      '',
      ...(notes.length === 0 ? [] : [...notes.map((note) => `   ${note}`), '']),
      ...commands.map((command) => `       ${command}`),
    ]),
    '',
    'Later, apply 05-keycloak at no site whose Keycloak the failover has turned off: it would start, perhaps with old data.',
    '',
    '02-failover-access is what the failover of this deployment comes by; docs/deploy.md says how it is let in:',
    ...sites.map((site) => `- ${site.name}: ${wayIn(environment, site)}.`),
    '',
    ...procedures(environment),
  ].join('\n');
}

function wayIn({ deployment }: Environment, { name }: EnvironmentSite): string {
  const { token } = deployment.sites.find((site) => site.name === name)!.cluster;
  return 'eksClusterName' in token
    ? 'an access entry of EKS with the group multi-site-failover'
    : `the token of multi-site-failover-token, in Secrets Manager as \`${token.secretId}\` (cluster.token.secretId)`;
}

/** Options that kc.sh build takes count when the image is built, and no more when it starts. */
const builtBefore = ({ keycloak }: Environment): string =>
  keycloak.imageIsOptimized
    ? ' and was built by kc.sh build with `--db=postgres --db-driver=software.amazon.jdbc.Driver --features=multi-site --metrics-enabled=true --health-enabled=true`.'
    : '.';

const secretTable = (environment: Environment, site: EnvironmentSite): readonly string[] => [
  '',
  `  | at ${site.name}, in ${site.namespace} | keys | holds |`,
  '  |---|---|---|',
  ...secretsOf(environment, site).map(
    ({ name, keys, holds }) => `  | \`${name}\` | ${keys.map((key) => `\`${key}\``).join(', ')} | ${holds} |`,
  ),
];
