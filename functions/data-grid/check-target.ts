import { guard } from '../ledger/guard.ts';
import { type SiteConfiguration, siteOf } from '../shared/configuration.ts';
import {
  ClusterAccessError,
  ClusterObjectMissingError,
  ClusterRefusedError,
  ClusterUnreachableError,
  type FailoverError,
} from '../shared/errors.ts';
import { deleteLeftoversBeforeMove } from './delete-leftovers.ts';
import { type Finding, findingsAt } from './findings.ts';
import type { InputOf } from './inputs.ts';
import type { CheckTargetOutcome } from './outcomes.ts';
import type { DataGridWorld } from './world.ts';

/**
 * Whether the site that a planned move gives traffic to could do its part: once it serves, it is there that the other
 * one is taken offline. A move that could not be followed by that is not begun. Nor is one while a Batch of an earlier
 * execution may still act, which is deleted.
 */
export async function checkTarget(
  world: DataGridWorld,
  { operation, site: name }: InputOf<'check-target'>,
): Promise<CheckTargetOutcome> {
  const site = siteOf(world.configuration, name);
  if ((await guard(world.store, operation)) === 'superseded') return { outcome: 'superseded' };
  const again = `Then start "${operation.workflow}" again.`;
  try {
    const findings = await obstaclesAt(world, site);
    if (findings.length > 0) {
      return {
        outcome: 'not-ready',
        reason: findings.map(({ reason }) => reason).join(' '),
        remedy: [...new Set(findings.map(({ remedy }) => remedy)), again].join(' '),
      };
    }
    const leftovers = await deleteLeftoversBeforeMove(world, operation, site.name);
    if (leftovers.outcome === 'none-left') return { outcome: 'ready' };
    if (leftovers.outcome === 'superseded') return leftovers;
    return {
      ...leftovers,
      outcome: 'not-ready',
      remedy: `It is being deleted. ${leftovers.remedy} ${again}`,
    };
  } catch (error) {
    if (isOfACluster(error))
      return { outcome: 'not-ready', reason: error.message, remedy: `${error.remedy} ${again}` };
    if (!(error instanceof ClusterUnreachableError)) throw error;
    const remedy = `See why that Kubernetes API does not answer. ${again}`;
    return { outcome: 'unreachable', reason: error.message, remedy };
  }
}

/** A cluster that a person has to mend first. */
const isOfACluster = (error: unknown): error is FailoverError =>
  error instanceof ClusterAccessError ||
  error instanceof ClusterObjectMissingError ||
  error instanceof ClusterRefusedError;

/** Where it does not let us in, that is what is found. */
async function obstaclesAt(world: DataGridWorld, site: SiteConfiguration): Promise<readonly Finding[]> {
  try {
    return await findingsAt(world, site);
  } catch (error) {
    if (!(error instanceof ClusterAccessError || error instanceof ClusterObjectMissingError)) throw error;
    return [{ reason: `${site.name} can't be worked at. ${error.message}`, remedy: error.remedy }];
  }
}
