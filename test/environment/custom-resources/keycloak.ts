import {
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

/** The custom resource's definition; every field below is the same in both. */
const CRD =
  'keycloak-k8s-resources 24.0.5 and 26.0.0, kubernetes/keycloaks.k8s.keycloak.org-v1.yml, v2alpha1 spec';

const secretKey = (field: string): Schema =>
  closed(`${CRD}.${field}`, { name: name(`${CRD}.${field}.name`), key: text(`${CRD}.${field}.key`) });

const quantity = (field: string): Schema =>
  closed(`${CRD}.resources.${field}`, {
    cpu: text(`${CRD}.resources.${field}; Kubernetes, Quantity: at most thousandths`, {
      pattern: '^\\d+(\\.\\d{1,3})?$',
    }),
    memory: text(`${CRD}.resources.${field}; Kubernetes, Quantity: M is 1,000,000`, { pattern: '^\\d+M$' }),
  });

const db = closed(`${CRD}.db`, {
  vendor: only('postgres', `${CRD}.db.vendor; chapter 5.2`),
  url: text(`${CRD}.db.url; chapter 4.4`, {
    pattern: '^jdbc:aws-wrapper:postgresql:\\/\\/[a-z0-9.-]+:5432\\/[a-z][a-z0-9_]*$',
  }),
  poolMinSize: wholeNumber(`${CRD}.db.poolMinSize`, { minimum: 1 }),
  poolInitialSize: wholeNumber(`${CRD}.db.poolInitialSize`, { minimum: 1 }),
  poolMaxSize: wholeNumber(`${CRD}.db.poolMaxSize`, { minimum: 1 }),
  usernameSecret: secretKey('db.usernameSecret'),
  passwordSecret: secretKey('db.passwordSecret'),
});

const OPTIONS = {
  'log-console-output': 'chapter 5.2; chapter 3.15.2 of 26.4',
  'metrics-enabled': 'chapter 5.2; chapter 3.15.2 of 26.4',
  'http-max-queued-requests': 'chapters 5.2 and 5.4; chapter 3.15.4 of 26.4',
  'http-pool-max-threads': 'chapter 5.2; chapter 3.15.4 of 26.4',
  'db-driver': 'chapter 5.2; chapter 3.15.2 of 26.4',
  'cache-remote-host': 'chapter 7.3; chapter 3.14.4 of 26.4',
  'cache-remote-port': 'chapter 7.3; chapter 3.14.4 of 26.4',
} as const;
const OPTIONS_OF = {
  '24': { 'spi-connections-infinispan-quarkus-site-name': 'chapter 7.3' },
  '26': { 'event-metrics-user-enabled': 'chapter 3.15.2 of 26.4' },
} as const;

const option = (version: '24' | '26'): Schema => ({
  description: `${CRD}.additionalOptions[]`,
  oneOf: [
    closed(`${CRD}.additionalOptions[]`, {
      name: oneOf(
        Object.keys({ ...OPTIONS, ...OPTIONS_OF[version] }),
        Object.entries({ ...OPTIONS, ...OPTIONS_OF[version] })
          .map(([each, from]) => `${each}: ${from}`)
          .join('; '),
      ),
      value: text(`${CRD}.additionalOptions[].value: always a text`),
    }),
    closed(`${CRD}.additionalOptions[]`, {
      name: oneOf(['cache-remote-username', 'cache-remote-password'], 'chapter 7.3; chapter 3.14.4 of 26.4'),
      secret: secretKey('additionalOptions[].secret'),
    }),
  ],
});

const spec = (version: '24' | '26'): Schema =>
  closed(
    CRD,
    {
      instances: wholeNumber(`${CRD}.instances`, { minimum: 1 }),
      image: text(`${CRD}.image`),
      startOptimized: { type: 'boolean', description: `${CRD}.startOptimized` },
      hostname: closed(`${CRD}.hostname`, { hostname: text(`${CRD}.hostname.hostname`) }),
      http: closed(`${CRD}.http`, { tlsSecret: name(`${CRD}.http.tlsSecret`) }),
      resources: closed(`${CRD}.resources`, { requests: quantity('requests'), limits: quantity('limits') }),
      db,
      features: closed(`${CRD}.features`, {
        enabled: only(['multi-site'], `${CRD}.features.enabled; chapter 5.2; chapter 3.15.2 of 26.4`),
      }),
      additionalOptions: listOf(option(version), `${CRD}.additionalOptions`, { uniqueItems: true }),
      truststores: closed(`${CRD}.truststores`, {
        'data-grid': closed(`${CRD}.truststores.<any name>`, {
          secret: closed(`${CRD}.truststores.<any name>.secret`, {
            name: name(`${CRD}.truststores.<any name>.secret.name`),
          }),
        }),
      }),
      ingress: closed(
        `${CRD}.ingress`,
        {
          enabled: only(true, `${CRD}.ingress.enabled`),
          className: name(`${CRD}.ingress.className`),
          annotations: texts(`${CRD}.ingress.annotations`),
        },
        ['annotations'],
      ),
      ...(version === '24'
        ? {
            transaction: closed(`${CRD}.transaction`, {
              xaEnabled: only(false, `${CRD}.transaction.xaEnabled; chapter 5.2`),
            }),
          }
        : {}),
    },
    ['truststores', 'ingress'],
  );

export const keycloak = (version: '24' | '26'): Schema =>
  resource('k8s.keycloak.org/v2alpha1', 'Keycloak', CRD, {
    metadata: metadata({ labels: texts('Kubernetes API v1.31, ObjectMeta.labels; chapter 5.2') }),
    spec: spec(version),
  });
