import { GetSecretValueCommand } from '@aws-sdk/client-secrets-manager';
import { ClusterAccessError, TransientError } from '../shared/errors.ts';
import type { SiteName } from '../shared/names.ts';
import type { ClusterToken, TokenEdge } from './cluster-token.ts';
import { codeOf } from './refusals.ts';

const KEPT_MILLISECONDS = 5 * 60 * 1000;

/** A header can't hold anything else, and an error about the header would quote the token. */
export const canBeSent = (text: string): boolean => /^[\x21-\x7e]+$/.test(text);

/**
 * A ServiceAccount's token out of Secrets Manager, kept for five minutes so that a failover's steps depend on
 * Secrets Manager as rarely as they can.
 */
export class SecretToken implements ClusterToken {
  readonly #edge: Pick<TokenEdge, 'secrets' | 'now'>;
  readonly #site: SiteName;
  readonly #secretId: string;
  #kept: { readonly token: string; readonly until: number } | null = null;

  constructor(edge: Pick<TokenEdge, 'secrets' | 'now'>, site: SiteName, secretId: string) {
    this.#edge = edge;
    this.#site = site;
    this.#secretId = secretId;
  }

  async read(fresh: boolean, signal: AbortSignal): Promise<string> {
    const now = this.#edge.now().getTime();
    if (!fresh && this.#kept !== null && now < this.#kept.until) return this.#kept.token;
    let text: string | undefined;
    try {
      const secret = await this.#edge.secrets.send(new GetSecretValueCommand({ SecretId: this.#secretId }), {
        abortSignal: signal,
      });
      text = secret.SecretString?.trim();
    } catch (cause) {
      const error = cause instanceof Error ? cause.name : 'an unknown error';
      if (['ResourceNotFoundException', 'AccessDeniedException', 'DecryptionFailure'].includes(error)) {
        throw new ClusterAccessError(
          `The token for the cluster of ${this.#site} can't be read from the secret ${this.#secretId}: ${error}.`,
          "Create the secret, or allow the function's role to read it, and its key (cluster.token.kmsKeyArn).",
          { cause },
        );
      }
      throw new TransientError(
        `Secrets Manager did not give the token for the cluster of ${this.#site}: ${codeOf(cause) ?? error}.`,
        'The state machine tries again.',
        { cause },
      );
    }
    if (text === undefined || !canBeSent(text)) {
      throw new ClusterAccessError(
        `The secret ${this.#secretId} of ${this.#site} holds no token that can be sent.`,
        "Store the ServiceAccount's token as its whole string.",
      );
    }
    this.#kept = { token: text, until: now + KEPT_MILLISECONDS };
    return text;
  }
}
