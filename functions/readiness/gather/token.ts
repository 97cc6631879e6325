import { GetSecretValueCommand, type SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { type Instant, instant } from '../../shared/names.ts';

export interface SecretsEdge {
  readonly secrets: Pick<SecretsManagerClient, 'send'>;
}

/** When the token in a secret expires. Null: it is no JWT, or one without an end. */
export async function tokenExpiry({ secrets }: SecretsEdge, secretId: string): Promise<Instant | null> {
  const { SecretString = '' } = await secrets.send(new GetSecretValueCommand({ SecretId: secretId }));
  return expiryOf(SecretString.trim());
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
