import { describe, expect, it } from '@jest/globals';
import { mistakes } from './mistakes.ts';

const ZONES = 'database.moveWriter moves the writer from one zone to another';
const BLOCK = 'must be a block of addresses, and not of all, as 10.2.0.0/16';
const CHECK_ID = 'must be the id of a health check, as 11111111-1111-4111-8111-111111111111';
const CLUSTER = 'must be the identifier of an Aurora cluster and not its ARN, as keycloak-aurora';

// biome-ignore lint/suspicious/noExplicitAny: a file before it is checked
type Change = (file: any) => void;

const healthCheckId =
  (id: string): Change =>
  ({ sites }) => {
    sites[1].healthCheck.id = id;
  };
const cluster =
  (clusterIdentifier: string): Change =>
  ({ database }) => {
    database.clusterIdentifier = clusterIdentifier;
  };
const blocks =
  (...siteB: readonly string[]): Change =>
  ({ bridgeCut }) => {
    bridgeCut.siteCidrs['site-b'] = siteB;
  };
const zones =
  (...zones: readonly string[]): Change =>
  ({ sites }) => {
    for (const [index, zone] of zones.entries()) sites[index].availabilityZone = zone;
  };
const dimensions =
  (dimensionsOf: object): Change =>
  ({ crossSiteView }) => {
    crossSiteView.metric.dimensionsOf = dimensionsOf;
  };
const network =
  (given: object): Change =>
  (file) =>
    Object.assign(file.network, given);

describe('what would fail only at the deployment, or in the incident, is refused', () => {
  it.each<[string, 'existing' | 'new', Change, readonly string[]]>([
    [
      'a health check by its name',
      'existing',
      healthCheckId('site-b-check'),
      [`sites.1.healthCheck.id: "site-b-check" ${CHECK_ID}`],
    ],
    [
      'a health check with a space after it',
      'existing',
      healthCheckId('22222222-2222-4222-8222-222222222222 '),
      [`sites.1.healthCheck.id: "22222222-2222-4222-8222-222222222222 " ${CHECK_ID}`],
    ],
    ['an Aurora cluster of no name', 'new', cluster(''), [`database.clusterIdentifier: "" ${CLUSTER}`]],
    [
      'an Aurora cluster by its ARN',
      'new',
      cluster('arn:aws:rds:eu-west-1:123456789012:cluster:keycloak'),
      [`database.clusterIdentifier: "arn:aws:rds:eu-west-1:123456789012:cluster:keycloak" ${CLUSTER}`],
    ],
    [
      'an Aurora cluster in capitals, to which no permission would be given',
      'new',
      cluster('Keycloak'),
      [`database.clusterIdentifier: "Keycloak" ${CLUSTER}`],
    ],
    [
      'no block of addresses, each by its place',
      'new',
      blocks('10.0.0.0/40', '10.2.0.0/16', '10.0.0.5', 'site-b.example.test', 'fd00:2::/129'),
      [
        `bridgeCut.siteCidrs.site-b.0: "10.0.0.0/40" ${BLOCK}`,
        `bridgeCut.siteCidrs.site-b.2: "10.0.0.5" ${BLOCK}`,
        `bridgeCut.siteCidrs.site-b.3: "site-b.example.test" ${BLOCK}`,
        `bridgeCut.siteCidrs.site-b.4: "fd00:2::/129" ${BLOCK}`,
      ],
    ],
    [
      'all addresses, which would shut everything out',
      'new',
      blocks('0.0.0.0/0', '::/0'),
      [`bridgeCut.siteCidrs.site-b.0: "0.0.0.0/0" ${BLOCK}`, `bridgeCut.siteCidrs.site-b.1: "::/0" ${BLOCK}`],
    ],
    [
      'addresses of both sites, which could not be shut out for one of them',
      'new',
      (file) => {
        file.bridgeCut.siteCidrs = {
          'site-a': ['10.1.0.0/16', 'fd00:1::/32', '10.9.0.0/40'],
          'site-b': ['10.1.128.0/20', '10.0.0.0/8', '10.2.0.0/16', 'fd00:1:2::/48', 'fd00:2::/32', 'none'],
        };
      },
      [
        `bridgeCut.siteCidrs.site-a.2: "10.9.0.0/40" ${BLOCK}`,
        `bridgeCut.siteCidrs.site-b.5: "none" ${BLOCK}`,
        ...[
          ['0: 10.1.128.0/20', '10.1.0.0/16', 0],
          ['1: 10.0.0.0/8', '10.1.0.0/16', 0],
          ['3: fd00:1:2::/48', 'fd00:1::/32', 1],
        ].map(
          ([at, earlier, index]) =>
            `bridgeCut.siteCidrs.site-b.${at} overlaps with ${earlier}, which is bridgeCut.siteCidrs.site-a.${index}; give each site the addresses of its own Data Grid alone`,
        ),
      ],
    ],
    [
      'zones of another region, and one that is none',
      'new',
      zones('eu-central-1a', 'b'),
      [
        'sites.0.availabilityZone: "eu-central-1a" must be a zone of eu-west-1, as eu-west-1a',
        'sites.1.availabilityZone: "b" must be a zone of eu-west-1, as eu-west-1a',
      ],
    ],
    [
      'both sites in one zone',
      'new',
      zones('eu-west-1a', 'eu-west-1a'),
      [`sites.1.availabilityZone: both sites are in eu-west-1a; ${ZONES}`],
    ],
    [
      'a metric of no dimension, and one of an empty one',
      'new',
      dimensions({ 'site-a': {}, 'site-b': { site: '' } }),
      [
        'crossSiteView.metric.dimensionsOf.site-a: is empty; it must be at least one dimension',
        'crossSiteView.metric.dimensionsOf.site-b.site: is empty; it must not be empty',
      ],
    ],
    [
      'one metric for both sites, in whatever order it is written',
      'new',
      dimensions({ 'site-a': { site: 'x', job: 'y' }, 'site-b': { job: 'y', site: 'x' } }),
      [
        'crossSiteView.metric.dimensionsOf: is the same for both sites; each needs the dimensions of the metric about itself',
      ],
    ],
    [
      'a cross-site view that comes in nowhere',
      'existing',
      (file) => {
        file.crossSiteView = {};
      },
      ['crossSiteView: is empty; it must be alertmanager, metric or both, or be left out'],
    ],
    [
      'nobody who is told',
      'existing',
      (file) => {
        file.notification.emails = [];
      },
      ['notification.emails: is empty; it must be at least one address, or nobody is told'],
    ],
    [
      'subnets and security groups without an id',
      'new',
      network({ subnetIds: ['subnet-', 'subnet-0a1b2c3d'], securityGroupIds: ['sg-keycloak'] }),
      [
        'network.subnetIds.0: "subnet-" must be the id of a subnet, as subnet-0a1b2c3d',
        'network.securityGroupIds.0: "sg-keycloak" must be the id of a security group, as sg-0a1b2c3d',
      ],
    ],
  ])('%s', (_, installation, change, says) => {
    expect(mistakes(installation, change)).toEqual(says);
  });

  it.each<[string, 'existing' | 'new', Change]>([
    ['blocks of IPv6, and of one address', 'new', blocks('fd00:2::/32', '10.0.0.5/32')],
    ['ids of seventeen digits', 'new', network({ subnetIds: ['subnet-0a1b2c3d4e5f60718'] })],
    [
      'one zone for both sites, where no writer is moved',
      'new',
      (file) => {
        zones('eu-west-1a', 'eu-west-1a')(file);
        file.database.moveWriter = false;
      },
    ],
  ])('but not %s', (_, installation, change) => {
    expect(mistakes(installation, change)).toEqual([]);
  });
});

