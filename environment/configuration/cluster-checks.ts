import type { Check } from './by-site.ts';

/** Where clusters and names are only used, any text that works is right; where they are made, these rules hold. */
const LABEL = /^[a-z0-9]([-a-z0-9]*[a-z0-9])?$/;
/** The Keycloak operator puts `-service` behind its name, which has 63 characters at most. */
const LONGEST = { namespace: 63, infinispan: 63, keycloak: 55 } as const;

export const names: Check = ({ sites }) =>
  (sites ?? []).flatMap((site, index) =>
    (['namespace', 'infinispan', 'keycloak'] as const).flatMap((field) => {
      const name = site?.cluster?.[field] ?? null;
      if (name === null || (LABEL.test(name) && name.length <= LONGEST[field])) return [];
      return [
        `sites.${index}.cluster.${field}: "${name}" is no name that Kubernetes takes; it must be lower case, as ${field}, at most ${LONGEST[field]} characters`,
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

/** Chapter 3.14.3 of 26.4: what could not be written at both sites is rolled back, and only FAIL does that. */
export const failurePolicy: Check = ({ environment, backupFailurePolicy }) =>
  environment?.keycloak?.version === '26' && backupFailurePolicy === 'WARN'
    ? [
        'backupFailurePolicy: is WARN; the caches of Keycloak 26 have transactions, which are rolled back by FAIL alone; leave it out',
      ]
    : [];
