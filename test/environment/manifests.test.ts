import { readdirSync, readFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from '@jest/globals';
import { loadAllYaml, loadYaml } from '@kubernetes/client-node';
import { filesOf } from '../../environment/manifests/files.ts';
import { batchesOf, type Manifest, manifestsOf } from '../../environment/manifests/manifests.ts';
import { secretsOf } from '../../environment/manifests/secrets.ts';
import { EXAMPLES, type Example, example } from './examples.ts';
import { objectsIn } from './objects-in.ts';

const kept = (name: Example) =>
  fileURLToPath(new URL(`../../environment/examples/${name}/manifests`, import.meta.url));
const text = (path: string) => readFileSync(new URL(`../../${path}`, import.meta.url), 'utf8');

const kindOf = (manifests: readonly Manifest[], kind: string) =>
  // biome-ignore lint/suspicious/noExplicitAny: what a cluster would read
  manifests.filter((each) => each.kind === kind) as readonly any[];

describe.each(EXAMPLES)('the manifests of %s', (name) => {
  const files = filesOf(example(name));

  it('are those that a person has read and that are kept', () => {
    const there = readdirSync(kept(name), { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map((entry) => relative(kept(name), join(entry.parentPath, entry.name)));
    // Another text is right only after somebody has read it: npm run manifests -- --config … --out … writes it there.
    expect(files.map(({ path }) => path).sort()).toEqual(there.sort());
    for (const { path, text } of files) expect(readFileSync(join(kept(name), path), 'utf8')).toBe(text);
  });

  it('as they are written are what was made, in the order of the numbers', () => {
    manifestsOf(example(name)).forEach((manifests, index) => {
      const site = example(name).sites[index]!.name;
      const written = files
        .filter(({ path }) => path.startsWith(`${site}/0`))
        .sort((one, other) => (one.path < other.path ? -1 : 1))
        .flatMap((file) => loadAllYaml(file.text));
      expect(written).toEqual(manifests);
    });
  });

  it('hold no value of a Secret, and the README lists every Secret that they name, and no other', () => {
    const environment = example(name);
    manifestsOf(environment).forEach((manifests, index) => {
      const site = environment.sites[index]!;
      for (const secret of kindOf(manifests, 'Secret')) expect(Object.keys(secret)).not.toContain('data');
      const named = manifests.flatMap(secretsNamedIn);
      // The order makes that of the token; all others must be there before.
      expect([...new Set(named)].sort()).toEqual(
        [
          environment.dataGrid.tokenSecret,
          ...secretsOf(environment, site).map((secret) => secret.name),
        ].sort(),
      );
    });
    for (const secret of environment.sites.flatMap((site) => secretsOf(environment, site)))
      for (const word of [secret.name, ...secret.keys]) expect(files[0]!.text).toContain(`\`${word}\``);
    for (const { cluster } of environment.deployment.sites)
      if ('secretId' in cluster.token) expect(files[0]!.text).toContain(`\`${cluster.token.secretId}\``);
  });

  it('let the functions do what infra/kubernetes/access.yaml lets them do, and no more', () => {
    const inNamespace = loadAllYaml(text('infra/kubernetes/access.yaml')).map((object) => ({
      ...object,
      metadata: { ...object.metadata, namespace: 'keycloak' },
    }));
    for (const manifests of manifestsOf(example(name)))
      expect(
        inAnyOrder(manifests.filter(({ metadata }) => metadata.name.startsWith('multi-site-failover'))),
      ).toEqual(inAnyOrder(inNamespace));
  });
});

const inAnyOrder = (manifests: readonly { readonly kind: string }[]) =>
  manifests.toSorted((one, other) => (one.kind < other.kind ? -1 : 1));

describe('a Data Grid that is reached by a port of every node', () => {
  it("shows the other site's operator the nodes, one of whose addresses it takes; no other does", () => {
    const [atA, atB] = manifestsOf(example('kubernetes-24'));
    expect(atA.filter(({ kind }) => kind.startsWith('ClusterRole'))).toEqual([]);
    const [role, binding] = atB.filter(({ kind }) => kind.startsWith('ClusterRole')) as never as [
      { metadata: { name: string }; rules: object[] },
      object,
    ];
    expect(role.metadata).toEqual({ name: 'xsite-sa-nodes-keycloak' });
    expect(role.rules).toEqual([{ apiGroups: [''], resources: ['nodes'], verbs: ['get', 'list', 'watch'] }]);
    expect(binding).toMatchObject({
      roleRef: { kind: 'ClusterRole', name: role.metadata.name },
      subjects: [{ kind: 'ServiceAccount', name: 'xsite-sa', namespace: 'keycloak' }],
    });
  });
});

/** Wherever a manifest names a Secret, by any of the fields that do. */
const secretsNamedIn = (manifest: Manifest): readonly string[] =>
  objectsIn(manifest.kind === 'Secret' ? {} : manifest).flatMap(({ value }) =>
    Object.entries(value).flatMap(([field, named]) => {
      if (/^(secretName|certSecretName|endpointSecretName|tlsSecret)$/.test(field)) return [named as string];
      if (/^(secret|usernameSecret|passwordSecret)$/.test(field)) return [(named as { name: string }).name];
      return [];
    }),
  );

describe('a site whose functions come with a role of EKS', () => {
  it('gives the Role to their group as eks-access.yaml does, and keeps no token', () => {
    const [manifests] = manifestsOf(
      example('openshift-26', (file) => {
        file.sites[0].cluster.token = { eksClusterName: 'keycloak-a' };
      }),
    );
    const ours = manifests.filter(({ metadata }) => metadata.name.startsWith('multi-site-failover'));
    const [eks] = loadAllYaml(text('infra/kubernetes/eks-access.yaml'));
    expect(ours.map(({ kind }) => kind)).toEqual(['Role', 'RoleBinding']);
    expect(ours[1]).toEqual({ ...eks, metadata: { ...eks.metadata, namespace: 'keycloak' } });
  });
});

describe('the caches', () => {
  const templates = (name: Example, change?: Parameters<typeof example>[1]) =>
    manifestsOf(example(name, change)).map(
      (manifests): Readonly<Record<string, Template>> =>
        Object.fromEntries(
          kindOf(manifests, 'Cache').map(({ spec }) => [spec.name, loadYaml<Template>(spec.template)]),
        ),
    );
  interface Template {
    readonly distributedCache: {
      readonly backups: Readonly<Record<string, { readonly backup?: object } | string>>;
    };
  }
  const backupsOf = (template: Template | undefined) => template!.distributedCache.backups;

  it('of 24 are eight, and where both sites changed an entry only one of a session is removed', () => {
    for (const caches of templates('kubernetes-24')) {
      expect(Object.keys(caches)).toHaveLength(8);
      const removed = Object.keys(caches).filter((name) => 'mergePolicy' in backupsOf(caches[name]));
      expect(removed.sort()).toEqual([
        'authenticationSessions',
        'clientSessions',
        'offlineClientSessions',
        'offlineSessions',
        'sessions',
      ]);
    }
  });

  it('of 26 are four, none with a merge policy', () => {
    for (const caches of templates('openshift-26')) {
      expect(Object.keys(caches).sort()).toEqual([
        'actionTokens',
        'authenticationSessions',
        'loginFailures',
        'work',
      ]);
      for (const template of Object.values(caches))
        expect(Object.keys(backupsOf(template))).not.toContain('mergePolicy');
    }
  });

  it.each(EXAMPLES)('of %s are backed up to the other site and nowhere else', (name) => {
    const [ofA, ofB] = templates(name);
    const sites = (caches: Readonly<Record<string, Template>>) =>
      Object.values(caches).flatMap((each) =>
        Object.keys(backupsOf(each)).filter((key) => key !== 'mergePolicy'),
      );
    expect(new Set(sites(ofA!))).toEqual(new Set(['site-b']));
    expect(new Set(sites(ofB!))).toEqual(new Set(['site-a']));
  });

  it('of 24 say FAIL only where the configuration does, as WARN is what the guide leaves', () => {
    const backups = (backupFailurePolicy: string) => {
      const [atA] = templates('kubernetes-24', (file) => {
        file.backupFailurePolicy = backupFailurePolicy;
      });
      return Object.values(atA!).map(
        (template) => (backupsOf(template)['site-b'] as { backup: object }).backup,
      );
    };
    for (const backup of backups('FAIL')) expect(backup).toMatchObject({ failurePolicy: 'FAIL' });
    for (const backup of backups('WARN')) expect(Object.keys(backup)).not.toContain('failurePolicy');
  });
});

describe('the Keycloak resource', () => {
  it('has the sizing of the configuration', () => {
    const [{ spec }] = kindOf(
      manifestsOf(
        example('openshift-26', (file) => {
          Object.assign(file.environment.keycloak.sizing, {
            cpuRequestVcpu: 0.25,
            cpuLimitVcpu: 12,
            memoryRequestMegabytes: 1010,
            memoryLimitMegabytes: 1020,
            httpPoolMaxThreads: 51,
            httpMaxQueuedRequests: 700,
            databasePoolConnections: 17,
          });
        }),
      )[1],
      'Keycloak',
    );
    expect(spec.resources).toEqual({
      requests: { cpu: '0.25', memory: '1010M' },
      limits: { cpu: '12', memory: '1020M' },
    });
    expect(spec.db).toMatchObject({ poolMinSize: 17, poolInitialSize: 17, poolMaxSize: 17 });
    expect(spec.additionalOptions).toEqual(
      expect.arrayContaining([
        { name: 'http-pool-max-threads', value: '51' },
        { name: 'http-max-queued-requests', value: '700' },
      ]),
    );
  });

  it('by the guide of 24 names the embedded caches of each site otherwise, and by that of 26 not at all', () => {
    const named = (name: Example) =>
      manifestsOf(example(name)).map((manifests) =>
        kindOf(manifests, 'Keycloak')[0].spec.additionalOptions.find(
          (option: { name: string }) => option.name === 'spi-connections-infinispan-quarkus-site-name',
        ),
      );
    expect(new Set(named('kubernetes-24').map(({ value }) => value)).size).toBe(2);
    expect(named('openshift-26')).toEqual([undefined, undefined]);
  });

  it('is not made while nobody has said where the database is', () => {
    const environment = example('openshift-26', (file) => {
      delete file.environment.database.writerEndpoint;
    });
    expect(() => manifestsOf(environment)).toThrow(
      /environment\.database\.writerEndpoint: is missing;[\s\S]*Deploy sso-database, and copy its output WriterEndpoint there\./,
    );
  });
});

describe('the procedures by hand', () => {
  it('end with the writer and the records where they belong: at the primary after it was made anew, and only there', () => {
    const environment = example('kubernetes-24', (file) => {
      file.sites[0].role = 'SECONDARY';
      file.sites[1].role = 'PRIMARY';
    });
    const [, ...chapters] = filesOf(environment)[0]!.text.split('\n### ');
    const ending = chapters.filter((chapter) =>
      chapter.includes("\n9. Aurora's writer and Route 53 back to"),
    );
    expect(ending).toHaveLength(1);
    expect(ending[0]).toMatch(/^site-b anew from site-a.*\(chapter 12\)[\s\S]* back to site-b, /);
  });
});

describe('the Batches that a person creates', () => {
  it.each(EXAMPLES)('those of %s have no name, so that none runs by being applied', (name) => {
    for (const batches of batchesOf(example(name)))
      for (const { metadata } of batches.flatMap(({ manifests }) => manifests)) {
        expect(Object.keys(metadata).sort()).toEqual(['generateName', 'namespace']);
        expect(metadata.generateName).toMatch(/^by-hand-[a-z-]+-$/);
      }
  });

  it.each(EXAMPLES)('those of %s are about the other site alone', (name) => {
    batchesOf(example(name)).forEach((batches, index) => {
      const other = ['site-b', 'site-a'][index]!;
      const sites = batches.flatMap(({ manifests }) =>
        manifests.flatMap(({ spec }) => [...spec.config.matchAll(/--site=(\S+)/g)].map(([, site]) => site)),
      );
      expect(new Set(sites)).toEqual(new Set([other]));
    });
  });

  it('clear nothing before they have taken the other site offline once more', () => {
    const [batches] = batchesOf(example('kubernetes-24'));
    const clearing = batches.filter(({ manifests }) => /clearcache/.test(manifests[0]!.spec.config));
    expect(clearing.map(({ name }) => name)).toEqual(['clear']);
    expect(clearing[0]!.manifests[0]!.spec.config.split('\n')[0]).toBe(
      'site take-offline --all-caches --site=site-b',
    );
  });
});
