import type { SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import type { Configuration } from '../shared/configuration.ts';

export interface TokenEdge {
  readonly configuration: Configuration;
  /** Its credentials are the function's own: those of its role. */
  readonly secrets: Pick<SecretsManagerClient, 'send'> & {
    readonly config: Pick<SecretsManagerClient['config'], 'credentials'>;
  };
  readonly now: () => Date;
}

/** The bearer token for one site's API, kept briefly. It appears in no message and in no log. */
export interface ClusterToken {
  /**
   * @param fresh the API refused the one that is kept
   * @throws ClusterAccessError when a person has to mend it
   * @throws TransientError when what it comes from does not answer
   */
  read(fresh: boolean, signal: AbortSignal): Promise<string>;
}
