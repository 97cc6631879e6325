import type { NetworkPolicyManifest } from '../../functions/kubernetes/cluster.ts';
import { isAccessReview, reviewAccess } from './access-review.ts';
import type { ApiAnswer, Asked } from './asked.ts';
import type { ClusterModel } from './model.ts';
import { allows, type PolicyRule } from './role.ts';
import { notFound, StatusError } from './status-error.ts';

export interface ApiRequest {
  readonly method: string;
  readonly url: URL;
  readonly contentType: string;
  /** Parsed JSON; undefined without a body. */
  readonly body: unknown;
}

const VERBS: Readonly<Record<string, readonly [named: string, collection: string]>> = {
  GET: ['get', 'list'],
  POST: ['create', 'create'],
  PUT: ['update', 'update'],
  PATCH: ['patch', 'patch'],
  DELETE: ['delete', 'deletecollection'],
};

const USER = 'system:serviceaccount:keycloak:failover';
const PATH =
  /^\/(?:api|apis\/(?<group>[^/]+))\/(?<version>[^/]+)(?:\/namespaces\/(?<namespace>[^/]+))?\/(?<plural>[^/]+)(?:\/(?<name>[^/]+)(?:\/(?<sub>[^/]+))?)?$/;

/** What the API answers to somebody whom it knows: first whether they may, then whether there is such a thing. */
export function answer(
  model: ClusterModel,
  rules: readonly PolicyRule[],
  request: ApiRequest,
  onAsked?: (asked: Asked) => void,
): ApiAnswer {
  const asked = parse(request);
  if (asked === null) {
    throw new StatusError(
      403,
      'Forbidden',
      `forbidden: User "${USER}" cannot ${request.method.toLowerCase()} path "${request.url.pathname}"`,
    );
  }
  onAsked?.(asked);
  const { group, resource, verb, namespace, name } = asked;
  // Kubernetes lets everybody whom it knows ask this of themselves (ClusterRole system:basic-user).
  if (isAccessReview(asked)) return reviewAccess(model.namespace, rules, request.body);
  if (!allows(rules, group, resource, verb) || namespace !== model.namespace) {
    const full = group === '' ? resource : `${resource}.${group}`;
    throw new StatusError(
      403,
      'Forbidden',
      `${full}${name === null ? '' : ` "${name}"`} is forbidden: User "${USER}" cannot ${verb} resource "${resource}" in API group "${group}" ${namespace === null ? 'at the cluster scope' : `in the namespace "${namespace}"`}`,
      { ...(name === null ? {} : { name }), ...(group === '' ? {} : { group }), kind: resource },
    );
  }
  const handler = HANDLERS[`${verb} ${group}/${asked.version}/${resource}`];
  if (handler === undefined)
    throw new StatusError(404, 'NotFound', 'the server could not find the requested resource');
  return handler(model, name ?? '', request);
}

function parse({ method, url }: ApiRequest): Asked | null {
  const parts = PATH.exec(url.pathname)?.groups;
  const verbs = VERBS[method];
  if (parts === undefined || verbs === undefined) return null;
  const name = parts['name'] === undefined ? null : decodeURIComponent(parts['name']);
  return {
    group: parts['group'] ?? '',
    version: parts['version']!,
    namespace: parts['namespace'] ?? null,
    resource: parts['sub'] === undefined ? parts['plural']! : `${parts['plural']}/${parts['sub']}`,
    name,
    verb: verbs[name === null ? 1 : 0],
  };
}

type Handler = (model: ClusterModel, name: string, request: ApiRequest) => ApiAnswer;

const ok = (body: unknown): ApiAnswer => ({ code: 200, body });
const deleted = (kind: string, name: string): ApiAnswer =>
  ok({ kind: 'Status', apiVersion: 'v1', metadata: {}, status: 'Success', details: { name, kind } });

function known(resource: string, wanted: string, name: string): void {
  if (name !== wanted) throw notFound(resource, name);
}

const HANDLERS: Readonly<Record<string, Handler>> = {
  'create infinispan.org/v2alpha1/batches': (model, _name, { body }) => ({
    code: 201,
    body: model.batches.create(body),
  }),
  'get infinispan.org/v2alpha1/batches': (model, name) => ok(model.batches.get(name)),
  'list infinispan.org/v2alpha1/batches': (model, _name, { url }) =>
    ok({
      kind: 'BatchList',
      apiVersion: 'infinispan.org/v2alpha1',
      metadata: {},
      items: model.batches.matching(url.searchParams.get('labelSelector') ?? ''),
    }),
  'delete infinispan.org/v2alpha1/batches': (model, name) => {
    model.batches.delete(name);
    return deleted('batches', name);
  },
  'get infinispan.org/v1/infinispans': (model, name) => {
    known('infinispans.infinispan.org', model.infinispanName, name);
    return ok(model.dataGrid.toObject());
  },
  'get k8s.keycloak.org/v2alpha1/keycloaks': (model, name) => {
    known('keycloaks.k8s.keycloak.org', model.keycloakName, name);
    return ok(model.keycloak.toObject());
  },
  'patch k8s.keycloak.org/v2alpha1/keycloaks': (model, name, { body, contentType }) => {
    known('keycloaks.k8s.keycloak.org', model.keycloakName, name);
    if (contentType !== 'application/merge-patch+json') {
      throw new StatusError(
        415,
        'UnsupportedMediaType',
        'the body of the request was in an unknown format - accepted media types include: application/merge-patch+json',
      );
    }
    model.keycloak.patch(body);
    return ok(model.keycloak.toObject());
  },
  'list /v1/pods': (model, _name, { url }) =>
    ok({
      kind: 'PodList',
      apiVersion: 'v1',
      metadata: {},
      items: model.pods
        .matching(url.searchParams.get('labelSelector') ?? '')
        .map((pod) => model.pods.toObject(pod)),
    }),
  'get /v1/pods/log': (model, name, { url }) => ok(model.pods.log(name, url.searchParams.get('container'))),
  'create networking.k8s.io/v1/networkpolicies': (model, _name, { body }) => {
    model.createPolicy(body as NetworkPolicyManifest);
    return { code: 201, body };
  },
  'get networking.k8s.io/v1/networkpolicies': (model, name) => ok(model.policy(name)),
  'update networking.k8s.io/v1/networkpolicies': (model, name, { body }) => {
    model.replacePolicy(name, body as NetworkPolicyManifest);
    return ok(body);
  },
  'delete networking.k8s.io/v1/networkpolicies': (model, name) => {
    model.deletePolicy(name);
    return deleted('networkpolicies', name);
  },
};
