import * as v from 'valibot';
import {
  described,
  domainName,
  existingInstallation,
  matching,
  newInstallation,
} from '../../infra/configuration/schema.ts';
import { databaseSchema, loadBalancers } from './aws-schema.ts';
import { keycloakSchema } from './keycloak-schema.ts';
import { keyInSecret, nameInNamespace, ofSites } from './shapes.ts';

const crossSiteTls = v.strictObject({
  keyStoreSecret: v.optional(
    nameInNamespace("Secret with the site's key store, its password and its type."),
    'xsite-keystore-secret',
  ),
  keyStoreFile: v.optional(keyInSecret('Key of the key store in its Secret.'), 'keystore.p12'),
  keyAlias: v.optional(described('Alias of the certificate in the key store.'), 'xsite'),
  trustStoreSecret: v.optional(
    nameInNamespace('Secret with the trust store, its password and its type.'),
    'xsite-truststore-secret',
  ),
  trustStoreFile: v.optional(keyInSecret('Key of the trust store in its Secret.'), 'truststore.p12'),
});

const dataGrid = v.strictObject({
  replicas: v.optional(
    v.pipe(
      v.number(),
      v.integer('must be a whole number'),
      v.minValue(2, 'must be at least 2: each entry has two owners'),
      v.description('Data Grid pods of each site.'),
    ),
    3,
  ),
  version: v.optional(
    matching(
      /^\d+\.\d+\.\d+(-[0-9A-Za-z.-]+)?$/,
      'a version of three numbers, as 15.0.11',
      'Version of the server that the operator runs. Without it: its own choice.',
    ),
  ),
  credentialsSecret: v.optional(
    nameInNamespace('Secret with identities.yaml: whom the Data Grid knows.'),
    'connect-secret',
  ),
  tokenSecret: v.optional(
    nameInNamespace("Secret with the token by which the operator asks the other site's cluster."),
    'xsite-token-secret',
  ),
  crossSiteTls: v.optional(
    v.pipe(crossSiteTls, v.description('By what the sites trust each other, the same names at both.')),
    {},
  ),
});

const exposure = v.pipe(
  v.variant('type', [
    v.strictObject({
      type: v.pipe(v.literal('Route'), v.description('An OpenShift Route.')),
      hostName: v.optional(domainName("Name of the Route. Without it: OpenShift's own choice.")),
    }),
    v.strictObject({
      type: v.pipe(v.literal('LoadBalancer'), v.description('A Service with a load balancer of its own.')),
      annotations: v.optional(
        v.pipe(
          v.record(v.string(), v.string()),
          v.description('Annotations of the Service: what kind of load balancer, and that it is internal.'),
        ),
        {},
      ),
    }),
    v.strictObject({
      type: v.pipe(v.literal('NodePort'), v.description('A port of every node.')),
      nodePort: v.pipe(
        v.number(),
        v.integer('must be a whole number'),
        v.minValue(30_000, 'must be 30000 to 32767'),
        v.maxValue(32_767, 'must be 30000 to 32767'),
        v.description('The port.'),
      ),
    }),
  ]),
  v.description('How the other site reaches the Data Grid of this one.'),
);

const healthHost = v.optional(
  domainName(
    "The site's own name, which its health check asks. Given by healthCheck.endpointDomain of a new installation.",
  ),
);

const siteSchema = v.variant('platform', [
  v.strictObject({
    platform: v.pipe(v.literal('openshift'), v.description('OpenShift, with Routes.')),
    exposure,
    healthHost,
  }),
  v.strictObject({
    platform: v.pipe(v.literal('kubernetes'), v.description('Any other Kubernetes, with Ingresses.')),
    exposure,
    healthHost,
    ingress: v.pipe(
      v.strictObject({
        className: nameInNamespace('The ingressClassName. Its controller must pass TLS through.'),
        annotations: v.optional(
          v.pipe(
            v.record(v.string(), v.string()),
            v.description('Annotations of both Ingresses: by them the controller passes TLS through.'),
          ),
          {},
        ),
      }),
      v.description("How clients and Route 53's checkers reach Keycloak."),
    ),
    dataGridTls: v.pipe(
      v.strictObject({
        certificateSecret: nameInNamespace(
          'Secret with the certificate and key (tls.crt, tls.key) of the Data Grid for infinispan.<namespace>.svc.',
        ),
        authoritySecret: nameInNamespace(
          "Secret with the authority that signed it, which goes into Keycloak's trust store.",
        ),
      }),
      v.description('What OpenShift makes by itself: the TLS between Keycloak and its Data Grid.'),
    ),
  }),
]);

export const environmentSchema = v.pipe(
  v.strictObject({
    keycloak: v.pipe(keycloakSchema, v.description('Keycloak, the same at both sites.')),
    dataGrid: v.optional(
      v.pipe(dataGrid, v.description('The external Data Grid, the same at both sites.')),
      {},
    ),
    sites: v.pipe(
      ofSites(siteSchema),
      v.description('Per site, by its name, how its cluster differs from the other one.'),
    ),
    database: v.pipe(databaseSchema, v.description('The Aurora PostgreSQL cluster of both sites.')),
    loadBalancerOf: v.optional(loadBalancers),
  }),
  v.description('What stands before a failover can be automated.'),
);

/** The whole file: the core's fields and the section. */
export const environmentFileSchema = v.variant('installation', [
  v.strictObject({ ...existingInstallation.entries, environment: environmentSchema }),
  v.strictObject({ ...newInstallation.entries, environment: environmentSchema }),
]);

export type EnvironmentFile = v.InferOutput<typeof environmentFileSchema>;