describe('a mistake hides no other one', () => {
  it('caches that are named twice are named beside one that can be no cache', () => {
    const found = mistakes('existing', (file) => {
      file.caches = ['sessions', 'sessions', 'bad name'];
    });
    expect(found).toEqual([
      'caches.2: "bad name" must be a cache name, of letters, digits, _, . and -',
      'caches: sessions is named more than once; once is right',
    ]);
  });

  it('what both sites have in common is named beside fields that are wrong at one of them', () => {
    const found = mistakes('existing', (file) => {
      file.sites[1] = structuredClone(file.sites[0]);
      file.sites[1].healthCheck.path = '/lb-check';
      file.sites[1].cluster.apiServer = 7;
      file.sites[0].keycloakInstances = 'two';
      file.database.moveWriter = true;
      file.database.name = 'keycloak';
    });
    expect(found.map((mistake) => mistake.split(':')[0])).toEqual([
      'database.name',
      'sites.0.keycloakInstances',
      'sites.1.cluster.apiServer',
      'sites.1.healthCheck.path',
      'sites.1.name',
      'sites.1.role',
      'sites.1.healthCheck.id',
      'sites.1.availabilityZone',
    ]);
  });

  it('what is missing about one site is named, although the name of the other one is wrong', () => {
    const found = mistakes('new', (file) => {
      file.sites[0].name = 'Site A';
      delete file.bridgeCut.siteCidrs['site-b'];
      delete file.crossSiteView.metric.dimensionsOf['site-b'];
      file.crossSiteView.metric.name = '';
    });
    // Keys about site-a are not called unknown: its name is what is to be corrected.
    expect(found.map((mistake) => mistake.split(':')[0]).sort()).toEqual([
      'bridgeCut.siteCidrs.site-b',
      'crossSiteView.metric.dimensionsOf.site-b',
      'crossSiteView.metric.name',
      'sites.0.name',
    ]);
  });

  it('what is wrong is not called missing as well', () => {
    const found = mistakes('new', (file) => {
      file.sites[0].availabilityZone = 1;
      file.bridgeCut.siteCidrs['site-a'] = '10.1.0.0/16';
      file.crossSiteView.metric.dimensionsOf['site-a'] = 'site-a';
    });
    expect(found).toHaveLength(3);
    for (const mistake of found) expect(mistake).not.toContain('missing');
  });

  it('a third site is one too many, also when a field of it is wrong', () => {
    const found = mistakes('existing', (file) => {
      file.sites.push({ ...file.sites[0], role: 'THIRD' });
    });
    expect(found).toEqual([
      'sites.2.role: is "THIRD"; it must be "PRIMARY" or "SECONDARY"',
      'sites: has 3; it must be exactly two sites',
    ]);
  });

  it('every field that there is not is named, not the first of an object alone', () => {
    const found = mistakes('existing', (file) => {
      Object.assign(file.sites[0].cluster, { $schema: 'x', tokne: {}, namepsace: 'keycloak' });
    });
    expect(found.map((mistake) => mistake.split(':')[0])).toEqual([
      'sites.0.cluster.$schema',
      'sites.0.cluster.tokne',
      'sites.0.cluster.namepsace',
    ]);
  });
});
