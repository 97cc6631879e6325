import { FailoverError, TransientError } from './errors.ts';

/** SDK and socket errors that may pass by themselves. */
const PASSING = new Set([
  'ThrottlingException',
  'Throttling',
  'TooManyRequestsException',
  'RequestLimitExceeded',
  'ProvisionedThroughputExceededException',
  'PriorRequestNotComplete',
  'ServiceUnavailable',
  'InternalServerError',
  'InternalFailure',
  'TimeoutError',
  'ECONNREFUSED',
  'ECONNRESET',
  'ETIMEDOUT',
  'EPIPE',
]);

/**
 * Gives a fault the name that the machines know. A fault of an SDK that may pass becomes a TransientError, which
 * they retry; everything else keeps its name and goes to the machine's Catch.
 */
export function named(fault: unknown): Error {
  if (fault instanceof FailoverError) return fault;
  if (!(fault instanceof Error)) return new Error(String(fault));
  const { code, $metadata, $fault } = fault as Error & {
    code?: string;
    $metadata?: { httpStatusCode?: number };
    $fault?: 'client' | 'server';
  };
  const passing =
    PASSING.has(fault.name) ||
    (code !== undefined && PASSING.has(code)) ||
    $fault === 'server' ||
    ($metadata?.httpStatusCode ?? 0) >= 500;
  if (!passing) return fault;
  return new TransientError(`${fault.name}: ${fault.message}.`, 'It may pass; the next attempt tells.', {
    cause: fault,
  });
}
