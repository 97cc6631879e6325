import type { Cluster, ClusterOf } from '../../functions/kubernetes/cluster.ts';
import type { Edge } from '../../functions/shared/edge.ts';
import type { SiteName } from '../../functions/shared/names.ts';
import type { DeployedName } from '../installation.ts';

/** One call of a function across its edge. */
export interface EdgeCall {
  readonly caller: DeployedName;
  /** `DynamoDB`, `Route 53`, `Step Functions`, `SNS`, `RDS`, `EventBridge`, `CloudWatch`, `Secrets Manager` or `Kubernetes`. */
  readonly service: string;
  /** The API's own name of it, for Kubernetes the method of the port. */
  readonly operation: string;
  /** Whose cluster; null for AWS. */
  readonly site: SiteName | null;
  readonly input: unknown;
}

/** Carries a call out, and once more each time. Nothing is repeated any more once the signal says that its process ended. */
export type Proceed = (signal?: AbortSignal) => Promise<unknown>;

/** What happens at a call. */
export type Around = (call: EdgeCall, proceed: Proceed) => Promise<unknown>;

type ClientEdge = Pick<
  Edge,
  'dynamodb' | 'route53' | 'sns' | 'rds' | 'sfn' | 'eventbridge' | 'cloudwatch'
> & {
  readonly clusterOf: ClusterOf;
  readonly secrets: Sender;
};

interface Sender {
  send(command: never, options?: { abortSignal?: AbortSignal }): unknown;
}

/** The same edge, each call of which goes through `around`. */
export function intercepted<Whole extends ClientEdge>(
  edge: Whole,
  caller: DeployedName,
  around: Around,
): Whole {
  const client = <Client extends Sender>(service: string, inner: Client): Client => {
    const send = (
      command: { readonly input: unknown; readonly schema?: readonly unknown[] },
      { abortSignal }: { readonly abortSignal?: AbortSignal } = {},
    ) => {
      const call = {
        caller,
        service,
        operation: String(command.schema?.[2]),
        site: null,
        input: command.input,
      };
      return around(call, async (signal) => {
        const signals = [signal, abortSignal].filter((each) => each !== undefined);
        return inner.send(
          command as never,
          signals.length === 0 ? {} : { abortSignal: AbortSignal.any(signals) },
        );
      });
    };
    return { send } as unknown as Client;
  };
  return {
    ...edge,
    dynamodb: client('DynamoDB', edge.dynamodb),
    route53: client('Route 53', edge.route53),
    sns: client('SNS', edge.sns),
    rds: client('RDS', edge.rds),
    sfn: client('Step Functions', edge.sfn),
    eventbridge: client('EventBridge', edge.eventbridge),
    secrets: client('Secrets Manager', edge.secrets),
    cloudwatch: (region: string) => client('CloudWatch', edge.cloudwatch(region)),
    clusterOf: (site: SiteName) => cluster(edge.clusterOf(site), site, caller, around),
  };
}

const cluster = (inner: Cluster, site: SiteName, caller: DeployedName, around: Around): Cluster =>
  new Proxy(inner, {
    get: (target, operation: string & keyof Cluster) => {
      const method = target[operation] as (...input: unknown[]) => Promise<unknown>;
      return (...input: unknown[]) =>
        around({ caller, service: 'Kubernetes', operation, site, input }, () => method.apply(target, input));
    },
  });
