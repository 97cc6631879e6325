import { type Check, siteNames } from './by-site.ts';
import { CROSS_SITE_TOKEN } from './guide.ts';

/** Where clusters and names are only used, any text that works is right; where they are made, these rules hold. */
const LABEL = /^[a-z0-9]([-a-z0-9]*[a-z0-9])?$/;
/**
 * Both operators make a Service of the name, which begins with a letter (RFC 1035), and a StatefulSet, whose pods bear it
 * with a hash of eleven characters as a label of 63 at most.
 */
const OF_PODS = { pattern: /^[a-z]([-a-z0-9]*[a-z0-9])?$/, longest: 52, begins: ', begin with a letter' };
const NAMES = {
  namespace: { pattern: LABEL, longest: 63, begins: '' },
  infinispan: OF_PODS,
  keycloak: OF_PODS,
} as const;

export const names: Check = ({ sites }) =>
  (sites ?? []).flatMap((site, index) =>
    (['namespace', 'infinispan', 'keycloak'] as const).flatMap((field) => {
      const name = site?.cluster?.[field] ?? null;
      const { pattern, longest, begins } = NAMES[field];
      if (name === null || (pattern.test(name) && name.length <= longest)) return [];
      return [
        `sites.${index}.cluster.${field}: "${name}" is no name that Kubernetes takes; it must be lower case${begins}, as ${field}, at most ${longest} characters`,
      ];
    }),
  );

/** The Data Grid's operator asks the other cluster by `openshift://host:port`, and its schema takes no more than that. */
export const apiServers: Check = ({ sites }) =>
  (sites ?? []).flatMap((site, index) => {
    const address = site?.cluster?.apiServer ?? null;
    if (address === null || isHostAndPort(address)) return [];
    return [
      `sites.${index}.cluster.apiServer: "${address}" is more than a host and a port, which is all that the Data Grid's operator takes; it must be as https://api.site-a.example.test:6443`,
    ];
  });

function isHostAndPort(address: string): boolean {
  const url = URL.canParse(address) ? new URL(address) : null;
  if (url === null) return false;
  return (
    `${url.pathname}${url.search}${url.hash}${url.username}${url.password}` === '/' &&
    url.hostname.split('.').every((label) => LABEL.test(label))
  );
}

/** Manifests of both sites in one namespace overwrite each other. */
export const clusters: Check = ({ sites }) => {
  const [one, other] = (sites ?? []).map((site) => site?.cluster ?? null);
  if (!one?.apiServer || !other?.apiServer || !one.namespace) return [];
  const hostOf = (address: string) => (URL.canParse(address) ? new URL(address).host : address);
  return hostOf(one.apiServer) === hostOf(other.apiServer) && one.namespace === other.namespace
    ? [
        `sites.1.cluster: both sites are in ${one.namespace} at ${one.apiServer}; each needs a cluster of its own`,
      ]
    : [];
};

export const exposures: Check = (file) => {
  const [one, other] = siteNames(file).map((name) => {
    const exposure = file.environment?.sites?.[name]?.exposure;
    return exposure?.type === 'Route' ? exposure.hostName : null;
  });
  return one && one === other
    ? [
        `environment.sites.${siteNames(file)[1]}.exposure.hostName: both sites have ${one}; each needs a name of its own`,
      ]
    : [];
};

/** Secrets that hold different things under the same keys. */
export const secrets: Check = ({ environment }) => {
  const token = environment?.dataGrid?.tokenSecret;
  const { databaseSecret, remoteStoreSecret } = environment?.keycloak ?? {};
  return [
    ...(token === CROSS_SITE_TOKEN
      ? [
          `environment.dataGrid.tokenSecret: ${token} holds the site's own token, and this one the other site's; take another name, as xsite-token-secret`,
        ]
      : []),
    ...(databaseSecret && databaseSecret === remoteStoreSecret
      ? [
          `environment.keycloak.remoteStoreSecret: is ${remoteStoreSecret}, as databaseSecret; the user of the Data Grid and that of the database need a Secret each`,
        ]
      : []),
  ];
};

/** Chapter 3.14.3 of 26.4: what could not be written at both sites is rolled back, and only FAIL does that. */
export const failurePolicy: Check = ({ environment, backupFailurePolicy }) =>
  environment?.keycloak?.version === '26' && backupFailurePolicy === 'WARN'
    ? [
        'backupFailurePolicy: is WARN; the caches of Keycloak 26 have transactions, which are rolled back by FAIL alone; leave it out',
      ]
    : [];
