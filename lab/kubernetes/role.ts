export interface PolicyRule {
  readonly apiGroups: readonly string[];
  readonly resources: readonly string[];
  readonly verbs: readonly string[];
}

/** The `rules` of the Role that the product's ServiceAccount needs in the namespace of Keycloak and Data Grid, no more. */
export const ROLE_RULES: readonly PolicyRule[] = [
  { apiGroups: ['infinispan.org'], resources: ['batches'], verbs: ['create', 'get', 'list', 'delete'] },
  { apiGroups: ['infinispan.org'], resources: ['infinispans'], verbs: ['get'] },
  { apiGroups: ['k8s.keycloak.org'], resources: ['keycloaks'], verbs: ['get', 'patch'] },
  { apiGroups: [''], resources: ['pods'], verbs: ['list'] },
  { apiGroups: [''], resources: ['pods/log'], verbs: ['get'] },
  {
    apiGroups: ['networking.k8s.io'],
    resources: ['networkpolicies'],
    verbs: ['create', 'get', 'update', 'delete'],
  },
];

export const allows = (
  rules: readonly PolicyRule[],
  group: string,
  resource: string,
  verb: string,
): boolean =>
  rules.some(
    (rule) =>
      rule.apiGroups.includes(group) && rule.resources.includes(resource) && rule.verbs.includes(verb),
  );
