import { describe, expect, it } from '@jest/globals';
import { loadYaml } from '@kubernetes/client-node';
import { manifestsOf } from '../../environment/manifests/manifests.ts';
import { example, mistakes } from './examples.ts';

const apiServer = (address: string) =>
  mistakes('openshift-26', (file) => {
    file.sites[1].cluster.apiServer = address;
  });

const urlOf = (address: string): string => {
  const [manifests] = manifestsOf(
    example('openshift-26', (file) => {
      file.sites[1].cluster.apiServer = address;
    }),
  );
  const { spec } = manifests.find(({ kind }) => kind === 'Infinispan') as never as {
    spec: { service: { sites: { locations: { url: string }[] } } };
  };
  return spec.service.sites.locations[0]!.url;
};

describe('a configuration of which no manifests can be made', () => {
  it('is refused whole: every name and address that a cluster would not take, and the policy that loses writes', () => {
    const found = mistakes('openshift-26', (file) => {
      file.backupFailurePolicy = 'WARN';
      file.sites[0].cluster.namespace = 'Keycloak';
      file.sites[0].cluster.infinispan = 'data_grid';
      file.sites[1].cluster.keycloak = 'k'.repeat(53);
      file.sites[1].cluster.apiServer = 'https://rancher.example.test/k8s/clusters/c-1';
      file.environment.dataGrid.version = '15';
    });
    expect([...found].sort()).toEqual([
      'backupFailurePolicy: is WARN; the caches of Keycloak 26 have transactions, which are rolled back by FAIL alone; leave it out',
      'environment.dataGrid.version: "15" must be a version of three numbers, as 15.0.11',
      'sites.0.cluster.infinispan: "data_grid" is no name that Kubernetes takes; it must be lower case, begin with a letter, as infinispan, at most 52 characters',
      'sites.0.cluster.namespace: "Keycloak" is no name that Kubernetes takes; it must be lower case, as namespace, at most 63 characters',
      'sites.1.cluster.apiServer: "https://rancher.example.test/k8s/clusters/c-1" is more than a host and a port, which is all that the Data Grid\'s operator takes; it must be as https://api.site-a.example.test:6443',
      `sites.1.cluster.keycloak: "${'k'.repeat(53)}" is no name that Kubernetes takes; it must be lower case, begin with a letter, as keycloak, at most 52 characters`,
    ]);
  });

  it.each([
    'https://user:word@api.example.test',
    'https://api.example.test?x=1',
    'https://api.example.test#x',
    'https://[2001:db8::1]:6443',
    'https://api_1.example.test',
    'https://',
    'https://api.example.test:port',
  ])('has an API server that the operator cannot ask: %s', (address) => {
    expect(apiServer(address)).toEqual([
      expect.stringMatching(/^sites\.1\.cluster\.apiServer: .* it must be as https:\/\/api\.site-a/),
    ]);
  });

  it('WARN is right by the guide of 24', () => {
    expect(
      mistakes('kubernetes-24', (file) => {
        file.backupFailurePolicy = 'WARN';
      }),
    ).toEqual([]);
  });

  it('a Keycloak name of 52 characters is right', () => {
    expect(
      mistakes('openshift-26', (file) => {
        file.sites[1].cluster.keycloak = 'k'.repeat(52);
      }),
    ).toEqual([]);
  });
});

describe("the other cluster's address, as the operator takes it", () => {
  it.each([
    ['https://api.site-b.example.test:6443', 'openshift://api.site-b.example.test:6443'],
    ['https://api.site-b.example.test:6443/', 'openshift://api.site-b.example.test:6443'],
    ['https://api.site-b.example.test', 'openshift://api.site-b.example.test:443'],
    [
      'https://0A1B2C.gr7.eu-west-1.eks.amazonaws.com',
      'openshift://0a1b2c.gr7.eu-west-1.eks.amazonaws.com:443',
    ],
    ['https://10.0.0.7:6443', 'openshift://10.0.0.7:6443'],
  ])('%s becomes %s', (address, url) => {
    expect(urlOf(address)).toBe(url);
  });
});

describe('what the guide of 26 writes otherwise', () => {
  it('a write that does not reach the other site is refused and rolled back before the caller gives up', () => {
    const [manifests] = manifestsOf(example('openshift-26'));
    const caches = manifests.filter(({ kind }) => kind === 'Cache') as never as {
      spec: { template: string };
    }[];
    for (const { spec } of caches) {
      const { distributedCache } = loadYaml<{
        distributedCache: {
          locking: { acquireTimeout: string };
          remoteTimeout: string;
          backups: { 'site-b': { backup: { timeout: string; failurePolicy: string } } };
        };
      }>(spec.template);
      const { backup } = distributedCache.backups['site-b'];
      expect(backup.failurePolicy).toBe('FAIL');
      // Chapter 3.14.3 of 26.4: else a deadlock between the sites ends by the backup's time limit.
      expect(Number(backup.timeout)).toBeGreaterThan(Number(distributedCache.locking.acquireTimeout));
      expect(Number(distributedCache.remoteTimeout)).toBeGreaterThan(Number(backup.timeout));
    }
  });
});
