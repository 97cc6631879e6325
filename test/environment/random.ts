import * as fc from 'fast-check';
import type { Environment } from '../../environment/configuration/environment.ts';
import { type Example, example } from './examples.ts';

/** What an operator may choose for one cluster, apart from names and addresses. */
interface Cluster {
  readonly platform: 'openshift' | 'kubernetes';
  // biome-ignore lint/suspicious/noExplicitAny: as a file has it
  readonly exposure: (site: string) => any;
  readonly ownNames: boolean;
  readonly port: '' | ':6443';
  readonly byEks: boolean;
  readonly annotations: Readonly<Record<string, string>>;
}

const annotations = fc.constantFrom<Readonly<Record<string, string>>>(
  {},
  { 'nginx.ingress.kubernetes.io/ssl-passthrough': 'true' },
);

const exposureOf = (platform: Cluster['platform']): fc.Arbitrary<Cluster['exposure']> =>
  fc.oneof(
    annotations.map((given) => () => ({ type: 'LoadBalancer', annotations: given })),
    fc.integer({ min: 30_000, max: 32_767 }).map((nodePort) => () => ({ type: 'NodePort', nodePort })),
    ...(platform === 'kubernetes'
      ? []
      : [
          fc.constant(() => ({ type: 'Route' })),
          fc.constant((site: string) => ({ type: 'Route', hostName: `xsite.${site}.example.test` })),
        ]),
  );

const cluster: fc.Arbitrary<Cluster> = fc
  .constantFrom<Cluster['platform']>('openshift', 'kubernetes')
  .chain((platform) =>
    fc.record({
      platform: fc.constant(platform),
      exposure: exposureOf(platform),
      ownNames: fc.boolean(),
      port: fc.constantFrom<'' | ':6443'>('', ':6443'),
      byEks: fc.boolean(),
      annotations,
    }),
  );

const secret = fc.stringMatching(/^secret-[a-z0-9]{1,12}$/);

const shared = fc.record({
  name: fc.constantFrom<Example>('openshift-26', 'kubernetes-24'),
  warns: fc.boolean(),
  pods: fc.integer({ min: 1, max: 200 }),
  replicas: fc.integer({ min: 2, max: 9 }),
  version: fc.constantFrom(null, '15.0.11', '16.0.7'),
  millicores: fc.integer({ min: 1, max: 64_000 }),
  megabytes: fc.integer({ min: 500, max: 64_000 }),
  secrets: fc.record({ credentialsSecret: secret, tokenSecret: secret }),
  crossSiteTls: fc.record({ keyStoreSecret: secret, trustStoreSecret: secret, keyAlias: fc.constant('own') }),
});

/** A right configuration as somebody could have written it. What is of one site alone bears the site's name. */
export interface Drawn {
  readonly names: readonly [string, string];
  readonly clusters: readonly [Cluster, Cluster];
  /** With the sites in the other order, and the other one primary, too. */
  readonly environment: (change?: (file: never) => void) => Environment;
}

const drawn = (clusters: fc.Arbitrary<readonly [Cluster, Cluster]>): fc.Arbitrary<Drawn> =>
  fc
    .record({
      names: fc
        .uniqueArray(fc.stringMatching(/^zone-[a-z0-9]{6}$/), { minLength: 2, maxLength: 2 })
        .map(([one, other]) => [one!, other!] as const),
      clusters,
      shared,
    })
    .map(({ names, clusters, shared }) => ({
      names,
      clusters,
      environment: (change = () => {}) =>
        example(shared.name, (file) => {
          apply(file, names, clusters, shared);
          change(file as never);
        }),
    }));

/** Both sites are made alike. */
export const alike = drawn(cluster.map((one) => [one, one] as const));
/** Each site as it likes. */
export const unlike = drawn(fc.tuple(cluster, cluster));

type Shared = typeof shared extends fc.Arbitrary<infer T> ? T : never;

// biome-ignore lint/suspicious/noExplicitAny: a file before it is checked
function apply(file: any, names: Drawn['names'], clusters: Drawn['clusters'], values: Shared): void {
  const { environment } = file;
  if (file.environment.keycloak.version === '24') file.backupFailurePolicy = values.warns ? 'WARN' : 'FAIL';
  const before = file.sites.map(({ name }: { name: string }) => name);
  const renamed = (given: Record<string, unknown> | undefined) =>
    given === undefined
      ? undefined
      : Object.fromEntries(before.map((name: string, index: number) => [names[index], given[name]]));
  for (const holder of [
    [environment.database, 'vpcOf'],
    [environment, 'loadBalancerOf'],
    [file.bridgeCut, 'siteCidrs'],
    [file.crossSiteView?.metric, 'dimensionsOf'],
  ] as const)
    if (holder[0]?.[holder[1]] !== undefined) holder[0][holder[1]] = renamed(holder[0][holder[1]]);

  environment.sites = {};
  file.sites.forEach((site: Record<string, never>, index: number) => {
    const name = names[index]!;
    const { platform, exposure, ownNames, port, byEks, annotations } = clusters[index]!;
    Object.assign(site, { name, keycloakInstances: values.pods });
    Object.assign(site['cluster']!, {
      apiServer: `https://api.${name}.example.test${port}`,
      token: byEks ? { eksClusterName: `eks-${name}` } : { secretId: `token-${name}` },
      ...(ownNames ? { namespace: `ns-${name}`, infinispan: `grid-${name}`, keycloak: `kc-${name}` } : {}),
    });
    if (file.installation === 'new')
      Object.assign(site, { healthCheck: { endpointDomain: `${name}.example.test` } });
    environment.sites[name] = {
      platform,
      exposure: exposure(name),
      ...(file.installation === 'new' ? {} : { healthHost: `${name}.login.example.test` }),
      ...(platform === 'openshift'
        ? {}
        : {
            ingress: { className: 'nginx', annotations },
            dataGridTls: { certificateSecret: 'grid-tls', authoritySecret: 'grid-authority' },
          }),
    };
  });
  environment.dataGrid = {
    replicas: values.replicas,
    ...(values.version === null ? {} : { version: values.version }),
    ...values.secrets,
    crossSiteTls: values.crossSiteTls,
  };
  Object.assign(environment.keycloak.sizing, {
    cpuRequestVcpu: values.millicores / 1000,
    cpuLimitVcpu: (values.millicores * 3) / 1000,
    memoryRequestMegabytes: values.megabytes,
    memoryLimitMegabytes: values.megabytes * 2,
    httpPoolMaxThreads: Math.floor(200 / values.pods),
  });
}
