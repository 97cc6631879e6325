import { BlockList, isIP } from 'node:net';
import { isBlockOfAddresses } from '../../functions/data-grid/bridge.ts';
import type { Right } from './right.ts';
import type { DeploymentConfiguration } from './schema.ts';

type File = Right<DeploymentConfiguration>;
type Site = NonNullable<NonNullable<File['sites']>[number]>;

/** A rule over several values. It looks at those that are right by themselves: null is what is wrong already. */
type Check = (file: File) => readonly string[];

/** Both sites, each null where it is wrong as a whole; none where there are not two. */
const bothSites = ({ sites }: File): readonly (Site | null)[] => (sites?.length === 2 ? sites : []);

/** Each once, also where both sites have one name: that is said by itself. */
const siteNames = (file: File): readonly string[] => [
  ...new Set(bothSites(file).flatMap((site) => site?.name ?? [])),
];

/** Keys that name sites, each of which must be one. Not to be said while a site's own name is wrong. */
const unknownSites = (file: File, where: string, keys: readonly string[]): readonly string[] => {
  const sites = bothSites(file);
  if (sites.length === 0 || sites.some((site) => site === null || site.name === null)) return [];
  return keys
    .filter((key) => !siteNames(file).includes(key))
    .map((key) => `${where}.${key}: there is no such site; the sites are ${siteNames(file).join(', ')}`);
};

const repeated = <Value>(values: readonly (Value | null | undefined)[]): readonly Value[] => [
  ...new Set(
    values.filter(
      (value, index): value is Value =>
        value !== null && value !== undefined && values.indexOf(value) !== index,
    ),
  ),
];

/** A list with a wrong item is not counted by the schema. */
const twoSites: Check = ({ sites }) =>
  sites === null || sites.length === 2 ? [] : [`sites: has ${sites.length}; it must be exactly two sites`];

const namesAndRoles: Check = (file) => [
  ...repeated(bothSites(file).map((site) => site?.name)).map(
    (name) => `sites.1.name: both sites are named ${name}; each needs a name of its own`,
  ),
  ...repeated(bothSites(file).map((site) => site?.role)).map(
    (role) => `sites.1.role: both sites are ${role}; one must be PRIMARY and one SECONDARY`,
  ),
];

const healthChecks: Check = (file) =>
  (['id', 'endpointDomain'] as const).flatMap((what) =>
    repeated(
      bothSites(file).map((site) => (site?.healthCheck as Partial<Record<string, string>> | null)?.[what]),
    ).map((value) => `sites.1.healthCheck.${what}: both sites have ${value}; each needs a check of its own`),
  );

const caches: Check = (file) =>
  repeated(file.caches ?? []).map((name) => `caches: ${name} is named more than once; once is right`);

/** In whatever order they are written. */
const asText = (dimensions: Readonly<Record<string, string | null>>): string =>
  JSON.stringify(Object.entries(dimensions).sort(([one], [other]) => (one < other ? -1 : 1)));

const metric: Check = (file) => {
  const dimensions = file.crossSiteView?.metric?.dimensionsOf;
  if (dimensions === undefined || dimensions === null) return [];
  const where = 'crossSiteView.metric.dimensionsOf';
  const [one, other] = siteNames(file).map((name) => dimensions[name]);
  return [
    ...unknownSites(file, where, Object.keys(dimensions)),
    ...siteNames(file)
      .filter((name) => dimensions[name] === undefined)
      .map((name) => `${where}.${name}: is missing; give the dimensions of the metric about ${name}`),
    ...(one && other && asText(one) === asText(other)
      ? [`${where}: is the same for both sites; each needs the dimensions of the metric about itself`]
      : []),
  ];
};

/** Whether one block is in the other: two of one family are never in part. */
const overlap = (one: string, other: string): boolean => {
  const [a, b] = [one, other].map((cidr) => {
    const [address, prefix] = cidr.split('/') as [string, string];
    const family = isIP(address) === 4 ? ('ipv4' as const) : ('ipv6' as const);
    const list = new BlockList();
    list.addSubnet(address, Number(prefix), family);
    return { address, family, list };
  }) as [Ends, Ends];
  return a.family === b.family && (a.list.check(b.address, b.family) || b.list.check(a.address, a.family));
};

