import * as v from 'valibot';
import { operationToken } from '../shared/input.ts';
import type { OperationToken, Workflow } from '../shared/names.ts';

const flag = v.optional(v.boolean());

const gated = { dryRun: flag, approve: flag, moveDatabase: flag };

/**
 * What each workflow takes, every field optional: `{}` is a valid input everywhere, because the ledger knows.
 * `operation` comes only from a calling workflow.
 */
export const WORKFLOW_INPUTS = {
  failover: v.strictObject({ lostSite: v.optional(v.string()), dryRun: flag }),
  contain: v.strictObject({ dryRun: flag, operation: v.optional(operationToken) }),
  resync: v.strictObject({ dryRun: flag, acceptCounts: flag }),
  switchover: v.strictObject({ ...gated, isolate: flag }),
  switchback: v.strictObject({ ...gated, acceptCounts: flag }),
} as const satisfies Partial<Record<Workflow, v.GenericSchema>>;

/** The fields of all of them, for code that serves every workflow. */
export interface WorkflowInput {
  readonly dryRun?: boolean | undefined;
  readonly operation?: OperationToken | undefined;
  readonly approve?: boolean | undefined;
  readonly isolate?: boolean | undefined;
  readonly moveDatabase?: boolean | undefined;
  readonly acceptCounts?: boolean | undefined;
}
