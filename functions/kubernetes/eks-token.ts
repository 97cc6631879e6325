import { Sha256Node } from '@smithy/core/checksum';
import { SignatureV4 } from '@smithy/signature-v4';
import { ClusterAccessError } from '../shared/errors.ts';
import type { SiteName } from '../shared/names.ts';
import type { ClusterToken, TokenEdge } from './cluster-token.ts';

type Credentials = Awaited<ReturnType<TokenEdge['secrets']['config']['credentials']>>;

const EXPIRES_SECONDS = 60;
/** Less than it is good for, by more than a call may take. */
const KEPT_MILLISECONDS = 45_000;

/** Made from the function's own role, which an access entry of the cluster knows. Nothing is stored anywhere. */
export class EksToken implements ClusterToken {
  readonly #edge: TokenEdge;
  readonly #site: SiteName;
  readonly #clusterName: string;
  #kept: { readonly token: string; readonly until: number } | null = null;

  constructor(edge: TokenEdge, site: SiteName, clusterName: string) {
    this.#edge = edge;
    this.#site = site;
    this.#clusterName = clusterName;
  }

  async read(fresh: boolean): Promise<string> {
    const at = this.#edge.now();
    if (!fresh && this.#kept !== null && at.getTime() < this.#kept.until) return this.#kept.token;
    const { secrets, configuration } = this.#edge;
    let credentials: Credentials;
    try {
      credentials = await secrets.config.credentials();
    } catch (cause) {
      throw new ClusterAccessError(
        `There are no AWS credentials of which to make a token for the EKS cluster ${this.#clusterName} of ${this.#site}.`,
        'Run it with a role that an access entry of the cluster knows.',
        { cause },
      );
    }
    const token = await eksToken(credentials, configuration.region, this.#clusterName, at);
    this.#kept = { token, until: at.getTime() + KEPT_MILLISECONDS };
    return token;
  }
}

/**
 * A GetCallerIdentity request, signed and not sent: the cluster's authenticator sends it to learn whose it is, and by
 * the signed header that it was meant for this cluster. It takes no other parameters than these.
 */
export async function eksToken(
  credentials: Credentials,
  region: string,
  clusterName: string,
  at: Date,
): Promise<string> {
  const signer = new SignatureV4({ service: 'sts', region, credentials, sha256: Sha256Node });
  const hostname = `sts.${region}.amazonaws.com${region.startsWith('cn-') ? '.cn' : ''}`;
  const request = {
    method: 'GET',
    protocol: 'https:',
    hostname,
    path: '/',
    query: { Action: 'GetCallerIdentity', Version: '2011-06-15' },
    headers: { host: hostname, 'x-k8s-aws-id': clusterName },
  };
  const { query = {} } = await signer.presign(request, { signingDate: at, expiresIn: EXPIRES_SECONDS });
  const url = `https://${hostname}/?${new URLSearchParams(query as Record<string, string>)}`;
  return `k8s-aws-v1.${Buffer.from(url).toString('base64url')}`;
}
