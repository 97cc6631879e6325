import type { Defect } from './defect.ts';

const DATABASE = 'functions/database/database.ts';

/** About where Aurora's writer is. */
export const DATABASE_DEFECTS: readonly Defect[] = [
  {
    name: "moves Aurora's writer though it is there already, and breaks every connection for nothing",
    patches: [
      {
        file: DATABASE,
        find: 'if (writer !== undefined) return {',
        put: 'if (writer?.isAvailable === false) return {',
      },
    ],
    story: 'the secondary serves and freezes',
  },
  {
    name: "says that Aurora's writer moves, and asks for it at the zone that it is to leave",
    patches: [
      {
        file: DATABASE,
        find: 'const there = cluster.instances.filter(({ zone }) => zone === site.availabilityZone);',
        put: 'const there = cluster.instances.filter(({ zone }) => zone !== site.availabilityZone);',
      },
      {
        file: DATABASE,
        find: 'const writer = there.find((instance) => instance.isWriter);',
        put: 'const writer = there.find((instance) => instance.id === clusterIdentifier);',
      },
    ],
    story: 'switchover',
  },
  {
    name: "says that Aurora's writer moves, and leaves it where it is",
    patches: [
      {
        file: DATABASE,
        find: 'await rds.send(\n        new FailoverDBClusterCommand({',
        put: 'Boolean(\n        new FailoverDBClusterCommand({',
      },
    ],
    story: 'switchover',
  },
];
