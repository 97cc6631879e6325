import { isIP } from 'node:net';
import type { NetworkPolicyManifest, NetworkPolicyPeer } from '../kubernetes/cluster.ts';
import type { Configuration, SiteConfiguration } from '../shared/configuration.ts';
import { ConfigurationError } from '../shared/errors.ts';
import type { SiteName } from '../shared/names.ts';

/** The policy's name at the survivor. One per other site, so that it never hits somebody else's policy. */
export const bridgePolicyName = (configuration: Configuration, cutOff: SiteName): string =>
  `${configuration.deployment}-bridge-cut-${cutOff}`.slice(0, 63).replace(/-$/, '');

/** 0: no block of addresses, or the block of all, which Kubernetes takes for no exception. */
const family = (cidr: string): 4 | 6 | 0 => {
  const [address = '', prefix = '', ...rest] = cidr.split('/');
  const version = isIP(address);
  const bits = Number(prefix);
  const valid = rest.length === 0 && /^[1-9]\d*$/.test(prefix) && bits <= (version === 4 ? 32 : 128);
  return valid ? (version as 4 | 6 | 0) : 0;
};

export const isBlockOfAddresses = (cidr: string): boolean => family(cidr) !== 0;

/**
 * Keeps the survivor's Data Grid from the other site: from everywhere in the cluster and from every address but
 * the other site's it is reached as before, and reaches out as before.
 *
 * Policies add up, and what one allows no other forbids: where another policy on the same pods lets the other
 * site in, this one does not shut it out. Nor does it see through a gossip router or an ingress of the survivor's
 * own cluster, from which the other site's traffic comes with an address of this cluster.
 * @throws ConfigurationError when the other site's addresses are not configured, or are none
 */
export function bridgePolicy(configuration: Configuration, survivor: SiteConfiguration, cutOff: SiteName) {
  const cidrs = configuration.bridgeCut.siteCidrs[cutOff] ?? [];
  const mistaken = cidrs.filter((cidr) => !isBlockOfAddresses(cidr));
  if (cidrs.length === 0 || mistaken.length > 0) {
    throw new ConfigurationError(
      cidrs.length === 0
        ? `bridgeCut is enabled, but bridgeCut.siteCidrs.${cutOff} names no address to shut out.`
        : `bridgeCut.siteCidrs.${cutOff} holds what is no address block: ${mistaken.join(', ')}.`,
      `Name where the Data Grid of ${cutOff} is reached from ${survivor.name}, such as "10.2.0.0/16", or disable bridgeCut.`,
    );
  }
  const labels = configuration.bridgeCut.podLabels;
  const everybodyElse: NetworkPolicyPeer[] = [
    // Every pod of this cluster, whatever its address.
    { namespaceSelector: {} },
    ...([4, 6] as const).flatMap((version): NetworkPolicyPeer[] => {
      const except = cidrs.filter((cidr) => family(cidr) === version);
      if (version === 6 && except.length === 0) return [];
      return [{ ipBlock: { cidr: version === 4 ? '0.0.0.0/0' : '::/0', except } }];
    }),
  ];
  return {
    apiVersion: 'networking.k8s.io/v1',
    kind: 'NetworkPolicy',
    metadata: {
      name: bridgePolicyName(configuration, cutOff),
      labels: {
        'app.kubernetes.io/managed-by': 'keycloak-multi-site-failover',
        'app.kubernetes.io/part-of': configuration.deployment,
      },
    },
    spec: {
      // An empty selector would be every pod of the namespace, Keycloak's too.
      podSelector: {
        matchLabels: Object.keys(labels).length > 0 ? labels : { clusterName: survivor.cluster.infinispan },
      },
      policyTypes: ['Ingress', 'Egress'],
      ingress: [{ from: everybodyElse }],
      egress: [{ to: everybodyElse }],
    },
  } satisfies NetworkPolicyManifest;
}
