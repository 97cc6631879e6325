import {
  annotations,
  closed,
  listOf,
  metadata,
  name,
  oneOf,
  only,
  resource,
  type Schema,
  text,
  texts,
  wholeNumber,
} from './schema.ts';

/** The operator's types, as of 2.5. The same fields are in config/crd/bases/infinispan.org_infinispans.yaml. */
const TYPES = 'infinispan-operator 2.5, api/v1/infinispan_types.go';
const SITES = `${TYPES}, InfinispanSitesLocalSpec`;
const EXPOSE = `${TYPES}, CrossSiteExposeSpec`;
const STORE = `${TYPES}, CrossSiteKeyStore`;
const LOCATION = `${TYPES}, InfinispanSiteLocationSpec`;

const keyStore = (field: string) =>
  closed(`${TYPES}, EncryptionSiteSpec.${field}`, {
    secretName: name(`${STORE}.secretName`),
    alias: text(`${STORE}.alias`),
    filename: text(`${STORE}.filename`),
  });

const expose: Schema = {
  description: `${EXPOSE}; which field goes with which type: documentation/asciidoc, cross-site expose types`,
  oneOf: [
    closed(
      EXPOSE,
      {
        type: only('Route', `${EXPOSE}.type, CrossSiteExposeTypeRoute`),
        routeHostName: text(`${EXPOSE}.routeHostName`),
      },
      ['routeHostName'],
    ),
    closed(
      EXPOSE,
      {
        type: only('LoadBalancer', `${EXPOSE}.type, CrossSiteExposeTypeLoadBalancer`),
        annotations: texts(`${EXPOSE}.annotations`),
      },
      ['annotations'],
    ),
    closed(EXPOSE, {
      type: only('NodePort', `${EXPOSE}.type, CrossSiteExposeTypeNodePort`),
      nodePort: wholeNumber(`${EXPOSE}.nodePort; Kubernetes' range`, { minimum: 30_000, maximum: 32_767 }),
    }),
  ],
};

const local = closed(SITES, {
  name: text(`${SITES}.name`),
  expose,
  maxRelayNodes: wholeNumber(`${SITES}.maxRelayNodes`, { minimum: 1 }),
  encryption: closed(`${TYPES}, EncryptionSiteSpec`, {
    transportKeyStore: keyStore('transportKeyStore'),
    routerKeyStore: keyStore('routerKeyStore'),
    trustStore: closed(`${TYPES}, CrossSiteTrustStore`, {
      secretName: name(`${TYPES}, CrossSiteTrustStore.secretName`),
      filename: text(`${TYPES}, CrossSiteTrustStore.filename`),
    }),
  }),
});

/** Its validation pattern, of which the part for static addresses is left out: a port must be given. */
const URL_PATTERN =
  '^(kubernetes|minikube|openshift):\\/\\/(([a-z0-9]|[a-z0-9][a-z0-9\\-]*[a-z0-9])\\.)*([a-z0-9]|[a-z0-9][a-z0-9\\-]*[a-z0-9])*(:[0-9]+)+$';

const location = closed(LOCATION, {
  name: text(`${LOCATION}.name`),
  clusterName: name(`${LOCATION}.clusterName`),
  namespace: name(`${LOCATION}.namespace`),
  url: text(`${LOCATION}.url, kubebuilder:validation:Pattern`, { pattern: URL_PATTERN }),
  secretName: name(`${LOCATION}.secretName`),
});

const SPEC = `${TYPES}, InfinispanSpec`;
const VERSION =
  '^(0|[1-9]\\d*)\\.(0|[1-9]\\d*)\\.(0|[1-9]\\d*)(?:-((?:0|[1-9]\\d*|\\d*[a-zA-Z-][0-9a-zA-Z-]*)(?:\\.(?:0|[1-9]\\d*|\\d*[a-zA-Z-][0-9a-zA-Z-]*))*))?$';

const spec = (jmx: Readonly<Record<string, Schema>>): Schema =>
  closed(
    SPEC,
    {
      replicas: wholeNumber(`${SPEC}.replicas`, { minimum: 2 }),
      version: text(`${SPEC}.version, kubebuilder:validation:Pattern`, { pattern: VERSION }),
      ...jmx,
      security: closed(
        `${TYPES}, InfinispanSecurity`,
        {
          endpointSecretName: name(`${TYPES}, InfinispanSecurity.endpointSecretName`),
          endpointEncryption: closed(`${TYPES}, EndpointEncryption`, {
            type: only('Secret', `${TYPES}, EndpointEncryption.type, CertificateSourceTypeSecret`),
            certSecretName: name(`${TYPES}, EndpointEncryption.certSecretName`),
          }),
        },
        ['endpointEncryption'],
      ),
      service: closed(`${TYPES}, InfinispanServiceSpec`, {
        type: only('DataGrid', `${TYPES}, InfinispanServiceSpec.type, ServiceTypeDataGrid`),
        sites: closed(`${TYPES}, InfinispanSitesSpec`, {
          local,
          locations: listOf(location, `${TYPES}, InfinispanSitesSpec.locations`, { maxItems: 1 }),
        }),
      }),
    },
    ['version'],
  );

/** Chapter 6.3, and 3.14.3 of 26.4, which turns on JMX. */
export const infinispan = (version: '24' | '26'): Schema =>
  resource('infinispan.org/v1', 'Infinispan', `${TYPES}, Infinispan`, {
    metadata: metadata({ annotations }),
    spec: spec(
      version === '24'
        ? {}
        : { jmx: closed(`${TYPES}, JmxSpec`, { enabled: only(true, `${TYPES}, JmxSpec.enabled`) }) },
    ),
  });

const BATCH = 'infinispan-operator 2.5, api/v2alpha1/batch_types.go, BatchSpec';

export const batch: Schema = resource('infinispan.org/v2alpha1', 'Batch', BATCH, {
  metadata: closed('Kubernetes API v1.31, ObjectMeta', {
    generateName: text('Kubernetes API v1.31, ObjectMeta.generateName: five characters more are appended', {
      pattern: '^[a-z0-9]([-a-z0-9]*)-$',
      maxLength: 58,
    }),
    namespace: name('Kubernetes API v1.31, ObjectMeta.namespace'),
  }),
  spec: closed(BATCH, { cluster: name(`${BATCH}.cluster`), config: text(`${BATCH}.config`) }),
});

const CACHE = 'infinispan-operator 2.5, api/v2alpha1/cache_types.go, CacheSpec';
const CACHES = [
  'sessions',
  'actionTokens',
  'authenticationSessions',
  'offlineSessions',
  'clientSessions',
  'offlineClientSessions',
  'loginFailures',
  'work',
];

export const cache: Schema = resource('infinispan.org/v2alpha1', 'Cache', CACHE, {
  spec: closed(CACHE, {
    clusterName: name(`${CACHE}.clusterName`),
    name: oneOf(CACHES, `${CACHE}.name; the caches: chapter 6.3`),
    template: text(`${CACHE}.template: in XML, YAML or JSON; chapter 6.3 has YAML`),
  }),
});
