import type { CacheName, SiteName } from '../../functions/shared/names.ts';
import type { DeploymentConfiguration } from '../../infra/configuration/schema.ts';
import { CACHES_OF, type GuideVersion } from './guide.ts';
import type { Sizing } from './keycloak-schema.ts';
import type { EnvironmentFile } from './schema.ts';

type Section = EnvironmentFile['environment'];
type SiteSection = Section['sites'][string];
type OnKubernetes = Extract<SiteSection, { platform: 'kubernetes' }>;
type CreateSection = Extract<Section['database'], { kind: 'create' }>;

type Exposure = SiteSection['exposure'];
type DataGrid = Section['dataGrid'];
type ClusterVpc = CreateSection['vpcOf'][string];
type LoadBalancer = NonNullable<Section['loadBalancerOf']>[string];

/** One site, from both parts of the file. */
export interface EnvironmentSite {
  readonly name: SiteName;
  readonly role: 'PRIMARY' | 'SECONDARY';
  /** Keycloak's pods, as many as at the other site. */
  readonly pods: number;
  readonly namespace: string;
  /** Name of the Infinispan resource. */
  readonly infinispan: string;
  /** Name of the Keycloak resource. */
  readonly keycloak: string;
  /** HTTPS address of the cluster's API server. */
  readonly apiServer: string;
  readonly exposure: Exposure;
  /** The site's own name, which Route 53's checkers ask. */
  readonly healthHost: string;
  readonly cluster:
    | { readonly platform: 'openshift' }
    | ({ readonly platform: 'kubernetes' } & Pick<OnKubernetes, 'ingress' | 'dataGridTls'>);
}

/** The database that is made: its identifier is the one that failover moves, its zones are the sites'. */
export interface DatabaseToCreate {
  readonly kind: 'create';
  readonly clusterIdentifier: string;
  readonly engineVersion: string;
  readonly instanceClass: string;
  readonly cidr: string;
  readonly databaseName: string;
  readonly backupRetentionDays: number;
  /** Of the primary, where the writer is, and of the other site. */
  readonly zones: readonly [string, string];
  /** In the order of the environment's sites. */
  readonly vpcs: readonly [SiteVpc, SiteVpc];
  /** Null until it was made and somebody wrote it into the configuration. */
  readonly writerEndpoint: string | null;
}

interface SiteVpc extends ClusterVpc {
  readonly site: SiteName;
}

interface ExistingDatabase {
  readonly kind: 'existing';
  readonly writerEndpoint: string;
  readonly databaseName: string;
}

/** Everything that manifests and stacks are made of. Nothing in it is left to look up. */
export interface Environment {
  /** The core's part of the file. */
  readonly deployment: DeploymentConfiguration;
  readonly version: GuideVersion;
  readonly caches: readonly CacheName[];
  /** What a cache does with a write that does not reach the other site. */
  readonly backupFailurePolicy: 'FAIL' | 'WARN';
  readonly keycloak: {
    readonly image: string;
    readonly imageIsOptimized: boolean;
    readonly hostname: string;
    readonly sizing: Sizing;
    readonly tlsSecret: string;
    readonly databaseSecret: string;
    readonly remoteStoreSecret: string;
  };
  readonly dataGrid: DataGrid;
  /** The primary first. */
  readonly sites: readonly [EnvironmentSite, EnvironmentSite];
  readonly database: DatabaseToCreate | ExistingDatabase;
  /** The load balancers in the order of the sites, and the zone of the records. Null: no records are made. */
  readonly siteRecords: {
    readonly hostedZoneId: string;
    readonly loadBalancers: readonly [LoadBalancer, LoadBalancer];
  } | null;
}

export const otherSite = ({ sites: [one, other] }: Environment, site: EnvironmentSite): EnvironmentSite =>
  site.name === one.name ? other : one;

/** @param file that was found right, so what its rules demand is there */
export function environmentOf(file: EnvironmentFile): Environment {
  const { environment: section, ...core } = file;
  const [primary, secondary] = [...file.sites].sort((one) => (one.role === 'PRIMARY' ? -1 : 1));
  const pair = <T>(of: (site: EnvironmentFile['sites'][number]) => T) =>
    [of(primary!), of(secondary!)] as const;
  const { version, hostname, ...keycloak } = section.keycloak;
  return {
    deployment: core,
    version,
    caches: CACHES_OF[version],
    backupFailurePolicy: file.backupFailurePolicy,
    keycloak: {
      ...keycloak,
      hostname: hostname ?? (file as { dns: { clientDomain: string } }).dns.clientDomain,
    },
    dataGrid: section.dataGrid,
    sites: pair((site) => siteOf(site, section.sites[site.name]!)),
    database: databaseOf(file, pair),
    siteRecords:
      file.installation === 'new' && section.loadBalancerOf !== undefined
        ? {
            hostedZoneId: file.dns.hostedZoneId,
            loadBalancers: pair(({ name }) => section.loadBalancerOf![name]!),
          }
        : null,
  };
}

function siteOf(core: EnvironmentFile['sites'][number], section: SiteSection): EnvironmentSite {
  return {
    name: core.name as SiteName,
    role: core.role,
    pods: core.keycloakInstances,
    namespace: core.cluster.namespace,
    infinispan: core.cluster.infinispan,
    keycloak: core.cluster.keycloak,
    apiServer: core.cluster.apiServer,
    exposure: section.exposure,
    healthHost: section.healthHost ?? (core.healthCheck as { endpointDomain: string }).endpointDomain,
    cluster:
      section.platform === 'openshift'
        ? { platform: 'openshift' }
        : { platform: 'kubernetes', ingress: section.ingress, dataGridTls: section.dataGridTls },
  };
}

function databaseOf(
  file: EnvironmentFile,
  pair: <T>(of: (site: EnvironmentFile['sites'][number]) => T) => readonly [T, T],
): Environment['database'] {
  const { database } = file.environment;
  if (database.kind === 'existing') return database;
  const { vpcOf, writerEndpoint = null, ...rest } = database;
  return {
    ...rest,
    clusterIdentifier: file.database!.clusterIdentifier,
    zones: pair(({ availabilityZone }) => availabilityZone!),
    vpcs: pair(({ name }) => ({ site: name as SiteName, ...vpcOf[name]! })),
    writerEndpoint,
  };
}
