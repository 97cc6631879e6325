import * as v from 'valibot';
import { parseInput } from '../shared/input.ts';
import { batchNameOf } from './batch.ts';
import { STEPS } from './commands.ts';
import { deleteBatch } from './delete-batch.ts';
import type { EndedBadlyOutcome } from './outcomes.ts';
import type { DataGridWorld } from './world.ts';

/** `Step Functions Execution Status Change` of a run-batch; EventBridge adds fields as it likes. */
const eventSchema = v.object({
  source: v.literal('aws.states'),
  detail: v.object({ executionArn: v.string(), input: v.nullish(v.string(), null) }),
});

/** What names a Batch, of what run-batch was started with. */
const requestSchema = v.object({ site: v.string(), step: v.picklist(STEPS), attempt: v.number() });

export const isStatusChange = (event: unknown): boolean =>
  event !== null && typeof event === 'object' && 'source' in event && event.source === 'aws.states';

/**
 * An execution that was stopped, or ran out of time, deletes nothing: the Batch that it waited for would act whenever
 * it begins, long after what was decided since. Deleting it harms no redrive: that looks at the ledger first, and takes
 * a Batch that is gone for one that proves nothing.
 * @throws ClusterUnreachableError where the site is out of reach: Lambda calls again after one minute and after two
 */
export async function deleteAfterBadEnd(world: DataGridWorld, event: unknown): Promise<EndedBadlyOutcome> {
  const { executionArn: execution, input } = parseInput('data-grid', eventSchema, event).detail;
  const request = v.safeParse(v.pipe(v.string(), v.parseJson(), requestSchema), input);
  if (!request.success) return { outcome: 'nothing-to-delete' };
  const { site, step, attempt } = request.output;
  // Started by hand, with a site that there is not.
  if (!world.configuration.sites.some(({ name }) => name === site)) return { outcome: 'nothing-to-delete' };
  return deleteBatch(world, { site, batch: batchNameOf({ step, execution, attempt }) });
}
