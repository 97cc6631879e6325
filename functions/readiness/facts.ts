import type { Denial, PodSummary } from '../kubernetes/cluster.ts';
import type { Ledger } from '../ledger/ledger.ts';
import type { Configuration } from '../shared/configuration.ts';
import type { Instant, SiteName } from '../shared/names.ts';
import type { Observation } from '../traffic/endpoint.ts';
import type { SwitchState } from '../traffic/switches.ts';
import type { Learned } from './learned.ts';

/** How Route 53 probes a site's endpoint. */
export interface EndpointCheck {
  /** Scheme, name and port: `https://site-a.example.test:443`. Null: it probes an address without a name. */
  readonly origin: string | null;
  readonly intervalSeconds: number;
  readonly failureThreshold: number;
}

/** What answered on the path by which a site is fenced; asked only of a site that is not fenced now. */
interface FencedPathAnswer {
  readonly url: string;
  readonly status: number;
}

export interface TrafficFacts {
  readonly position: Learned<SwitchState>;
  readonly endpointCheck: Learned<EndpointCheck>;
  readonly observations: Learned<readonly Observation[]>;
  /** Null: the adapter fences by no path, or the site is fenced now and Route 53's checkers ask it. */
  readonly fencedPath: Learned<FencedPathAnswer> | null;
}

type TokenFacts =
  /** Made of the function's own role for each minute. */
  | { readonly kind: 'eks' }
  | {
      readonly kind: 'secret';
      readonly secretId: string;
      /** Null: it names no time at which it expires. */
      readonly expiresAt: Instant | null;
    };

export interface ClusterFacts {
  readonly dataGridPods: Learned<readonly PodSummary[]>;
  readonly infinispan: Learned<{
    readonly wellFormed: boolean;
    readonly crossSiteViewFormed: boolean | null;
  }>;
  readonly keycloak: Learned<{ readonly instances: number; readonly ready: boolean }>;
  readonly keycloakPods: Learned<readonly PodSummary[]>;
  readonly denials: Learned<readonly Denial[]>;
  readonly token: Learned<TokenFacts>;
}

export interface DatabaseFacts {
  readonly cluster: string;
  readonly status: string;
  readonly members: readonly {
    readonly id: string;
    readonly isWriter: boolean;
    readonly isAvailable: boolean;
    /** Null: RDS does not say. */
    readonly zone: string | null;
  }[];
}

/** All that a report is made of. The checks read facts, and nothing else. */
export interface Facts {
  readonly configuration: Configuration;
  readonly at: Instant;
  /** Null: there is none. Read after the traffic's facts, so that a write in between is never taken for drift. */
  readonly ledger: Learned<Ledger | null>;
  readonly traffic: Readonly<Record<SiteName, TrafficFacts>>;
  readonly clusters: Readonly<Record<SiteName, ClusterFacts>>;
  /** Null: the configuration names none. */
  readonly database: Learned<DatabaseFacts> | null;
}
