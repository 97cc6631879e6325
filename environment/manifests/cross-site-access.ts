import { ApiObject } from 'cdk8s';
import { Construct } from 'constructs';

const SERVICE_ACCOUNT = 'xsite-sa';
/** Where Kubernetes puts the token that is carried to the other site. */
export const CROSS_SITE_TOKEN = 'ispn-xsite-sa-token';

/**
 * Chapter 6.3: as whom the *other* site's operator looks at this cluster. Kubernetes fills in the token, which is
 * carried to the other site by hand.
 */
export class CrossSiteAccess extends Construct {
  constructor(scope: Construct, id: string) {
    super(scope, id);
    new ApiObject(this, 'service-account', {
      apiVersion: 'v1',
      kind: 'ServiceAccount',
      metadata: { name: SERVICE_ACCOUNT },
    });
    new ApiObject(this, 'view', {
      apiVersion: 'rbac.authorization.k8s.io/v1',
      kind: 'RoleBinding',
      metadata: { name: `${SERVICE_ACCOUNT}-view` },
      roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: 'ClusterRole', name: 'view' },
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
  }
}
