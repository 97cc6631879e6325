import { MAXIMUM_RETRY_DELAY, StandardRetryStrategy } from '@smithy/core/retry';
import { ServiceFault } from './service.ts';

interface Options {
  /** As the client of the SDK is given it. */
  readonly maxAttempts: number;
  /** From 0 up to 1. */
  readonly random: () => number;
}

/**
 * A client that repeats what Route 53 throttled as the SDK's clients do by themselves, with their own strategy, until
 * what asks is aborted. Not modelled: what they repeat for other reasons.
 */
export function repeatingClient<Client extends { readonly send: unknown }>(
  inner: Client,
  { maxAttempts, random }: Options,
): Client {
  const strategy = new StandardRetryStrategy({ maxAttempts, backoff: backoff(random) });
  const send = async (command: unknown, options?: { readonly abortSignal?: AbortSignal }) => {
    let token = await strategy.acquireInitialRetryToken('Route 53');
    while (true) {
      try {
        const answer = await (inner.send as (command: unknown) => Promise<unknown>)(command);
        strategy.recordSuccess(token);
        return answer;
      } catch (fault) {
        if (!(fault instanceof ServiceFault && fault.name === 'Throttling')) throw fault;
        token = await strategy.refreshRetryTokenForRetry(token, { errorType: 'THROTTLING' }).catch(() => {
          // Attempts are spent.
          throw fault;
        });
        options?.abortSignal?.throwIfAborted();
      }
    }
  };
  return { send } as unknown as Client;
}

/** The strategy's own, but for where its chance comes from. */
function backoff(random: () => number) {
  let base = 0;
  return {
    setDelayBase: (milliseconds: number) => {
      base = milliseconds;
    },
    computeNextBackoffDelay: (repeated: number) =>
      Math.floor(random() * Math.min(base * 2 ** repeated, MAXIMUM_RETRY_DELAY)),
  };
}
