import { describe, expect, it } from '@jest/globals';
import { loadYaml } from '@kubernetes/client-node';
import { Yaml } from 'cdk8s';
import { otherSite } from '../../environment/configuration/environment.ts';
import { batchesOf, manifestsOf } from '../../environment/manifests/manifests.ts';
import { cacheTemplateSchema } from './custom-resources/cache-template.ts';
import { refusals, schemasOf } from './custom-resources/validate.ts';
import { EXAMPLES, type Example, example } from './examples.ts';
import { objectsIn } from './objects-in.ts';

type Change = Parameters<typeof example>[1];
type Any = Parameters<typeof refusals>[0];

/** Everything of both sites that reaches a cluster, with the site that its caches are backed up to. */
function all(name: Example, change?: Change) {
  const environment = example(name, change);
  const manifests = manifestsOf(environment);
  const batches = batchesOf(environment);
  return environment.sites.flatMap((site, index) =>
    [...manifests[index]!, ...batches[index]!.flatMap((part) => part.manifests)].map((manifest) => ({
      manifest: manifest as Any,
      version: environment.version,
      to: otherSite(environment, site).name as string,
    })),
  );
}

const VARIATIONS: readonly [string, Example, Change][] = [
  ['an example of OpenShift', 'openshift-26', undefined],
  ['an example of other Kubernetes', 'kubernetes-24', undefined],
  [
    'every way of exposure at OpenShift, and a version of the server',
    'openshift-26',
    ({ environment: { sites, dataGrid } }) => {
      sites['site-a'].exposure = { type: 'Route', hostName: 'xsite.site-a.example.test' };
      sites['site-b'].exposure = { type: 'NodePort', nodePort: 32_767 };
      dataGrid.version = '15.0.11-1';
    },
  ],
  [
    'an API server without a port, and a role of EKS',
    'openshift-26',
    ({ sites: [site] }) => {
      site.cluster.apiServer = 'https://0A1B2C.gr7.eu-west-1.eks.amazonaws.com';
      site.cluster.token = { eksClusterName: 'keycloak-a' };
    },
  ],
  [
    'one site of each kind, and FAIL',
    'kubernetes-24',
    (file) => {
      file.environment.sites['site-b'] = {
        platform: 'openshift',
        exposure: { type: 'LoadBalancer' },
        healthHost: 'backup.login.example.test',
      };
      file.environment.sites['site-a'].ingress.annotations = {};
      file.backupFailurePolicy = 'FAIL';
    },
  ],
];

describe('what the clusters take', () => {
  it.each(VARIATIONS)('is what is written for %s', (_, name, change) => {
    for (const { manifest, version, to } of all(name, change))
      expect({ kind: manifest.kind, refusals: refusals(manifest, version, to) }).toEqual({
        kind: manifest.kind,
        refusals: [],
      });
  });

  it('is all there in the examples: each kind was held to its schema', () => {
    const kinds = new Set(EXAMPLES.flatMap((name) => all(name)).map(({ manifest }) => manifest.kind));
    expect([...kinds].sort()).toEqual(Object.keys(schemasOf('24')).sort());
  });

  it.each(VARIATIONS)('is no field more, wherever it would stand, in %s', (_, name, change) => {
    const taken = all(name, change).flatMap(({ manifest, version, to }) =>
      placesIn(manifest)
        .filter((place) => refusals(place.withUnknownField(), version, to).length === 0)
        .map(({ path }) => `${manifest.kind} ${path}`),
    );
    expect(taken).toEqual([]);
  });

  it.each(VARIATIONS)('is no field less, whichever is left out, in %s', (_, name, change) => {
    const missed = all(name, change).flatMap(({ manifest, version, to }) =>
      placesIn(manifest).flatMap((place) =>
        Object.keys(place.value)
          .filter((field) => refusals(place.without(field), version, to).length === 0)
          .map((field) => `${place.path}.${field}`),
      ),
    );
    // Each of these is optional for the operator, and the configuration decides whether it is there.
    const OPTIONAL =
      /^spec\.(version|truststores|ingress|ingress\.annotations|security\.endpointEncryption|service\.sites\.local\.expose\.(annotations|routeHostName))$|^metadata\.annotations$|^template\.distributedCache\.(indexing|backups\.mergePolicy|backups\.site-[ab]\.backup\.failurePolicy)$/;
    expect(missed.filter((field) => !OPTIONAL.test(field))).toEqual([]);
  });

  it('says of every field where it is described', () => {
    const schemas = (['24', '26'] as const).flatMap((version) => [
      ...Object.entries(schemasOf(version)),
      ['template', cacheTemplateSchema(version)] as const,
    ]);
    const silent = schemas.flatMap(([kind, schema]) =>
      objectsIn(schema)
        .filter(({ path }) => /(^|\.)properties\.[^.]+$/.test(path))
        .filter(
          ({ value }) =>
            !/chapter|Kubernetes|operator|k8s-resources|openshift/.test(`${value['description']}`),
        )
        .map(({ path }) => `${kind} ${path}`),
    );
    expect(silent).toEqual([]);
  });
});

/** Maps of a person's own words: any field is right there. */
const FREE = /(^|\.)(annotations|labels)$/;

/** Every object of a manifest, the template of a Cache too, with what becomes of it when it is changed there. */
function placesIn(manifest: Any) {
  const whole = opened(manifest);
  return objectsIn(whole)
    .filter(({ path }) => !FREE.test(path))
    .map(({ path, value }) => {
      const changed = (change: (object: Record<string, unknown>) => void): Any => {
        const copy = structuredClone(whole);
        const at = path === '' ? [] : path.split('.');
        change(at.reduce((object, key) => object[key] as never, copy as Record<string, unknown>));
        return closedAgain(copy);
      };
      return {
        path,
        value,
        withUnknownField: () =>
          changed((object) => {
            object['unknownField'] = 'x';
          }),
        without: (field: string) =>
          changed((object) => {
            delete object[field];
          }),
      };
    });
}

/** A Cache's template is a text: here it stands beside the manifest, as what it says. */
function opened(manifest: Any): object {
  if (manifest.kind !== 'Cache') return manifest;
  const { template, ...spec } = manifest.spec as { template: string };
  return { ...manifest, spec, template: loadYaml<object>(template) };
}

function closedAgain(whole: object): Any {
  const { template, ...manifest } = whole as Any & { template?: object };
  if (template === undefined || manifest.spec === undefined) return manifest;
  return { ...manifest, spec: { ...manifest.spec, template: Yaml.stringify(template) } };
}
