import type { NetworkPolicyManifest } from '../../functions/kubernetes/cluster.ts';
import type { ClusterEvent, ClusterTimes } from '../kubernetes/model.ts';

/** What a site's process is started with: the first line of its input, as JSON. */
export interface SiteSettings {
  readonly site: string;
  /** The site's own folder: what its cluster declared, and its certificate, survive a loss of power there. */
  readonly directory: string;
  readonly namespace: string;
  readonly infinispan: string;
  readonly keycloak: string;
  readonly keycloakInstances: number;
  /** Bearer tokens that the cluster's API accepts. */
  readonly tokens: readonly string[];
  /** The site's own server: its home, for the CLI in it, and the port of its REST endpoint on loopback. */
  readonly dataGrid: { readonly home: string; readonly port: number };
  /** 0: any free one. A site that comes back must be given those that it had. */
  readonly ports: { readonly api: number; readonly keycloak: number };
  readonly times?: Partial<ClusterTimes>;
}

/** From the site to its parent, one JSON line each. */
export type SiteReport =
  | {
      readonly type: 'ready';
      readonly ports: { readonly api: number; readonly keycloak: number };
      /** PEM, for `cluster.certificateAuthority` of the configuration. */
      readonly certificateAuthority: string;
    }
  | { readonly type: 'cluster'; readonly at: number; readonly event: ClusterEvent }
  /** To be carried out between the Data Grids by whoever holds their link; null: lifted. */
  | {
      readonly type: 'policy';
      readonly at: number;
      readonly name: string;
      readonly manifest: NetworkPolicyManifest | null;
    };

/** From the parent to the site, one JSON line each after that. */
export type SiteOrder =
  /** The server was started or stopped: its pods and the Infinispan resource tell of it from now on. */
  | { readonly type: 'data-grid'; readonly state: 'started' | 'stopped' }
  | { readonly type: 'tokens'; readonly tokens: readonly string[] };
