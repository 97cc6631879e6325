import type { CacheName } from '../shared/names.ts';
import type { Reading } from './cli-output.ts';
import type { Refusal } from './refusal.ts';
import type { StepContext } from './step-context.ts';

/** One thing that keeps a step from being proven, and what mends it. */
export interface Problem {
  readonly cache: CacheName | null;
  readonly reason: string;
  readonly remedy: string;
}

/** The log does not reach to the end of the script. What stands in it proves nothing about the rest. */
export function incomplete(context: StepContext, reading: Reading): Problem | null {
  const first = reading.answered.find(({ answer }) => answer.kind === 'missing');
  if (first === undefined) return null;
  if (reading.stray !== null) return refused(context, null, reading.stray);
  const refusal = reading.answered.map(({ answer }) => answer).find((answer) => answer.kind === 'refused');
  if (refusal !== undefined) return refused(context, null, refusal.refusal);
  const greeting = reading.greeting === '' ? '' : ` It begins with: ${reading.greeting}.`;
  return {
    cache: null,
    reason: `The log at ${context.site} ends before the output of "${first.command.line}".${greeting}`,
    remedy: `Run the step again; if that ends the same, look at the Batch's pod at ${context.site}.`,
  };
}

export const unexpected = (
  context: StepContext,
  cache: CacheName | null,
  reason: string,
  remedy = `Run the step "${context.step}" at ${context.site} again.`,
): Problem => ({ cache, reason, remedy });

export function refused(context: StepContext, cache: CacheName | null, { why, said }: Refusal): Problem {
  const { site, against } = context;
  const about = cache === null ? '' : ` about ${cache}`;
  const reason = `${site} answered${about}: ${said.replace(/[.\s]*$/, '')}.`;
  switch (why) {
    case 'not-found':
      return {
        cache,
        reason:
          cache === null
            ? reason
            : `The cache ${cache} is missing at ${site} (${said.replace(/[.\s]*$/, '')}).`,
        remedy: `Create the cache at ${site} with ${against} as its backup, or take it out of "caches" in failover.config.json.`,
      };
    case 'no-such-site':
      return {
        cache,
        reason: `${site} knows no backup site named ${against}${cache === null ? '' : ` for ${cache}`} (${said.replace(/[.\s]*$/, '')}).`,
        remedy: `Compare the sites' names in failover.config.json with what "site name" says at each site, and see that the caches have backups.`,
      };
    case 'no-backups':
      return {
        cache,
        reason: `${cache ?? 'A cache'} at ${site} has no backup sites.`,
        remedy: `Add ${against} to the backups of this cache at ${site}, or take it out of "caches" in failover.config.json.`,
      };
    case 'credentials':
    case 'not-allowed':
      return {
        cache,
        reason,
        remedy: `See that the operator's user at ${site} may administer the Data Grid, and that its secret was not changed by hand.`,
      };
    case 'not-connected':
    case 'no-answer':
      return {
        cache,
        reason: `The Batch at ${site} got no answer from its Data Grid (${said.replace(/[.\s]*$/, '')}).`,
        remedy: `Look at the Data Grid pods at ${site}; run the step again once they are ready.`,
      };
    case 'error':
      return {
        cache,
        reason,
        remedy: `Look at the Data Grid's own log at ${site}, then run the step again.`,
      };
  }
}
