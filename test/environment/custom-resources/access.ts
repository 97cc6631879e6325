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

const SECRET = `${KUBERNETES}, core/v1 Secret`;

/** Only what Kubernetes fills in itself. There is no field for a value: `data` and `stringData` are left out on purpose. */
export const secret: Schema = closed(SECRET, {
  apiVersion: only('v1', `${SECRET}.apiVersion`),
  kind: only('Secret', `${SECRET}.kind`),
  type: only('kubernetes.io/service-account-token', `${SECRET}.type; chapter 6.3`),
  metadata: metadata({ annotations }),
});
