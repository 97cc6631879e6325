import { readFileSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';
import { otherSite } from '../../environment/configuration/environment.ts';
import {
  environmentJsonSchema,
  environmentJsonSchemaText,
} from '../../environment/configuration/json-schema.ts';
import { hasEnvironment } from '../../environment/configuration/parse.ts';
import { propertiesOf } from '../../infra/configuration/json-schema.ts';
import { parseDeployment } from '../../infra/configuration/parse.ts';
import { EXAMPLES, example, exampleFile, mistakes } from './examples.ts';

describe("an environment's configuration", () => {
  it.each(EXAMPLES)('the example %s is right, for the failover core alone too', (name) => {
    const { sites } = example(name);
    expect(sites.map(({ role }) => role)).toEqual(['PRIMARY', 'SECONDARY']);
    expect(() => parseDeployment(exampleFile(name))).not.toThrow();
    expect(hasEnvironment(exampleFile(name))).toBe(true);
  });

  it('every mistake of both parts is named at once, with its path and the remedy', () => {
    const found = mistakes('openshift-26', (file) => {
      file.accountId = '12';
      file.caches[3] = 'sessions2';
      file.sites[1].availabilityZone = file.sites[0].availabilityZone;
      for (const site of file.sites) site.keycloakInstances = 5;
      file.environment.database.vpcOf['site-b'].cidrs = ['192.168.64.0/20'];
      file.environment.keycloak.imgae = 'x';
      file.environment.sites['site-b'].exposure = { type: 'NodePort', nodePort: 80 };
    });
    expect([...found].sort()).toEqual([
      'accountId: "12" must be twelve digits',
      'caches.3: sessions2 is none that environment.keycloak.version knows; Keycloak 26 has actionTokens, authenticationSessions, loginFailures, work',
      'caches: lacks work; Keycloak 26 has actionTokens, authenticationSessions, loginFailures, work',
      'environment.database.vpcOf.site-b.cidrs.0: 192.168.64.0/20 overlaps with 192.168.0.0/16, which is the VPC of the database; take another environment.database.cidr',
      'environment.keycloak.imgae: there is no such field; the fields are version, image, imageIsOptimized, hostname, sizing, tlsSecret, databaseSecret, remoteStoreSecret',
      'environment.keycloak.sizing.httpPoolMaxThreads: 5 pods with 66 threads have 330, and JGroups has 200; it must be at most 40, or sites.*.keycloakInstances at most 3',
      'environment.sites.site-b.exposure.nodePort: 80 must be 30000 to 32767',
      'sites.1.availabilityZone: both sites are in eu-west-1a; database.moveWriter moves the writer from one zone to another',
    ]);
  });

  it.each<[string, 'openshift-26' | 'kubernetes-24', (file: never) => void, RegExp]>([
    [
      'no section',
      'openshift-26',
      (file: { environment?: object }) => {
        delete file.environment;
      },
      /^environment: is missing; it must be given$/,
    ],
    [
      'more pods than there are threads',
      'openshift-26',
      (file: { sites: { keycloakInstances: number }[] }) => {
        for (const site of file.sites) site.keycloakInstances = 201;
      },
      /^sites\.0\.keycloakInstances: 201 pods are more than the 200 threads of JGroups allow; take fewer pods/,
    ],
    [
      'a passive site that is smaller',
      'openshift-26',
      (file: { sites: { keycloakInstances: number }[] }) => {
        file.sites[1]!.keycloakInstances = 2;
      },
      /^sites\.1\.keycloakInstances: is 2, and 3 at the other site; both must be the same/,
    ],
    [
      'a cache of the other guide',
      'kubernetes-24',
      (file: { caches: string[] }) => {
        file.caches.splice(0, 1);
      },
      /^caches: lacks sessions; Keycloak 24 has /,
    ],
    [
      'the same zone twice though the writer never moves',
      'openshift-26',
      (file: { database: object; sites: { availabilityZone: string }[] }) => {
        file.database = { clusterIdentifier: 'keycloak-aurora', moveWriter: false };
        file.sites[1]!.availabilityZone = 'eu-west-1a';
      },
      /^sites\.1\.availabilityZone: both sites are in eu-west-1a; environment\.database makes an instance in each/,
    ],
    [
      'a zone that is missing though the writer never moves',
      'openshift-26',
      (file: { database: object; sites: { availabilityZone?: string }[] }) => {
        file.database = { clusterIdentifier: 'keycloak-aurora', moveWriter: false };
        delete file.sites[1]!.availabilityZone;
      },
      /^sites\.1\.availabilityZone: is missing; environment\.database makes an instance in the zone of each site$/,
    ],
    [
      'a database to make without a name',
      'openshift-26',
      (file: { database?: object }) => {
        delete file.database;
      },
      /^database\.clusterIdentifier: is missing; environment\.database makes the cluster by this name$/,
    ],
    [
      'clusters whose addresses overlap',
      'openshift-26',
      (file: { environment: { database: { vpcOf: Record<string, { cidrs: string[] }> } } }) => {
        file.environment.database.vpcOf['site-b']!.cidrs = ['10.0.24.0/24'];
      },
      /^environment\.database\.vpcOf\.site-b\.cidrs\.0: 10\.0\.24\.0\/24 overlaps with 10\.0\.16\.0\/20, which is the VPC of site-a; the database could not answer both$/,
    ],
    [
      'a block that begins within another',
      'openshift-26',
      (file: { environment: { database: { cidr: string } } }) => {
        file.environment.database.cidr = '192.168.1.0/16';
      },
      /^environment\.database\.cidr: "192\.168\.1\.0\/16" must be a block of IPv4 addresses from its first one on, as 10\.2\.0\.0\/16$/,
    ],
    [
      'a database VPC of which no two subnets can be cut',
      'openshift-26',
      (file: { environment: { database: { cidr: string } } }) => {
        file.environment.database.cidr = '192.168.1.0/26';
      },
      /^environment\.database\.cidr: 192\.168\.1\.0\/26 must be a \/16 to a \/25/,
    ],
    [
      'one VPC for both clusters',
      'openshift-26',
      (file: { environment: { database: { vpcOf: Record<string, { vpcId: string }> } } }) => {
        const { vpcOf } = file.environment.database;
        vpcOf['site-b']!.vpcId = vpcOf['site-a']!.vpcId;
      },
      /^environment\.database\.vpcOf\.site-b\.vpcId: both sites are in vpc-0a1b2c3d4e5f60718; each cluster needs a VPC of its own$/,
    ],
    [
      "OpenShift's Route on plain Kubernetes",
      'kubernetes-24',
      (file: { environment: { sites: Record<string, { exposure: object }> } }) => {
        file.environment.sites['site-a']!.exposure = { type: 'Route' };
      },
      /^environment\.sites\.site-a\.exposure\.type: Route is OpenShift's; with platform kubernetes it must be LoadBalancer or NodePort$/,
    ],
    [
      'a field of the other platform',
      'kubernetes-24',
      (file: { environment: { sites: Record<string, { ingres: object }> } }) => {
        file.environment.sites['site-a']!.ingres = {};
      },
      /^environment\.sites\.site-a\.ingres: there is no such field; the fields are platform, exposure, healthHost, ingress, dataGridTls$/,
    ],
    [
      'a site that there is not',
      'openshift-26',
      (file: { environment: { sites: Record<string, object> } }) => {
        file.environment.sites['site-c'] = file.environment.sites['site-b']!;
      },
      /^environment\.sites\.site-c: there is no such site; the sites are site-a, site-b$/,
    ],
    [
      'a site that is missing',
      'openshift-26',
      (file: { environment: { sites: Record<string, object> } }) => {
        delete file.environment.sites['site-b'];
      },
      /^environment\.sites\.site-b: is missing; both sites are needed$/,
    ],
    [
      'a client name that differs from the records',
      'openshift-26',
      (file: { environment: { keycloak: { hostname: string } } }) => {
        file.environment.keycloak.hostname = 'sso.example.test';
      },
      /^environment\.keycloak\.hostname: is sso\.example\.test, and dns\.clientDomain is login\.example\.test; leave it out/,
    ],
    [
      'an existing installation that names no health host',
      'kubernetes-24',
      (file: { environment: { sites: Record<string, { healthHost?: string }> } }) => {
        delete file.environment.sites['site-a']!.healthHost;
      },
      /^environment\.sites\.site-a\.healthHost: is missing; an existing installation needs it$/,
    ],
    [
      'a limit below the request',
      'openshift-26',
      (file: { environment: { keycloak: { sizing: { memoryLimitMegabytes: number } } } }) => {
        file.environment.keycloak.sizing.memoryLimitMegabytes = 1000;
      },
      /^environment\.keycloak\.sizing\.memoryLimitMegabytes: 1000 is less than memoryRequestMegabytes, which is 1250$/,
    ],
    [
      'a part of a thousandth of a CPU',
      'openshift-26',
      (file: { environment: { keycloak: { sizing: { cpuRequestVcpu: number } } } }) => {
        file.environment.keycloak.sizing.cpuRequestVcpu = 1.2345;
      },
      /^environment\.keycloak\.sizing\.cpuRequestVcpu: 1\.2345 must be whole thousandths$/,
    ],
    [
      'records for an installation that has them',
      'kubernetes-24',
      (file: { environment: { loadBalancerOf: object } }) => {
        file.environment.loadBalancerOf = {};
      },
      /^environment\.loadBalancerOf: the sites' records of an existing installation are there/,
    ],
  ] as never)('refuses %s', (_, name, change, says) => {
    const found = mistakes(name, change as never);
    expect(found).toHaveLength(1);
    expect(found[0]).toMatch(says);
  });

  it('the pods of each site are counted for themselves, also where one site has too many', () => {
    const found = mistakes('openshift-26', (file) => {
      file.environment.keycloak.sizing.httpPoolMaxThreads = 50;
      file.sites[0].keycloakInstances = 5;
      file.sites[1].keycloakInstances = 201;
    });
    expect([...found].sort()).toEqual([
      'environment.keycloak.sizing.httpPoolMaxThreads: 5 pods with 50 threads have 250, and JGroups has 200; it must be at most 40, or sites.*.keycloakInstances at most 4',
      'sites.1.keycloakInstances: 201 pods are more than the 200 threads of JGroups allow; take fewer pods with more CPU each',
      'sites.1.keycloakInstances: is 201, and 5 at the other site; both must be the same, since either serves alone',
    ]);
  });

  it('names shared by what must be apart are all refused, beside too many threads at the larger site', () => {
    const found = mistakes('kubernetes-24', (file) => {
      const [a, b] = file.sites;
      b.cluster.apiServer = `${a.cluster.apiServer}/`;
      b.keycloakInstances = 4;
      const { keycloak, sites, dataGrid, database } = file.environment;
      sites['site-b'].healthHost = sites['site-a'].healthHost = keycloak.hostname;
      keycloak.databaseSecret = 'remote-store-secret';
      keycloak.image = 'keycloak 24';
      keycloak.sizing.cpuLimitVcpu = 1e9;
      dataGrid.tokenSecret = 'ispn-xsite-sa-token';
      dataGrid.crossSiteTls = { keyStoreFile: 'certs/keystore.p12' };
      database.writerEndpoint = 'keycloak-aurora.cluster-ro-example.eu-west-1.rds.amazonaws.com';
    });
    expect([...found].sort()).toEqual([
      'environment.dataGrid.crossSiteTls.keyStoreFile: "certs/keystore.p12" must be a key as a Secret takes it, as keystore.p12',
      "environment.dataGrid.tokenSecret: ispn-xsite-sa-token holds the site's own token, and this one the other site's; take another name, as xsite-token-secret",
      "environment.database.writerEndpoint: keycloak-aurora.cluster-ro-example.eu-west-1.rds.amazonaws.com is the readers' endpoint, where nothing can be written; give the writer's, without -ro",
      'environment.keycloak.image: "keycloak 24" must be an image without blanks, as registry.example.test/keycloak:26',
      'environment.keycloak.remoteStoreSecret: is remote-store-secret, as databaseSecret; the user of the Data Grid and that of the database need a Secret each',
      'environment.keycloak.sizing.cpuLimitVcpu: 1000000000 must be at most 100000',
      'environment.keycloak.sizing.httpPoolMaxThreads: 4 pods with 66 threads have 264, and JGroups has 200; it must be at most 50, or sites.*.keycloakInstances at most 3',
      'environment.sites.site-a.healthHost: is environment.keycloak.hostname, which leads to the site that serves; the site needs a name of its own',
      'environment.sites.site-b.healthHost: both sites have login.example.test; each needs a name of its own',
      'environment.sites.site-b.healthHost: is environment.keycloak.hostname, which leads to the site that serves; the site needs a name of its own',
      'sites.1.cluster: both sites are in keycloak at https://api.site-a.example.test:6443; each needs a cluster of its own',
      'sites.1.keycloakInstances: is 4, and 3 at the other site; both must be the same, since either serves alone',
    ]);
  });

  it('names of a new installation that lead to themselves or to the other site are all refused', () => {
    const found = mistakes('openshift-26', (file) => {
      const { sites, loadBalancerOf } = file.environment;
      for (const site of Object.values(sites) as { exposure: object }[])
        site.exposure = { type: 'Route', hostName: 'xsite.example.test' };
      loadBalancerOf['site-a'].dnsName = 'site-a.example.test';
      file.sites[1].healthCheck.endpointDomain = 'login.example.test';
      file.sites[1].cluster.infinispan = '2nd-grid';
    });
    expect([...found].sort()).toEqual([
      "environment.loadBalancerOf.site-a.dnsName: is sites.0.healthCheck.endpointDomain, so the record would lead to itself; give the load balancer's own name",
      'environment.sites.site-b.exposure.hostName: both sites have xsite.example.test; each needs a name of its own',
      'sites.1.cluster.infinispan: "2nd-grid" is no name that Kubernetes takes; it must be lower case, begin with a letter, as infinispan, at most 52 characters',
      'sites.1.healthCheck.endpointDomain: is dns.clientDomain, whose records fail over; the site needs a name of its own',
    ]);
  });

  it('two namespaces of one cluster are two sites', () => {
    expect(
      mistakes('kubernetes-24', ({ sites: [a, b] }) => {
        b.cluster.apiServer = a.cluster.apiServer;
        b.cluster.namespace = 'keycloak-b';
      }),
    ).toEqual([]);
  });

  it('the core passes the section on unread, as long as it is an object', () => {
    const odd = exampleFile('openshift-26', (file) => {
      file.environment = { nobody: 'knows this' };
    });
    expect(() => parseDeployment(odd)).not.toThrow();
    const text = exampleFile('openshift-26', (file) => {
      file.environment = 'a text';
    });
    expect(() => parseDeployment(text)).toThrow(/environment: is "a text"; it must be an object/);
  });

  it('becomes what the rest is made of: names come from the core wherever it has them', () => {
    const { sites, keycloak, database, siteRecords } = example('openshift-26');
    expect(keycloak.hostname).toBe('login.example.test');
    expect(sites.map(({ name, healthHost }) => [name, healthHost])).toEqual([
      ['site-a', 'site-a.example.test'],
      ['site-b', 'site-b.example.test'],
    ]);
    expect(database).toMatchObject({
      clusterIdentifier: 'keycloak-aurora',
      zones: ['eu-west-1a', 'eu-west-1b'],
      vpcs: [{ site: 'site-a' }, { site: 'site-b' }],
    });
    expect(siteRecords).toMatchObject({ hostedZoneId: 'Z0123456789EXAMPLE' });
  });

  it('the primary comes first, whatever the order in the file', () => {
    const reversed = example('openshift-26', (file) => {
      file.sites.reverse();
    });
    expect(reversed.sites.map(({ role }) => role)).toEqual(['PRIMARY', 'SECONDARY']);
    expect(reversed.database).toMatchObject({ zones: ['eu-west-1a', 'eu-west-1b'] });
    expect(otherSite(reversed, reversed.sites[0]).name).toBe('site-b');
    expect(otherSite(reversed, reversed.sites[1]).name).toBe('site-a');
  });

  it('the JSON Schema by which editors complete it is up to date (npm run schema)', () => {
    const at = new URL('../../environment/environment.schema.json', import.meta.url);
    expect(JSON.parse(readFileSync(at, 'utf8'))).toEqual(JSON.parse(environmentJsonSchemaText()));
    const core = readFileSync(new URL('../../infra/failover.config.schema.json', import.meta.url), 'utf8');
    expect(core).toContain('"$ref": "../environment/environment.schema.json"');
  });

  it('an editor shows of every field, at any depth, what it means', () => {
    const properties = propertiesOf(environmentJsonSchema());
    const undescribed = properties.filter(([, { description = '' }]) => !/^\S.*[.!]$/.test(description));
    expect(undescribed.map(([path]) => path)).toEqual([]);
    expect(properties.length).toBeGreaterThan(50);
  });
});
