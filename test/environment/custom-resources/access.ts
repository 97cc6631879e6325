import {
  annotations,
  closed,
  KUBERNETES,
  listOf,
  metadata,
  name,
  oneOf,
  only,
  resource,
  type Schema,
  text,
} from './schema.ts';

const RBAC = `${KUBERNETES}, rbac.authorization.k8s.io/v1`;

export const serviceAccount = resource('v1', 'ServiceAccount', `${KUBERNETES}, core/v1 ServiceAccount`, {});

const strings = (description: string) =>
  listOf({ type: 'string', description: 'An item of it.' }, description);

export const role = resource('rbac.authorization.k8s.io/v1', 'Role', `${RBAC} Role`, {
  rules: listOf(
    closed(`${RBAC} PolicyRule`, {
      apiGroups: strings(`${RBAC} PolicyRule.apiGroups`),
      resources: strings(`${RBAC} PolicyRule.resources`),
      verbs: strings(`${RBAC} PolicyRule.verbs`),
    }),
    `${RBAC} Role.rules`,
  ),
});

const subject = `${RBAC} Subject`;

export const roleBinding = resource('rbac.authorization.k8s.io/v1', 'RoleBinding', `${RBAC} RoleBinding`, {
  roleRef: closed(`${RBAC} RoleRef`, {
    apiGroup: only('rbac.authorization.k8s.io', `${RBAC} RoleRef.apiGroup`),
    kind: oneOf(['Role', 'ClusterRole'], `${RBAC} RoleRef.kind`),
    name: text(`${RBAC} RoleRef.name`),
  }),
  subjects: listOf(
    {
      oneOf: [
        closed(`${subject} without apiGroup: of the core`, {
          kind: only('ServiceAccount', `${subject}.kind`),
          name: name(`${subject}.name`),
        }),
        closed(subject, {
          apiGroup: only('rbac.authorization.k8s.io', `${subject}.apiGroup`),
          kind: only('Group', `${subject}.kind`),
          name: text(`${subject}.name`),
        }),
      ],
      description: `${subject}; without a namespace, a ServiceAccount is of the binding's own`,
    },
    `${RBAC} RoleBinding.subjects`,
  ),
});

const NODES = 'infinispan-operator 2.5, pkg/kubernetes/kubernetes.go, GetNodeHost';

/** Of the whole cluster, so without a namespace. */
const ofTheCluster = closed(`${KUBERNETES}, ObjectMeta`, {
  name: text(`${KUBERNETES}, ObjectMeta.name`, { pattern: '^xsite-sa-nodes-[-a-z0-9]+$' }),
});

export const clusterRole = resource('rbac.authorization.k8s.io/v1', 'ClusterRole', `${RBAC} ClusterRole`, {
  metadata: ofTheCluster,
  rules: listOf(
    closed(`${RBAC} PolicyRule`, {
      apiGroups: only([''], `${RBAC} PolicyRule.apiGroups: of the core`),
      resources: only(['nodes'], `${RBAC} PolicyRule.resources; ${NODES}`),
      verbs: only(['get', 'list', 'watch'], `${RBAC} PolicyRule.verbs; ${NODES}`),
    }),
    `${RBAC} ClusterRole.rules`,
  ),
});

export const clusterRoleBinding = resource(
  'rbac.authorization.k8s.io/v1',
  'ClusterRoleBinding',
  `${RBAC} ClusterRoleBinding`,
  {
    metadata: ofTheCluster,
    roleRef: closed(`${RBAC} RoleRef`, {
      apiGroup: only('rbac.authorization.k8s.io', `${RBAC} RoleRef.apiGroup`),
      kind: only('ClusterRole', `${RBAC} RoleRef.kind`),
      name: text(`${RBAC} RoleRef.name`),
    }),
    subjects: listOf(
      closed(subject, {
        kind: only('ServiceAccount', `${subject}.kind`),
        name: name(`${subject}.name`),
        namespace: name(`${subject}.namespace`),
      }),
      `${RBAC} ClusterRoleBinding.subjects`,
    ),
  },
);

const SECRET = `${KUBERNETES}, core/v1 Secret`;

/** Only what Kubernetes fills in itself. There is no field for a value: `data` and `stringData` are left out on purpose. */
export const secret: Schema = closed(SECRET, {
  apiVersion: only('v1', `${SECRET}.apiVersion`),
  kind: only('Secret', `${SECRET}.kind`),
  type: only('kubernetes.io/service-account-token', `${SECRET}.type; chapter 6.3`),
  metadata: metadata({ annotations }),
});
