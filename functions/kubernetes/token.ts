import { GetSecretValueCommand, type SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import type { SiteConfiguration } from '../shared/configuration.ts';
import { ClusterAccessError, TransientError } from '../shared/errors.ts';
import { codeOf } from './refusals.ts';

const KEPT_MILLISECONDS = 5 * 60 * 1000;

export interface TokenEdge {
  readonly secrets: Pick<SecretsManagerClient, 'send'>;
  readonly now: () => Date;
}

/**
 * The bearer token of one site's ServiceAccount, kept for five minutes so that a failover's steps depend on
 * Secrets Manager as rarely as they can. It appears in no message and in no log.
 */
export class ClusterToken {
  readonly #edge: TokenEdge;
  readonly #site: SiteConfiguration;
  #kept: { readonly token: string; readonly until: number } | null = null;

  constructor(edge: TokenEdge, site: SiteConfiguration) {
    this.#edge = edge;
    this.#site = site;
  }

  /**
   * @param fresh the API refused the one that is kept
   * @throws ClusterAccessError when there is no such secret, it is not ours to read, or it holds no token
   * @throws TransientError when Secrets Manager does not answer
   */
  async read(fresh: boolean, signal: AbortSignal): Promise<string> {
    const now = this.#edge.now().getTime();
    if (!fresh && this.#kept !== null && now < this.#kept.until) return this.#kept.token;
    const { name, cluster } = this.#site;
    let text: string | undefined;
    try {
      const secret = await this.#edge.secrets.send(
        new GetSecretValueCommand({ SecretId: cluster.tokenSecretId }),
        { abortSignal: signal },
      );
      text = secret.SecretString?.trim();
    } catch (cause) {
      const error = cause instanceof Error ? cause.name : 'an unknown error';
      if (['ResourceNotFoundException', 'AccessDeniedException', 'DecryptionFailure'].includes(error)) {
        throw new ClusterAccessError(
          `The token for the cluster of ${name} can't be read from the secret ${cluster.tokenSecretId}: ${error}.`,
          "Create the secret, or allow the function's role to read it.",
          { cause },
        );
      }
      throw new TransientError(
        `Secrets Manager did not give the token for the cluster of ${name}: ${codeOf(cause) ?? error}.`,
        'The state machine tries again.',
        { cause },
      );
    }
    // A header can't hold anything else, and an error about the header would quote the token.
    if (text === undefined || !/^[\x21-\x7e]+$/.test(text)) {
      throw new ClusterAccessError(
        `The secret ${cluster.tokenSecretId} of ${name} holds no bearer token.`,
        "Store the ServiceAccount's token as its whole string.",
      );
    }
    this.#kept = { token: text, until: now + KEPT_MILLISECONDS };
    return text;
  }
}
