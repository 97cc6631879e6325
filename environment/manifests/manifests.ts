import { App, type Chart } from 'cdk8s';
import type { Environment, EnvironmentSite } from '../configuration/environment.ts';
import { SiteChart } from './site-chart.ts';

/** A Kubernetes object, as it is applied. */
export interface Manifest {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: { readonly name: string; readonly namespace: string };
  readonly [field: string]: unknown;
}

/** What is applied at each site, in the order of the environment's sites, in the order in which it is applied. */
export function manifestsOf(environment: Environment): readonly [readonly Manifest[], readonly Manifest[]] {
  const app = new App();
  const manifests = (site: EnvironmentSite): readonly Manifest[] =>
    (new SiteChart(app, site.name, environment, site) satisfies Chart).toJson();
  const [primary, secondary] = environment.sites;
  return [manifests(primary), manifests(secondary)];
}
