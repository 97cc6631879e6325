import type { DeploymentConfiguration } from './schema.ts';

/** A rule over several fields. Asked only when each field that it reads is right by itself. */
interface Check {
  /** Paths without the indexes of lists. */
  readonly reads: readonly string[];
  readonly mistakes: (configuration: DeploymentConfiguration) => readonly string[];
}

/** Each once, also where both sites have one name: that is said by itself. */
const siteNames = ({ sites }: DeploymentConfiguration): readonly string[] => [
  ...new Set(sites.map(({ name }) => name)),
];

/** Keys that name sites, each of which must be one. */
const unknownSites = (
  configuration: DeploymentConfiguration,
  where: string,
  keys: readonly string[],
): readonly string[] =>
  keys
    .filter((key) => !siteNames(configuration).includes(key))
    .map(
      (key) => `${where}.${key}: there is no such site; the sites are ${siteNames(configuration).join(', ')}`,
    );

const repeated = (values: readonly string[]): readonly string[] => [
  ...new Set(values.filter((value, index) => values.indexOf(value) !== index)),
];

export const CHECKS: readonly Check[] = [
  {
    reads: ['sites.name', 'sites.role'],
    mistakes: ({ sites }) => [
      ...repeated(sites.map(({ name }) => name)).map(
        (name) => `sites.1.name: both sites are named ${name}; each needs a name of its own`,
      ),
      ...repeated(sites.map(({ role }) => role)).map(
        (role) => `sites.1.role: both sites are ${role}; one must be PRIMARY and one SECONDARY`,
      ),
    ],
  },
  {
    reads: ['installation', 'sites.healthCheck'],
    mistakes: (configuration) => {
      const [what, values] =
        configuration.installation === 'existing'
          ? ['id', configuration.sites.map((site) => site.healthCheck.id)]
          : ['endpointDomain', configuration.sites.map((site) => site.healthCheck.endpointDomain)];
      return repeated(values).map(
        (value) => `sites.1.healthCheck.${what}: both sites have ${value}; each needs a check of its own`,
      );
    },
  },
  {
    reads: ['caches'],
    mistakes: ({ caches }) =>
      repeated(caches).map((name) => `caches: ${name} is named more than once; once is right`),
  },
  {
    reads: ['sites.name', 'crossSiteView.metric'],
    mistakes: (configuration) => {
      const dimensions = configuration.crossSiteView?.metric?.dimensionsOf;
      if (dimensions === undefined) return [];
      const where = 'crossSiteView.metric.dimensionsOf';
      return [
        ...unknownSites(configuration, where, Object.keys(dimensions)),
        ...siteNames(configuration)
          .filter((name) => dimensions[name] === undefined)
          .map((name) => `${where}.${name}: is missing; give the dimensions of the metric about ${name}`),
      ];
    },
  },
  {
    reads: ['sites.name', 'bridgeCut'],
    mistakes: (configuration) => {
      const { enabled, siteCidrs } = configuration.bridgeCut;
      return [
        ...unknownSites(configuration, 'bridgeCut.siteCidrs', Object.keys(siteCidrs)),
        ...siteNames(configuration)
          .filter((name) => enabled && (siteCidrs[name] ?? []).length === 0)
          .map(
            (name) => `bridgeCut.siteCidrs.${name}: is missing; where is the Data Grid of ${name} reached?`,
          ),
      ];
    },
  },
  {
    reads: ['sites.name', 'sites.availabilityZone', 'database'],
    mistakes: ({ sites, database }) =>
      database?.moveWriter !== true
        ? []
        : sites.flatMap(({ name, availabilityZone }, index) =>
            availabilityZone === undefined
              ? [`sites.${index}.availabilityZone: is missing; database.moveWriter needs the zone of ${name}`]
              : [],
          ),
  },
  {
    reads: ['installation', 'traffic.normalPath', 'traffic.fencedPath'],
    mistakes: (configuration) =>
      configuration.installation === 'existing' &&
      configuration.traffic.normalPath === configuration.traffic.fencedPath
        ? ['traffic.fencedPath: is the same as normalPath; it must be a path that does not answer']
        : [],
  },
];
