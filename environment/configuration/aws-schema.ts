import * as v from 'valibot';
import { domainName, ec2Id, matching } from '../../infra/configuration/schema.ts';
import { ofSites, wholeNumber } from './shapes.ts';

const cidr = (description: string) => v.pipe(v.string(), v.description(description));

const vpc = v.strictObject({
  vpcId: ec2Id('vpc', 'VPC', "The VPC of the site's cluster."),
  cidrs: v.pipe(
    v.array(cidr('A range of its addresses.')),
    v.minLength(1, 'at least one range'),
    v.description('Where the nodes are: the machine CIDR. They may reach the database, which answers there.'),
  ),
  routeTableIds: v.pipe(
    v.array(ec2Id('rtb', 'route table', 'A route table.')),
    v.minLength(1, 'at least one route table'),
    v.description('Every route table of the nodes: each gets the way to the database.'),
  ),
});

const databaseName = v.optional(
  matching(/^[a-z][a-z0-9_]{0,62}$/, 'a name as PostgreSQL takes it, as keycloak', 'Name of the database.'),
  'keycloak',
);

const writerEndpoint = domainName("The writer's endpoint, which follows the writer from zone to zone.");

/** Chapter 4. The zones are the sites' and the identifier is `database.clusterIdentifier`. */
export const databaseSchema = v.variant('kind', [
  v.strictObject({
    kind: v.pipe(v.literal('create'), v.description('The app makes it.')),
    engineVersion: matching(
      /^\d+\.\d+$/,
      'a version of Aurora PostgreSQL, as 16.6',
      'Version of Aurora PostgreSQL.',
    ),
    instanceClass: matching(
      /^db\.[a-z0-9]+\.[a-z0-9]+$/,
      'a class of instances, as db.t4g.large',
      'Class of both instances.',
    ),
    cidr: cidr("Addresses of the database's own VPC: they overlap with those of no cluster."),
    databaseName,
    backupRetentionDays: v.optional(wholeNumber(1, 35, 'Days for which backups are kept.'), 7),
    vpcOf: v.pipe(
      ofSites(vpc),
      v.description("Per site, by its name, the VPC of its cluster, which is peered with the database's."),
    ),
    writerEndpoint: v.optional(writerEndpoint),
  }),
  v.strictObject({
    kind: v.pipe(v.literal('existing'), v.description('It is there, and can be reached from both clusters.')),
    writerEndpoint,
    databaseName,
  }),
]);

/** Chapter 8: where each site's own name points to. */
export const loadBalancers = v.pipe(
  ofSites(
    v.strictObject({
      dnsName: domainName("The load balancer's own name."),
      hostedZoneId: matching(
        /^Z[A-Z0-9]+$/,
        'the id of a hosted zone, as Z2IFOLAFXWLO4F',
        "The load balancer's CanonicalHostedZoneId.",
      ),
    }),
  ),
  v.description(
    "Per site, by its name, the load balancer before its Keycloak. With it the app makes the sites' own records in dns.hostedZoneId.",
  ),
);
