import { GetSecretValueCommand, type SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { canBeSent } from '../../kubernetes/secret-token.ts';
import { ClusterAccessError, TransientError } from '../../shared/errors.ts';
import { type Instant, instant } from '../../shared/names.ts';

export interface SecretsEdge {
  readonly secrets: Pick<SecretsManagerClient, 'send'>;
}

/** As long as a cluster is given: its token is asked for beside it. */
const LIMIT_MILLISECONDS = 8_000;

/** When the token in a secret expires. Null: it is no JWT, or one without an end. */
export async function tokenExpiry(
  { secrets }: SecretsEdge,
  secretId: string,
  limitMilliseconds = LIMIT_MILLISECONDS,
): Promise<Instant | null> {
  const limit = AbortSignal.timeout(limitMilliseconds);
  let text: string;
  try {
    const secret = new GetSecretValueCommand({ SecretId: secretId });
    const { SecretString = '' } = await secrets.send(secret, { abortSignal: limit });
    text = SecretString.trim();
  } catch (cause) {
    if (!limit.aborted) throw cause;
    throw new TransientError(
      `Secrets Manager did not give the secret ${secretId} within ${limitMilliseconds / 1000} s.`,
      'Where the function is attached to a VPC, see that its subnets have a way to Secrets Manager.',
      { cause },
    );
  }
  if (!canBeSent(text)) {
    throw new ClusterAccessError(
      `The secret ${secretId} holds no token that can be sent.`,
      "Store the ServiceAccount's token as its whole string.",
    );
  }
  return expiryOf(text);
}

/** By the claim `exp` (RFC 7519), in seconds since 1970. The signature is the API server's matter. */
function expiryOf(token: string): Instant | null {
  const payload = token.split('.')[1];
  if (payload === undefined) return null;
  try {
    const { exp } = JSON.parse(Buffer.from(payload, 'base64url').toString('utf8')) as {
      readonly exp?: unknown;
    };
    return typeof exp === 'number' ? instant(new Date(exp * 1000)) : null;
  } catch {
    return null;
  }
}
