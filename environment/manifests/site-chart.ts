import { Chart } from 'cdk8s';
import type { Construct } from 'constructs';
import type { Environment, EnvironmentSite } from '../configuration/environment.ts';
import { Caches } from './caches.ts';
import { CrossSiteAccess } from './cross-site-access.ts';
import { DataGrid } from './data-grid.ts';
import { FailoverAccess } from './failover-access.ts';
import { HealthEndpoint } from './health-endpoint.ts';
import { Keycloak } from './keycloak.ts';

/** Everything of one site. Each part is a construct of its own, in the order in which it is applied. */
export class SiteChart extends Chart {
  constructor(scope: Construct, id: string, environment: Environment, site: EnvironmentSite) {
    // Names are those of the guide, so no hash is added to them.
    super(scope, id, { namespace: site.namespace, disableResourceNameHashes: true });
    new CrossSiteAccess(this, 'cross-site-access', site);
    new FailoverAccess(this, 'failover-access', environment, site);
    new DataGrid(this, 'infinispan', environment, site);
    new Caches(this, 'caches', environment, site);
    new Keycloak(this, 'keycloak', environment, site);
    new HealthEndpoint(this, 'health-endpoint', site);
  }
}
