import { ApiObject, Yaml } from 'cdk8s';
import { Construct } from 'constructs';
import { type Environment, type EnvironmentSite, otherSite } from '../configuration/environment.ts';
import { cacheTemplate } from './cache-template.ts';

/** Chapter 6.3: a Cache resource for each cache, which is backed up to the other site. */
export class Caches extends Construct {
  constructor(scope: Construct, id: string, environment: Environment, site: EnvironmentSite) {
    super(scope, id);
    for (const name of environment.caches) {
      new ApiObject(this, name, {
        apiVersion: 'infinispan.org/v2alpha1',
        kind: 'Cache',
        // Kubernetes takes lower case alone.
        metadata: { name: name.toLowerCase() },
        spec: {
          clusterName: site.infinispan,
          name,
          template: Yaml.stringify(cacheTemplate(environment, name, otherSite(environment, site).name)),
        },
      });
    }
  }
}
