import { describe, expect, it } from '@jest/globals';
import { mistakes } from './examples.ts';

interface File {
  database: { clusterIdentifier: string };
  dns: { clientDomain: string };
  sites: { name: string; healthCheck: { endpointDomain: string } }[];
  environment: {
    database: { vpcOf: Record<string, { cidrs: string[]; routeTableIds?: string[]; vpcId: string }> };
    loadBalancerOf: Record<string, { dnsName: string }>;
  };
}

const vpc = (file: File, site: string) => file.environment.database.vpcOf[site]!;

describe('what could not be deployed is refused before', () => {
  it.each<[string, (file: File) => void, string]>([
    [
      'a cluster that names no route table',
      (file) => {
        delete vpc(file, 'site-b').routeTableIds;
      },
      'environment.database.vpcOf.site-b.routeTableIds: is missing; it must be given',
    ],
    [
      'a cluster with an empty list of them, whose pods would find no way to the database',
      (file) => {
        vpc(file, 'site-b').routeTableIds = [];
      },
      'environment.database.vpcOf.site-b.routeTableIds: is empty; it must be at least one route table',
    ],
    [
      'a route table that is named twice',
      (file) => {
        vpc(file, 'site-b').routeTableIds = ['rtb-1a2b3c4d', 'rtb-0a2b3c4d', 'rtb-1a2b3c4d'];
      },
      'environment.database.vpcOf.site-b.routeTableIds.2: rtb-1a2b3c4d is there already, as environment.database.vpcOf.site-b.routeTableIds.0; once is right',
    ],
    [
      "a route table of the other site's VPC",
      (file) => {
        vpc(file, 'site-b').routeTableIds = ['rtb-0a1b2c3d4e5f60718'];
      },
      'environment.database.vpcOf.site-b.routeTableIds.0: rtb-0a1b2c3d4e5f60718 is there already, as environment.database.vpcOf.site-a.routeTableIds.0; once is right',
    ],
    [
      'addresses that are named twice',
      (file) => {
        vpc(file, 'site-a').cidrs.push('10.0.16.0/20');
      },
      'environment.database.vpcOf.site-a.cidrs.1: 10.0.16.0/20 is there already, as environment.database.vpcOf.site-a.cidrs.0; once is right',
    ],
    [
      'clusters with the same addresses, of which the database could answer one',
      (file) => {
        vpc(file, 'site-b').cidrs = ['10.0.16.0/20'];
      },
      'environment.database.vpcOf.site-b.cidrs.0: 10.0.16.0/20 overlaps with 10.0.16.0/20, which is the VPC of site-a; the database could not answer both',
    ],
    [
      'a cluster that is missing',
      (file) => {
        delete file.environment.database.vpcOf['site-b'];
      },
      'environment.database.vpcOf.site-b: is missing; both sites are needed',
    ],
    [
      'a name of the cluster with which those of its instances are too long',
      (file) => {
        file.database.clusterIdentifier = 'k'.repeat(53);
      },
      `database.clusterIdentifier: has 53 characters; it must be at most 52, since environment.database names the instances ${'k'.repeat(53)}-instance-1 and -2`,
    ],
    [
      'one load balancer for both sites',
      (file) => {
        const { loadBalancerOf } = file.environment;
        loadBalancerOf['site-b']!.dnsName = loadBalancerOf['site-a']!.dnsName;
      },
      'environment.loadBalancerOf.site-b.dnsName: both sites have router-a-0123456789.elb.eu-west-1.amazonaws.com; each name must lead to its own site',
    ],
    [
      "a site under the clients' name",
      (file) => {
        file.sites[1]!.healthCheck.endpointDomain = file.dns.clientDomain;
      },
      'sites.1.healthCheck.endpointDomain: is dns.clientDomain, whose records fail over; the site needs a name of its own',
    ],
    [
      'a load balancer of one site only',
      (file) => {
        delete file.environment.loadBalancerOf['site-b'];
      },
      'environment.loadBalancerOf.site-b: is missing; both sites are needed',
    ],
  ])('%s', (_, change, says) => {
    expect(mistakes('openshift-26', change)).toEqual([says]);
  });

  it('takes the longest name with which the instances are still named', () => {
    const long = (file: File) => {
      file.database.clusterIdentifier = 'k'.repeat(52);
    };
    expect(mistakes('openshift-26', long)).toEqual([]);
  });

  it('several ranges and route tables of one cluster are no mistake, and neither is one range within another', () => {
    const several = (file: File) => {
      vpc(file, 'site-a').cidrs = ['10.0.16.0/20', '10.0.17.0/24', '100.64.0.0/16'];
      vpc(file, 'site-a').routeTableIds = ['rtb-0a1b2c3d', 'rtb-1a1b2c3d'];
    };
    expect(mistakes('openshift-26', several)).toEqual([]);
  });
});
