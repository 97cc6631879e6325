import type { Environment, EnvironmentSite } from '../configuration/environment.ts';

type Option =
  | { readonly name: string; readonly value: string }
  | { readonly name: string; readonly secret: { readonly name: string; readonly key: string } };

/** What the Keycloak resource has no field of its own for. Chapters 5.2 and 7.3; chapter 3.15.2 of 26.4. */
export function keycloakOptions(environment: Environment, site: EnvironmentSite): readonly Option[] {
  const { sizing, remoteStoreSecret: name } = environment.keycloak;
  return [
    { name: 'http-max-queued-requests', value: `${sizing.httpMaxQueuedRequests}` },
    { name: 'log-console-output', value: 'json' },
    { name: 'metrics-enabled', value: 'true' },
    ...(environment.version === '26' ? [{ name: 'event-metrics-user-enabled', value: 'true' }] : []),
    { name: 'http-pool-max-threads', value: `${sizing.httpPoolMaxThreads}` },
    { name: 'db-driver', value: 'software.amazon.jdbc.Driver' },
    { name: 'cache-remote-host', value: `${site.infinispan}.${site.namespace}.svc` },
    { name: 'cache-remote-port', value: '11222' },
    { name: 'cache-remote-username', secret: { name, key: 'username' } },
    { name: 'cache-remote-password', secret: { name, key: 'password' } },
    // Any name, of the embedded caches alone, that the other site does not have.
    ...(environment.version === '24'
      ? [{ name: 'spi-connections-infinispan-quarkus-site-name', value: site.name }]
      : []),
  ];
}
