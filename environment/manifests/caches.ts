import { ApiObject, Yaml } from 'cdk8s';
import { Construct } from 'constructs';
import type { CacheName } from '../../functions/shared/names.ts';
import { type Environment, type EnvironmentSite, otherSite } from '../configuration/environment.ts';
import { cacheTemplate } from './cache-template.ts';

/** The name of a cache's resource: Kubernetes takes lower case alone. */
export const resourceOf = (name: CacheName): string => name.toLowerCase();

/** Chapter 6.3: a Cache resource for each cache, which is backed up to the other site. */
export class Caches extends Construct {
  constructor(scope: Construct, id: string, environment: Environment, site: EnvironmentSite) {
    super(scope, id);
    for (const name of environment.caches) {
      new ApiObject(this, name, {
        apiVersion: 'infinispan.org/v2alpha1',
        kind: 'Cache',
        metadata: { name: resourceOf(name) },
        spec: {
          clusterName: site.infinispan,
          name,
          template: Yaml.stringify(cacheTemplate(environment, name, otherSite(environment, site).name)),
        },
      });
    }
  }
}
