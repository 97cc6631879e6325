import type { SiteConfiguration } from '../shared/configuration.ts';
import type { ClusterToken, TokenEdge } from './cluster-token.ts';
import { EksToken } from './eks-token.ts';
import { SecretToken } from './secret-token.ts';

export function tokenOf(edge: TokenEdge, { name, cluster: { token } }: SiteConfiguration): ClusterToken {
  switch (token.kind) {
    case 'secret':
      return new SecretToken(edge, name, token.secretId);
    case 'eks':
      return new EksToken(edge, name, token.clusterName);
  }
}