interface Ends {
  readonly address: string;
  readonly family: 'ipv4' | 'ipv6';
  readonly list: BlockList;
}

/** What both sites are reached at cannot be shut out for one of them. */
const sharedAddresses = (file: File): readonly string[] => {
  const [one, other] = siteNames(file).map((name) =>
    (file.bridgeCut?.siteCidrs?.[name] ?? []).map((cidr, index) => ({
      where: `bridgeCut.siteCidrs.${name}.${index}`,
      cidr: cidr !== null && isBlockOfAddresses(cidr) ? cidr : null,
    })),
  );
  return (other ?? []).flatMap(({ where, cidr }) =>
    (one ?? []).flatMap((earlier) =>
      cidr !== null && earlier.cidr !== null && overlap(earlier.cidr, cidr)
        ? [
            `${where}: ${cidr} overlaps with ${earlier.cidr}, which is ${earlier.where}; give each site the addresses of its own Data Grid alone`,
          ]
        : [],
    ),
  );
};

const bridgeCut: Check = (file) => {
  const blocks = file.bridgeCut?.siteCidrs;
  if (blocks === undefined || blocks === null) return [];
  const where = 'bridgeCut.siteCidrs';
  return [
    ...Object.entries(blocks).flatMap(([name, ofSite]) =>
      (ofSite ?? []).flatMap((block, index) =>
        block === null || isBlockOfAddresses(block)
          ? []
          : [
              `${where}.${name}.${index}: ${JSON.stringify(block)} must be a block of addresses, and not of all, as 10.2.0.0/16`,
            ],
      ),
    ),
    ...unknownSites(file, where, Object.keys(blocks)),
    ...sharedAddresses(file),
    ...siteNames(file)
      .filter((name) => {
        const ofSite = blocks[name];
        return file.bridgeCut?.enabled === true && ofSite !== null && (ofSite ?? []).length === 0;
      })
      .map((name) => `${where}.${name}: is missing; where is the Data Grid of ${name} reached?`),
  ];
};

/** Aurora is in no local zone, whose names are longer. */
const zonesOfTheRegion: Check = (file) =>
  bothSites(file).flatMap((site, index) => {
    const zone = site?.availabilityZone;
    return !zone ||
      file.region === null ||
      (zone.startsWith(file.region) && zone.length === file.region.length + 1)
      ? []
      : [
          `sites.${index}.availabilityZone: ${JSON.stringify(zone)} must be a zone of ${file.region}, as ${file.region}a`,
        ];
  });

const zonesOfTheWriter: Check = (file) => {
  if (file.database?.moveWriter !== true) return [];
  const sites = bothSites(file);
  return [
    ...sites.flatMap((site, index) =>
      site !== null && site.availabilityZone === undefined
        ? [
            `sites.${index}.availabilityZone: is missing; database.moveWriter needs the zone of ${site.name ?? 'this site'}`,
          ]
        : [],
    ),
    ...repeated(sites.map((site) => site?.availabilityZone)).map(
      (zone) =>
        `sites.1.availabilityZone: both sites are in ${zone}; database.moveWriter moves the writer from one zone to another`,
    ),
  ];
};

const fence: Check = (file) =>
  file.installation === 'existing' &&
  file.traffic !== null &&
  file.traffic.fencedPath !== null &&
  file.traffic.normalPath === file.traffic.fencedPath
    ? ['traffic.fencedPath: is the same as normalPath; it must be a path that does not answer']
    : [];

export const CHECKS: readonly Check[] = [
  twoSites,
  namesAndRoles,
  healthChecks,
  caches,
  metric,
  bridgeCut,
  zonesOfTheRegion,
  zonesOfTheWriter,
  fence,
];
