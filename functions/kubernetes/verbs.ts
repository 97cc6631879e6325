/** Verbs on one resource of the site's namespace, in the words of a Role. */
interface Use {
  readonly group: string;
  /** With its subresource: `pods/log`. */
  readonly resource: string;
  readonly verbs: readonly ('get' | 'list' | 'create' | 'update' | 'patch' | 'delete')[];
}

/** Every verb that the client asks for in a site's namespace: no more, and the Role grants no other. */
export const VERBS_IN_USE: readonly Use[] = [
  { group: 'infinispan.org', resource: 'batches', verbs: ['create', 'get', 'list', 'delete'] },
  { group: 'infinispan.org', resource: 'infinispans', verbs: ['get'] },
  { group: 'k8s.keycloak.org', resource: 'keycloaks', verbs: ['get', 'patch'] },
  { group: '', resource: 'pods', verbs: ['list'] },
  { group: '', resource: 'pods/log', verbs: ['get'] },
  { group: 'networking.k8s.io', resource: 'networkpolicies', verbs: ['create', 'get', 'update', 'delete'] },
];

/** As messages name a resource: `batches.infinispan.org`, `pods/log`. */
export const fullName = (group: string, resource: string): string =>
  group === '' ? resource : `${resource}.${group}`;
