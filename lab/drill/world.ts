import type { Ledger } from '../../functions/ledger/ledger.ts';
import type { Configuration } from '../../functions/shared/configuration.ts';
import type { CacheName, SiteName, Workflow } from '../../functions/shared/names.ts';
import type { OperationReport } from '../../functions/shared/report.ts';
import type { BusEvent } from '../aws/event-bus.ts';

/** One request of a client to the Keycloak of a site: a session written, read or ended. */
export interface SessionRequest {
  readonly method: 'PUT' | 'GET' | 'DELETE';
  readonly cache: CacheName;
  readonly key: string;
  /** Only with PUT. */
  readonly value?: string;
}

/** `no-answer`: the client gave up waiting, so whether the request took effect is unknown. */
export type SessionAnswer =
  | { readonly kind: 'answered'; readonly status: number; readonly value: string | null }
  | { readonly kind: 'refused' }
  | { readonly kind: 'no-answer' };

/** Something that happened in the world and belongs on the timeline. */
export interface WorldEvent {
  /** Milliseconds since the epoch, on the world's clock. */
  readonly at: number;
  readonly kind:
    | 'fault'
    | 'alarm'
    | 'health-check'
    | 'traffic-write'
    | 'decision'
    | 'execution'
    | 'state'
    | 'batch'
    | 'mail'
    | 'view';
  readonly text: string;
  readonly site?: SiteName;
}

export interface ExecutionView {
  readonly arn: string;
  readonly workflow: Workflow;
  readonly status: 'RUNNING' | 'SUCCEEDED' | 'FAILED' | 'TIMED_OUT' | 'ABORTED';
  readonly output: unknown;
  readonly startedAt: number;
  readonly endedAt: number | null;
}

export interface WorldOptions {
  /** Keycloak 26 with its own cache settings, or those of the guide for RHBK 24. */
  readonly caches: 'keycloak-26' | 'rhbk-24';
  /** Site that has served for long when the story begins. */
  readonly serving: SiteName;
  /** Nobody at the keyboard and nothing of ours: only the guide's records, both checks following their endpoints. */
  readonly unaided: boolean;
}

/**
 * Two sites, what AWS and Kubernetes do around them, and the product under rehearsal. Two exist: one of real
 * Infinispan servers with the built bundles, one in memory on virtual time. The scenarios know only this.
 */
export interface World {
  readonly kind: 'real' | 'simulated';
  readonly configuration: Configuration;
  /** Milliseconds since the epoch. */
  now(): number;
  sleep(milliseconds: number): Promise<void>;

  /** Both sites up, in each other's view, Keycloak ready, checks healthy, the ledger adopted (unless unaided). */
  start(): Promise<void>;
  /** Stops all that `start` started; may be called at any time, more than once. */
  stop(): Promise<void>;

  /** The whole site stops: Data Grid, Keycloak and cluster API are silent, connections stay open. */
  freeze(site: SiteName): Promise<void>;
  /** All of it goes on where it stopped, with old data and with the requests it still held. */
  thaw(site: SiteName): Promise<void>;
  kill(site: SiteName): Promise<void>;
  /** After `kill`: comes up empty. */
  restart(site: SiteName): Promise<void>;
  cutLink(): Promise<void>;
  healLink(): Promise<void>;

  /** What a resolver of the clients' domain answers now. */
  resolve(): Promise<SiteName>;
  /** To that site's Keycloak, whatever DNS says; gives up after `timeoutMilliseconds`. */
  request(site: SiteName, request: SessionRequest, timeoutMilliseconds: number): Promise<SessionAnswer>;

  /** All entries of a cache at a site, read from the site's own Data Grid behind Keycloak's back. */
  entries(site: SiteName, cache: CacheName): Promise<ReadonlyMap<string, string>>;
  keycloakInstances(site: SiteName): Promise<number>;
  /** Whether the site's health endpoint says UP at this moment; false when it does not answer. */
  endpointIsUp(site: SiteName): Promise<boolean>;
  /** Whether the two Data Grids see each other, from that site. */
  seesOther(site: SiteName): Promise<boolean>;

  /** As from the console: the machine's name and an input. Returns the execution's ARN. */
  startExecution(workflow: Workflow, input: unknown): Promise<string>;
  executions(): readonly ExecutionView[];
  ledger(): Promise<Ledger | null>;
  mails(): readonly { readonly at: number; readonly subject: string; readonly body: string }[];
  /** Of the operations that have ended, oldest first. */
  reports(): Promise<readonly OperationReport[]>;
  /** What the product has put on the event bus, in that order. */
  events(): readonly BusEvent[];
  /** Called for everything that belongs on the timeline, as it happens. */
  onEvent(listener: (event: WorldEvent) => void): void;
}

export type CreateWorld = (options: WorldOptions) => World;
