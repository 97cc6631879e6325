import { type ClusterOf, keycloakPods, type PodSummary } from '../../kubernetes/cluster.ts';
import type { SiteConfiguration } from '../../shared/configuration.ts';
import type { SiteName } from '../../shared/names.ts';
import type { ClusterFacts } from '../facts.ts';
import { known, type Learned, learn } from '../learned.ts';
import { type SecretsEdge, tokenExpiry } from './token.ts';

export type ClusterEdge = SecretsEdge & { readonly clusterOf: ClusterOf };

/** @param dataGridPods were listed already */
export async function clusterFacts(
  edge: ClusterEdge,
  { name, cluster: names }: SiteConfiguration,
  dataGridPods: Learned<readonly PodSummary[]>,
): Promise<ClusterFacts> {
  const cluster = edge.clusterOf(name);
  const remedy = `Look at the Kubernetes API of ${name}.`;
  const ask = <Value>(what: string, read: () => Promise<Value>) => learn(`${what} of ${name}`, remedy, read);
  const [infinispan, keycloak, pods, denials, token] = await Promise.all([
    ask('The Infinispan resource', () => cluster.readInfinispan()),
    ask('The Keycloak resource', () => cluster.readKeycloak()),
    ask('The Keycloak pods', () => cluster.listPods(keycloakPods(names.keycloak))),
    ask('What we may do in the cluster', () => cluster.may()),
    tokenFacts(edge, name, names.token),
  ]);
  return { dataGridPods, infinispan, keycloak, keycloakPods: pods, denials, token };
}

async function tokenFacts(
  edge: SecretsEdge,
  site: SiteName,
  token: SiteConfiguration['cluster']['token'],
): Promise<ClusterFacts['token']> {
  if (token.kind === 'eks') return known({ kind: 'eks' });
  const { secretId } = token;
  return learn(
    `The token for the cluster of ${site}, in the secret ${secretId},`,
    "Create the secret with the ServiceAccount's token as its whole string.",
    async () => ({ kind: 'secret', secretId, expiresAt: await tokenExpiry(edge, secretId) }),
  );
}
