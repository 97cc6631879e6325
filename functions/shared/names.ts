/** Names are branded so that a cache's name can't be passed where a site's is meant. */
export type SiteName = string & { readonly brand: 'SiteName' };
export type CacheName = string & { readonly brand: 'CacheName' };

/** ISO 8601 in UTC with milliseconds, as `Date.prototype.toISOString` writes it. Compares as text. */
export type Instant = string & { readonly brand: 'Instant' };

export const instant = (date: Date): Instant => date.toISOString() as Instant;

export const WORKFLOWS = [
  'failover',
  'contain',
  'resync',
  'switchover',
  'switchback',
  'readiness',
  'approve',
  'adopt',
  'promote-accepting-loss',
] as const;
export type Workflow = (typeof WORKFLOWS)[number];

/**
 * What a step acts for. Every effect compares both fields with the ledger immediately before it happens;
 * a mismatch ends as `superseded`.
 */
export interface OperationToken {
  readonly workflow: Workflow;
  /** The ledger's epoch when the operation was claimed, or the one that an earlier step handed on. */
  readonly epoch: number;
  /** ARN of the execution that holds the operation. */
  readonly owner: string;
}
