import { ApiObject, App } from 'cdk8s';
import type { IConstruct } from 'constructs';
import type { Environment, EnvironmentSite } from '../configuration/environment.ts';
import { ByHandChart } from './by-hand.ts';
import { SiteChart } from './site-chart.ts';

/** A Kubernetes object, as it is applied. */
export interface Manifest {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: { readonly name: string; readonly namespace?: string };
  readonly [field: string]: unknown;
}

/** Manifests that are applied together. */
export interface Part<Of = Manifest> {
  readonly name: string;
  readonly manifests: readonly Of[];
}

/** A Batch has no name of its own: Kubernetes gives each one that is created another. */
export interface BatchByHand {
  readonly apiVersion: string;
  readonly kind: 'Batch';
  readonly metadata: { readonly generateName: string; readonly namespace: string };
  readonly spec: { readonly cluster: string; readonly config: string };
}

const partsIn = <Of>(chart: IConstruct): readonly Part<Of>[] =>
  chart.node.children.map((part) => ({
    name: part.node.id,
    manifests: part.node
      .findAll()
      .filter((each) => ApiObject.isApiObject(each))
      .map((each) => each.toJson() as Of),
  }));

const atBoth = <T>({ sites: [primary, secondary] }: Environment, of: (site: EnvironmentSite) => T) =>
  [of(primary), of(secondary)] as const;

/**
 * What is applied at each site, in the order of the environment's sites, in the order in which it is applied.
 * @throws ConfigurationError while nobody has said where the database is
 */
export function partsOf(environment: Environment): readonly [readonly Part[], readonly Part[]] {
  const app = new App();
  return atBoth(environment, (site) => partsIn(new SiteChart(app, site.name, environment, site)));
}

/** The same, each site's in one list. */
export function manifestsOf(environment: Environment): readonly [readonly Manifest[], readonly Manifest[]] {
  const [primary, secondary] = partsOf(environment);
  const all = (parts: readonly Part[]) => parts.flatMap(({ manifests }) => manifests);
  return [all(primary), all(secondary)];
}

/** The Batches of each site by which a person does what the automation does; they are created one by one. */
export function batchesOf(
  environment: Environment,
): readonly [readonly Part<BatchByHand>[], readonly Part<BatchByHand>[]] {
  const app = new App();
  return atBoth(environment, (site) => partsIn(new ByHandChart(app, site.name, environment, site)));
}
