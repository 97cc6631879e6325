import { ApiObject } from 'cdk8s';
import { Construct } from 'constructs';
import { VERBS_IN_USE } from '../../functions/kubernetes/verbs.ts';
import type { Environment, EnvironmentSite } from '../configuration/environment.ts';

const NAME = 'multi-site-failover';
const RBAC = 'rbac.authorization.k8s.io';

/** Whether the functions come to a site as an EKS role: then no token is stored anywhere. */
const comesByEks = ({ deployment }: Environment, site: EnvironmentSite): boolean =>
  'eksClusterName' in deployment.sites.find(({ name }) => name === site.name)!.cluster.token;

/** As whom the functions of this product come, and what they may do: infra/kubernetes/access.yaml or eks-access.yaml. */
export class FailoverAccess extends Construct {
  constructor(scope: Construct, id: string, environment: Environment, site: EnvironmentSite) {
    super(scope, id);
    new ApiObject(this, 'role', {
      apiVersion: `${RBAC}/v1`,
      kind: 'Role',
      metadata: { name: NAME },
      rules: VERBS_IN_USE.map(({ group, resource, verbs }) => ({
        apiGroups: [group],
        resources: [resource],
        verbs: [...verbs],
      })),
    });
    if (comesByEks(environment, site)) {
      this.binding(`${NAME}-eks`, { apiGroup: RBAC, kind: 'Group', name: NAME });
      return;
    }
    new ApiObject(this, 'service-account', {
      apiVersion: 'v1',
      kind: 'ServiceAccount',
      metadata: { name: NAME },
    });
    this.binding(NAME, { kind: 'ServiceAccount', name: NAME });
    new ApiObject(this, 'token', {
      apiVersion: 'v1',
      kind: 'Secret',
      type: 'kubernetes.io/service-account-token',
      metadata: { name: `${NAME}-token`, annotations: { 'kubernetes.io/service-account.name': NAME } },
    });
  }

  private binding(name: string, subject: object): void {
    new ApiObject(this, 'binding', {
      apiVersion: `${RBAC}/v1`,
      kind: 'RoleBinding',
      metadata: { name },
      roleRef: { apiGroup: RBAC, kind: 'Role', name: NAME },
      subjects: [subject],
    });
  }
}
