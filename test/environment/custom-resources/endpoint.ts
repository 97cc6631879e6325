import {
  annotations,
  closed,
  KUBERNETES,
  listOf,
  metadata,
  name,
  only,
  resource,
  type Schema,
  text,
} from './schema.ts';

const ROUTE = 'openshift/api, route/v1/types.go';

export const route: Schema = resource('route.openshift.io/v1', 'Route', `${ROUTE}, Route; chapter 8.3`, {
  spec: closed(`${ROUTE}, RouteSpec`, {
    host: text(`${ROUTE}, RouteSpec.host`),
    port: closed(`${ROUTE}, RoutePort`, {
      targetPort: only('https', `${ROUTE}, RoutePort.targetPort; the name of it: Keycloak's operator`),
    }),
    tls: closed(`${ROUTE}, TLSConfig`, {
      insecureEdgeTerminationPolicy: only('Redirect', `${ROUTE}, TLSConfig.insecureEdgeTerminationPolicy`),
      termination: only('passthrough', `${ROUTE}, TLSConfig.termination, TLSTerminationPassthrough`),
    }),
    to: closed(`${ROUTE}, RouteTargetReference`, {
      kind: only('Service', `${ROUTE}, RouteTargetReference.kind`),
      name: name(`${ROUTE}, RouteTargetReference.name`),
      weight: only(100, `${ROUTE}, RouteTargetReference.weight`),
    }),
    wildcardPolicy: only('None', `${ROUTE}, RouteSpec.wildcardPolicy, WildcardPolicyNone`),
  }),
});

const INGRESS = `${KUBERNETES}, networking.k8s.io/v1`;

export const ingress: Schema = resource('networking.k8s.io/v1', 'Ingress', `${INGRESS} Ingress`, {
  metadata: metadata({ annotations }, ['annotations']),
  spec: closed(`${INGRESS} IngressSpec`, {
    ingressClassName: name(`${INGRESS} IngressSpec.ingressClassName`),
    rules: listOf(
      closed(`${INGRESS} IngressRule`, {
        host: text(`${INGRESS} IngressRule.host`),
        http: closed(`${INGRESS} HTTPIngressRuleValue`, {
          paths: listOf(
            closed(`${INGRESS} HTTPIngressPath`, {
              path: only('/', `${INGRESS} HTTPIngressPath.path`),
              pathType: only('Prefix', `${INGRESS} HTTPIngressPath.pathType`),
              backend: closed(`${INGRESS} IngressBackend`, {
                service: closed(`${INGRESS} IngressServiceBackend`, {
                  name: name(`${INGRESS} IngressServiceBackend.name`),
                  port: closed(`${INGRESS} ServiceBackendPort`, {
                    name: only('https', `${INGRESS} ServiceBackendPort.name; Keycloak's operator`),
                  }),
                }),
              }),
            }),
            `${INGRESS} HTTPIngressRuleValue.paths`,
          ),
        }),
      }),
      `${INGRESS} IngressSpec.rules`,
    ),
  }),
});
