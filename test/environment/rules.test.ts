import { describe, expect, it } from '@jest/globals';
import { EXAMPLES, example, exampleFile, mistakes } from './examples.ts';

type Node = Record<string, unknown>;

const placesIn = (node: unknown, at: readonly string[] = []): readonly (readonly string[])[] =>
  node !== null && typeof node === 'object'
    ? Object.entries(node).flatMap(([key, inner]) => [[...at, key], ...placesIn(inner, [...at, key])])
    : [];

const into = (file: unknown, place: readonly string[]): Node =>
  place.slice(0, -1).reduce((node, key) => node[key] as Node, file as Node);

describe('a rule over several values', () => {
  it.each(EXAMPLES)('in %s: of a value of the wrong kind, whichever it is, only that is said', (name) => {
    const places = placesIn(exampleFile(name));
    const otherwise = places.flatMap((place) => {
      const found = mistakes(name, (file) => {
        const node = into(file, place);
        node[place.at(-1)!] = typeof node[place.at(-1)!] === 'boolean' ? 'yes' : true;
      });
      const path = place.join('.');
      const where = found[0]?.split(':')[0];
      return found.length === 1 && (path === where || path.startsWith(`${where}.`)) ? [] : [{ path, found }];
    });
    expect(otherwise).toEqual([]);
    expect(places.length).toBeGreaterThan(90);
  });

  it('both sites by one name are said once, and not again in the section', () => {
    expect(
      mistakes('openshift-26', (file) => {
        file.sites[1].name = 'site-a';
        delete file.crossSiteView;
        delete file.bridgeCut;
      }),
    ).toEqual(['sites.1.name: both sites are named site-a; each needs a name of its own']);
  });

  it('a third site is said once too', () => {
    expect(
      mistakes('openshift-26', (file) => {
        file.sites.push({ ...file.sites[1], name: 'site-c' });
      }),
    ).toEqual(['sites: has 3; it must be exactly two sites']);
  });

  it.each<[string, (file: never) => void]>([
    [
      'as many pods as there are threads',
      (file: { sites: Node[]; environment: { keycloak: { sizing: Node } } }) => {
        for (const site of file.sites) site['keycloakInstances'] = 200;
        file.environment.keycloak.sizing['httpPoolMaxThreads'] = 1;
      },
    ],
    [
      'a limit that is what is requested',
      ({ environment }: { environment: { keycloak: { sizing: Node } } }) => {
        environment.keycloak.sizing['memoryLimitMegabytes'] = 1250;
        environment.keycloak.sizing['cpuLimitVcpu'] = 3;
      },
    ],
    [
      'the smallest VPC of which two subnets can be cut',
      ({ environment }: { environment: { database: Node } }) => {
        environment.database['cidr'] = '192.168.0.128/25';
      },
    ],
    [
      'clusters right beside the database and each other',
      ({ environment }: { environment: { database: { cidr: string; vpcOf: Record<string, Node> } } }) => {
        environment.database.cidr = '10.1.0.0/16';
        environment.database.vpcOf['site-a']!['cidrs'] = ['10.0.0.0/16', '10.0.128.0/17'];
        environment.database.vpcOf['site-b']!['cidrs'] = ['10.2.0.0/15'];
      },
    ],
    [
      'the largest block that a cluster can have',
      ({ environment }: { environment: { database: { vpcOf: Record<string, Node> } } }) => {
        environment.database.vpcOf['site-a']!['cidrs'] = ['11.0.0.0/8'];
      },
    ],
    [
      'the names that the core has already, if they are the same',
      ({ environment }: { environment: { keycloak: Node; sites: Record<string, Node> } }) => {
        environment.keycloak['hostname'] = 'login.example.test';
        environment.sites['site-a']!['healthHost'] = 'site-a.example.test';
      },
    ],
  ] as never)('takes %s', (_, change) => {
    expect(mistakes('openshift-26', change as never)).toEqual([]);
  });

  it.each<[string, 'openshift-26' | 'kubernetes-24', (file: never) => void, readonly string[]]>([
    [
      'one thread more than fit',
      'openshift-26',
      ({ environment }: { environment: { keycloak: { sizing: Node } } }) => {
        environment.keycloak.sizing['httpPoolMaxThreads'] = 67;
      },
      [
        'environment.keycloak.sizing.httpPoolMaxThreads: 3 pods with 67 threads have 201, and JGroups has 200; it must be at most 66, or sites.*.keycloakInstances at most 2',
      ],
    ],
    [
      'a CPU limit below the request',
      'kubernetes-24',
      ({ environment }: { environment: { keycloak: { sizing: Node } } }) => {
        environment.keycloak.sizing['cpuLimitVcpu'] = 4.999;
      },
      ['environment.keycloak.sizing.cpuLimitVcpu: 4.999 is less than cpuRequestVcpu, which is 5'],
    ],
    [
      'a VPC that AWS would not make',
      'openshift-26',
      ({ environment }: { environment: { database: Node } }) => {
        environment.database['cidr'] = '192.168.0.0/15';
      },
      ['environment.database.cidr: 192.168.0.0/15 must be a /16 to a /25, of which two subnets are cut'],
    ],
    [
      'half of the internet',
      'openshift-26',
      ({ environment }: { environment: { database: { vpcOf: Record<string, Node> } } }) => {
        environment.database.vpcOf['site-a']!['cidrs'] = ['0.0.0.0/7'];
      },
      [
        'environment.database.vpcOf.site-a.cidrs.0: "0.0.0.0/7" must be a block of IPv4 addresses from its first one on, as 10.2.0.0/16',
      ],
    ],
    [
      'a VPC of nobody, and none of a site',
      'openshift-26',
      ({ environment }: { environment: { database: { vpcOf: Record<string, Node> } } }) => {
        environment.database.vpcOf['site-c'] = environment.database.vpcOf['site-b']!;
        delete environment.database.vpcOf['site-b'];
      },
      [
        'environment.database.vpcOf.site-c: there is no such site; the sites are site-a, site-b',
        'environment.database.vpcOf.site-b: is missing; both sites are needed',
      ],
    ],
    [
      'the load balancer of one site alone',
      'openshift-26',
      ({ environment }: { environment: { loadBalancerOf: Record<string, Node> } }) => {
        delete environment.loadBalancerOf['site-b'];
      },
      ['environment.loadBalancerOf.site-b: is missing; both sites are needed'],
    ],
    [
      'a health host that no check asks',
      'openshift-26',
      ({ environment }: { environment: { sites: Record<string, Node> } }) => {
        environment.sites['site-b']!['healthHost'] = 'b.example.test';
      },
      [
        'environment.sites.site-b.healthHost: is b.example.test, and sites.1.healthCheck.endpointDomain is site-b.example.test; leave it out, or make it the same',
      ],
    ],
    [
      'an existing installation without a client name',
      'kubernetes-24',
      ({ environment }: { environment: { keycloak: Node } }) => {
        delete environment.keycloak['hostname'];
      },
      ['environment.keycloak.hostname: is missing; an existing installation needs it'],
    ],
  ] as never)('refuses %s', (_, name, change, says) => {
    expect(mistakes(name, change as never)).toEqual(says);
  });
});

