import type { CacheName } from '../../functions/shared/names.ts';
import { type Environment, type EnvironmentSite, otherSite } from '../configuration/environment.ts';
import { CROSS_SITE_TOKEN } from '../configuration/guide.ts';
import { indexedCachesOf } from './cache-template.ts';
import { resourceOf } from './caches.ts';

/** One stage of setting up both sites. Nothing of a later one works before. */
export interface Stage {
  readonly title: string;
  /** What one sees and does besides, a line each. */
  readonly notes: readonly string[];
  readonly commands: readonly string[];
}

/** Each site's cluster is a context of kubectl with the site's name. */
export const kubectl = ({ name, namespace }: EnvironmentSite, words: string): string =>
  `kubectl --context ${name} -n ${namespace} ${words}`;

/** In which order all of it is applied, from the folder in which the files are. */
export function orderOf(environment: Environment): readonly Stage[] {
  const { sites, dataGrid } = environment;
  const apply = (...files: readonly string[]) =>
    sites.map((site) =>
      kubectl(site, `apply ${files.map((file) => `-f ${site.name}/${file}.yaml`).join(' ')}`),
    );
  const wait = (words: (site: EnvironmentSite) => string) =>
    sites.map((site) => kubectl(site, `wait --timeout=600s ${words(site)}`));
  const condition = (name: string) =>
    wait(({ infinispan }) => `--for=condition=${name} infinispans.infinispan.org/${infinispan}`);
  return [
    {
      title: 'Who may look at what',
      notes: [],
      commands: apply('01-cross-site-access', '02-failover-access'),
    },
    {
      title: "Each site's token to the other one",
      notes: [],
      commands: sites.flatMap((site) => {
        const other = otherSite(environment, site);
        const token = kubectl(other, `get secret ${CROSS_SITE_TOKEN} -o jsonpath='{.data.token}'`);
        const made = `create secret generic ${dataGrid.tokenSecret} --from-file=token=/dev/stdin --dry-run=client -o yaml`;
        // Kubernetes fills it in some time after it was applied.
        return [
          `until ${token} | grep -q .; do sleep 1; done`,
          `${token} | base64 -d | ${kubectl(site, made)} | ${kubectl(site, 'apply -f -')}`,
        ];
      }),
    },
    {
      title: 'The Data Grids, with all Secrets in place, until they see each other',
      notes: [],
      commands: [...apply('03-infinispan'), ...condition('WellFormed'), ...condition('CrossSiteViewFormed')],
    },
    ...cachesAndKeycloak(environment, apply, wait),
  ];
}

type OfFiles = (...files: readonly string[]) => readonly string[];
type OfSites = (words: (site: EnvironmentSite) => string) => readonly string[];

/** The guide of 26 has all caches before Keycloak, and two of them need what Keycloak brings. */
function cachesAndKeycloak(environment: Environment, apply: OfFiles, wait: OfSites): readonly Stage[] {
  const indexed = indexedCachesOf(environment);
  const resources = (names: readonly CacheName[]) =>
    names.map((name) => `caches.infinispan.org/${resourceOf(name)}`).join(' ');
  const atOnce = environment.caches.filter((name) => !indexed.includes(name));
  const keycloak = apply('05-keycloak', '06-health-endpoint');
  const keycloakReady = wait(
    ({ keycloak }) => `--for=condition=Ready keycloaks.k8s.keycloak.org/${keycloak}`,
  );
  const caches = {
    title: 'The caches at both sites, before any Keycloak starts',
    notes:
      indexed.length === 0
        ? []
        : [
            `Not waited for: ${indexed.join(' and ')}, which have an index. A newer Data Grid refuses them until it`,
            "knows Keycloak's schema: they do not become Ready, and the reason is ISPN028022. They are made again below.",
          ],
    commands: [
      ...apply('04-caches'),
      ...wait(
        () =>
          `--for=condition=Ready ${indexed.length === 0 ? 'caches.infinispan.org --all' : resources(atOnce)}`,
      ),
    ],
  };
  if (indexed.length === 0)
    return [
      caches,
      { title: 'Keycloak, and the way to it', notes: [], commands: [...keycloak, ...keycloakReady] },
    ];
  return [
    caches,
    {
      title: 'Keycloak, and the way to it; it brings the schema as it starts',
      notes: [],
      commands: keycloak,
    },
    {
      title: 'The caches with an index, again where they were refused',
      notes: [
        "What is refused stays as a definition that can't be used, so it is deleted and applied once more. Again and again",
        'until both lines say `condition met` for both caches and delete nothing: until a Keycloak pod of that site has begun to',
        'start, they are refused anew. Not later, when people are logged in: it throws away what is in them.',
      ],
      commands: environment.sites.map((site) => {
        const ready = kubectl(site, `wait --timeout=60s --for=condition=Ready ${resources(indexed)}`);
        const remove = kubectl(site, `delete ${resources(indexed)}`);
        return `${ready} || { ${remove}; ${kubectl(site, `apply -f ${site.name}/04-caches.yaml`)}; }`;
      }),
    },
    { title: 'Until Keycloak is ready at both sites', notes: [], commands: keycloakReady },
  ];
}
