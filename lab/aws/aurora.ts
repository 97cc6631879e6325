import type {
  DescribeDBClustersCommandInput,
  DescribeDBInstancesCommandInput,
  FailoverDBClusterCommandInput,
} from '@aws-sdk/client-rds';
import { type Clock, globalClock } from './clock.ts';
import { NotModelledError, type Service, ServiceFault } from './service.ts';

export interface AuroraOptions {
  readonly clusterIdentifier: string;
  /** Instance to its availability zone. */
  readonly instances: Readonly<Record<string, string>>;
  readonly writer: string;
  /** How long a failover takes: 10 to 16 s were measured. */
  readonly failoverMilliseconds?: number;
  readonly clock?: Clock;
}

/**
 * RDS with one Aurora cluster whose writer moves by FailoverDBCluster.
 * Not modelled: endpoints and connections, replica lag, promotion tiers (without a target the first reader is taken),
 * zones that are lost, filters and paging, a failover that fails by itself.
 */
export class Aurora {
  readonly service: Service = {
    name: 'RDS',
    operations: {
      DescribeDBClusters: ({ DBClusterIdentifier, ...rest }: DescribeDBClustersCommandInput) => {
        refuseOthers('DescribeDBClusters', rest);
        if (DBClusterIdentifier !== undefined) this.#check(DBClusterIdentifier);
        return { DBClusters: [this.#cluster()] };
      },
      DescribeDBInstances: (input: DescribeDBInstancesCommandInput) => this.#describeInstances(input),
      FailoverDBCluster: (input: FailoverDBClusterCommandInput) => this.#failover(input),
    },
  };
  readonly #options: AuroraOptions;
  readonly #clock: Clock;
  #writer: string;
  #destination: string;
  #status: 'available' | 'failing-over' = 'available';
  #cancel = () => {};

  constructor(options: AuroraOptions) {
    this.#options = options;
    this.#clock = options.clock ?? globalClock;
    this.#writer = options.writer;
    this.#destination = options.writer;
  }

  get writer(): string {
    return this.#writer;
  }

  /** Where the writer is, or is on its way to. */
  get destination(): string {
    return this.#destination;
  }

  /** Availability zone of an instance; undefined: there is none of that name. */
  zoneOf(instance: string): string | undefined {
    return this.#options.instances[instance];
  }

  /** Abandons a failover that runs. */
  stop(): void {
    this.#cancel();
  }

  #check(clusterIdentifier: string | undefined): void {
    if (clusterIdentifier !== this.#options.clusterIdentifier) {
      throw new ServiceFault('DBClusterNotFoundFault', `DBCluster ${clusterIdentifier} not found.`, 404);
    }
  }

  #cluster() {
    return {
      DBClusterIdentifier: this.#options.clusterIdentifier,
      Engine: 'aurora-postgresql',
      Status: this.#status,
      DBClusterMembers: Object.keys(this.#options.instances).map((instance) => ({
        DBInstanceIdentifier: instance,
        IsClusterWriter: instance === this.#writer,
        DBClusterParameterGroupStatus: 'in-sync',
        PromotionTier: 1,
      })),
    };
  }

  #describeInstances({ DBInstanceIdentifier, Filters, ...rest }: DescribeDBInstancesCommandInput) {
    refuseOthers('DescribeDBInstances', rest);
    for (const filter of Filters ?? []) {
      if (filter.Name !== 'db-cluster-id') throw new NotModelledError(`the filter ${filter.Name}`);
    }
    const { clusterIdentifier, instances } = this.#options;
    const ofCluster = (Filters ?? []).every((filter) => filter.Values?.includes(clusterIdentifier));
    const found = Object.entries(instances).filter(
      ([id]) => ofCluster && (DBInstanceIdentifier === undefined || id === DBInstanceIdentifier),
    );
    if (DBInstanceIdentifier !== undefined && found.length === 0) {
      throw instanceNotFound(DBInstanceIdentifier);
    }
    return {
      DBInstances: found.map(([id, zone]) => ({
        DBInstanceIdentifier: id,
        DBClusterIdentifier: clusterIdentifier,
        DBInstanceStatus: 'available',
        AvailabilityZone: zone,
      })),
    };
  }

  #failover({ DBClusterIdentifier, TargetDBInstanceIdentifier, ...rest }: FailoverDBClusterCommandInput) {
    refuseOthers('FailoverDBCluster', rest);
    this.#check(DBClusterIdentifier);
    if (this.#status !== 'available') {
      throw new ServiceFault(
        'InvalidDBClusterStateFault',
        `DBCluster ${DBClusterIdentifier} is in ${this.#status} state.`,
      );
    }
    const readers = Object.keys(this.#options.instances).filter((each) => each !== this.#writer);
    const target = TargetDBInstanceIdentifier ?? readers[0];
    if (target === undefined) {
      throw new ServiceFault('InvalidDBClusterStateFault', 'There is no reader to fail over to.');
    }
    if (this.#options.instances[target] === undefined) throw instanceNotFound(target);
    this.#status = 'failing-over';
    this.#destination = target;
    this.#cancel = this.#clock.after(this.#options.failoverMilliseconds ?? 12_000, () => {
      this.#writer = target;
      this.#status = 'available';
    });
    return { DBCluster: this.#cluster() };
  }
}

const instanceNotFound = (id: string) =>
  new ServiceFault('DBInstanceNotFoundFault', `DBInstance ${id} not found.`, 404, 'DBInstanceNotFound');

function refuseOthers(operation: string, rest: object): void {
  const others = Object.entries(rest).filter(([, value]) => value !== undefined);
  if (others.length > 0) {
    throw new NotModelledError(`${operation} with ${others.map(([field]) => field).join(', ')}`);
  }
}
