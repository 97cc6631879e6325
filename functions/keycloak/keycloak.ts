import * as v from 'valibot';
import { type Cluster, type ClusterOf, keycloakPods } from '../kubernetes/cluster.ts';
import { guard, holds } from '../ledger/guard.ts';
import type { Ledger } from '../ledger/ledger.ts';
import { LedgerStore } from '../ledger/store.ts';
import { type SiteConfiguration, siteOf } from '../shared/configuration.ts';
import type { Edge } from '../shared/edge.ts';
import { ClusterUnreachableError, InvalidInputError } from '../shared/errors.ts';
import { caller, operationToken, parseInput } from '../shared/input.ts';
import type { OperationToken } from '../shared/names.ts';
import { originalSize, sizeToRecord } from './original-size.ts';

export type KeycloakOutcome =
  /** The number is declared; the operator carries it out in its own time, and look-down or look-up tells. */
  | { readonly outcome: 'asked'; readonly instances: number }
  | { readonly outcome: 'down' }
  | { readonly outcome: 'running'; readonly pods: readonly string[]; readonly declared: number }
  | { readonly outcome: 'ready'; readonly instances: number }
  | { readonly outcome: 'not-ready'; readonly reason: string }
  | { readonly outcome: 'unreachable'; readonly reason: string }
  | { readonly outcome: 'superseded' };

const step = <const Action extends string>(action: Action) =>
  v.strictObject({ action: v.literal(action), operation: operationToken, site: v.string() });

/** Without an operation: of the site that serves, after it was promoted by hand. */
const raisingStep = <const Action extends string>(action: Action) =>
  v.strictObject({ ...step(action).entries, ...caller, operation: v.optional(operationToken) });

const inputSchema = v.variant('action', [
  step('scale-down'),
  step('look-down'),
  raisingStep('scale-up'),
  raisingStep('look-up'),
]);

export type KeycloakEdge = Pick<Edge, 'dynamodb' | 'configuration' | 'now'> & {
  readonly clusterOf: ClusterOf;
};

/**
 * Steps 1 and 8 of the guide's chapter 11: a stale site's Keycloak to 0 instances, and back to its original size; the
 * latter also where a site that was contained is promoted.
 */
export function createKeycloak(edge: KeycloakEdge): (event: unknown) => Promise<KeycloakOutcome> {
  const store = new LedgerStore(edge);

  async function scaleDown(
    operation: OperationToken,
    site: SiteConfiguration,
    cluster: Cluster,
  ): Promise<KeycloakOutcome> {
    const { instances } = await cluster.readKeycloak();
    const recorded = await store.change((ledger) => {
      if (!holds(ledger, operation)) return 'stop';
      if (ledger.serving === site.name) {
        throw new InvalidInputError(
          `${site.name} serves, and the serving site's Keycloak is never scaled down.`,
          'Name the other site.',
        );
      }
      return sizeToRecord(ledger, site, instances);
    });
    if (recorded === 'stopped') return { outcome: 'superseded' };
    if ((await guard(store, operation)) === 'superseded') return { outcome: 'superseded' };
    if (instances !== 0) await cluster.setKeycloakInstances(0);
    return { outcome: 'asked', instances: 0 };
  }

  /** A promoted site holds no operation: what is done to it holds for as long as it is the one that serves. */
  async function mayRaise(
    operation: OperationToken | undefined,
    site: SiteConfiguration,
  ): Promise<Ledger | 'superseded'> {
    if (operation !== undefined) return guard(store, operation);
    const ledger = await store.require();
    return ledger.serving === site.name ? ledger : 'superseded';
  }

  async function scaleUp(
    operation: OperationToken | undefined,
    site: SiteConfiguration,
    cluster: Cluster,
  ): Promise<KeycloakOutcome> {
    // A site that serves may run with a number that a person declared; only the 0 is of our own making.
    const declared = operation === undefined ? (await cluster.readKeycloak()).instances : 0;
    const ledger = await mayRaise(operation, site);
    if (ledger === 'superseded') return { outcome: 'superseded' };
    if (declared > 0) return { outcome: 'asked', instances: declared };
    const instances = originalSize(ledger, site);
    await cluster.setKeycloakInstances(instances);
    return { outcome: 'asked', instances };
  }

  /** Down only with 0 declared too: pods that are gone by accident come back. */
  async function lookDown(site: SiteConfiguration, cluster: Cluster): Promise<KeycloakOutcome> {
    const [{ instances }, pods] = await Promise.all([
      cluster.readKeycloak(),
      cluster.listPods(keycloakPods(site.cluster.keycloak)),
    ]);
    return instances === 0 && pods.length === 0
      ? { outcome: 'down' }
      : { outcome: 'running', pods: pods.map((pod) => pod.name), declared: instances };
  }

  async function lookUp(
    operation: OperationToken | undefined,
    site: SiteConfiguration,
    cluster: Cluster,
  ): Promise<KeycloakOutcome> {
    const ledger = await mayRaise(operation, site);
    if (ledger === 'superseded') return { outcome: 'superseded' };
    const [{ instances, ready }, pods] = await Promise.all([
      cluster.readKeycloak(),
      cluster.listPods(keycloakPods(site.cluster.keycloak)),
    ]);
    const wanted = operation === undefined && instances > 0 ? instances : originalSize(ledger, site);
    const readyPods = pods.filter((pod) => pod.ready).length;
    if (instances === wanted && ready && readyPods >= wanted) return { outcome: 'ready', instances };
    return {
      outcome: 'not-ready',
      reason: `${site.name}: ${instances} of ${wanted} instances declared, ${readyPods} ready, resource ${ready ? '' : 'not '}ready.`,
    };
  }

  return async (event) => {
    const input = parseInput('keycloak', inputSchema, event);
    const site = siteOf(edge.configuration, input.site);
    const cluster = edge.clusterOf(site.name);
    try {
      switch (input.action) {
        case 'scale-down':
          return await scaleDown(input.operation, site, cluster);
        case 'scale-up':
          return await scaleUp(input.operation, site, cluster);
        case 'look-down':
          if ((await guard(store, input.operation)) === 'superseded') return { outcome: 'superseded' };
          return await lookDown(site, cluster);
        case 'look-up':
          return await lookUp(input.operation, site, cluster);
      }
    } catch (error) {
      if (error instanceof ClusterUnreachableError) return { outcome: 'unreachable', reason: error.message };
      throw error;
    }
  };
}
