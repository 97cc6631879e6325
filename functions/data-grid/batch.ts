import { createHash } from 'node:crypto';
import type { BatchManifest } from '../kubernetes/cluster.ts';
import { type Command, LOOKING_STEPS, type Step, scriptOf } from './commands.ts';

/** Which try of which step it is. */
export interface BatchIdentity {
  readonly step: Step;
  /** ARN of the run-batch execution. */
  readonly execution: string;
  readonly attempt: number;
}

/**
 * The same for the same attempt, so that a create whose answer was lost finds its own Batch, and different for
 * any other, because a Batch that ended is never run again. At most 40 characters of the 63 that its Job and
 * ConfigMap of the same name may have.
 */
export function batchNameOf({ step, execution, attempt }: BatchIdentity): string {
  const digest = createHash('sha256')
    .update(JSON.stringify([execution, step, attempt]))
    .digest('hex');
  return `failover-${step}-${digest.slice(0, 16)}`;
}

const NAME = /^failover-(?<step>.+)-[0-9a-f]{16}(-|$)/;

const stepIn = (name: string): Step | undefined => NAME.exec(name)?.groups?.['step'] as Step | undefined;

/** Whether a Batch of ours, or a pod of one, by its name does more than look. */
export function changes(name: string): boolean {
  const step = stepIn(name);
  return step !== undefined && !LOOKING_STEPS.has(step);
}

/** Name of the Batch that a pod of that name belongs to, or of the Batch itself. */
export const batchIn = (name: string): string => /^.*?-[0-9a-f]{16}(?=-|$)/.exec(name)?.[0] ?? name;

/** Whether it is one that clears the site at which it runs. */
export const clears = (name: string): boolean => stepIn(name) === 'clear';

const BRINGING_ONLINE: ReadonlySet<Step | undefined> = new Set(['bring-online', 'push'] as const);

/** Whether it is one that brings the other site online at the one at which it runs. */
export const bringsOnline = (name: string): boolean => BRINGING_ONLINE.has(stepIn(name));

/** @param deployment whose Batches they are */
const labelsOf = (deployment: string) => ({
  'app.kubernetes.io/managed-by': 'keycloak-multi-site-failover',
  'app.kubernetes.io/part-of': deployment,
});

/** Selects the Batches of a deployment. */
export const batchesOf = (deployment: string): string =>
  Object.entries(labelsOf(deployment))
    .map(([key, value]) => `${key}=${value}`)
    .join(',');

/** @param infinispan name of the Infinispan resource whose pods run the commands */
export const batchManifest = (
  identity: BatchIdentity,
  infinispan: string,
  deployment: string,
  commands: readonly Command[],
): BatchManifest => ({
  apiVersion: 'infinispan.org/v2alpha1',
  kind: 'Batch',
  metadata: {
    name: batchNameOf(identity),
    labels: {
      ...labelsOf(deployment),
      'keycloak-multi-site-failover/step': identity.step,
    },
  },
  spec: { cluster: infinispan, config: scriptOf(commands) },
});