describe('the environment that a file gives', () => {
  it('each site is as its platform needs it', () => {
    expect(example('openshift-26').sites.map(({ cluster }) => cluster)).toEqual([
      { platform: 'openshift' },
      { platform: 'openshift' },
    ]);
    const [site] = example('kubernetes-24').sites;
    expect(site.cluster).toEqual({
      platform: 'kubernetes',
      ingress: {
        className: 'nginx',
        annotations: { 'nginx.ingress.kubernetes.io/ssl-passthrough': 'true' },
      },
      dataGridTls: {
        certificateSecret: 'infinispan-tls-secret',
        authoritySecret: 'infinispan-authority-secret',
      },
    });
  });

  it("the sites' records are made of a new installation alone, and only if asked for", () => {
    const dnsNames = ['router-a-0123456789', 'router-b-0123456789'].map(
      (name) => `${name}.elb.eu-west-1.amazonaws.com`,
    );
    expect(example('openshift-26').siteRecords!.loadBalancers.map(({ dnsName }) => dnsName)).toEqual(
      dnsNames,
    );
    const without = example('openshift-26', (file) => {
      delete file.environment.loadBalancerOf;
    });
    expect(without.siteRecords).toBeNull();
    expect(example('kubernetes-24').siteRecords).toBeNull();
  });

  it('an endpoint that nobody wrote in yet is none', () => {
    const { database } = example('openshift-26', (file) => {
      delete file.environment.database.writerEndpoint;
    });
    expect(database).toMatchObject({ kind: 'create', writerEndpoint: null });
  });
});
