import { describe, expect, it } from '@jest/globals';
import { loadYaml } from '@kubernetes/client-node';
import * as fc from 'fast-check';
import type { Environment } from '../../environment/configuration/environment.ts';
import { batchesOf, type Manifest, manifestsOf } from '../../environment/manifests/manifests.ts';
import { refusals } from './custom-resources/validate.ts';
import { alike, type Drawn, unlike } from './random.ts';

// The same run after run; a failure prints what repeats it.
fc.configureGlobal({ seed: 20_260_105 });

const RUNS = { numRuns: 60 };

/** All of each site, Batches too. */
function both(environment: Environment): readonly [readonly Manifest[], readonly Manifest[]] {
  const manifests = manifestsOf(environment);
  const batches = batchesOf(environment);
  const of = (index: 0 | 1) =>
    [...manifests[index], ...batches[index].flatMap((part) => part.manifests)] as readonly Manifest[];
  return [of(0), of(1)];
}

/** Each site's name in the other one's place, wherever it stands. */
function mirrored<T>(value: T, [one, other]: Drawn['names']): T {
  const text = JSON.stringify(value).replaceAll(new RegExp(`${one}|${other}`, 'g'), (name) =>
    name === one ? other : one,
  );
  return JSON.parse(text) as T;
}

// biome-ignore lint/suspicious/noExplicitAny: what a cluster would read
const only = (manifests: readonly Manifest[], kind: string): any =>
  manifests.filter((each) => each.kind === kind)[0];

/**
 * What may differ between sites that were set up differently, and nothing else: names that the configuration gives each
 * cluster, how each is reached, what OpenShift does by itself, and who the functions come as.
 */
function withoutOwn(manifests: readonly Manifest[]): readonly unknown[] {
  return manifests
    .filter(
      ({ kind, metadata }) =>
        !['Route', 'Ingress', 'ClusterRole', 'ClusterRoleBinding'].includes(kind) &&
        !/^multi-site-failover/.test(metadata.name),
    )
    .map((manifest) => {
      // biome-ignore lint/suspicious/noExplicitAny: what a cluster would read
      const copy = structuredClone(manifest) as any;
      const { metadata, spec } = copy;
      delete metadata.namespace;
      if (manifest.kind === 'Cache') delete spec.clusterName;
      if (manifest.kind === 'Batch') delete spec.cluster;
      if (manifest.kind === 'Infinispan') {
        delete metadata.name;
        delete spec.security.endpointEncryption;
        delete spec.service.sites.local.expose;
        for (const field of ['clusterName', 'namespace', 'url'])
          delete spec.service.sites.locations[0][field];
      }
      if (manifest.kind === 'Keycloak') {
        delete metadata.name;
        delete spec.truststores;
        delete spec.ingress;
        spec.additionalOptions = spec.additionalOptions.filter(
          (option: { name: string }) => option.name !== 'cache-remote-host',
        );
      }
      return copy;
    });
}

describe('the two sites, whatever the configuration', () => {
  it('are mirrors: with the names exchanged each site is the other one, to the letter', () => {
    fc.assert(
      fc.property(alike, ({ environment, names }) => {
        const [one, other] = both(environment());
        expect(mirrored(one, names)).toEqual(other);
      }),
      RUNS,
    );
  });

  it('are mirrors but for what each cluster was given of its own', () => {
    fc.assert(
      fc.property(unlike, ({ environment, names }) => {
        const [one, other] = both(environment());
        expect(mirrored(withoutOwn(one), names)).toEqual(withoutOwn(other));
      }),
      RUNS,
    );
  });

  it('find each other: what one says of the other is what the other says of itself', () => {
    fc.assert(
      fc.property(unlike, ({ environment }) => {
        const sites = both(environment());
        sites.forEach((manifests, index) => {
          const here = only(manifests, 'Infinispan');
          const there = only(sites[1 - index]!, 'Infinispan');
          const [location, ...more] = here.spec.service.sites.locations;
          expect(more).toEqual([]);
          expect(location).toMatchObject({
            name: there.spec.service.sites.local.name,
            clusterName: there.metadata.name,
            namespace: there.metadata.namespace,
          });
          for (const { spec } of manifests.filter(({ kind }) => kind === 'Cache') as never[] as {
            spec: Cache;
          }[]) {
            const { mergePolicy: _, ...backups } = loadYaml<Template>(spec.template).distributedCache.backups;
            expect(Object.keys(backups)).toEqual([location.name]);
            expect(spec.clusterName).toBe(here.metadata.name);
          }
          const options = only(manifests, 'Keycloak').spec.additionalOptions;
          expect(options).toContainEqual({
            name: 'cache-remote-host',
            value: `${here.metadata.name}.${here.metadata.namespace}.svc`,
          });
        });
      }),
      RUNS,
    );
  });

  it('are the same whichever of them is the primary', () => {
    fc.assert(
      fc.property(unlike, ({ environment }) => {
        const [one, other] = both(environment());
        const exchanged = both(
          environment(({ sites }: { sites: { role: string }[] }) => {
            sites[0]!.role = 'SECONDARY';
            sites[1]!.role = 'PRIMARY';
          }),
        );
        expect(exchanged).toEqual([other, one]);
      }),
      RUNS,
    );
  });

  it('hold nothing that their clusters would not take', () => {
    fc.assert(
      fc.property(unlike, ({ environment, names: [one, other] }) => {
        const made = environment();
        const [atOne, atOther] = both(made);
        for (const manifest of atOne) expect(refusals(manifest, made.version, other)).toEqual([]);
        for (const manifest of atOther) expect(refusals(manifest, made.version, one)).toEqual([]);
      }),
      RUNS,
    );
  });
});

interface Cache {
  readonly clusterName: string;
  readonly template: string;
}

interface Template {
  readonly distributedCache: { readonly backups: Readonly<Record<string, unknown>> };
}
