import type { LedgerStore } from '../functions/ledger/store.ts';
import type { Configuration } from '../functions/shared/configuration.ts';
import type { DeploymentConfiguration } from '../infra/configuration/schema.ts';
import type { Caller } from './caller.ts';
import type { Clients, ControlEdge } from './edge.ts';
import type { Given, Options } from './options.ts';
import type { Paint } from './paint.ts';

/** What a command works with: the deployment of the configuration file, with the caller's credentials. */
export interface Context {
  readonly edge: ControlEdge;
  readonly clients: Clients;
  /** As it was written, and what the functions make of it. */
  readonly deployment: DeploymentConfiguration;
  readonly configuration: Configuration;
  readonly store: LedgerStore;
  readonly caller: Caller;
  readonly given: Given;
  readonly paint: Paint;
  /** What happens meanwhile, for a person; never what a program reads. */
  readonly say: (line: string) => void;
}

export interface Result {
  readonly code: 0 | 1;
  /** What a person reads at the end. */
  readonly lines: readonly string[];
  /** The same for a program. */
  readonly data: Readonly<Record<string, unknown>>;
}

export interface Command {
  readonly summary: string;
  readonly options: Options;
  /** A word that is no option, where it takes one. */
  readonly word?: string;
  /**
   * What else can be wrong in what was typed: looked at before AWS is asked anything.
   * @throws UsageError
   */
  readonly check?: (given: Given, configuration: Configuration, edge: Pick<ControlEdge, 'ask'>) => void;
  readonly work: (context: Context) => Promise<Result>;
}
