import { ApiObject } from 'cdk8s';
import { Construct } from 'constructs';
import type { EnvironmentSite } from '../configuration/environment.ts';

/** Chapter 8.3: how Route 53's checkers reach Keycloak at this site, by the site's own name. */
export class HealthEndpoint extends Construct {
  constructor(scope: Construct, id: string, site: EnvironmentSite) {
    super(scope, id);
    // The Keycloak operator's name for its Service.
    const service = `${site.keycloak}-service`;
    if (site.cluster.platform === 'openshift') this.route(site, service);
    else this.ingress(site.healthHost, service, site.cluster.ingress);
  }

  private route({ healthHost }: EnvironmentSite, service: string): void {
    new ApiObject(this, 'route', {
      apiVersion: 'route.openshift.io/v1',
      kind: 'Route',
      metadata: { name: 'aws-health-route' },
      spec: {
        host: healthHost,
        port: { targetPort: 'https' },
        tls: { insecureEdgeTerminationPolicy: 'Redirect', termination: 'passthrough' },
        to: { kind: 'Service', name: service, weight: 100 },
        wildcardPolicy: 'None',
      },
    });
  }

  private ingress(
    host: string,
    service: string,
    { className, annotations }: { className: string; annotations: Readonly<Record<string, string>> },
  ): void {
    new ApiObject(this, 'ingress', {
      apiVersion: 'networking.k8s.io/v1',
      kind: 'Ingress',
      metadata: {
        name: 'aws-health-ingress',
        ...(Object.keys(annotations).length === 0 ? {} : { annotations }),
      },
      spec: {
        ingressClassName: className,
        rules: [
          {
            host,
            http: {
              paths: [
                {
                  path: '/',
                  pathType: 'Prefix',
                  backend: { service: { name: service, port: { name: 'https' } } },
                },
              ],
            },
          },
        ],
      },
    });
  }
}
