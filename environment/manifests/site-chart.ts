import { Chart } from 'cdk8s';
import type { Construct } from 'constructs';
import type { Environment, EnvironmentSite } from '../configuration/environment.ts';
import { CrossSiteAccess } from './cross-site-access.ts';

/** Everything of one site. Each part is a construct of its own, in the order in which it is applied. */
export class SiteChart extends Chart {
  constructor(scope: Construct, id: string, _environment: Environment, site: EnvironmentSite) {
    // Names are those of the guide, so no hash is added to them.
    super(scope, id, { namespace: site.namespace, disableResourceNameHashes: true });
    new CrossSiteAccess(this, 'cross-site-access');
  }
}
