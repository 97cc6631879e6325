import { ApiObject, JsonPatch } from 'cdk8s';
import { Construct } from 'constructs';
import type { EnvironmentSite } from '../configuration/environment.ts';
import { CROSS_SITE_TOKEN } from '../configuration/guide.ts';

const SERVICE_ACCOUNT = 'xsite-sa';
const RBAC = 'rbac.authorization.k8s.io';

/**
 * Chapter 6.3: as whom the *other* site's operator looks at this cluster. Kubernetes fills in the token, which is
 * carried to the other site by hand.
 */
export class CrossSiteAccess extends Construct {
  constructor(scope: Construct, id: string, site: EnvironmentSite) {
    super(scope, id);
    new ApiObject(this, 'service-account', {
      apiVersion: 'v1',
      kind: 'ServiceAccount',
      metadata: { name: SERVICE_ACCOUNT },
    });
    new ApiObject(this, 'view', {
      apiVersion: `${RBAC}/v1`,
      kind: 'RoleBinding',
      metadata: { name: `${SERVICE_ACCOUNT}-view` },
      roleRef: { apiGroup: RBAC, kind: 'ClusterRole', name: 'view' },
      subjects: [{ kind: 'ServiceAccount', name: SERVICE_ACCOUNT }],
    });
    new ApiObject(this, 'token', {
      apiVersion: 'v1',
      kind: 'Secret',
      type: 'kubernetes.io/service-account-token',
      metadata: {
        name: CROSS_SITE_TOKEN,
        annotations: { 'kubernetes.io/service-account.name': SERVICE_ACCOUNT },
      },
    });
    if (site.exposure.type === 'NodePort') this.#nodes(site.namespace);
  }

  /** The address of a NodePort is that of a node, which is in no namespace, so `view` does not show it. */
  #nodes(namespace: string): void {
    const name = `${SERVICE_ACCOUNT}-nodes-${namespace}`;
    const role = new ApiObject(this, 'nodes', {
      apiVersion: `${RBAC}/v1`,
      kind: 'ClusterRole',
      metadata: { name },
      rules: [{ apiGroups: [''], resources: ['nodes'], verbs: ['get', 'list', 'watch'] }],
    });
    const binding = new ApiObject(this, 'view-nodes', {
      apiVersion: `${RBAC}/v1`,
      kind: 'ClusterRoleBinding',
      metadata: { name },
      roleRef: { apiGroup: RBAC, kind: 'ClusterRole', name },
      subjects: [{ kind: 'ServiceAccount', name: SERVICE_ACCOUNT, namespace }],
    });
    for (const ofTheCluster of [role, binding])
      ofTheCluster.addJsonPatch(JsonPatch.remove('/metadata/namespace'));
  }
}
