import { addresses, identifier, listedOnce, loadBalancerRecords, writer, zones } from './aws-checks.ts';
import { type Check, forBothSites, siteNames } from './by-site.ts';
import { apiServers, clusters, exposures, failurePolicy, names, secrets } from './cluster-checks.ts';
import { CACHES_OF, JGROUPS_THREADS } from './guide.ts';

const perSite: Check = (file) => forBothSites(file, 'environment.sites', file.environment?.sites);

const caches: Check = (file) => {
  const version = file.environment?.keycloak?.version;
  if (version === null || version === undefined || file.caches === null) return [];
  const right = CACHES_OF[version];
  const all = `Keycloak ${version} has ${right.join(', ')}`;
  const given = file.caches;
  return [
    ...given.flatMap((name, index) =>
      name === null || right.includes(name)
        ? []
        : [`caches.${index}: ${name} is none that environment.keycloak.version knows; ${all}`],
    ),
    ...(given.includes(null) ? [] : right.filter((name) => !given.includes(name))).map(
      (name) => `caches: lacks ${name}; ${all}`,
    ),
  ];
};

/** The passive site takes over everything, so it is as large. */
const pods: Check = ({ sites, environment }) => {
  const counts = (sites ?? []).map((site) => site?.keycloakInstances ?? 0);
  const [one, other] = counts;
  return [
    ...(one && other && one !== other
      ? [
          `sites.1.keycloakInstances: is ${other}, and ${one} at the other site; both must be the same, since either serves alone`,
        ]
      : []),
    ...threadsOf(counts, environment?.keycloak?.sizing?.httpPoolMaxThreads ?? null),
  ];
};

/** Of each site for itself; that both are the same is said besides. */
function threadsOf(counts: readonly number[], threads: number | null): readonly string[] {
  const different = [...new Set(counts)];
  // The site with the most pods that may be has the fewest threads.
  const pods = Math.max(0, ...different.filter((count) => count <= JGROUPS_THREADS));
  const most = Math.floor(JGROUPS_THREADS / pods);
  return [
    ...different
      .filter((count) => count > JGROUPS_THREADS)
      .map(
        (count) =>
          `sites.${counts.indexOf(count)}.keycloakInstances: ${count} pods are more than the ${JGROUPS_THREADS} threads of JGroups allow; take fewer pods with more CPU each`,
      ),
    ...(threads !== null && threads > most
      ? [
          `environment.keycloak.sizing.httpPoolMaxThreads: ${pods} ${pods === 1 ? 'pod' : 'pods'} with ${threads} threads ${pods === 1 ? 'has' : 'have'} ${pods * threads}, and JGroups has ${JGROUPS_THREADS}; it must be at most ${most}, or sites.*.keycloakInstances at most ${Math.floor(JGROUPS_THREADS / threads)}`,
        ]
      : []),
  ];
}

const limits: Check = ({ environment }) => {
  const sizing = environment?.keycloak?.sizing;
  return (
    [
      ['cpuRequestVcpu', 'cpuLimitVcpu'],
      ['memoryRequestMegabytes', 'memoryLimitMegabytes'],
    ] as const
  ).flatMap(([request, limit]) => {
    const asked = sizing?.[request];
    const most = sizing?.[limit];
    return asked && most && most < asked
      ? [`environment.keycloak.sizing.${limit}: ${most} is less than ${request}, which is ${asked}`]
      : [];
  });
};

const routes: Check = ({ environment }) =>
  Object.entries(environment?.sites ?? {}).flatMap(([name, site]) =>
    site?.platform === 'kubernetes' && site.exposure?.type === 'Route'
      ? [
          `environment.sites.${name}.exposure.type: Route is OpenShift's; with platform kubernetes it must be LoadBalancer or NodePort`,
        ]
      : [],
  );

/** A new installation says the names already; an existing one does not. */
const hostNames: Check = (file) => {
  const { installation, environment } = file;
  const named = (
    where: string,
    given: string | null | undefined,
    core: { readonly where: string; readonly name: string | null | undefined } | null,
  ) => {
    if (given === null || core?.name === null) return [];
    if (core === null)
      return given === undefined ? [`${where}: is missing; an existing installation needs it`] : [];
    return given === undefined || given === core.name
      ? []
      : [`${where}: is ${given}, and ${core.where} is ${core.name}; leave it out, or make it the same`];
  };
  if (installation === null || !environment) return [];
  return [
    ...(environment.keycloak === null
      ? []
      : named(
          'environment.keycloak.hostname',
          environment.keycloak.hostname,
          file.installation === 'new'
            ? { where: 'dns.clientDomain', name: file.dns?.clientDomain ?? null }
            : null,
        )),
    ...siteNames(file).flatMap((name, index) => {
      const site = environment.sites?.[name];
      if (site === undefined || site === null) return [];
      const check = file.sites?.[index]?.healthCheck as { endpointDomain?: string | null } | null | undefined;
      return named(
        `environment.sites.${name}.healthHost`,
        site.healthHost,
        installation === 'new'
          ? { where: `sites.${index}.healthCheck.endpointDomain`, name: check?.endpointDomain ?? null }
          : null,
      );
    }),
  ];
};

/** A name that both sites share leads a check of one to the other. */
const ownNames: Check = (file) => {
  const { installation, environment } = file;
  if (installation === null) return [];
  const isNew = file.installation === 'new';
  const shared = isNew
    ? { where: 'dns.clientDomain, whose records fail over', name: file.dns?.clientDomain }
    : {
        where: 'environment.keycloak.hostname, which leads to the site that serves',
        name: environment?.keycloak?.hostname,
      };
  const given = siteNames(file).map((name, index) => {
    const check = file.sites?.[index]?.healthCheck as { endpointDomain?: string | null } | null | undefined;
    return isNew
      ? { where: `sites.${index}.healthCheck.endpointDomain`, name: check?.endpointDomain }
      : { where: `environment.sites.${name}.healthHost`, name: environment?.sites?.[name]?.healthHost };
  });
  const [one, other] = given;
  return [
    ...given
      .filter(({ name }) => name && name === shared.name)
      .map(({ where }) => `${where}: is ${shared.where}; the site needs a name of its own`),
    // Of a new installation the core says it.
    ...(!isNew && other?.name && one?.name === other.name
      ? [`${other.where}: both sites have ${other.name}; each needs a name of its own`]
      : []),
  ];
};

export const ENVIRONMENT_CHECKS: readonly Check[] = [
  perSite,
  caches,
  pods,
  limits,
  routes,
  names,
  apiServers,
  clusters,
  exposures,
  secrets,
  failurePolicy,
  hostNames,
  ownNames,
  zones,
  identifier,
  addresses,
  listedOnce,
  loadBalancerRecords,
  writer,
];
