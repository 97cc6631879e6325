import { type Environment, type EnvironmentSite, otherSite } from '../configuration/environment.ts';
import { CROSS_SITE_TOKEN } from '../configuration/guide.ts';

/** One stage of setting up both sites. Nothing of a later one works before. */
export interface Stage {
  readonly title: string;
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
    { title: 'Who may look at what', commands: apply('01-cross-site-access', '02-failover-access') },
    {
      title: "Each site's token to the other one",
      commands: sites.map((site) => {
        const other = otherSite(environment, site);
        const token = kubectl(other, `get secret ${CROSS_SITE_TOKEN} -o jsonpath='{.data.token}'`);
        const store = `create secret generic ${dataGrid.tokenSecret} --from-file=token=/dev/stdin`;
        return `${token} | base64 -d | ${kubectl(site, store)}`;
      }),
    },
    {
      title: 'The Data Grids, with all Secrets in place, until they see each other',
      commands: [...apply('03-infinispan'), ...condition('WellFormed'), ...condition('CrossSiteViewFormed')],
    },
    {
      title: 'The caches at both sites, before any Keycloak starts',
      commands: [...apply('04-caches'), ...wait(() => '--for=condition=Ready caches.infinispan.org --all')],
    },
    {
      title: 'Keycloak, and the way to it',
      commands: [
        ...apply('05-keycloak', '06-health-endpoint'),
        ...wait(({ keycloak }) => `--for=condition=Ready keycloaks.k8s.keycloak.org/${keycloak}`),
      ],
    },
  ];
}
