/** More than an answer takes, and so little that all that a readiness report asks, twice, fits into an invocation. */
const LIMIT_MILLISECONDS = 2_000;

/**
 * For clients whose silence must keep nobody waiting: a mail goes out without the ledger, and a readiness report is made
 * without Route 53 or RDS, to which nothing leads in a VPC without NAT.
 */
export const brief = (requestTimeout = LIMIT_MILLISECONDS) => ({
  maxAttempts: 2,
  // The limit alone is only logged.
  requestHandler: { connectionTimeout: 1_000, requestTimeout, throwOnRequestTimeout: true },
});
