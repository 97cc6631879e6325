import { ApiObject } from 'cdk8s';
import { Construct } from 'constructs';
import { type Environment, type EnvironmentSite, otherSite } from '../configuration/environment.ts';

/** Chapter 6.3: the Infinispan resource with cross-site. Guide 26 turns on JMX besides (chapter 3.14.3 of 26.4). */
export class DataGrid extends Construct {
  constructor(scope: Construct, id: string, environment: Environment, site: EnvironmentSite) {
    super(scope, id);
    const { dataGrid, version } = environment;
    new ApiObject(this, 'infinispan', {
      apiVersion: 'infinispan.org/v1',
      kind: 'Infinispan',
      metadata: { name: site.infinispan, annotations: { 'infinispan.org/monitoring': 'true' } },
      spec: {
        replicas: dataGrid.replicas,
        ...(dataGrid.version === undefined ? {} : { version: dataGrid.version }),
        ...(version === '26' ? { jmx: { enabled: true } } : {}),
        security: { endpointSecretName: dataGrid.credentialsSecret, ...endpointTls(site) },
        service: {
          type: 'DataGrid',
          sites: { local: local(environment, site), locations: [location(environment, site)] },
        },
      },
    });
  }
}

/** OpenShift signs the certificate of the endpoint by itself; elsewhere it must be there. */
const endpointTls = ({ cluster }: EnvironmentSite) =>
  cluster.platform === 'openshift'
    ? {}
    : { endpointEncryption: { type: 'Secret', certSecretName: cluster.dataGridTls.certificateSecret } };

function local({ dataGrid }: Environment, site: EnvironmentSite) {
  const { keyStoreSecret, keyStoreFile, keyAlias, trustStoreSecret, trustStoreFile } = dataGrid.crossSiteTls;
  const keyStore = { secretName: keyStoreSecret, alias: keyAlias, filename: keyStoreFile };
  return {
    name: site.name,
    expose: expose(site),
    maxRelayNodes: 128,
    encryption: {
      transportKeyStore: keyStore,
      routerKeyStore: keyStore,
      trustStore: { secretName: trustStoreSecret, filename: trustStoreFile },
    },
  };
}

function expose({ exposure }: EnvironmentSite) {
  const { type } = exposure;
  switch (exposure.type) {
    case 'Route':
      return { type, ...(exposure.hostName === undefined ? {} : { routeHostName: exposure.hostName }) };
    case 'LoadBalancer':
      return {
        type,
        ...(Object.keys(exposure.annotations).length === 0 ? {} : { annotations: exposure.annotations }),
      };
    case 'NodePort':
      return { type, nodePort: exposure.nodePort };
  }
}

/** The operator asks the other cluster's API where its Data Grid is reached. */
function location(environment: Environment, site: EnvironmentSite) {
  const other = otherSite(environment, site);
  const { hostname, port } = new URL(other.apiServer);
  return {
    name: other.name,
    clusterName: other.infinispan,
    namespace: other.namespace,
    // The operator's schema wants a port, also where it is the usual one.
    url: `${other.cluster.platform}://${hostname}:${port === '' ? 443 : port}`,
    secretName: environment.dataGrid.tokenSecret,
  };
}
