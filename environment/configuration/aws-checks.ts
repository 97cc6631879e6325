import { type Block, blockOf, overlap } from './addresses.ts';
import { type Check, forBothSites, type RightFile, siteNames } from './by-site.ts';

/** Subnets of a VPC are /16 to /28, and the database's VPC holds two of an eighth each. */
const LONGEST_DATABASE_PREFIX = 25;

/** RDS takes 63 characters, and the instances are named after the cluster: keycloak-aurora-instance-1. */
const LONGEST_CLUSTER_IDENTIFIER = 63 - '-instance-1'.length;

const toCreate = ({ environment }: RightFile) =>
  environment?.database?.kind === 'create' ? environment.database : null;

/** The core asks for the zones only when it moves the writer. */
export const zones: Check = (file) => {
  if (toCreate(file) === null) return [];
  const [one, other] = (file.sites ?? []).map((site) => site?.availabilityZone);
  const moved = file.database !== null && file.database?.moveWriter === true;
  return [
    ...(moved
      ? []
      : [
          ...[one, other].flatMap((zone, index) =>
            zone === undefined
              ? [
                  `sites.${index}.availabilityZone: is missing; environment.database makes an instance in the zone of each site`,
                ]
              : [],
          ),
          ...(one && one === other
            ? [
                `sites.1.availabilityZone: both sites are in ${one}; environment.database makes an instance in each of two zones`,
              ]
            : []),
        ]),
    ...(file.database === undefined
      ? ['database.clusterIdentifier: is missing; environment.database makes the cluster by this name']
      : []),
  ];
};

interface Placed {
  readonly where: string;
  readonly cidr: string;
  readonly block: Block;
  /** What the block belongs to: blocks of one owner may be side by side in any way that AWS takes. */
  readonly owner: string;
}

/** The cluster and its instances, which are named after it. */
export const identifier: Check = (file) => {
  const given = file.database?.clusterIdentifier;
  return toCreate(file) !== null && given && given.length > LONGEST_CLUSTER_IDENTIFIER
    ? [
        `database.clusterIdentifier: has ${given.length} characters; it must be at most ${LONGEST_CLUSTER_IDENTIFIER}, since environment.database names the instances ${given}-instance-1 and -2`,
      ]
    : [];
};

/** What is listed twice would be made twice, which AWS refuses. */
export const listedOnce: Check = (file) => {
  const seen = new Map<string, string>();
  return Object.entries(toCreate(file)?.vpcOf ?? {}).flatMap(([name, vpc]) =>
    (['cidrs', 'routeTableIds'] as const).flatMap((what) =>
      (vpc?.[what] ?? []).flatMap((value, index) => {
        const where = `environment.database.vpcOf.${name}.${what}.${index}`;
        // The same addresses at both sites are said as an overlap.
        const key = what === 'cidrs' ? `${name} ${value}` : `${value}`;
        const earlier = seen.get(key);
        if (value === null) return [];
        seen.set(key, earlier ?? where);
        return earlier === undefined
          ? []
          : [`${where}: ${value} is there already, as ${earlier}; once is right`];
      }),
    ),
  );
};

/** Each block that is one, and a mistake for each text that is none. */
function placed(file: RightFile): {
  readonly blocks: readonly Placed[];
  readonly mistakes: readonly string[];
} {
  const database = toCreate(file);
  if (database === null) return { blocks: [], mistakes: [] };
  const texts = [
    { where: 'environment.database.cidr', cidr: database.cidr, owner: 'the VPC of the database' },
    ...Object.entries(database.vpcOf ?? {}).flatMap(([name, vpc]) =>
      (vpc?.cidrs ?? []).map((cidr, index) => ({
        where: `environment.database.vpcOf.${name}.cidrs.${index}`,
        cidr,
        owner: `the VPC of ${name}`,
      })),
    ),
  ];
  const blocks: Placed[] = [];
  const mistakes: string[] = [];
  for (const { where, cidr, owner } of texts) {
    if (cidr === null) continue;
    const block = blockOf(cidr);
    if (block === null || block.prefix < 8)
      mistakes.push(
        `${where}: ${JSON.stringify(cidr)} must be a block of IPv4 addresses from its first one on, as 10.2.0.0/16`,
      );
    else blocks.push({ where, cidr, block, owner });
  }
  return { blocks, mistakes };
}

export const addresses: Check = (file) => {
  const database = toCreate(file);
  if (database === null) return [];
  const { blocks, mistakes } = placed(file);
  const own = blocks.find(({ where }) => where === 'environment.database.cidr');
  const [one, other] = siteNames(file).map((name) => database.vpcOf?.[name]?.vpcId);
  return [
    ...forBothSites(file, 'environment.database.vpcOf', database.vpcOf),
    ...mistakes,
    ...(own !== undefined && (own.block.prefix < 16 || own.block.prefix > LONGEST_DATABASE_PREFIX)
      ? [
          `${own.where}: ${own.cidr} must be a /16 to a /${LONGEST_DATABASE_PREFIX}, of which two subnets are cut`,
        ]
      : []),
    ...blocks.flatMap((later, index) =>
      blocks
        .slice(0, index)
        .filter((earlier) => earlier.owner !== later.owner && overlap(earlier.block, later.block))
        .map(
          (earlier) =>
            `${later.where}: ${later.cidr} overlaps with ${earlier.cidr}, which is ${earlier.owner}; ${earlier.owner === 'the VPC of the database' ? 'take another environment.database.cidr' : 'the database could not answer both'}`,
        ),
    ),
    ...(one && one === other
      ? [
          `environment.database.vpcOf.${siteNames(file)[1]}.vpcId: both sites are in ${one}; each cluster needs a VPC of its own`,
        ]
      : []),
  ];
};

export const loadBalancerRecords: Check = (file) => {
  const given = file.environment?.loadBalancerOf;
  if (given === undefined || given === null) return [];
  if (file.installation === 'existing')
    return [
      "environment.loadBalancerOf: the sites' records of an existing installation are there; leave it out, or make installation new",
    ];
  const where = 'environment.loadBalancerOf';
  const [one, other] = siteNames(file).map((name) => given[name]?.dnsName);
  return [
    ...forBothSites(file, where, given),
    ...(one && one === other
      ? [
          `${where}.${siteNames(file)[1]}.dnsName: both sites have ${one}; each name must lead to its own site`,
        ]
      : []),
    ...(file.sites ?? []).flatMap((site, index) => {
      const own = (site?.healthCheck as Partial<Record<string, string>> | null | undefined)?.[
        'endpointDomain'
      ];
      const name = site?.name;
      return name && own && given[name]?.dnsName === own
        ? [
            `${where}.${name}.dnsName: is sites.${index}.healthCheck.endpointDomain, so the record would lead to itself; give the load balancer's own name`,
          ]
        : [];
    }),
  ];
};

/** Aurora says both endpoints side by side. */
export const writer: Check = ({ environment }) => {
  const given = environment?.database?.writerEndpoint;
  return given?.includes('.cluster-ro-')
    ? [
        `environment.database.writerEndpoint: ${given} is the readers' endpoint, where nothing can be written; give the writer's, without -ro`,
      ]
    : [];
};
